"""Many orders that were settled by an earlier catalogue: which would be otherwise by another one, and by which rules.

One rule: lines are looked over as columns, and whatever is not plainly as it should be is checked by the rules
themselves; so what is told of an order is always what `handrail.order.findings` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from handrail.order.catalogue import KINDS, Catalogue
from handrail.order.columns import SMALL, Columns, Floats, Ints, Marks, Tables, columns_of
from handrail.order.finding import Finding
from handrail.order.findings import check
from handrail.order.purchase import Buyer, Order
from handrail.order.rules.discounts import NOBODY, approver_for
from handrail.order.rules.listed import BY_NAME

# Those whose answer can be another by another catalogue; the others go by the order alone, or by the customer.
OF_LINES = tuple(
    BY_NAME[name]
    for name in (
        "unknown-sku",
        "retired-sku",
        "edited-description",
        "number-not-sold",
        "fraction",
        "price-not-listed",
        "no-list-price",
        "discount-above-level",
        "threshold-missing",
        "threshold-differs",
        "consume-by-missing",
        "consume-by-beyond",
    )
)
OF_ORDERS = tuple(
    BY_NAME[name]
    for name in (
        "currency-not-sold",
        "pack-missing",
        "territory-unknown",
        "territory-elsewhere",
        "language-not-written",
    )
)
_LINES = frozenset(rule.name for rule in OF_LINES)
_COMPARED = _LINES | {rule.name for rule in OF_ORDERS}
_HARDLY = 1e-6  # of an amount: what floats leave
_LARGE = 1e9


@dataclass(frozen=True, kw_only=True)
class Settled:
    """An order with what was found on the day of its check."""

    order: Order
    buyer: Buyer
    on: date
    findings: tuple[Finding, ...]


def otherwise(settled: Sequence[Settled], tables: Tables) -> Iterator[tuple[str, ...]]:
    """Of each, the rules by which the catalogue of the tables would find something else in it; none where it would be
    the same."""
    if not settled:
        return
    columns = columns_of([one.order for one in settled], [one.on for one in settled], tables)
    unclear = unclear_orders(columns, tables, len(settled))
    for one, is_unclear in zip(settled, unclear.tolist(), strict=True):
        before = {(found.rule, found.line) for found in one.findings if found.rule in _COMPARED}
        is_plain = not is_unclear and not any(rule in _LINES for rule, _ in before)
        rules = OF_ORDERS if is_plain else (*OF_LINES, *OF_ORDERS)
        found = check(one.order, tables.catalogue, one.buyer, on=one.on, rules=rules, is_priced=not is_plain)
        now = {(finding.rule, finding.line) for finding in found}
        yield tuple(sorted({rule for rule, _ in before ^ now}))


def unclear_orders(columns: Columns, tables: Tables, count: int) -> Marks:
    """Those of which a line is not plainly as the catalogue has it."""
    found = np.zeros(count, dtype=np.bool_)
    found[columns.order[~plain_lines(columns, tables)]] = True
    return found


def plain_lines(of: Columns, tables: Tables) -> Marks:
    """The lines that no rule has anything to say of, as far as that can be seen at once. A comparison with what is not
    written is false, so such a line is not plain."""
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        found: Marks = (
            ~of.odd
            & ~tables.tiered[of.sku]
            & (of.sold_on < tables.retired[of.sku])
            & _are_listed(of, tables)
            & _are_numbers(of, tables)
            & _add_up(of, tables)
            & _are_dated(of, tables)
            & _are_within_level(of, tables)
        )
    return found


def _are_listed(of: Columns, tables: Tables) -> Marks:
    """Whether the list price is the catalogue’s on the day of the order."""
    amounts, since, until = tables.prices
    at = of.sku, of.currency
    found: Marks = (amounts[at] == of.price) & (since[at] <= of.ordered_on) & (of.ordered_on <= until[at])
    return found


def _are_numbers(of: Columns, tables: Tables) -> Marks:
    small = np.where((of.quantity > 0) & (of.quantity < SMALL), of.quantity, 0).astype(np.int64)
    found: Marks = (small == of.quantity) & tables.sold_in[of.sku, small]
    return found


def _add_up(of: Columns, tables: Tables) -> Marks:
    amount = of.price * of.quantity
    unit = tables.units[of.currency]
    is_round = np.abs(amount / unit - np.rint(amount / unit)) < _HARDLY
    is_sum = np.abs(amount - of.discount - of.sold) < _HARDLY
    found: Marks = is_round & is_sum & (np.abs(amount) < _LARGE) & (of.sold > 0)
    return found


def _are_dated(of: Columns, tables: Tables) -> Marks:
    is_written = of.consume_by > 0
    found: Marks = (is_written | ~tables.consumed[of.sku]) & (of.consume_by - of.starts_on <= tables.within[of.sku])
    return found


def _are_within_level(of: Columns, tables: Tables) -> Marks:
    """Whether nobody has to approve the discount: the table is asked once for each kind and percentage there is."""
    share = of.price * of.quantity * of.percent / 100
    follows = np.abs(share - of.discount) < tables.units[of.currency] / 2 - _HARDLY
    keys = tables.kinds[of.sku] * _PLACES + _places(of.percent)
    seen = np.zeros(len(KINDS) * _PLACES, dtype=np.bool_)
    seen[keys] = True
    is_free = np.zeros_like(seen)
    for key in np.flatnonzero(seen).tolist():
        is_free[key] = _is_free(*divmod(key, _PLACES), tables.catalogue)
    free: Marks = follows & is_free[keys]
    return free


# Percentages in hundredths, and one place for those that are finer or none.
_HUNDREDTHS = 100
_PLACES = 100 * _HUNDREDTHS + 2
_NO_PLACE = _PLACES - 1


def _places(percent: Floats) -> Ints:
    fine = percent * _HUNDREDTHS
    whole = np.rint(fine)
    fits = (np.abs(fine - whole) < _HARDLY) & (percent >= 0) & (percent <= 100)
    return np.where(fits, whole, _NO_PLACE).astype(np.int64)


def _is_free(kind: int, place: int, catalogue: Catalogue) -> bool:
    return place < _NO_PLACE and approver_for(KINDS[kind], Decimal(place) / _HUNDREDTHS, catalogue) == NOBODY

"""Who has to approve a discount, by the catalogue's table (S4.8, S4.20).

One rule: what counts is what is taken off the catalogue's price, whatever list price the line writes; so nobody gets
past a level by writing a lower one. Where the table does not answer, the highest approves.
"""

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from handrail.order.catalogue import Catalogue
from handrail.order.money import EXACT, NOUGHT, number_words
from handrail.order.pricing import HUNDRED, percent_of
from handrail.order.rules.rule import Case, Looked, Told
from handrail.order.tables import APPROVERS, Tables, approver_of, read_tables

_FINE = Decimal("0.0001")
NOBODY, HIGHEST = APPROVERS[0], APPROVERS[-1]


class Approval(NamedTuple):
    """Who approves at most, for which line with so many percent off, and which rule says so. `line` is None where
    nobody has to."""

    approver: str
    why: str
    line: int | None = None
    percent: Decimal = NOUGHT


def above_level(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        found = approval(looked, case.catalogue, case.order.currency)
        if found.approver == NOBODY:
            continue
        says = f"A discount of {number_words(found.percent)} % is approved by the {found.approver}: {found.why}."
        remedy = f"Ask the {found.approver}, or give less."
        yield Told(says, remedy, looked.line.number, "discount_percent")


def approver_for(kind: str, percent: Decimal, catalogue: Catalogue) -> str:
    """The highest whom the table names; the highest there is where it does not answer."""
    return _level(catalogue.tables, catalogue.customer_kinds, kind, percent)[0]


def approval(looked: Looked, catalogue: Catalogue, currency: str) -> Approval:
    percent = _percent(looked, currency)
    kind = looked.product.kind if looked.product is not None else "other"
    highest, why = _level(catalogue.tables, catalogue.customer_kinds, kind, percent)
    return Approval(highest, why, None if highest == NOBODY else looked.line.number, percent)


def _percent(looked: Looked, currency: str) -> Decimal:
    """Off the written list amount or off the catalogue's, whichever is more; from 0 to 100, as the table has it."""
    listed, sold = looked.listed, looked.sold
    percent = looked.percent or NOUGHT
    if looked.discount or percent:
        percent = percent_of(looked.stated, looked.percent, looked.discount, currency) or NOUGHT
    if listed and listed != looked.stated and sold is not None:
        less = EXACT.multiply(EXACT.subtract(listed, sold), HUNDRED)
        percent = max(percent, EXACT.divide(less, listed).quantize(_FINE, ROUND_UP, EXACT))
    return min(max(percent, NOUGHT), HUNDRED)


@lru_cache(maxsize=20_000)
def _level(text: str, customer_kinds: tuple[str, ...], kind: str, percent: Decimal) -> tuple[str, str]:
    """Who approves, and why. Remembered: orders give the same few discounts again and again."""
    tables = read_tables(text, customer_kinds)
    if not isinstance(tables, Tables):
        return HIGHEST, "the catalogue’s tables cannot be read"
    said = approver_of(tables, kind=kind, percent=percent)
    named = [one for one in said.values if one in APPROVERS]
    if not named:
        return HIGHEST, said.why or "the table does not say"
    return max(named, key=APPROVERS.index), said.why[:1].lower() + said.why[1:]

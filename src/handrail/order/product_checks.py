"""What is wrong with one product of a catalogue, and what somebody should look at before it is sold.

One rule: a product is judged by itself here; what it has to do with others is `handrail.order.catalogue_checks`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from handrail.order.catalogue import CONSUMED, KINDS, Catalogue, ListPrice, Product
from handrail.order.money import is_currency
from handrail.runbook.words import listed

LONGEST_SKU = 60
SKU = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# Addresses of the catalogue's pages, which no product can have.
TAKEN = frozenset({"manage"})
CONSULTED = frozenset({"on-site support", "managed service"})
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class CatalogueProblem:
    """An error keeps a catalogue from being published, a warning does not. `sku` is empty where it is about the
    catalogue, `field` the name of a field of `Product` or `Catalogue`; `line` and `column` are of the tables' text."""

    severity: Literal["error", "warning"]
    code: str
    says: str
    mend: str
    sku: str = ""
    field: str = ""
    line: int = 0
    column: int = 0


def product_problems(product: Product, catalogue: Catalogue, *, on: date) -> Iterator[CatalogueProblem]:
    """`on` is the day on which it is asked. Of what is not sold any more, warnings are left out."""
    for check in CHECKS:
        for found in check(product, catalogue, on):
            if found.severity == "error" or product.is_sold(on):
                yield found


def _error(product: Product, field: str, code: str, says: str, mend: str) -> CatalogueProblem:
    return CatalogueProblem(severity="error", sku=product.sku, field=field, code=code, says=says, mend=mend)


def _warning(product: Product, field: str, code: str, says: str, mend: str) -> CatalogueProblem:
    return CatalogueProblem(severity="warning", sku=product.sku, field=field, code=code, says=says, mend=mend)


def sku_fault(sku: str) -> str:
    """Why it cannot be a SKU, empty where it can."""
    if sku.casefold() in TAKEN:
        return f"“{sku}” is an address of the catalogue itself."
    if len(sku) > LONGEST_SKU:
        return f"A SKU has at most {LONGEST_SKU} characters; this one has {len(sku)}."
    if not SKU.fullmatch(sku):
        return f"“{sku}” is not a SKU: letters, digits, and between them points, hyphens and underscores."
    return ""


def _sku(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    fault = sku_fault(product.sku)
    if fault:
        yield _error(product, "sku", "sku-form", fault, "Write it like WS-KICKOFF.")
    if product.kind not in KINDS:
        says = f"There is no kind “{product.kind}”."
        yield _error(product, "kind", "unknown-kind", says, f"Take one of {listed(list(KINDS), 'or')}.")
    if not product.unit.strip():
        yield _error(product, "unit", "no-unit", "It does not say what one of it is.", "Write the unit, such as day.")


def _words(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    own = catalogue.language
    if not product.titles.get(own, "").strip():
        says = f"It has no title in the catalogue’s own language ({own})."
        yield _error(product, "titles", "no-title", says, "Write one.")
    for language, title in product.titles.items():
        if len(title) > 300:
            says = f"Its title ({language}) has {len(title)} characters; at most 300 fit on an order."
            yield _error(product, "titles", "long-title", says, "Shorten it; the description has room.")
    if not product.descriptions.get(own, "").strip():
        says = "It has no description, so that an order does not say what is sold."
        yield _warning(product, "descriptions", "no-description", says, f"Write one ({own}).")
    missing = [one for one in catalogue.languages if one != own and not product.titles.get(one, "").strip()]
    if missing:
        says = f"It has no title in {listed(missing)}: orders in that language show the one in {own}."
        yield _warning(product, "titles", "no-translation", says, "Have it translated.")


def _priced(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    if product.prices and product.tiers:
        says = "It has list prices and thresholds; it can have one of them."
        yield _error(product, "tiers", "two-ways-of-pricing", says, "Take the prices or the thresholds away.")
    codes = _currencies(product)
    for code in codes:
        if not is_currency(code):
            says = f"“{code}” is not a currency."
            yield _error(product, _priced_in(product), "unknown-currency", says, "Write its code, such as EUR.")
        elif code not in catalogue.currencies:
            says = f"It is priced in {code}, in which the catalogue does not sell."
            yield _warning(product, _priced_in(product), "foreign-currency", says, "Take it away, or sell in it.")
    missing = [code for code in catalogue.currencies if not _is_priced(product, code, on)]
    if missing:
        says = f"It has no price in {listed(missing)}, now or later."
        mend = "Write one; an order in that currency cannot have it at a list price."
        yield _warning(product, _priced_in(product), "no-price", says, mend)


def _priced_in(product: Product) -> str:
    return "tiers" if product.tiers else "prices"


def _currencies(product: Product) -> tuple[str, ...]:
    codes = [one.currency for one in product.prices] + [code for tier in product.tiers for code in tier.prices]
    return tuple(dict.fromkeys(codes))


def _is_priced(product: Product, currency: str, on: date) -> bool:
    later = (one.valid_until is None or one.valid_until >= on for one in product.prices if one.currency == currency)
    return any(later) or any(currency in tier.prices for tier in product.tiers)


def _validity(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    for one in product.prices:
        if one.valid_until is not None and one.valid_until < one.valid_from:
            says = f"Its price in {one.currency} from {one.valid_from} ends before it begins, on {one.valid_until}."
            yield _error(product, "prices", "validity-backwards", says, "Mend one of the two days.")
        if one.amount < 0:
            says = f"Its price in {one.currency} is below nought: {one.amount:f}."
            yield _error(product, "prices", "negative-price", says, "Write what one costs.")
        if one.amount == 0:
            says = f"Its price in {one.currency} from {one.valid_from} is nought: every order with it is flagged."
            yield _warning(product, "prices", "zero-price", says, "Write a price, or leave it if that is meant.")
    for currency in dict.fromkeys(one.currency for one in product.prices):
        yield from _between(product, [one for one in product.prices if one.currency == currency])


def _between(product: Product, prices: list[ListPrice]) -> Iterator[CatalogueProblem]:
    for first, second in pairwise(sorted(prices, key=lambda one: one.valid_from)):
        if first.valid_until is None or first.valid_until >= second.valid_from:
            says = f"Two prices in {first.currency} are valid on {second.valid_from}."
            mend = f"Let the earlier one end on {second.valid_from - _ONE_DAY} or before."
            yield _error(product, "prices", "overlapping-validity", says, mend)
        elif first.valid_until + _ONE_DAY < second.valid_from and second.valid_from > first.valid_until:
            says = f"It has no price in {first.currency} between {first.valid_until} and {second.valid_from}."
            yield _warning(product, "prices", "gap-in-validity", says, "Let one of the two prices be valid there.")


def _tiers(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    if not product.tiers:
        return
    starts = [one.above for one in product.tiers]
    if starts[0] != 0:
        says = f"Its first threshold is above {starts[0]:,}: what is below has no price."
        yield _error(product, "tiers", "tiers-start", says, "Let the first one be above 0.")
    for lower, upper in pairwise(starts):
        if upper <= lower:
            says = f"Its thresholds do not rise: {upper:,} comes after {lower:,}."
            yield _error(product, "tiers", "tiers-rise", says, "Write them from the lowest up, each once.")
    codes = _currencies(product)
    for tier in product.tiers:
        missing = [code for code in codes if code not in tier.prices]
        if missing:
            says = f"Above {tier.above:,} it has no price in {listed(missing)}."
            yield _error(product, "tiers", "tier-without-price", says, "Write one for each threshold.")
        for code, amount in tier.prices.items():
            if amount < 0:
                says = f"Above {tier.above:,} its price in {code} is below nought: {amount:f}."
                yield _error(product, "tiers", "negative-price", says, "Write what one costs.")


def _numbers(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    wrong = [one for one in product.quantities if one <= 0]
    if wrong:
        says = f"It cannot be sold {listed([str(one) for one in wrong], 'or')} times."
        yield _error(product, "quantities", "quantity-not-positive", says, "Write numbers from 1 up.")
    if len(set(product.quantities)) < len(product.quantities):
        says = "A number in which it is sold stands there twice."
        yield _error(product, "quantities", "quantity-twice", says, "Write each once.")
    if product.effort_hours is not None and product.effort_hours < 0:
        says = f"The work that it makes is below nought: {product.effort_hours:f} hours."
        yield _error(product, "effort_hours", "negative-effort", says, "Write the hours that one of it takes.")


def _service(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    days = product.consume_within_days
    if days is not None and days <= 0:
        says = f"It cannot be used up within {days} days."
        yield _error(product, "consume_within_days", "period-not-positive", says, "Write a number from 1 up.")
    a_kind = f"Of a {product.kind}" if product.kind != "audit" else "Of an audit"
    if product.kind in CONSUMED and days is None:
        says = f"{a_kind} an order states until when it can be called for; this one does not say how long that is."
        yield _warning(product, "consume_within_days", "no-period", says, "Write the days, such as 180.")
    if product.kind in CONSUMED and not product.prepaid:
        says = f"{a_kind} is usually invoiced before it is delivered; this one is not."
        yield _warning(product, "prepaid", "not-prepaid", says.replace("Of a", "A", 1), "Tick it, or leave it so.")
    if product.kind in CONSULTED and not product.consults:
        says = "Customer Success is not asked before it is sold, though somebody carries it out for long."
        yield _warning(product, "consults", "not-consulted", says, "Tick that Customer Success is consulted.")


CHECKS = (_sku, _words, _priced, _validity, _tiers, _numbers, _service)

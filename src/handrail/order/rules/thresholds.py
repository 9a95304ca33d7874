"""Whether the order states the price of each threshold as the catalogue has it (S4.2)."""

from collections.abc import Iterator
from decimal import Decimal

from handrail.order.money import is_countable, money_words
from handrail.order.pricing import tiers_in
from handrail.order.purchase import Line, StatedTier
from handrail.order.rules.rule import Case, Told


def missing(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        product, line = looked.product, looked.line
        if product is None or (not product.tiers and product.kind != "page views"):
            continue
        stated = {tier.above for tier in line.tiers}
        lacking = sorted({tier.above for tier in product.tiers} - stated)
        if lacking:
            above = ", ".join(f"{one:,}" for one in lacking)
            yield Told(f"The price above {above} is not stated.", line=line.number, field="tiers")
        elif not stated:
            yield Told("The price per threshold is not stated.", line=line.number, field="tiers")


def not_numbers(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        line = looked.line
        if not line.tiers:
            continue
        bad = [tier for tier in line.tiers if not is_countable(tier.price)]
        for tier in bad:
            says = f"The price above {tier.above:,} is {tier.price}, which nothing can be worked out with."
            yield Told(says, line=line.number, field="tiers")
        if looked.stated is None and not bad and is_countable(line.quantity):
            says = "The thresholds that it states leave units without a price, or come to more than can be counted."
            yield Told(says, "State them from 0 on.", line.number, "tiers")


def different(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        product, line = looked.product, looked.line
        if product is None or not line.tiers:
            continue
        if not product.tiers:
            yield Told(f"The catalogue has no thresholds for {product.sku}.", line=line.number, field="tiers")
            continue
        listed = tiers_in(product, case.order.currency)
        if line.pricing is not None and line.pricing != product.pricing:
            says = f"Its thresholds count as {line.pricing}, and in the catalogue as {product.pricing}."
            yield Told(says, f"Count them as {product.pricing}.", line.number, "pricing")
        if listed and line.tiers != listed:
            yield from _differing(line, listed, case.order.currency)


def _differing(line: Line, listed: tuple[StatedTier, ...], currency: str) -> Iterator[Told]:
    """Each that has another price, or is none of the catalogue's. Those that are missing are another rule's."""
    prices: dict[int, Decimal] = {tier.above: tier.price for tier in listed}
    for tier in line.tiers:
        right = prices.get(tier.above)
        if right is None:
            yield Told(f"The catalogue has no threshold of {tier.above:,}.", line=line.number, field="tiers")
        elif is_countable(tier.price) and tier.price != right:
            written, due = money_words(tier.price, currency), money_words(right, currency)
            says = f"The price above {tier.above:,} is {written}, and in the catalogue {due}."
            yield Told(says, f"State {due}; what is agreed beside it is a discount.", line.number, "tiers")

"""What a line of an order comes to: list amount, discount as an amount and in percent, and sold price.

One rule: list amount − discount = sold price, to the smallest unit of the currency; rounded once, where the list amount
or a discount in percent is worked out (S4.8). What cannot be worked out stays None: nothing here raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from handrail.order.catalogue import Pricing, Product
from handrail.order.money import EXACT, NOUGHT, is_countable, rounded
from handrail.order.purchase import Line, Order, StatedTier

HUNDRED = Decimal(100)
# A percentage that is worked out from an amount is written with two places.
PLACES = Decimal("0.01")
_FINE = Decimal("0.0001")


@dataclass(frozen=True, kw_only=True)
class Totals:
    """In the order's currency; what has not been written counts as nought."""

    list: Decimal
    discount: Decimal
    sold: Decimal


def list_amount(product: Product, line: Line, currency: str, on: date) -> Decimal | None:
    """Of the whole line, as the catalogue has it on that day. None where it has no price in the currency."""
    if product.tiers:
        return tiers_amount(tiers_in(product, currency), product.pricing, line.quantity, currency)
    return times(countable(product.list_price(currency, on)), countable(line.quantity), currency)


def stated_amount(line: Line, currency: str) -> Decimal | None:
    """Of the whole line, as the line itself states its thresholds or its list price."""
    if line.tiers:
        return tiers_amount(line.tiers, line.pricing or "graduated", line.quantity, currency)
    return times(countable(line.list_price), countable(line.quantity), currency)


def tiers_in(product: Product, currency: str) -> tuple[StatedTier, ...]:
    """The product's thresholds as an order states them; none where one has no price in the currency."""
    prices = [(tier.above, tier.prices.get(currency)) for tier in sorted(product.tiers, key=lambda tier: tier.above)]
    stated = tuple(StatedTier(above=above, price=price) for above, price in prices if price is not None)
    return stated if len(stated) == len(prices) else ()


def tiers_amount(tiers: Iterable[StatedTier], pricing: Pricing, quantity: Decimal, currency: str) -> Decimal | None:
    """None where the thresholds leave units without a price, since the first of them is not above 0."""
    steps = sorted(tiers, key=lambda tier: tier.above)
    sound = steps and steps[0].above <= 0 and all(is_countable(tier.price) for tier in steps)
    if not sound or not is_countable(quantity) or any(tier.above >= 10**12 for tier in steps):
        return None
    amount = _volume(steps, quantity) if pricing == "volume" else _graduated(steps, quantity)
    return _payable(amount, currency)


def priced(line: Line, product: Product | None, currency: str, on: date, *, language: str = "en") -> Line:
    """With all that follows from what is written: the catalogue's price or thresholds, the amounts, and the last day.

    The discount in percent leads; the discount as an amount counts where no percentage is written, or where the written
    one is its own; the sold price where neither is. A line that says “included” is sold at nought: its discount is the
    whole. A description that is the catalogue's in that language is left out. Without a product, only amounts.
    """
    line = _of_catalogue(line, product, currency, on, language) if product is not None else line
    amount = stated_amount(line, currency)
    if amount is None:
        return line
    percent, discount = _discount(line, amount, currency)
    sold = EXACT.subtract(amount, discount)
    return replace(line, discount_percent=percent, discount=discount, sold_price=sold)


def percent_off(line: Line, currency: str) -> Decimal | None:
    """How much is taken off, for who may approve it. None where nothing is known."""
    amount = stated_amount(line, currency)
    return percent_of(amount, countable(line.discount_percent), countable(line.discount), currency)


def percent_of(
    amount: Decimal | None, percent: Decimal | None, discount: Decimal | None, currency: str
) -> Decimal | None:
    """The written percentage where the discount follows from it, else the greater of it and what the discount comes to,
    rounded up to four places: nobody slips below a level."""
    if discount is None or not amount:
        return percent
    if percent is not None and discount == _share(amount, percent, currency):
        return percent
    off = EXACT.divide(EXACT.multiply(discount, HUNDRED), amount).quantize(_FINE, ROUND_UP, EXACT)
    return off if percent is None else max(off, percent)


def countable(amount: Decimal | None) -> Decimal | None:
    """None where it cannot be worked with."""
    return amount if amount is not None and is_countable(amount) else None


def times(price: Decimal | None, quantity: Decimal | None, currency: str) -> Decimal | None:
    """Of countable ones; None where it comes to more than can be counted."""
    if price is None or quantity is None:
        return None
    return _payable(EXACT.multiply(price, quantity), currency)


def agrees(amount: Decimal, percent: Decimal, discount: Decimal, currency: str) -> bool:
    """Whether one follows from the other: the discount from the percentage, or the percentage from the discount, which
    is then rounded to its own places, two at least."""
    if discount == _share(amount, percent, currency):
        return True
    if not amount:
        return False
    places = min(PLACES, Decimal(1).scaleb(int(percent.as_tuple().exponent)))
    return percent == _percent(amount, discount).quantize(places, context=EXACT)


def totals(order: Order) -> Totals:
    """The sums of the lines' amounts. They are exact: what is summed is rounded already."""
    listed = discount = sold = NOUGHT
    for line in order.lines:
        listed = EXACT.add(listed, stated_amount(line, order.currency) or NOUGHT)
        discount = EXACT.add(discount, countable(line.discount) or NOUGHT)
        sold = EXACT.add(sold, countable(line.sold_price) or NOUGHT)
    return Totals(list=listed, discount=discount, sold=sold)


def last_day(product: Product, start: date) -> date | None:
    """Until when what is bought can be called for, where the product says how long."""
    if product.consume_within_days is None:
        return None
    left = (date.max - start).days
    return start + timedelta(days=max(0, min(product.consume_within_days, left)))


def _of_catalogue(line: Line, product: Product, currency: str, on: date, language: str) -> Line:
    is_own = line.description == product.descriptions.get(language)
    line = replace(
        line,
        description="" if is_own else line.description,
        consume_by=line.consume_by or last_day(product, on),
    )
    if not product.tiers:
        price = product.list_price(currency, on)
        return replace(line, list_price=price if price is not None else line.list_price, tiers=(), pricing=None)
    tiers = tiers_in(product, currency)
    return replace(line, list_price=None, tiers=tiers, pricing=product.pricing) if tiers else line


def _discount(line: Line, amount: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    """In percent, and as an amount."""
    if line.included:
        return HUNDRED if amount else NOUGHT, amount
    percent, discount = countable(line.discount_percent), countable(line.discount)
    discount = None if discount is None else rounded(discount, currency)
    if percent is not None:
        holds = discount is not None and agrees(amount, percent, discount, currency)
        share = _share(amount, percent, currency)
        return percent, discount if discount is not None and holds else share
    sold = countable(line.sold_price)
    if discount is None and sold is not None:
        discount = EXACT.subtract(amount, rounded(sold, currency))
    if not discount or not amount:
        return NOUGHT, NOUGHT
    return _percent(amount, discount).quantize(PLACES, context=EXACT), discount


def _graduated(steps: list[StatedTier], quantity: Decimal) -> Decimal:
    found = NOUGHT
    ends = [Decimal(step.above) for step in steps[1:]] + [quantity]
    for step, end in zip(steps, ends, strict=True):
        units = min(end, quantity) - max(step.above, 0)
        if units > 0:
            found = EXACT.add(found, EXACT.multiply(units, step.price))
    return found


def _volume(steps: list[StatedTier], quantity: Decimal) -> Decimal:
    reached = [step for step in steps if step.above < quantity] or steps[:1]
    return EXACT.multiply(quantity, reached[-1].price)


def _payable(amount: Decimal, currency: str) -> Decimal | None:
    amount = rounded(amount, currency)
    return amount if is_countable(amount) else None


def _share(amount: Decimal, percent: Decimal, currency: str) -> Decimal:
    return rounded(EXACT.multiply(amount, percent).scaleb(-2, EXACT), currency)


def _percent(amount: Decimal, discount: Decimal) -> Decimal:
    return EXACT.divide(EXACT.multiply(discount, HUNDRED), amount)

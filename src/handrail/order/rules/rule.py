"""What a rule is, what it looks at, and what it tells.

One rule: everything that a rule needs stands in the case; what is worked out for each line is worked out once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from handrail.order.catalogue import Catalogue, Product
from handrail.order.finding import Finding, Severity
from handrail.order.pricing import countable, list_amount, stated_amount, times
from handrail.order.purchase import Buyer, Line, Order
from handrail.order.room import Room


class Looked(NamedTuple):
    """A line beside its product, None where the catalogue has no such SKU. The amounts are those of the line that can
    be worked with, None where it has none; `unit_price` is the catalogue's list price of one unit. `stated` is the
    list amount of the whole line as the line has it, `listed` as the catalogue has it."""

    line: Line
    product: Product | None
    quantity: Decimal | None
    price: Decimal | None
    percent: Decimal | None
    discount: Decimal | None
    sold: Decimal | None
    stated: Decimal | None
    unit_price: Decimal | None
    listed: Decimal | None


@dataclass(frozen=True, slots=True)
class Case:
    """`on` is the day on which it is looked at; `room` is what the teams have free, None where nobody asked."""

    order: Order
    catalogue: Catalogue
    buyer: Buyer
    on: date
    room: tuple[Room, ...] | None
    lines: tuple[Looked, ...]

    @property
    def starts_on(self) -> date:
        return self.order.starts_on or self.order.ordered_on

    @property
    def sold_on(self) -> date:
        """The day on which what is sold has to be sold still: a draft does not keep what is retired meanwhile."""
        return max(self.on, self.order.ordered_on)


class Told(NamedTuple):
    """What a rule says of a line, or of the whole order where `line` is None. An empty remedy is the rule's."""

    says: str
    remedy: str = ""
    line: int | None = None
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`what` is it about in general, for the reference; `is_of_lines` whether it looks at each line for itself."""

    name: str
    title: str
    severity: Severity
    what: str
    remedy: str
    serves: str
    finds: Callable[[Case], Iterator[Told]]
    outside: bool = False
    is_of_lines: bool = True

    def findings(self, case: Case) -> Iterator[Finding]:
        for told in self.finds(case):
            yield Finding(
                rule=self.name,
                severity=self.severity,
                says=told.says,
                remedy=told.remedy or self.remedy,
                serves=self.serves,
                line=told.line,
                field=told.field,
                outside=self.outside,
            )


def case_of(
    order: Order,
    catalogue: Catalogue,
    buyer: Buyer,
    on: date,
    room: tuple[Room, ...] | None = None,
    *,
    is_priced: bool = True,
) -> Case:
    look = _looked if is_priced else _unpriced
    return Case(order, catalogue, buyer, on, room, tuple(look(line, order, catalogue) for line in order.lines))


def _unpriced(line: Line, order: Order, catalogue: Catalogue) -> Looked:
    return Looked(line, catalogue.products.get(line.sku), *_NO_AMOUNTS)


_NO_AMOUNTS = (None,) * 8


def _looked(line: Line, order: Order, catalogue: Catalogue) -> Looked:
    product, currency = catalogue.products.get(line.sku), order.currency
    price, quantity = countable(line.list_price), countable(line.quantity)
    unit_price = product.list_price(currency, order.ordered_on) if product is not None else None
    stated = listed = stated_amount(line, currency) if line.tiers else times(price, quantity, currency)
    if product is None:
        listed = None
    elif product.tiers or line.tiers or unit_price is None or unit_price != line.list_price:
        listed = list_amount(product, line, currency, order.ordered_on)
    return Looked(
        line,
        product,
        quantity,
        price,
        countable(line.discount_percent),
        countable(line.discount),
        countable(line.sold_price),
        stated,
        unit_price,
        listed,
    )


def day_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"

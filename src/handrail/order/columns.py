"""The lines of many orders as columns of numbers, and a catalogue as tables that such columns are looked up in.

One rule: they are for looking over many lines at once. What does not fit into them, such as thresholds, is marked odd
and left to `handrail.order.findings`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.order.catalogue import CONSUMED, KINDS, Catalogue, Product
from handrail.order.money import smallest
from handrail.order.purchase import Line, Order

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

NEVER = date.max.toordinal() + 1


@dataclass(frozen=True, kw_only=True)
class Columns:
    """One entry a line; `order` is the place of its order. What is not written is NaN, and a day 0. `odd` are those
    with thresholds or a description of their own."""

    order: Ints
    sku: Ints
    currency: Ints
    ordered_on: Ints
    starts_on: Ints
    sold_on: Ints
    quantity: Floats
    price: Floats
    percent: Floats
    discount: Floats
    sold: Floats
    consume_by: Ints
    odd: Marks


@dataclass(frozen=True)
class Tables:
    """A catalogue by the places of its SKUs and currencies; what it does not have is at the last place."""

    catalogue: Catalogue

    @cached_property
    def products(self) -> list[Product]:
        return list(self.catalogue.products.values())

    @cached_property
    def skus(self) -> Mapping[str, int]:
        return {sku: place for place, sku in enumerate(self.catalogue.products)}

    @cached_property
    def currencies(self) -> Mapping[str, int]:
        return {code: place for place, code in enumerate(self.catalogue.currencies)}

    @cached_property
    def units(self) -> Floats:
        """The smallest unit of each currency."""
        return np.array([float(smallest(code)) for code in self.catalogue.currencies] + [1.0])

    @cached_property
    def kinds(self) -> Ints:
        return self._each(lambda one: KINDS.index(one.kind), 0)

    @cached_property
    def consumed(self) -> Marks:
        return self._each(lambda one: int(one.kind in CONSUMED), 0).astype(bool)

    @cached_property
    def tiered(self) -> Marks:
        return self._each(lambda one: int(bool(one.tiers) or one.kind == "page views"), 1).astype(bool)

    @cached_property
    def retired(self) -> Ints:
        return self._each(lambda one: one.retired_on.toordinal() if one.retired_on else NEVER, 0)

    @cached_property
    def within(self) -> Ints:
        """In days; without an end where the product says nothing."""
        return self._each(lambda one: NEVER if one.consume_within_days is None else one.consume_within_days, 0)

    @cached_property
    def sold_in(self) -> Marks:
        """Of each product, in which small numbers it is sold: its fixed ones, or any where there are none."""
        found = np.zeros((len(self.products) + 1, SMALL), dtype=np.bool_)
        for place, one in enumerate(self.products):
            found[place, [number for number in one.quantities if 0 < number < SMALL] or slice(1, SMALL)] = True
        return found

    @cached_property
    def prices(self) -> tuple[Floats, Ints, Ints]:
        """By SKU and currency the list price that is valid last, from which day and until which; NaN where there is
        none. Earlier ones are left to the rules."""
        shape = (len(self.products) + 1, len(self.currencies) + 1)
        amounts, since, until = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for place, one in enumerate(self.products):
            for price in sorted(one.prices, key=lambda price: price.valid_from):
                at = place, self.currencies.get(price.currency, len(self.currencies))
                amounts[at], since[at] = float(price.amount), price.valid_from.toordinal()
                until[at] = price.valid_until.toordinal() if price.valid_until is not None else NEVER
        amounts[:, -1] = np.nan
        return amounts, since, until

    def _each(self, of: Any, otherwise: int) -> Ints:
        return np.array([of(one) for one in self.products] + [otherwise], dtype=np.int64)


# Numbers from here on are left to the rules; so are parts of something, and what is sold in fixed numbers alone.
SMALL = 100


def columns_of(orders: Sequence[Order], on: Sequence[date], tables: Tables) -> Columns:
    """`on` is the day of each order's check."""
    lines = [line for order in orders for line in order.lines]
    counts = np.array([len(order.lines) for order in orders], dtype=np.int64)
    none, last = len(tables.currencies), len(tables.skus)
    ordered = _days([order.ordered_on for order in orders])
    today = _days(on)
    return Columns(
        order=np.repeat(np.arange(len(orders)), counts),
        sku=np.array([tables.skus.get(line.sku, last) for line in lines], dtype=np.int64),
        currency=np.repeat([tables.currencies.get(order.currency, none) for order in orders], counts).astype(np.int64),
        ordered_on=np.repeat(ordered, counts),
        starts_on=np.repeat(_days([order.starts_on or order.ordered_on for order in orders]), counts),
        sold_on=np.repeat(np.maximum(ordered, today), counts),
        quantity=_amounts([line.quantity for line in lines]),
        price=_amounts([line.list_price for line in lines]),
        percent=_amounts([line.discount_percent for line in lines]),
        discount=_amounts([line.discount for line in lines]),
        sold=_amounts([line.sold_price for line in lines]),
        consume_by=np.array([line.consume_by.toordinal() if line.consume_by else 0 for line in lines], dtype=np.int64),
        odd=np.array([_is_odd(line) for line in lines], dtype=np.bool_),
    )


def _is_odd(line: Line) -> bool:
    return bool(line.tiers or line.description or line.included)


def _days(days: Sequence[date]) -> Ints:
    return np.array([day.toordinal() for day in days], dtype=np.int64)


def _amounts(amounts: Sequence[Decimal | None]) -> Floats:
    """None is NaN, and so is whatever no float can be made of."""
    try:
        return np.array(amounts, dtype=np.float64)
    except (ValueError, OverflowError):  # a signalling NaN
        return np.array([_float(one) for one in amounts])


def _float(amount: Decimal | None) -> float:
    return float("nan") if amount is None or amount.is_nan() else float(amount)

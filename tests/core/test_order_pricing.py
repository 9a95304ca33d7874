"""What lines come to: exact, rounded once, in every currency."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.order import samples
from handrail.order.catalogue import Pricing
from handrail.order.money import is_whole, smallest
from handrail.order.pricing import (
    Totals,
    agrees,
    list_amount,
    percent_off,
    priced,
    stated_amount,
    tiers_amount,
    tiers_in,
    totals,
)
from handrail.order.purchase import Line, Order, StatedTier
from tests.core.random_orders import CURRENCIES, ORDERS, currencies, lines

ON = date(2026, 11, 26)
PRODUCTS = samples.catalogue().products


def sold(sku: str, currency: str = "EUR", quantity: str = "1", **written: Any) -> Line:
    line = replace(Line(number=1, sku=sku, quantity=Decimal(quantity)), **written)
    return priced(line, PRODUCTS[sku], currency, ON)


def amounts(line: Line) -> tuple[str, ...]:
    """Discount in percent and as an amount, and the sold price."""
    return tuple(str(one) for one in (line.discount_percent, line.discount, line.sold_price))


def test_priced_line_has_the_price_of_the_list_and_the_last_day() -> None:
    line = sold("WS-SEO", quantity="2")
    assert (line.list_price, line.consume_by) == (Decimal(950), date(2027, 5, 25))
    assert amounts(line) == ("0", "0", "1900.00")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"discount_percent": Decimal("7.5")}, ("7.5", "900.00", "11100.00")),
        ({"discount": Decimal(100)}, ("0.83", "100.00", "11900.00")),
        ({"sold_price": Decimal(9000)}, ("25.00", "3000.00", "9000.00")),
        # The percentage leads, unless the discount is the one that it was worked out from.
        ({"discount_percent": Decimal(10), "discount": Decimal(100)}, ("10", "1200.00", "10800.00")),
        ({"discount_percent": Decimal("0.83"), "discount": Decimal(100)}, ("0.83", "100.00", "11900.00")),
        ({"discount_percent": Decimal(10), "sold_price": Decimal(1)}, ("10", "1200.00", "10800.00")),
        ({"included": True}, ("100", "12000.00", "0.00")),
        ({"discount_percent": Decimal("NaN"), "discount": Decimal("1E+99")}, ("0", "0", "12000.00")),
    ],
)
def test_priced_line_follows_from_what_is_written(written: dict[str, Any], found: tuple[str, ...]) -> None:
    assert amounts(sold("SUB-EDIT", **written)) == found


def test_amounts_are_rounded_half_away_from_nought_to_the_smallest_unit() -> None:
    line = Line(number=1, sku="ANY", quantity=Decimal("2.5"), list_price=Decimal("0.333"))
    found = {code: stated_amount(line, code) for code in CURRENCIES}
    assert {code: str(amount) for code, amount in found.items()} == {
        "EUR": "0.83",
        "USD": "0.83",
        "JPY": "1",
        "KWD": "0.833",
        "CLF": "0.8325",
    }


def test_tiers_are_graduated_or_volume() -> None:
    tiers = tiers_in(PRODUCTS["PV-1K"], "EUR")

    def come_to(quantity: str, pricing: Pricing) -> Decimal | None:
        return tiers_amount(tiers, pricing, Decimal(quantity), "EUR")

    numbers = ("0", "1", "10000", "10001", "150000")
    assert [str(come_to(one, "graduated")) for one in numbers] == [
        "0.00",
        "1.20",
        "12000.00",
        "12000.90",
        "120500.00",
    ]
    assert [str(come_to(one, "volume")) for one in numbers] == ["0.00", "1.20", "12000.00", "9000.90", "82500.00"]


def test_priced_line_states_the_thresholds() -> None:
    line = sold("PV-1K", "JPY", quantity="20000", discount_percent=Decimal(10))
    assert line.pricing == "graduated"
    assert line.tiers == (
        StatedTier(above=0, price=Decimal(190)),
        StatedTier(above=10_000, price=Decimal(140)),
        StatedTier(above=100_000, price=Decimal(90)),
    )
    assert (line.list_price, *amounts(line)) == (None, "10", "330000", "2970000")


def test_currency_that_it_is_not_sold_in_has_no_amount() -> None:
    for sku in ("SUB-EDIT", "PV-1K"):
        line = sold(sku, "KWD", discount_percent=Decimal(10))
        assert list_amount(PRODUCTS[sku], line, "KWD", ON) is None
        assert (line.list_price, line.discount, line.sold_price) == (None, None, None)


def test_description_of_the_catalogue_is_left_out() -> None:
    german = PRODUCTS["WS-SEO"].descriptions["de"]
    line = Line(number=1, sku="WS-SEO", description=german)
    assert priced(line, PRODUCTS["WS-SEO"], "EUR", ON, language="de").description == ""
    assert priced(line, PRODUCTS["WS-SEO"], "EUR", ON, language="en").description == german


def test_discount_is_never_below_what_was_taken_off() -> None:
    line = Line(number=1, sku="ANY", list_price=Decimal(3000), discount=Decimal("150.01"))
    assert percent_off(line, "EUR") == Decimal("5.0004")
    assert percent_off(replace(line, discount_percent=Decimal("5.00")), "EUR") == Decimal("5.0004")
    assert percent_off(sold("SUB-EDIT", discount_percent=Decimal("33.33")), "EUR") == Decimal("33.33")


def test_tiers_that_begin_above_nought_come_to_nothing() -> None:
    tiers = (StatedTier(above=10, price=Decimal(1)),)
    assert tiers_amount(tiers, "graduated", Decimal(20), "EUR") is None


@ORDERS
@given(currencies, lines())
def test_priced_line_adds_up_in_every_currency(currency: str, line: Line) -> None:
    found = priced(line, None, currency, ON)
    amount = stated_amount(found, currency)
    assert amount is not None
    assert found.discount is not None
    assert found.sold_price is not None
    assert found.discount_percent is not None
    assert amount - found.discount == found.sold_price
    assert is_whole(found.sold_price, currency)
    assert is_whole(found.discount, currency)
    assert agrees(amount, found.discount_percent, found.discount, currency)
    assert priced(found, None, currency, ON) == found


@ORDERS
@given(currencies, st.lists(lines(), max_size=6))
def test_totals_are_the_sum_of_the_lines_in_every_currency(currency: str, written: list[Line]) -> None:
    found = tuple(priced(line, None, currency, ON) for line in written)
    order = Order(number="1", customer="A", currency=currency, ordered_on=ON, lines=found)
    unit = smallest(currency)

    def units(amount: Decimal | None) -> int:
        """As a whole number of smallest units: sums of these are exact whatever the arithmetic of decimals does."""
        assert amount is not None
        assert amount % unit == 0
        return int(amount / unit)

    comes_to = totals(order)
    assert units(comes_to.list) == sum(units(stated_amount(line, currency)) for line in found)
    assert units(comes_to.discount) == sum(units(line.discount) for line in found)
    assert units(comes_to.sold) == sum(units(line.sold_price) for line in found)
    assert comes_to.list - comes_to.discount == comes_to.sold


def test_totals_count_what_is_not_written_as_nought() -> None:
    line = Line(number=1, sku="ANY", sold_price=Decimal("NaN"), list_price=Decimal("1E+999"))
    order = Order(number="1", customer="A", currency="EUR", ordered_on=ON, lines=(line, Line(number=2, sku="B")))
    assert totals(order) == Totals(list=Decimal(0), discount=Decimal(0), sold=Decimal(0))

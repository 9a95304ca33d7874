"""Looking over many orders at once tells of each what the rules themselves would."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.order.catalogue import Catalogue, ListPrice, Product
from handrail.order.columns import Tables, columns_of
from handrail.order.findings import check
from handrail.order.many import OF_LINES, OF_ORDERS, Settled, otherwise, plain_lines
from handrail.order.pricing import priced
from handrail.order.purchase import Line, Order
from tests.core.random_orders import ORDERS, any_orders, numbers, percents
from tests.core.sound_order import BUYER, CATALOGUE, TODAY, line, order

D = Decimal
FEW = settings(ORDERS, max_examples=30)


def settled(asked: Order, catalogue: Catalogue = CATALOGUE) -> Settled:
    return Settled(order=asked, buyer=BUYER, on=TODAY, findings=check(asked, catalogue, BUYER, on=TODAY))


def with_product(sku: str, **changed: Any) -> Catalogue:
    product: Product = replace(CATALOGUE.products[sku], **changed)
    return replace(CATALOGUE, version=2, products=dict(CATALOGUE.products) | {sku: product})


DEARER = (*CATALOGUE.products["SUB-EDIT"].prices, ListPrice(currency="EUR", amount=D(12500), valid_from=TODAY))


@pytest.mark.parametrize(
    ("catalogue", "rules"),
    [
        (CATALOGUE, ()),
        (with_product("SUB-EDIT", prices=DEARER), ("price-not-listed",)),
        (with_product("WS-SEO", retired_on=TODAY), ("retired-sku",)),
        (with_product("WS-SEO", quantities=(1, 4)), ("number-not-sold",)),
        (with_product("WS-SEO", consume_within_days=30), ("consume-by-beyond",)),
        (with_product("PV-1K", pricing="volume"), ("threshold-differs",)),
        (replace(CATALOGUE, products={}), ("unknown-sku",)),
        (replace(CATALOGUE, currencies=("USD",)), ("currency-not-sold",)),
        (replace(CATALOGUE, territories=()), ("territory-unknown",)),
        (replace(CATALOGUE, tables="nothing"), ("discount-above-level",)),
    ],
)
def test_settled_order_is_told_by_the_rules_that_differ(catalogue: Catalogue, rules: tuple[str, ...]) -> None:
    later = replace(order(), ordered_on=date(2026, 12, 1))
    assert list(otherwise([settled(order()), settled(later)], Tables(catalogue))) == [rules, rules]


def test_what_was_wrong_before_and_is_right_now_is_told_too() -> None:
    was = with_product("WS-SEO", quantities=(1, 4))
    assert list(otherwise([settled(order(), was)], Tables(CATALOGUE))) == [("number-not-sold",)]


def test_sound_lines_are_seen_to_be_plain_and_what_is_odd_is_left_to_the_rules() -> None:
    tables = Tables(CATALOGUE)
    columns = columns_of([order(), order(line(1, "OS-DAY", "2"), line(2, "OS-DAY", "2.5"))], [TODAY, TODAY], tables)
    assert plain_lines(columns, tables).tolist() == [True, False, True, True, False]


some_skus = st.sampled_from((*CATALOGUE.products, "NONE"))
some_days = st.none() | st.dates(date(2026, 11, 1), date(2027, 12, 31))
some_currencies = st.sampled_from(("EUR", "JPY", "KWD"))


@st.composite
def nearly_sound(draw: st.DrawFn) -> Order:
    """Priced as the catalogue has it, and then with a thing or two that may be wrong."""
    currency, lines = draw(some_currencies), []
    for number in range(draw(st.integers(0, 3))):
        sku, percent = draw(some_skus), draw(st.just(D(0)) | percents)
        written = Line(number=number, sku=sku, quantity=draw(st.just(D(1)) | numbers), discount_percent=percent)
        found = priced(written, CATALOGUE.products.get(sku), currency, TODAY)
        found = replace(found, consume_by=draw(st.just(found.consume_by) | some_days))
        lines.append(replace(found, sold_price=draw(st.just(found.sold_price) | st.none() | numbers)))
    return replace(order(), lines=tuple(lines), currency=currency)


@FEW
@given(st.lists(nearly_sound() | any_orders(), max_size=4))
def test_plain_lines_are_those_that_no_rule_tells_anything_of(orders: list[Order]) -> None:
    tables = Tables(CATALOGUE)
    columns = columns_of(orders, [TODAY] * len(orders), tables)
    plain = plain_lines(columns, tables)
    told = {
        (at, place)
        for at, one in enumerate(orders)
        for place, sold in enumerate(one.lines)
        if check(replace(one, lines=(sold,)), CATALOGUE, BUYER, on=TODAY, rules=OF_LINES)
    }
    places = [(at, place) for at, one in enumerate(orders) for place in range(len(one.lines))]
    assert {place for place, is_plain in zip(places, plain.tolist(), strict=True) if is_plain} & told == set()


@FEW
@given(st.lists(nearly_sound() | any_orders(), max_size=3))
def test_looking_over_many_tells_what_checking_each_would(orders: list[Order]) -> None:
    other = with_product("WS-SEO", quantities=(1, 4), consume_within_days=100, retired_on=date(2027, 6, 1))
    many = [settled(one) for one in orders]
    compared = {rule.name for rule in (*OF_LINES, *OF_ORDERS)}
    expected = []
    for one in many:
        now = check(one.order, other, BUYER, on=TODAY)
        before, after = (
            {(found.rule, found.line) for found in findings if found.rule in compared}
            for findings in (one.findings, now)
        )
        expected.append(tuple(sorted({rule for rule, _ in before ^ after})))
    assert list(otherwise(many, Tables(other))) == expected

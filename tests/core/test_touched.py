"""What a change of an order touches: in words, and which approvals are asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handrail.order import samples
from handrail.order.finding import Finding
from handrail.order.purchase import Address, Invoice, Line, Order, StatedTier, StatementOfWork
from handrail.order.touched import (
    APPROVALS,
    NOTHING,
    OUTCOMES,
    TOUCHES,
    Area,
    Asked,
    Changed,
    Version,
    asked,
    changes,
    outcome_of,
    touched,
)
from handrail.runbook.loading import load
from tests.spec.chapter import RUNBOOKS

LINES = (
    Line(number=1, sku="SUB-EDIT", list_price=Decimal(12000), discount_percent=Decimal(10), sold_price=Decimal(10800)),
    Line(number=2, sku="WS-SEO", quantity=Decimal(2), consume_by=date(2027, 6, 1)),
    Line(number=3, sku="PV-1K", tiers=(StatedTier(above=0, price=Decimal("1.20")),)),
)
ORDER = Order(
    number="O-1",
    customer="Altona",
    currency="EUR",
    ordered_on=date(2027, 1, 4),
    lines=LINES,
    territory="Europe",
    country="DE",
    invoice=Invoice(name="Ana", address=Address(street="Elbe 1", city="Hamburg", country="DE")),
)
BEFORE = Version(order=ORDER, catalogue=samples.catalogue())


def after(order: Order, *findings: Finding) -> Version:
    return replace(BEFORE, order=order, findings=findings)


def with_line(at: int, **fields: Any) -> Version:
    lines = tuple(replace(one, **fields) if one.number == at else one for one in LINES)
    return after(replace(ORDER, lines=lines))


def said(version: Version, before: Version = BEFORE) -> list[tuple[str, str]]:
    return [(one.area, one.says) for one in changes(before, version)]


def test_empty_change_asks_nobody() -> None:
    assert changes(BEFORE, BEFORE) == ()
    assert (asked(()), touched(()), outcome_of(())) == ((), frozenset(), NOTHING)


def test_each_change_of_a_line_is_told_in_words() -> None:
    assert said(with_line(1, discount_percent=Decimal(20), sold_price=Decimal("9600.50"))) == [
        ("prices", "the discount of line 1 went from 10 percent to 20 percent"),
        ("prices", "the sold price of line 1 went from 10800 to 9600.5"),
    ]
    assert said(with_line(2, quantity=Decimal(4), consume_by=None)) == [
        ("services", "the number of line 2 went from 2 to 4"),
        ("services", "the date to consume by of line 2 was taken out, which was 1 June 2027"),
    ]
    assert said(with_line(2, sku="WS-KICKOFF", quantity=Decimal(1))) == [
        ("services", "line 2 went from 2 WS-SEO to 1 WS-KICKOFF")
    ]
    assert said(with_line(3, tiers=(StatedTier(above=0, price=Decimal(1)),))) == [
        ("prices", "the thresholds of line 3 went from 1.2 above 0 to 1 above 0")
    ]
    assert said(with_line(2, from_pack=True)) == []
    assert said(after(replace(ORDER, lines=LINES[:2]))) == [("services", "line 3 was taken out, 1 PV-1K")]
    assert said(BEFORE, after(replace(ORDER, lines=LINES[:2]))) == [("services", "line 3 was added, 1 PV-1K")]


def test_each_change_of_the_order_is_told_in_words() -> None:
    address = replace(ORDER.invoice.address, street="Elbe 2")
    order = replace(
        ORDER,
        territory="Worldwide",
        language="de",
        invoice=replace(ORDER.invoice, email="ana@example.org", address=address),
        work=StatementOfWork(text="Move all."),
    )
    assert said(after(order)) == [
        ("territory", "the territory went from Europe to Worldwide"),
        ("invoice", "the invoice contact’s e-mail is now ana@example.org"),
        ("invoice", "the invoice address went from Elbe 1, Hamburg, DE to Elbe 2, Hamburg, DE"),
        ("wording", "the language went from en to de"),
        ("services", "the statement of work was added"),
    ]


def test_what_is_found_anew_is_asked_for_and_what_is_settled_is_not() -> None:
    odd = Finding(rule="odd", severity="warning", says="It is odd.", remedy="", serves="S4.13", line=1)
    told = replace(odd, severity="notice")
    assert said(after(ORDER, odd)) == [("findings", "something new was found: It is odd")]
    assert said(after(ORDER), after(ORDER, odd)) == []
    assert said(after(ORDER, told)) == []
    assert said(after(ORDER, replace(odd, says="It is odder.")), after(ORDER, odd)) == []


def test_what_the_catalogue_describes_anew_is_another_service() -> None:
    products = dict(BEFORE.catalogue.products)
    products["WS-SEO"] = replace(products["WS-SEO"], descriptions={"en": "A whole day."})
    now = replace(BEFORE, catalogue=replace(BEFORE.catalogue, version=2, products=products))
    assert said(now) == [("services", "the description of line 2 is another")]


def test_it_is_said_who_is_asked_again_and_why() -> None:
    found = changes(BEFORE, with_line(1, discount_percent=Decimal(20)))
    assert [one.says for one in asked(found)] == [
        f"{who} is asked again: the discount of line 1 went from 10 percent to 20 percent."
        for who in ("Customer Success", "Finance", "Sales", "The Sales Director", "The Managing Director")
    ]
    moved = changes(BEFORE, after(replace(ORDER, invoice=replace(ORDER.invoice, phone="1"))))
    assert asked(moved) == (Asked(approval="approve-by-finance", because=("the invoice contact’s phone is now 1",)),)


AREAS: list[Area] = list(TOUCHES)
SOME = st.lists(st.sampled_from(AREAS), max_size=6).map(lambda areas: [Changed(area=one, says=one) for one in areas])


@given(SOME, SOME)
def test_more_changes_never_ask_fewer(some: list[Changed], more: list[Changed]) -> None:
    assert touched(some) <= touched([*some, *more])
    assert touched([*some, *more]) == touched(some) | touched(more)


@cache
def reopens() -> dict[str, set[str]]:
    """By how “Say what is new in the order” turns out."""
    text = (Path(RUNBOOKS) / "order-validation.yaml").read_text(encoding="utf-8")
    runbook = load(text, "order-validation.yaml").runbook
    assert runbook is not None
    return {one.name: set(one.reopens) for one in runbook.steps["say-what-changed"].outcomes}


@given(SOME)
def test_outcome_opens_again_what_is_touched_and_nothing_else(some: list[Changed]) -> None:
    assert reopens()[outcome_of(some)] & set(APPROVALS) == touched(some)
    assert {name for name, _ in OUTCOMES} < set(reopens())

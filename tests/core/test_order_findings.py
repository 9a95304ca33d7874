"""Each rule can be provoked and says the whole of it; a sound order has nothing but what is told of its services."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.order.catalogue import Catalogue, ListPrice
from handrail.order.finding import Finding
from handrail.order.findings import approver, check, is_clean, is_outside, standing
from handrail.order.pricing import priced
from handrail.order.purchase import Buyer, Line, Order
from handrail.order.room import Need, Room, needs
from handrail.order.rules.discounts import Approval
from handrail.order.rules.listed import BY_NAME, RULES
from handrail.order.wire import decode_order, encoded
from tests.core.provoked_findings import PROVOKED
from tests.core.random_orders import ORDERS, any_buyers, any_orders, currencies, lines
from tests.core.sound_order import BUYER, CATALOGUE, TODAY, changed, line, order

D = Decimal
ROOM = Room(
    team="client-services",
    name="Client Services",
    since=TODAY,
    until=date(2027, 5, 25),
    hours=D("9.5"),
    why="Its people work 30 hours until then, and 20.5 are promised.",
)


def found(
    asked: Order, buyer: Buyer = BUYER, catalogue: Catalogue = CATALOGUE, room: tuple[Room, ...] | None = None
) -> tuple[Finding, ...]:
    return check(asked, catalogue, buyer, on=TODAY, room=room)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, int | None, str, str]]:
    return [(one.rule, one.line, one.says, one.remedy) for one in findings]


def test_sound_order_has_only_what_is_told_of_its_services() -> None:
    findings = found(order())
    assert findings == (
        Finding(
            rule="invoiced-before-delivery",
            severity="notice",
            says="WS-SEO is invoiced before it is delivered.",
            remedy="Nothing has to be done; tell the customer.",
            serves="S4.11",
            line=3,
            field="sku",
        ),
    )
    assert is_clean(findings)
    assert not is_outside(findings)


# These need something of the catalogue or of the teams, and have tests of their own.
ELSEWHERE = {"fraction", "no-room"}


@pytest.mark.parametrize("rule", PROVOKED)
def test_rule_tells_line_words_and_remedy(rule: str) -> None:
    for asked, buyer, expected in PROVOKED[rule]:
        findings = [one for one in found(asked, buyer) if one.rule == rule]
        assert [f"{one.line or 'order'}: {one.says} → {one.remedy}" for one in findings] == expected
        assert {(one.severity, one.serves, one.outside) for one in findings} == {
            (BY_NAME[rule].severity, BY_NAME[rule].serves, BY_NAME[rule].outside)
        }


def test_every_rule_is_provoked_and_named_once() -> None:
    assert {rule.name for rule in RULES} == set(PROVOKED) | ELSEWHERE
    assert len(BY_NAME) == len(RULES)


def test_workshop_without_fixed_numbers_is_sold_whole() -> None:
    products = dict(CATALOGUE.products) | {"WS-SEO": replace(CATALOGUE.products["WS-SEO"], quantities=())}
    findings = found(order(line(1, "WS-SEO", "1.5")), catalogue=replace(CATALOGUE, products=products))
    assert told(findings)[0] == (
        "fraction",
        1,
        "WS-SEO is sold whole, not in a number of 1.5.",
        "Sell a whole number.",
    )
    assert standing(line(1, "WS-SEO"), products["WS-SEO"], findings) == "number not sold"


def test_order_without_room_says_hours_day_and_why() -> None:
    asked = order(line(1, "WS-SEO", "2"), line(2, "OS-DAY", "1", consume_by=date(2027, 6, 30)))
    assert needs(asked, CATALOGUE, TODAY) == (
        Need(team="client-services", since=TODAY, until=date(2027, 5, 25), hours=D(12)),
        Need(team="client-services", since=TODAY, until=date(2027, 6, 30), hours=D(22)),
    )
    later = replace(ROOM, until=date(2027, 6, 30), hours=D(22))
    assert [one for one in told(found(asked, room=(ROOM, later))) if one[0] == "no-room"] == [
        (
            "no-room",
            None,
            f"Client Services has 9 free hours until 25 May 2027; this order needs 12. {ROOM.why}",
            "Agree on later dates, or on who else does it.",
        )
    ]
    assert "no-room" not in {one.rule for one in found(asked, room=(replace(ROOM, hours=D(12)), later))}


def test_findings_are_told_by_gravity_and_then_from_the_whole_order_down() -> None:
    asked = changed(1, sku="GONE")
    asked = replace(
        asked, lines=(asked.lines[0], asked.lines[1], replace(asked.lines[2], consume_by=None)), remarks="!"
    )
    assert [(one.severity, one.line, one.rule) for one in found(asked)] == [
        ("error", None, "free-text"),
        ("error", 1, "unknown-sku"),
        ("warning", 3, "consume-by-missing"),
        ("notice", 3, "invoiced-before-delivery"),
    ]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({}, "in the catalogue"),
        ({"sku": "GONE"}, "outside the catalogue"),
        ({"sku": "WS-PRINT"}, "retired SKU"),
        ({"description": "Mine"}, "edited description"),
        ({"quantity": D(3)}, "number not sold"),
        ({"list_price": D(1)}, "outside the catalogue"),
        ({"discount_percent": D(10), "discount": D(190), "sold_price": D(1710)}, "in the catalogue"),
    ],
)
def test_line_stands_to_the_catalogue_as_the_runbook_says(written: dict[str, Any], words: str) -> None:
    asked = changed(3, **written)
    own = asked.lines[2]
    assert standing(own, CATALOGUE.products.get(own.sku), found(asked)) == words
    assert standing(asked.lines[0], CATALOGUE.products["SUB-EDIT"], found(asked)) == "in the catalogue"


def test_approver_is_the_highest_of_any_line() -> None:
    def off(number: int, sku: str, percent: str) -> Line:
        product, share = CATALOGUE.products[sku], D(percent)
        listed = product.list_price("EUR", TODAY) or D(0)
        discount = listed * share / 100
        return line(number, sku, discount_percent=share, discount=discount, sold_price=listed - discount)

    asked = order(off(1, "SUB-EDIT", "12"), off(2, "MS-RUN", "12"), off(3, "SUB-EDIT", "14"))
    assert approver(asked, CATALOGUE) == Approval("Sales Director", "rule 3 of “Who approves a discount”", 2, D("12"))
    assert approver(order(), CATALOGUE).approver == "nobody"
    unreadable = replace(CATALOGUE, tables="nonsense")
    assert approver(asked, unreadable) == Approval(
        "Managing Director", "the catalogue’s tables cannot be read", 3, D("14")
    )


def test_price_that_became_valid_last_counts() -> None:
    product = CATALOGUE.products["SUB-EDIT"]
    dearer = ListPrice(currency="EUR", amount=D(12500), valid_from=TODAY)
    products = dict(CATALOGUE.products) | {"SUB-EDIT": replace(product, prices=(*product.prices, dearer))}
    catalogue = replace(CATALOGUE, products=products)
    assert [one.says for one in found(order(), catalogue=catalogue) if one.rule == "price-not-listed"] == [
        "Its list price of 12,000.00 EUR is not the catalogue’s, which is 12,500.00 EUR."
    ]
    yesterday = order(ordered_on=date(2026, 11, 25))
    assert "price-not-listed" not in {one.rule for one in found(yesterday, catalogue=catalogue)}


@ORDERS
@given(currencies, st.lists(lines(), max_size=4))
def test_priced_lines_have_no_finding_of_arithmetic(currency: str, written: list[Line]) -> None:
    asked = order(*(priced(one, None, currency, TODAY) for one in written), currency=currency)
    arithmetic = {"does-not-add-up", "percent-differs", "not-payable", "amount-missing"}
    assert arithmetic & {one.rule for one in found(asked)} == set()


@ORDERS
@given(any_orders(), any_buyers())
def test_any_order_that_can_be_read_is_checked_the_same_each_time(asked: Order, buyer: Buyer) -> None:
    again = decode_order(encoded(asked))
    findings = found(asked, buyer, room=(ROOM,))
    assert found(again, buyer, room=(ROOM,)) == findings
    assert all(one.says and one.remedy and one.rule in BY_NAME for one in findings)
    assert approver(asked, CATALOGUE) == approver(again, CATALOGUE)

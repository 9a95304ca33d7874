"""What was bought is drawn down in order, never twice, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from handrail.handoff.refusal import Mistake, Refused
from handrail.order import samples
from handrail.order.entitlement import (
    REMINDER_DAYS,
    Bought,
    Take,
    balances,
    bought_by,
    draw,
    drawn,
    due_reminder,
    next_reminder,
    state,
    written,
)
from handrail.order.purchase import Line, Order
from handrail.worktime.calendar import Calendar

TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)
WEEK = Calendar(name="week", zone="UTC")


def bought(number: int = 1, quantity: str = "1", consume_by: date | None = None, **more: object) -> Bought:
    base = Bought(
        id=number,
        sku="WS-1",
        title="Workshop",
        kind="workshop",
        quantity=Decimal(quantity),
        sold_on=date(2020, 1, 1),
        consume_by=consume_by,
    )
    return replace(base, **more)  # type: ignore[arg-type]


amounts = st.integers(min_value=1, max_value=50_000).map(lambda tenths: Decimal(tenths) / 10_000)
days = st.integers(min_value=-40, max_value=40).map(lambda one: TODAY + one * DAY)


@st.composite
def holdings(draw: st.DrawFn) -> tuple[Bought, ...]:
    found = []
    for number in range(draw(st.integers(min_value=0, max_value=6))):
        quantity = draw(amounts)
        used = draw(st.sampled_from((Decimal(0), quantity, (quantity / 2).quantize(Decimal("0.0001")))))
        one = bought(
            number,
            quantity=str(quantity),
            consume_by=draw(st.none() | days),
            used=min(used, quantity),
            sold_on=draw(days),
            starts_on=draw(st.none() | days),
            priority=draw(st.integers(min_value=0, max_value=2)),
            kind=draw(st.sampled_from(("workshop", "workshop", "subscription"))),
            closed=draw(st.sampled_from((False, False, False, True))),
        )
        found.append(one)
    return tuple(found)


@given(held=holdings(), quantity=amounts, reason=st.sampled_from(("", "They were ill.")))
def test_draw_takes_what_was_asked_in_order_or_says_how_much_is_missing(
    held: tuple[Bought, ...], quantity: Decimal, reason: str
) -> None:
    usable = [
        one
        for one in held
        if one.kind == "workshop"
        and one.left > 0
        and (one.starts_on is None or one.starts_on <= TODAY)
        and (reason or one.consume_by is None or one.consume_by >= TODAY)
    ]
    takes = draw(held, quantity, TODAY, reason)
    room = sum((one.left for one in usable), Decimal(0))
    if room < quantity:
        assert isinstance(takes, Refused)
        fewer = f"{written(quantity - room)} fewer than {written(quantity)}."
        assert takes.says.startswith(f"Only {written(room)} can be used on 2026-12-01: {fewer}")
        return
    assert not isinstance(takes, Refused)
    assert sum(one.quantity for one in takes) == quantity
    after = drawn(held, takes)
    assert all(0 <= one.used <= one.quantity for one in after)
    assert drawn(after, takes, back=True) == held
    turn = [
        one.id
        for one in sorted(
            usable,
            key=lambda one: (
                one.consume_by is not None and one.consume_by < TODAY,
                one.priority,
                one.consume_by is None,
                one.consume_by or TODAY,
                one.sold_on,
                one.id,
            ),
        )
    ]
    assert [one.id for one in takes] == turn[: len(takes)]
    by_id = {one.id: one for one in after}
    assert all(by_id[one.id].left == 0 for one in takes[:-1])


@given(held=holdings(), parts=st.lists(amounts, max_size=5))
def test_nothing_is_drawn_twice_however_often_it_is_asked(held: tuple[Bought, ...], parts: list[Decimal]) -> None:
    before, taken = sum((one.left for one in held), Decimal(0)), Decimal(0)
    for part in parts:
        takes = draw(held, part, TODAY, "Late.")
        if not isinstance(takes, Refused):
            held, taken = drawn(held, takes), taken + part
    assert before - sum((one.left for one in held), Decimal(0)) == taken


@given(held=holdings())
def test_balances_are_what_was_bought_less_what_went(held: tuple[Bought, ...]) -> None:
    found = balances(held, TODAY)
    assert sum((one.bought for one in found), Decimal(0)) == sum((one.quantity for one in held), Decimal(0))
    assert all(one.bought == one.used + one.left + one.closed for one in found)


def test_refusals_say_all_that_stands_in_the_way() -> None:
    past, later = bought(1, "2", TODAY - DAY), bought(2, "3", starts_on=TODAY + DAY)
    first = "Only 0 can be used on 2026-12-01: 1 fewer than 1."
    second = "2 more could be called for until 2026-11-30: say why they are used all the same."
    third = "3 more can be called for from 2026-12-02 on."
    assert draw([past, later], Decimal(1), TODAY) == Refused(
        code="no-reason", says=f"{first} {second} {third}", mistakes=(Mistake(field="reason", says=second),)
    )
    assert draw([past], Decimal(1), TODAY, "We had promised it.") == (Take(id=1, quantity=Decimal(1)),)
    says = f"Only 0 can be used on 2026-12-01: 1 fewer than 1. {third}"
    assert draw([later], Decimal(1), TODAY) == Refused(
        code="not-enough", says=says, mistakes=(Mistake(field="quantity", says=says),)
    )
    for wrong, words in (
        ("0", "Write how many were used: a number above 0."),
        ("NaN", "Write how many were used: a number above 0."),
        ("0.00001", "Write at most 4 decimal places."),
    ):
        refused = draw([past], Decimal(wrong), TODAY)
        assert isinstance(refused, Refused)
        assert refused.says == words


def test_states_tell_what_asks_for_something() -> None:
    used = bought(used=Decimal(1))
    found = {
        "open": bought(consume_by=TODAY + 31 * DAY),
        "running out": bought(consume_by=TODAY),
        "past": bought(consume_by=TODAY - DAY),
        "undated": bought(),
        "used up": used,
        "closed": replace(used, used=Decimal(0), closed=True),
        "as bought": bought(kind="subscription"),
    }
    assert {name: state(one, TODAY) for name, one in found.items()} == {name: name for name in found}


def test_order_gives_one_for_each_line_with_the_catalogues_time_to_use_it() -> None:
    lines = (
        Line(number=1, sku="WS-KICKOFF", quantity=Decimal(2), consume_by=date(2027, 5, 1)),
        Line(number=2, sku="TR-ADMIN"),
        Line(number=3, sku="GONE", description="A day with Ann"),
        Line(number=4, sku="SUB-EDIT", quantity=Decimal(0)),
    )
    order = Order(
        number="O-1",
        customer="Acme",
        currency="EUR",
        ordered_on=TODAY,
        starts_on=date(2027, 1, 1),
        language="de",
        lines=lines,
    )
    catalogue = samples.catalogue()
    training = catalogue.products["TR-ADMIN"]
    assert training.consume_within_days is not None
    found = bought_by(order, catalogue)
    assert [(one.id, one.sku, one.kind, one.quantity, one.consume_by) for one in found] == [
        (1, "WS-KICKOFF", "workshop", Decimal(2), date(2027, 5, 1)),
        (2, "TR-ADMIN", "training", Decimal(1), date(2027, 1, 1) + training.consume_within_days * DAY),
        (3, "GONE", "other", Decimal(1), None),
    ]
    assert [one.title for one in found] == [
        catalogue.products["WS-KICKOFF"].titles["de"],
        training.titles["de"],
        "A day with Ann",
    ]


def test_reminders_come_on_working_days_before_the_date_and_the_last_due_one_stands_for_those_missed() -> None:
    one = bought(consume_by=date(2027, 1, 15))
    coming = [next_reminder(one, WEEK, at) for at in range(4)]
    assert [(found.on, found.place) if found else None for found in coming] == [
        (date(2026, 12, 4), 0),
        (date(2027, 1, 1), 1),
        (date(2027, 1, 13), 2),
        None,
    ]
    assert len(REMINDER_DAYS) == 3
    late, after = due_reminder(one, WEEK, 0, date(2027, 1, 2))
    assert (late.place if late else None, after) == (1, 2)
    assert due_reminder(one, WEEK, 0, date(2026, 12, 3)) == (None, 0)
    assert due_reminder(one, WEEK, 0, date(2027, 1, 16)) == (None, 3)
    assert next_reminder(replace(one, used=one.quantity), WEEK, 0) is None


def test_numbers_read_as_people_write_them() -> None:
    assert [written(Decimal(one)) for one in ("20.0000", "1.5000", "0", "5000000", "0.0001")] == [
        "20",
        "1.5",
        "0",
        "5,000,000",
        "0.0001",
    ]

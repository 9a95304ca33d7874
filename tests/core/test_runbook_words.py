"""What a runbook says, in words that people read: each new kind of timing, session, window and derived fact."""

from datetime import date, time

import pytest

from handrail.runbook.model import FirstDays, Lapse, Season, Session, Timing, Window
from handrail.runbook.problem import Place
from handrail.runbook.words import (
    condition_words,
    derivation_words,
    lapse_words,
    session_words,
    timing_words,
    window_words,
)
from tests.core.difference_text import changed, everything

NOWHERE = Place(file="")


def timing_of(written: str) -> Timing:
    """As a deadline of the step “Watch”, which may count from when it opened."""
    found = changed(("due: 48 hours after opened", f"due: {written}")).steps["watch"].due
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("5 working days before go_live", "5 working days before Go-live"),
        ("1 working day before go_live", "1 working day before Go-live"),
        ("0 calendar days after go_live", "on Go-live"),
        ("0 working days after start", "on the start of the handoff or the nearest working day"),
        ("0 calendar days after accept", "on the day when “Accept” is done"),
        ("0 working days after accept", "on the day when “Accept” is done, or the nearest working day"),
        ("3 working days after start, inclusive", "3 working days after the start of the handoff, that day included"),
        ("48 hours after opened", "48 hours after it opens"),
        ("1 hour after kicked_off", "1 hour after Kicked off"),
        ("0 hours after kicked_off", "at Kicked off"),
        ("0 working hours after accept", "when “Accept” is done"),
        ("last board before go_live", "in the last “Board” before Go-live"),
        ("first class after accept", "in the first “Class” after “Accept” is done"),
        ("support.days hours after start", "as many hours after the start of the handoff as “Support, days” says"),
    ],
)
def test_timing_is_said_in_titles(written: str, said: str) -> None:
    assert timing_words(everything(), timing_of(written)) == said


def test_timing_with_the_amount_that_a_decision_gave() -> None:
    assert timing_words(everything(), timing_of("support.days hours after start"), "1") == (
        "1 hour after the start of the handoff"
    )


def test_own_due_day_is_said_in_words() -> None:
    escalation = everything().steps["papers"].escalations[0]
    assert timing_words(everything(), escalation.at) == "2 working days after it is due"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("modules_sold", "the number of Modules sold where Price is above 0 USD"),
        ("worth", "the sum of Price of Modules sold"),
        ("signs", "how many of The board meets and Risks are kept are yes"),
        (
            "alike",
            "the number of other customers with the same Care, where Seats is from 10, whose Go-live has come",
        ),
        ("other_phases", "whether there are other phases of the project that are running"),
        ("open_fee", "Fee by the contract less Worth of the modules"),
        ("share", "Fee not yet sold divided by Fee by the contract"),
        ("notice", "the working days from Signed on to Go-live"),
        ("same_fee", "whether MRR and Fee by the contract agree"),
    ],
)
def test_derived_fact_is_said_in_titles(name: str, said: str) -> None:
    assert derivation_words(everything(), everything().derived[name].how) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("any: modules", "whether there are any Modules sold"),
        ("none: modules, where: {name: given}", "whether there are no Modules sold where Name is given"),
        ("all: modules, where: {name: given}", "whether for all Modules sold Name is given"),
        ("min: modules.price", "the least Price of Modules sold"),
        ("max: modules.price", "the greatest Price of Modules sold"),
        ("all: [board_meets, risks_kept], that_are: yes", "whether all of The board meets and Risks are kept are yes"),
        ("none: [board_meets, risks_kept], that_are: yes", "whether none of The board meets and Risks are kept is yes"),
        ("none: customers, like: [care]", "whether there are no other customers with the same Care"),
        ("count: phases, that_are: over", "the number of other phases of the project that are over"),
        ("days: [signed_on, go_live]", "the calendar days from Signed on to Go-live"),
    ],
)
def test_every_way_of_deriving_has_words(written: str, said: str) -> None:
    runbook = changed(("agree: [mrr, fee]", written))
    assert derivation_words(runbook, runbook.derived["same_fee"].how) == said


def test_condition_speaks_of_milestones_and_columns_by_their_titles() -> None:
    runbook = changed(("{accept: done}, says", "{in-use: reached, open_fee: given}, says"))
    assert condition_words(runbook, runbook.ends[0].when) == (
        "“Customer works with it” is reached and Fee not yet sold is given"
    )
    when = runbook.steps["papers"].when
    assert when is not None
    assert condition_words(runbook, when) == "Price is above 100 USD"


def test_lapse_is_said_in_one_or_many() -> None:
    assert lapse_words(Lapse(amount=1, unit="working hours")) == "1 working hour"
    assert lapse_words(Lapse(amount=30, unit="calendar days")) == "30 calendar days"


def session(weekdays: tuple[int, ...], every: int) -> Session:
    return Session(
        name="board",
        title="Board",
        weekdays=weekdays,
        every=every,
        first=date(2026, 1, 5),
        starts=time(9),
        ends=time(10, 30),
        zone="America/New_York",
        place=NOWHERE,
    )


def test_session_is_said_with_its_days_hours_and_weeks() -> None:
    assert session_words(session((0,), 1)) == "Mondays 09:00–10:30 (America/New_York)"
    assert session_words(session((0, 2, 4), 2)) == (
        "Mondays, Wednesdays and Fridays 09:00–10:30 (America/New_York), every two weeks"
    )
    assert session_words(session((6,), 12)) == "Sundays 09:00–10:30 (America/New_York), every 12 weeks"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (FirstDays(count=5, of="quarter"), "the first 5 working days of each quarter"),
        (FirstDays(count=1, of="month", working=False, last=True), "the last calendar day of each month"),
        (Season(first=(12, 15), last=(1, 5)), "15 December to 5 January"),
        (Season(first=(2, 1), last=(2, 29)), "1 February to 29 February"),
    ],
)
def test_window_is_said_in_days(days: FirstDays | Season, said: str) -> None:
    assert window_words(Window(name="w", title="W", days=days, place=NOWHERE)) == said

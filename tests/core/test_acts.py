"""The history in acts: what somebody did, with what followed by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handrail.handoff import events as e
from handrail.handoff.acts import Act, acts, is_about, is_by
from handrail.handoff.people import Person

PAULA, LENA = Person(1, "Paula"), Person(2, "Lena")
NOON = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)


def event(
    number: int, what: e.Event, by: Person | None = None, minutes: int = 0, away: Person | None = None
) -> e.Recorded:
    return e.Recorded(number=number, at=NOON + timedelta(minutes=minutes), by=by, event=what, on_behalf_of=away)


DECIDED = e.LeftUndecided(decision="support", says="MRR is missing.", missing=("mrr",))
OPENED = e.Moved(opened=("fill",))
EVENTS = (
    event(1, e.FactsGiven(values={"mrr": "5"}, source=""), PAULA),
    event(2, DECIDED),
    event(3, OPENED),
    event(4, e.Finished(step="watch"), LENA, away=PAULA),
    event(5, e.FellDue(steps={"fill": NOON.date()}), minutes=5),
    event(6, DECIDED, minutes=5),
    event(7, DECIDED, minutes=6),
)


def numbers(found: tuple[Act, ...]) -> list[list[int]]:
    return [[one.number for one in act.whole] for act in found]


def test_what_follows_stands_with_what_it_follows_from() -> None:
    """Also where two people did something at one instant, and what the time brings is an act of its own."""
    assert numbers(acts(EVENTS)) == [[1, 2, 3], [4], [5, 6], [7]]


def test_history_without_events_has_no_acts() -> None:
    assert acts(()) == ()


def test_acts_are_found_by_who_did_them_or_had_them_done() -> None:
    assert numbers(tuple(act for act in acts(EVENTS) if is_by(act, PAULA.id))) == [[1, 2, 3], [4]]


def test_acts_are_found_by_the_steps_that_they_or_what_followed_is_about() -> None:
    found = acts(EVENTS)
    assert numbers(tuple(act for act in found if is_about(act, "fill"))) == [[1, 2, 3], [5, 6]]
    assert numbers(tuple(act for act in found if is_about(act, "watch"))) == [[4]]


def test_what_was_heard_from_outside_is_an_act_of_its_own() -> None:
    heard = e.Unsubscribed(contact="ana@cedar.example", name="Ana")
    assert numbers(acts([*EVENTS[:3], event(4, heard), event(5, OPENED)])) == [[1, 2, 3], [4, 5]]

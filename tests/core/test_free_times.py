"""Free times: within everybody's hours, outside what they have, and a choice of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handrail.worktime.calendar import Calendar
from handrail.worktime.free import Span, free_times

NEW_YORK = Calendar(name="office", zone="America/New_York", closed=frozenset({date(2027, 1, 5)}))
PARIS = Calendar(name="paris", zone="Europe/Paris")
QUARTER = timedelta(minutes=15)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC)


def starts(spans: tuple[Span, ...]) -> list[datetime]:
    return [one.starts_at for one in spans]


def test_times_lie_in_the_hours_of_all() -> None:
    """9–17 in New York and 9–17 in Paris share 14:00 to 16:00 UTC; on the 5th New York is closed."""
    found = free_times([NEW_YORK, PARIS], [], QUARTER, at(4, 8), 5)
    assert starts(found) == [at(4, 14), at(4, 14, 30), at(6, 14), at(6, 14, 30), at(7, 14)]


def test_what_somebody_has_already_is_passed_over() -> None:
    busy = [Span(at(4, 14), at(4, 14, 40)), Span(at(4, 15, 5), at(4, 15, 10))]
    assert starts(free_times([NEW_YORK, PARIS], busy, QUARTER, at(4, 8), 2)) == [at(4, 15, 30), at(6, 14)]


def test_a_long_meeting_needs_a_whole_time_and_there_may_be_none() -> None:
    assert free_times([NEW_YORK, PARIS], [], timedelta(hours=3), at(4, 8), 2) == ()
    assert free_times([], [], QUARTER, at(4, 8), 2) == ()
    assert starts(free_times([NEW_YORK], [], timedelta(hours=8), at(4, 8), 1)) == [at(4, 14)]

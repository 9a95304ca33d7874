"""Meetings that come round: which one is the last before a day, which the next, and which do not count."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.worktime.calendar import Calendar
from handrail.worktime.sessions import Session, Sessions
from tests.core.random_calendars import DAY, ZONES, calendars, days

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = Calendar(name="office", zone="UTC", closed=frozenset({date(2027, 1, 18), date(2027, 1, 23)}))
TRIAGE = Sessions(weekdays=frozenset({1, 3}), starts=time(10), ends=time(11), zone="America/New_York")
PRESENTATION = Sessions(weekdays=frozenset({0}), starts=time(9), ends=time(10), zone="America/New_York")
GROUP_CALL = Sessions(
    weekdays=frozenset({0, 2}),
    starts=time(15),
    ends=time(16),
    zone="America/New_York",
    every_weeks=2,
    anchor=date(2027, 1, 6),
)


@st.composite
def any_sessions(draw: st.DrawFn) -> Sessions:
    starts = draw(st.integers(0, 23))
    return Sessions(
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        starts=time(starts),
        ends=time((starts + 1) % 24),
        zone=draw(st.sampled_from(ZONES)),
        every_weeks=draw(st.integers(1, 5)),
        anchor=draw(days),
    )


def falls_on(sessions: Sessions, day: date) -> bool:
    """The plainest reading: the right weekday, in a week that is so many weeks from the anchor's."""
    monday, of_anchor = day - DAY * day.weekday(), sessions.anchor - DAY * sessions.anchor.weekday()
    return day.weekday() in sessions.weekdays and (monday - of_anchor).days // 7 % sessions.every_weeks == 0


def walked(sessions: Sessions, calendar: Calendar, day: date, step: timedelta) -> date:
    """The first day of a session from that day on, or back, that does not fall on a closing day."""
    while not falls_on(sessions, day) or day in calendar.closed:
        day += step
    return day


def day_of(sessions: Sessions, session: Session | None) -> date:
    assert session is not None
    return session.starts_at.astimezone(ZoneInfo(sessions.zone)).date()


@given(any_sessions(), calendars(), days)
def test_last_session_before_a_day_is_the_one_that_a_walk_finds(
    sessions: Sessions, calendar: Calendar, day: date
) -> None:
    found = sessions.last_ending_before(day, calendar)
    assert day_of(sessions, found) == walked(sessions, calendar, day - DAY, -DAY)


@given(any_sessions(), calendars(), days, st.integers(0, 24 * 60))
def test_first_session_from_an_instant_is_the_one_that_a_walk_finds(
    sessions: Sessions, calendar: Calendar, day: date, minute: int
) -> None:
    instant = datetime.combine(day, time(), UTC) + timedelta(minutes=minute)
    found = sessions.first_from(instant, calendar)
    today = instant.astimezone(ZoneInfo(sessions.zone)).date()
    following = walked(sessions, calendar, today, DAY)
    assert found is not None
    assert found.starts_at >= instant
    assert day_of(sessions, found) in {following, walked(sessions, calendar, following + DAY, DAY)}
    # What was passed over began too early.
    passed = sessions.between(following, day_of(sessions, found) - DAY, calendar)
    assert [session.starts_at < instant for session in passed] == [True] * len(passed)


@given(any_sessions(), calendars(), days, st.integers(-3, 60))
def test_sessions_between_are_those_of_the_days(
    sessions: Sessions, calendar: Calendar, first: date, length: int
) -> None:
    last = first + DAY * length
    those = [day for at in range(length + 1) if falls_on(sessions, day := first + DAY * at)]
    assert [day_of(sessions, one) for one in sessions.between(first, last)] == those
    assert [day_of(sessions, one) for one in sessions.between(first, last, calendar)] == [
        day for day in those if day not in calendar.closed
    ]


def told(session: Session | None) -> str:
    assert session is not None
    return f"{session.starts_at.astimezone(NEW_YORK):%a %Y-%m-%d %H:%M}–{session.ends_at.astimezone(NEW_YORK):%H:%M}"


@pytest.mark.parametrize(
    ("sessions", "day", "says"),
    [
        (PRESENTATION, date(2027, 1, 13), "Mon 2027-01-11 09:00–10:00"),
        (PRESENTATION, date(2027, 1, 11), "Mon 2027-01-04 09:00–10:00"),  # on the day itself is too late
        (PRESENTATION, date(2027, 1, 20), "Mon 2027-01-11 09:00–10:00"),  # the 18th is a holiday
        (TRIAGE, date(2027, 1, 14), "Tue 2027-01-12 10:00–11:00"),
        (TRIAGE, date(2027, 1, 15), "Thu 2027-01-14 10:00–11:00"),
        (TRIAGE, date(2027, 3, 17), "Tue 2027-03-16 10:00–11:00"),  # the clock has jumped
        (GROUP_CALL, date(2027, 1, 6), "Mon 2027-01-04 15:00–16:00"),
        (GROUP_CALL, date(2027, 1, 18), "Wed 2027-01-06 15:00–16:00"),
        (GROUP_CALL, date(2027, 1, 20), "Wed 2027-01-06 15:00–16:00"),  # Monday the 18th is a holiday
        (GROUP_CALL, date(2027, 1, 21), "Wed 2027-01-20 15:00–16:00"),
        (GROUP_CALL, date(2026, 12, 31), "Wed 2026-12-23 15:00–16:00"),  # the beat goes back as well
    ],
)
def test_last_session_ends_before_the_day_begins(sessions: Sessions, day: date, says: str) -> None:
    assert told(sessions.last_ending_before(day, OFFICE)) == says


@pytest.mark.parametrize(
    ("sessions", "instant", "says"),
    [
        (TRIAGE, "2027-01-12 10:00", "Tue 2027-01-12 10:00–11:00"),
        (TRIAGE, "2027-01-12 10:01", "Thu 2027-01-14 10:00–11:00"),
        (PRESENTATION, "2027-01-12 00:00", "Mon 2027-01-25 09:00–10:00"),
        (GROUP_CALL, "2027-01-07 00:00", "Wed 2027-01-20 15:00–16:00"),
    ],
)
def test_first_session_starts_at_the_instant_or_later(sessions: Sessions, instant: str, says: str) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=NEW_YORK)
    assert told(sessions.first_from(at, OFFICE)) == says


def test_weekend_of_the_calendar_is_no_holiday() -> None:
    saturdays = Sessions(weekdays=frozenset({5}), starts=time(10), ends=time(11), zone="America/New_York")
    assert [told(one) for one in saturdays.between(date(2027, 1, 10), date(2027, 1, 31), OFFICE)] == [
        "Sat 2027-01-16 10:00–11:00",
        "Sat 2027-01-30 10:00–11:00",
    ]


def test_session_that_ends_at_midnight_is_over_when_the_day_begins() -> None:
    late = Sessions(weekdays=frozenset({0}), starts=time(23), ends=time(0), zone="America/New_York")
    assert told(late.last_ending_before(date(2027, 1, 12), OFFICE)) == "Mon 2027-01-11 23:00–00:00"


def test_there_are_no_sessions_where_dates_end() -> None:
    assert TRIAGE.last_ending_before(date(1, 1, 2), OFFICE) is None
    assert TRIAGE.first_from(datetime(9999, 12, 31, 12, tzinfo=UTC), OFFICE) is None


@pytest.mark.parametrize(
    ("weekdays", "every_weeks", "ends", "says"),
    [
        (frozenset[int](), 1, 11, r"Sessions need weekdays, from 0, Monday, to 6, Sunday\."),
        (frozenset({7}), 1, 11, r"Sessions need weekdays, from 0, Monday, to 6, Sunday\."),
        (frozenset({1}), 0, 11, r"Sessions come every week or every few weeks; every 0 weeks is not possible\."),
        (frozenset({1}), 1, 9, r"A session must end after it starts and by midnight, 00:00: 10:00–09:00\."),
    ],
)
def test_impossible_sessions_are_refused(weekdays: frozenset[int], every_weeks: int, ends: int, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}$"):
        Sessions(weekdays=weekdays, every_weeks=every_weeks, starts=time(10), ends=time(ends), zone="UTC")

"""Calendars of chance: any weekdays and zone, breaks, nights, and holidays that may fall on any day."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import strategies as st

from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import Period

DAY = timedelta(days=1)
QUARTERS = 24 * 4  # of an hour, in a day
# Changes of an hour and of half an hour, in spring and autumn of either hemisphere, by night and at midnight; and none.
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Kolkata",
    "UTC",
)

days = st.dates(date(2026, 12, 1), date(2028, 3, 31))


def quarter(number: int) -> time:
    """The time of day after so many quarters of an hour; the last is the midnight at which the day ends."""
    return time(number // 4 % 24, number % 4 * 15)


@st.composite
def days_of_periods(draw: st.DrawFn) -> tuple[Period, ...]:
    """Up to three periods; one may begin as another ends."""
    cuts = sorted(draw(st.sets(st.integers(0, QUARTERS), min_size=2, max_size=6)))
    touching = draw(st.booleans())
    step = 1 if touching and cuts[-2] != QUARTERS else 2
    return tuple((quarter(cuts[at]), quarter(cuts[at + 1])) for at in range(0, len(cuts) - 1, step))


@st.composite
def closures(draw: st.DrawFn) -> frozenset[date]:
    """Single days, and one long closure."""
    begins, length = draw(days), draw(st.integers(0, 30))
    return draw(st.frozensets(days, max_size=40)) | {begins + DAY * at for at in range(length)}


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """The usual hours on most of the week, and periods of their own on some weekdays."""
    return Calendar(
        name="any",
        zone=draw(st.sampled_from(ZONES)),
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        periods={day: draw(days_of_periods()) for day in draw(st.frozensets(st.integers(0, 6)))},
        closed=draw(closures()),
    )

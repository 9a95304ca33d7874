"""Windows and blackouts by day: against a reading of the calendar day by day, and examples of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.worktime.calendar import Calendar
from handrail.worktime.windows import (
    FirstDays,
    LastDays,
    MonthDay,
    Season,
    Span,
    Weekdays,
    Window,
    holds,
    next_day_in,
    next_day_outside,
)
from tests.core.random_calendars import DAY, calendars, days

OFFICE = Calendar(name="office", zone="UTC", closed=frozenset({date(2027, 1, 1), date(2027, 12, 24)}))

month_days = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: MonthDay(day.month, day.day))
counts = st.one_of(st.integers(1, 10), st.integers(1, 366))
spans = st.sampled_from(["week", "month", "quarter", "year"])
units = st.sampled_from(["working days", "calendar days"])
windows = st.one_of(
    st.builds(FirstDays, count=counts, of=spans, unit=units),
    st.builds(LastDays, count=counts, of=spans, unit=units),
    st.builds(Season, first=month_days, last=month_days),
    st.builds(Weekdays, days=st.frozensets(st.integers(0, 6), min_size=1)),
)


def span_of(of: Span, day: date) -> list[date]:
    """All days of its week, month, quarter or year."""
    keys: dict[Span, Callable[[date], object]] = {
        "week": lambda one: one.isocalendar()[:2],
        "month": lambda one: (one.year, one.month),
        "quarter": lambda one: (one.year, (one.month + 2) // 3),
        "year": lambda one: one.year,
    }
    around = (date.fromordinal(day.toordinal() + at) for at in range(-366, 367))
    return [one for one in around if keys[of](one) == keys[of](day)]


def lies_in(window: Window, day: date, calendar: Calendar) -> bool:
    match window:
        case FirstDays(count=count, of=of, unit=unit) | LastDays(count=count, of=of, unit=unit):
            every = [one for one in span_of(of, day) if unit == "calendar days" or calendar.is_worked(one)]
            those = every[:count] if isinstance(window, FirstDays) else every[-count:]
            return bool(those) and those[0] <= day <= those[-1]
        case Season(first=first, last=last):
            today = (day.month, day.day)
            return first <= today <= last if first <= last else today >= first or today <= last
        case Weekdays(days=those):
            return day.weekday() in those


@given(windows, days, calendars())
def test_window_holds_the_days_that_lie_in_it(window: Window, day: date, calendar: Calendar) -> None:
    assert holds(window, day, calendar) == lies_in(window, day, calendar)


@given(windows, days, calendars(), st.booleans())
def test_next_day_is_the_first_that_a_walk_finds(window: Window, day: date, calendar: Calendar, worked: bool) -> None:
    near = [one for at in range(40) if calendar.is_worked(one := day + DAY * at) or not worked]
    for inside, found in (
        (True, next_day_in(window, day, calendar, worked=worked)),
        (False, next_day_outside(window, day, calendar, worked=worked)),
    ):
        expected = next((one for one in near if holds(window, one, calendar) is inside), None)
        if expected is not None or (found is not None and found <= near[-1]):
            assert found == expected
        elif found is not None:
            assert holds(window, found, calendar) is inside
            assert holds(window, found - DAY, calendar) is not inside or not calendar.is_worked(found - DAY)


def stretches(window: Window, year: int) -> list[str]:
    """The days of the year that lie in the window, as `01-04–01-08`."""
    every = [date(year, 1, 1) + DAY * at for at in range(365)]
    inside = [day for day in every if holds(window, day, OFFICE)]
    begins = [day for day in inside if day - DAY not in inside]
    ends = [day for day in inside if day + DAY not in inside]
    return [f"{first:%m-%d}–{last:%m-%d}" for first, last in zip(begins, ends, strict=True)]


@pytest.mark.parametrize(
    ("window", "days_of_2027"),
    [
        (FirstDays(count=5, of="quarter"), ["01-04–01-08", "04-01–04-07", "07-01–07-07", "10-01–10-07"]),
        (LastDays(count=3, of="quarter"), ["03-29–03-31", "06-28–06-30", "09-28–09-30", "12-29–12-31"]),
        (
            FirstDays(count=7, of="quarter", unit="calendar days"),
            ["01-01–01-07", "04-01–04-07", "07-01–07-07", "10-01–10-07"],
        ),
        (LastDays(count=10, of="year", unit="calendar days"), ["12-22–12-31"]),
        (FirstDays(count=1, of="year"), ["01-04–01-04"]),
        (FirstDays(count=366, of="year"), ["01-04–12-31"]),
        (Season(first=MonthDay(6, 15), last=MonthDay(8, 31)), ["06-15–08-31"]),
        (Season(first=MonthDay(12, 20), last=MonthDay(1, 6)), ["01-01–01-06", "12-20–12-31"]),
        (Season(first=MonthDay(2, 29), last=MonthDay(3, 2)), ["03-01–03-02"]),
        (Season(first=MonthDay(2, 27), last=MonthDay(2, 29)), ["02-27–02-28"]),
        (Season(first=MonthDay(2, 29), last=MonthDay(2, 29)), []),
    ],
)
def test_window_is_open_in_2027(window: Window, days_of_2027: list[str]) -> None:
    assert stretches(window, 2027) == days_of_2027


@pytest.mark.parametrize(
    ("window", "day", "inside", "outside"),
    [
        (FirstDays(count=5, of="quarter"), date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 1)),
        (FirstDays(count=5, of="quarter"), date(2027, 1, 6), date(2027, 1, 6), date(2027, 1, 9)),
        (FirstDays(count=5, of="quarter"), date(2027, 1, 9), date(2027, 4, 1), date(2027, 1, 9)),
        (LastDays(count=2, of="week"), date(2027, 12, 20), date(2027, 12, 22), date(2027, 12, 20)),
        (Season(first=MonthDay(12, 20), last=MonthDay(1, 6)), date(2026, 12, 24), date(2026, 12, 24), date(2027, 1, 7)),
        (Season(first=MonthDay(12, 20), last=MonthDay(1, 6)), date(2027, 1, 7), date(2027, 12, 20), date(2027, 1, 7)),
        (Season(first=MonthDay(2, 29), last=MonthDay(2, 29)), date(2027, 1, 7), date(2028, 2, 29), date(2027, 1, 7)),
        (Weekdays(days=frozenset({5, 6})), date(2027, 1, 6), date(2027, 1, 9), date(2027, 1, 6)),
        (Weekdays(days=frozenset({5, 6})), date(2027, 1, 9), date(2027, 1, 9), date(2027, 1, 11)),
    ],
)
def test_next_day_lies_in_the_window_or_outside_it(window: Window, day: date, inside: date, outside: date) -> None:
    assert (next_day_in(window, day, OFFICE), next_day_outside(window, day, OFFICE)) == (inside, outside)


def test_next_working_day_passes_over_days_that_are_not_worked() -> None:
    christmas = Season(first=MonthDay(12, 24), last=MonthDay(12, 26))
    saturday = date(2027, 12, 25)
    assert next_day_in(christmas, saturday, OFFICE, worked=True) == date(2028, 12, 25)
    assert next_day_outside(christmas, saturday, OFFICE, worked=True) == date(2027, 12, 27)


def test_what_does_not_come_within_ten_years_is_none() -> None:
    everything = Season(first=MonthDay(1, 1), last=MonthDay(12, 31))
    every_week = FirstDays(count=7, of="week", unit="calendar days")
    every_day = Weekdays(days=frozenset(range(7)))
    today = date(2027, 1, 6)
    assert [next_day_outside(one, today, OFFICE) for one in (everything, every_week, every_day)] == [None] * 3
    away = Calendar(name="away", zone="UTC", closed=frozenset(today + DAY * at for at in range(3_800)))
    assert next_day_in(FirstDays(count=1, of="month"), today, away) is None
    assert next_day_in(everything, today, away, worked=True) is None
    assert next_day_in(Season(first=MonthDay(2, 29), last=MonthDay(2, 29)), date(2097, 1, 1), OFFICE) == date(
        2104, 2, 29
    )
    assert next_day_in(every_day, date(9999, 1, 1), OFFICE) is None


@pytest.mark.parametrize("count", [0, -1, 367])
def test_window_of_no_days_is_refused(count: int) -> None:
    for window in (FirstDays, LastDays):
        with pytest.raises(ValueError, match=rf"^A window has from 1 to 366 days of its span, not {count}\.$"):
            window(count=count, of="month")


def test_window_of_impossible_days_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^02-30 is not a day of any year\.$"):
        Season(first=MonthDay(1, 1), last=MonthDay(2, 30))
    with pytest.raises(ValueError, match=r"^A window needs weekdays, from 0, Monday, to 6, Sunday\.$"):
        Weekdays(days=frozenset())

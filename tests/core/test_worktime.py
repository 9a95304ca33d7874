"""Working calendars: counting working days against a plain walk, and the working day's hours across daylight saving."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.worktime.calendar import Calendar

DAY = timedelta(days=1)
OFFICE = Calendar(name="office", zone="America/New_York", closed=frozenset({date(2027, 1, 18), date(2027, 2, 15)}))

days = st.dates(date(2026, 12, 1), date(2028, 3, 31))
counts = st.integers(0, 40)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any weekdays, and holidays that may fall on any of them, long closures included."""
    begins, length = draw(days), draw(st.integers(0, 30))
    closed = draw(st.frozensets(days, max_size=40)) | {begins + DAY * at for at in range(length)}
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Calendar(name="any", zone="UTC", weekdays=weekdays, closed=closed)


def _walk(calendar: Calendar, day: date, count: int, step: timedelta) -> date:
    """The plainest reading: go day by day, and count those that are worked."""
    if count == 0:
        while not calendar.is_worked(day):
            day += step
        return day
    while count:
        day += step
        count -= calendar.is_worked(day)
    return day


@given(calendars(), days, counts)
def test_working_days_are_counted_as_a_walk_counts_them(calendar: Calendar, day: date, count: int) -> None:
    assert calendar.working_days_after(day, count) == _walk(calendar, day, count, DAY)
    assert calendar.working_days_before(day, count) == _walk(calendar, day, count, -DAY)


@given(calendars(), days, counts)
def test_counted_day_is_always_worked(calendar: Calendar, day: date, count: int) -> None:
    assert calendar.is_worked(calendar.working_days_after(day, count))
    assert calendar.is_worked(calendar.working_days_before(day, count))


@given(calendars(), days, counts)
def test_counting_forward_and_back_gives_the_working_day_back(calendar: Calendar, day: date, count: int) -> None:
    worked = calendar.working_days_after(day, 0)
    assert calendar.working_days_before(calendar.working_days_after(worked, count), count) == worked
    assert calendar.working_days_after(calendar.working_days_before(worked, count), count) == worked


@given(calendars(), days, counts, counts)
def test_counting_in_two_parts_is_counting_at_once(calendar: Calendar, day: date, first: int, then: int) -> None:
    worked = calendar.working_days_after(day, 0)
    assert calendar.working_days_after(calendar.working_days_after(worked, first), then) == (
        calendar.working_days_after(worked, first + then)
    )


@given(calendars(), days, days, st.integers(1, 40))
def test_a_later_day_never_leads_to_an_earlier_one(calendar: Calendar, one: date, other: date, count: int) -> None:
    early, late = sorted([one, other])
    assert calendar.working_days_after(early, count) <= calendar.working_days_after(late, count)
    assert calendar.working_days_before(early, count) <= calendar.working_days_before(late, count)


@pytest.mark.parametrize(
    ("day", "count", "before", "after"),
    [
        (date(2027, 1, 19), 1, date(2027, 1, 15), date(2027, 1, 20)),  # the holiday is Monday 18 January
        (date(2027, 1, 16), 0, date(2027, 1, 15), date(2027, 1, 19)),  # a Saturday
        (date(2027, 1, 18), 0, date(2027, 1, 15), date(2027, 1, 19)),
        (date(2027, 1, 18), 5, date(2027, 1, 11), date(2027, 1, 25)),
        (date(2027, 12, 31), 260, date(2026, 12, 30), date(2028, 12, 29)),
    ],
)
def test_office_counts_over_weekends_holidays_and_years(day: date, count: int, before: date, after: date) -> None:
    assert (OFFICE.working_days_before(day, count), OFFICE.working_days_after(day, count)) == (before, after)


@given(calendars(), st.integers(0, 10_000_000))
def test_counting_beyond_the_calendar_is_told_as_such(calendar: Calendar, count: int) -> None:
    """Dates end. Whoever counts on gets a day within them or one of the two errors that dates have."""
    for counted in (calendar.working_days_after, calendar.working_days_before):
        try:
            assert date.min <= counted(date(2027, 1, 4), count) <= date.max
        except (OverflowError, ValueError):
            assert count > 250_000


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        (date(2027, 3, 12), (14, 0), (22, 0)),  # a Friday before daylight saving
        (date(2027, 3, 14), (13, 0), (21, 0)),  # the Sunday on which it begins
        (date(2027, 3, 15), (13, 0), (21, 0)),
        (date(2027, 11, 5), (13, 0), (21, 0)),
        (date(2027, 11, 7), (14, 0), (22, 0)),  # the Sunday on which it ends
    ],
)
def test_hours_are_those_of_the_zone_across_daylight_saving(
    day: date, opens: tuple[int, int], closes: tuple[int, int]
) -> None:
    assert OFFICE.opening(day).astimezone(UTC) == datetime.combine(day, time(*opens), UTC)
    assert OFFICE.closing(day).astimezone(UTC) == datetime.combine(day, time(*closes), UTC)


@given(st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "UTC"]), days)
def test_a_day_opens_and_closes_on_itself(zone: str, day: date) -> None:
    calendar = Calendar(name="any", zone=zone)
    assert calendar.day_of(calendar.opening(day).astimezone(UTC)) == day
    assert calendar.day_of(calendar.closing(day).astimezone(UTC)) == day
    assert calendar.opening(day) < calendar.closing(day)


def test_an_instant_belongs_to_the_day_of_the_zone() -> None:
    midnight = datetime(2027, 1, 5, 4, 59, tzinfo=UTC)
    assert (OFFICE.day_of(midnight), OFFICE.day_of(midnight + timedelta(minutes=1))) == (
        date(2027, 1, 4),
        date(2027, 1, 5),
    )


def test_calendar_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one working weekday"):
        Calendar(name="never", zone="UTC", weekdays=frozenset())

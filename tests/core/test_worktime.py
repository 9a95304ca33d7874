"""Working calendars: counting working days against a plain walk, and the working day's hours across daylight saving."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import Period
from tests.core.random_calendars import DAY, calendars, days

OFFICE = Calendar(name="office", zone="America/New_York", closed=frozenset({date(2027, 1, 18), date(2027, 2, 15)}))

counts = st.integers(0, 40)


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


@given(calendars(), days, st.integers(1, 40))
def test_inclusive_counting_begins_with_the_day_itself_where_it_is_worked(
    calendar: Calendar, day: date, count: int
) -> None:
    itself = calendar.is_worked(day)
    assert calendar.working_days_after(day, count, inclusive=True) == calendar.working_days_after(day, count - itself)
    assert calendar.working_days_before(day, count, inclusive=True) == calendar.working_days_before(day, count - itself)


@pytest.mark.parametrize(
    ("day", "count", "before", "after"),
    [
        (date(2027, 1, 20), 1, date(2027, 1, 20), date(2027, 1, 20)),
        (date(2027, 1, 20), 3, date(2027, 1, 15), date(2027, 1, 22)),  # the holiday is Monday 18 January
        (date(2027, 1, 18), 1, date(2027, 1, 15), date(2027, 1, 19)),  # not worked, so not counted
        (date(2027, 1, 18), 0, date(2027, 1, 15), date(2027, 1, 19)),
    ],
)
def test_office_counts_inclusively(day: date, count: int, before: date, after: date) -> None:
    counted = [of(day, count, inclusive=True) for of in (OFFICE.working_days_before, OFFICE.working_days_after)]
    assert counted == [before, after]


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


EIGHT, NOON, ONE, FIVE, MIDNIGHT = time(8), time(12), time(13), time(17), time(0)


def test_periods_take_the_place_of_the_usual_hours_of_a_weekday() -> None:
    calendar = Calendar(
        name="any", zone="UTC", periods={0: ((EIGHT, NOON), (ONE, FIVE)), 2: (), 5: ((MIDNIGHT, NOON), (ONE, MIDNIGHT))}
    )
    week = [date(2027, 1, 4) + DAY * at for at in range(7)]
    assert [calendar.is_worked(day) for day in week] == [True, True, False, True, True, True, False]
    assert [f"{calendar.opening(day):%a %H}–{calendar.closing(day):%a %H}" for day in week] == [
        "Mon 08–Mon 17",
        "Tue 09–Tue 17",
        "Wed 09–Wed 17",  # not worked: as it would be
        "Thu 09–Thu 17",
        "Fri 09–Fri 17",
        "Sat 00–Sun 00",
        "Sun 09–Sun 17",
    ]
    assert calendar.working_days_after(date(2027, 1, 5), 1) == date(2027, 1, 7)


def test_closed_days_are_closed_on_any_weekday() -> None:
    calendar = Calendar(name="any", zone="UTC", closed=frozenset({date(2027, 1, 4), date(2027, 1, 9)}))
    assert [calendar.is_closed(date(2027, 1, day)) for day in (4, 5, 9, 10)] == [True, False, True, False]
    assert [calendar.is_worked(date(2027, 1, day)) for day in (4, 5, 9, 10)] == [False, True, False, False]


def test_calendar_without_working_days_is_refused() -> None:
    for weekdays in (frozenset[int](), frozenset({4})):
        with pytest.raises(ValueError, match=r"^A calendar needs at least one working weekday\.$"):
            Calendar(name="never", zone="UTC", weekdays=weekdays, periods={4: ()})


@pytest.mark.parametrize(
    ("periods", "says"),
    [
        ({7: ()}, "Weekdays go from 0, Monday, to 6, Sunday; 7 is none."),
        (
            {4: ((NOON, EIGHT),)},
            "On Friday a period must end after it begins and by midnight, 00:00: 12:00–08:00.",
        ),
        (
            {4: ((NOON, NOON),)},
            "On Friday a period must end after it begins and by midnight, 00:00: 12:00–12:00.",
        ),
        (
            {0: ((EIGHT, ONE), (NOON, FIVE))},
            "On Monday each period must begin when the one before it has ended: 08:00–13:00, 12:00–17:00.",
        ),
        (
            {0: ((ONE, FIVE), (EIGHT, NOON))},
            "On Monday each period must begin when the one before it has ended: 13:00–17:00, 08:00–12:00.",
        ),
        (
            {0: ((ONE, MIDNIGHT), (FIVE, MIDNIGHT))},
            "On Monday each period must begin when the one before it has ended: 13:00–00:00, 17:00–00:00.",
        ),
    ],
)
def test_periods_out_of_order_are_refused(periods: dict[int, tuple[Period, ...]], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        Calendar(name="any", zone="UTC", periods=periods)

"""Working time on a calendar: adding, taking away and measuring it, against the plainest walk from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import Period
from tests.core.random_calendars import DAY, calendars

NOTHING = timedelta(0)
HOUR = timedelta(hours=1)
WITH_LUNCH = ((time(9), time(12, 30)), (time(13, 30), time(17)))
OFFICE = Calendar(
    name="office",
    zone="America/New_York",
    periods={**dict.fromkeys(range(4), WITH_LUNCH), 4: ((time(9), time(13)),)},
    closed=frozenset({date(2027, 1, 18)}),
)

# On quarters of an hour, where periods begin and end, and anywhere.
since = st.one_of(st.integers(0, 45_000).map(lambda part: part * HOUR / 4), st.timedeltas(NOTHING, 480 * DAY))
instants = since.map(lambda passed: datetime(2026, 12, 1, tzinfo=UTC) + passed)
amounts = st.one_of(
    st.just(NOTHING), st.integers(0, 200).map(lambda part: part * HOUR / 4), st.timedeltas(NOTHING, 50 * HOUR)
)


@cache
def first_shown(zone: str, day: date, at: time) -> datetime:
    """The first instant at which the clock on the wall shows that time or a later one. All changes of the zones here,
    and all periods, are on quarters of an hour, so it is enough to look at the clock every quarter."""
    wall, tz = datetime.combine(day, at), ZoneInfo(zone)
    furthest_east = wall.replace(tzinfo=UTC) - 14 * HOUR
    looks = (furthest_east + part * HOUR / 4 for part in count())
    return next(look for look in looks if look.astimezone(tz).replace(tzinfo=None) >= wall)


def spans(calendar: Calendar, day: date, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """The open periods, day by day from `day` on."""
    while True:
        usual = ((calendar.opens, calendar.closes),) if day.weekday() in calendar.weekdays else ()
        periods = () if day in calendar.closed else calendar.periods.get(day.weekday(), usual)
        for begins, ends in periods if step > NOTHING else reversed(periods):
            last_day = day + DAY if ends == time() else day
            opens, closes = first_shown(calendar.zone, day, begins), first_shown(calendar.zone, last_day, ends)
            if opens < closes:
                yield opens, closes
        day += step


def walked_after(calendar: Calendar, instant: datetime, amount: timedelta) -> datetime:
    for opens, closes in spans(calendar, instant.date() - 2 * DAY, DAY):
        begins = max(opens, instant)
        if amount <= closes - begins:
            return begins + amount
        amount -= max(NOTHING, closes - begins)
    raise AssertionError


def walked_before(calendar: Calendar, instant: datetime, amount: timedelta) -> datetime:
    for opens, closes in spans(calendar, instant.date() + 2 * DAY, -DAY):
        ends = min(closes, instant)
        if amount <= ends - opens:
            return ends - amount
        amount -= max(NOTHING, ends - opens)
    raise AssertionError


def walked_between(calendar: Calendar, first: datetime, last: datetime) -> timedelta:
    worked = NOTHING
    for opens, closes in spans(calendar, first.date() - 2 * DAY, DAY):
        if opens >= last:
            return worked
        worked += max(NOTHING, min(closes, last) - max(opens, first))
    raise AssertionError


def lies_open(calendar: Calendar, instant: datetime) -> bool:
    """Closing instants included."""
    nearby = spans(calendar, instant.date() - 2 * DAY, DAY)
    return next(opens <= instant for opens, closes in nearby if closes >= instant)


@given(calendars(), instants, amounts)
def test_time_is_counted_as_a_walk_counts_it(calendar: Calendar, instant: datetime, amount: timedelta) -> None:
    assert calendar.after(instant, amount) == walked_after(calendar, instant, amount)
    assert calendar.before(instant, amount) == walked_before(calendar, instant, amount)


@given(calendars(), instants, instants)
def test_time_between_is_measured_as_a_walk_measures_it(calendar: Calendar, one: datetime, other: datetime) -> None:
    first, last = sorted([one, other])
    assert calendar.between(first, last) == walked_between(calendar, first, last)
    assert calendar.between(last, first) == NOTHING


@given(calendars(), instants, amounts)
def test_what_is_added_can_be_measured(calendar: Calendar, instant: datetime, amount: timedelta) -> None:
    assert calendar.between(instant, calendar.after(instant, amount)) == amount
    assert calendar.between(calendar.before(instant, amount), instant) == amount


@given(calendars(), instants, amounts)
def test_result_lies_in_opening_hours(calendar: Calendar, instant: datetime, amount: timedelta) -> None:
    assert lies_open(calendar, calendar.after(instant, amount))
    assert lies_open(calendar, calendar.before(instant, amount))


@given(calendars(), instants, instants, amounts, amounts)
def test_later_or_more_never_leads_to_earlier(
    calendar: Calendar, one: datetime, other: datetime, little: timedelta, much: timedelta
) -> None:
    (early, late), (little, much) = sorted([one, other]), sorted([little, much])
    assert calendar.after(early, little) <= calendar.after(late, much)
    assert calendar.before(early, much) <= calendar.before(late, little)


@given(calendars(), instants, amounts)
def test_before_undoes_after(calendar: Calendar, instant: datetime, amount: timedelta) -> None:
    """From the opening hours, where a closing is the same as the opening that follows."""
    opened = calendar.after(calendar.before(instant, timedelta(microseconds=1)), NOTHING)
    assert calendar.before(calendar.after(opened, amount), amount) == opened
    closing = calendar.before(calendar.after(instant, timedelta(microseconds=1)), NOTHING)
    assert calendar.after(calendar.before(closing, amount), amount) == closing


@given(calendars(), instants, amounts, amounts)
def test_adding_in_two_parts_is_adding_at_once(
    calendar: Calendar, instant: datetime, first: timedelta, then: timedelta
) -> None:
    assert calendar.after(calendar.after(instant, first), then) == calendar.after(instant, first + then)
    assert calendar.before(calendar.before(instant, first), then) == calendar.before(instant, first + then)


@given(calendars(), instants, st.sampled_from(["Asia/Tokyo", "America/New_York"]), amounts)
def test_zone_in_which_an_instant_is_told_makes_no_difference(
    calendar: Calendar, instant: datetime, zone: str, amount: timedelta
) -> None:
    told = instant.astimezone(ZoneInfo(zone))
    assert calendar.after(told, amount) == calendar.after(instant, amount)
    assert calendar.before(told, amount).tzinfo is UTC


def at_the_office(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("begins", "hours", "after", "before"),
    [
        ("2027-01-13 12:00", 1, "2027-01-13 14:00", "2027-01-13 11:00"),  # over the lunch break
        ("2027-01-13 12:30", 0, "2027-01-13 12:30", "2027-01-13 12:30"),  # a closing is in the opening hours
        ("2027-01-13 13:00", 0, "2027-01-13 13:30", "2027-01-13 12:30"),  # in the lunch break
        ("2027-01-13 13:30", 0, "2027-01-13 13:30", "2027-01-13 13:30"),
        ("2027-01-13 09:00", 7, "2027-01-13 17:00", "2027-01-12 09:00"),  # a whole day: up to the closing
        ("2027-01-14 17:00", 7, "2027-01-19 12:00", "2027-01-14 09:00"),  # a short Friday and a holiday on Monday
        ("2027-01-16 23:59", 4, "2027-01-19 14:00", "2027-01-15 09:00"),  # a Saturday
        ("2027-03-12 12:00", 2, "2027-03-15 10:00", "2027-03-12 10:00"),  # the clock jumps on the Sunday
        ("2027-01-04 09:00", 16_000, "2036-08-04 17:00", "2017-06-05 09:00"),
    ],
)
def test_office_adds_hours_over_breaks_weekends_and_holidays(begins: str, hours: int, after: str, before: str) -> None:
    told = [OFFICE.after(at_the_office(begins), hours * HOUR), OFFICE.before(at_the_office(begins), hours * HOUR)]
    zone = ZoneInfo("America/New_York")
    assert [f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in told] == [after, before]


@pytest.mark.parametrize(
    ("zone", "day", "period", "real"),
    [
        ("America/New_York", date(2027, 3, 14), (time(0), time(0)), 23.0),
        ("America/New_York", date(2027, 11, 7), (time(0), time(0)), 25.0),
        ("America/New_York", date(2027, 3, 14), (time(1), time(4)), 2.0),
        ("America/New_York", date(2027, 3, 14), (time(1), time(2, 30)), 1.0),  # 2:30 is skipped: the jump, at 2:00
        ("America/New_York", date(2027, 3, 14), (time(2, 15), time(2, 45)), 0.0),  # all of it is skipped
        ("America/New_York", date(2027, 3, 14), (time(2, 15), time(3, 15)), 0.25),
        ("America/New_York", date(2027, 11, 7), (time(0), time(3)), 4.0),
        ("America/New_York", date(2027, 11, 7), (time(0), time(1, 30)), 1.5),  # 1:30 comes twice: the first
        ("America/New_York", date(2027, 11, 7), (time(1, 30), time(3)), 2.5),
        ("America/New_York", date(2027, 11, 7), (time(1, 15), time(1, 45)), 0.5),
        ("Australia/Lord_Howe", date(2027, 10, 3), (time(0), time(4)), 3.5),  # half an hour only
        ("America/Sao_Paulo", date(2018, 11, 4), (time(0), time(2)), 1.0),  # the day began at 1:00
        ("Pacific/Apia", date(2011, 12, 30), (time(0), time(0)), 0.0),  # a day that the island never had
    ],
)
def test_period_is_as_long_as_it_really_is(zone: str, day: date, period: Period, real: float) -> None:
    calendar = Calendar(name="any", zone=zone, weekdays=frozenset(), periods={day.weekday(): (period,)})
    noon = datetime.combine(day, time(12), UTC)
    assert calendar.between(noon - 2 * DAY, noon + 2 * DAY) == real * HOUR
    assert calendar.closing(day).astimezone(UTC) - calendar.opening(day).astimezone(UTC) == real * HOUR


def test_instant_that_the_clock_shows_twice_is_the_one_that_is_meant() -> None:
    night = Calendar(name="night", zone="America/New_York", weekdays=frozenset({6}), opens=time(0), closes=time(3))
    first, second = (datetime(2027, 11, 7, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=fold) for fold in (0, 1))
    assert (night.after(first, HOUR), night.after(second, HOUR)) == (
        datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
        datetime(2027, 11, 7, 7, 30, tzinfo=UTC),
    )
    assert night.between(first, second) == HOUR


def test_negative_amount_is_refused() -> None:
    now = datetime(2027, 1, 4, 15, tzinfo=UTC)
    for count_ in (OFFICE.after, OFFICE.before):
        with pytest.raises(ValueError, match=r"^An amount of working time is not negative: -1 day, 23:00:00\.$"):
            count_(now, -HOUR)


def test_instant_without_a_zone_is_refused() -> None:
    instant = datetime.fromisoformat("2027-01-04 15:00")
    with pytest.raises(ValueError, match=r"^An instant needs a time zone; 2027-01-04 15:00:00 has none\.$"):
        OFFICE.after(instant, HOUR)


def test_time_beyond_the_years_that_are_counted_is_told_as_such() -> None:
    said = r"^Working time is counted from the year 1900 to 2299\.$"
    now = datetime(2027, 1, 4, 15, tzinfo=UTC)
    far = datetime(9999, 12, 31, 15, tzinfo=UTC)
    for count_ in (OFFICE.after, OFFICE.before):
        with pytest.raises(OverflowError, match=said):
            count_(now, 100_000 * 24 * HOUR)
        with pytest.raises(OverflowError):
            count_(now, timedelta.max)
    with pytest.raises(OverflowError, match=said):
        Calendar(name="any", zone="UTC").after(far, HOUR)
    with pytest.raises(OverflowError, match=said):
        OFFICE.between(now, far)


@given(st.permutations(range(-2, 3)), amounts)
def test_table_answers_the_same_however_it_has_grown(years: list[int], amount: timedelta) -> None:
    calendar = Calendar(name="any", zone="Europe/Berlin")
    for year in years:
        instant = datetime(2027 + year, 6, 1, 12, tzinfo=UTC)
        fresh = Calendar(name="any", zone="Europe/Berlin")
        assert calendar.after(instant, amount) == fresh.after(instant, amount)
        assert calendar.before(instant, amount) == fresh.before(instant, amount)

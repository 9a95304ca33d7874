"""The company's calendars: what a row says becomes a calendar to count on, or is said to be wrong in words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from handrail.desk import demo, models
from handrail.desk.calendars import UnreadableCalendar, calendar_of

pytestmark = pytest.mark.django_db

LUNCH = [["09:00", "12:30"], ["13:30", "17:00"]]


def kept(**columns: object) -> models.Calendar:
    """The row as it comes out of the database."""
    given = {"zone": "America/New_York", "weekdays": [0, 1, 2, 3, 4], "opens": time(9), "closes": time(17)} | columns
    return models.Calendar.objects.get(pk=models.Calendar.objects.create(key="office", name="Office", **given).pk)


def test_calendar_has_the_periods_of_its_row() -> None:
    calendar = calendar_of(kept(periods={"0": LUNCH, "4": [["09:00", "13:00"]], "5": [["18:00", "00:00"]]}))
    assert calendar.periods == {
        0: ((time(9), time(12, 30)), (time(13, 30), time(17))),
        4: ((time(9), time(13)),),
        5: ((time(18), time(0)),),
    }
    monday, saturday = (datetime(2027, 1, day, tzinfo=UTC) for day in (4, 9))
    week = [calendar.between(monday + timedelta(days=at), monday + timedelta(days=at + 1)) for at in range(5)]
    assert week == [timedelta(hours=hours) for hours in (7, 8, 8, 8, 4)]
    assert calendar.between(saturday, saturday + timedelta(days=2)) == timedelta(hours=6)


def test_calendar_without_periods_has_the_usual_hours() -> None:
    calendar = calendar_of(kept(weekdays=[]))
    assert calendar.periods == {}
    monday = datetime(2027, 1, 4, tzinfo=UTC)
    assert calendar.between(monday, monday + timedelta(days=7)) == timedelta(hours=40)


def test_calendar_closes_on_public_holidays_and_own_days() -> None:
    row = kept(country="US")
    models.ClosingDay.objects.create(calendar=row, day=date(2027, 1, 19), name="Move")
    calendar = calendar_of(row)
    assert [day for day in range(16, 23) if calendar.is_closed(date(2027, 1, day))] == [18, 19]


def test_calendar_of_the_demo_company_is_read() -> None:
    demo.make_company()
    calendar = calendar_of(models.Calendar.objects.get(key="eastern-office"))
    friday = datetime(2027, 1, 15, 21, 0, tzinfo=UTC)
    assert calendar.after(friday, timedelta(hours=2)) == datetime(2027, 1, 19, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"zone": "Mars"}, "There is no time zone “Mars”; write it like America/New_York."),
        ({"zone": ""}, "There is no time zone “”; write it like America/New_York."),
        ({"zone": "America"}, "There is no time zone “America”; write it like America/New_York."),
        (
            {"weekdays": ["Monday"]},
            "Its weekdays must be numbers from 0, Monday, to 6, Sunday, in a list, not ['Monday'].",
        ),
        ({"weekdays": [7]}, "Weekdays go from 0, Monday, to 6, Sunday; 7 is none."),
        ({"country": "XX"}, "The public holidays of the country “XX” are not known."),
        ({"country": "US", "region": "ZZ"}, "The public holidays of the region “ZZ” of “US” are not known."),
        (
            {"opens": time(17), "closes": time(9)},
            "On Monday a period must end after it begins and by midnight, 00:00: 17:00–09:00.",
        ),
        (
            {"periods": {"4": [["09:00", "13:00"], ["12:00", "17:00"]]}},
            "On Friday each period must begin when the one before it has ended: 09:00–13:00, 12:00–17:00.",
        ),
        (
            {"periods": {str(day): [] for day in range(5)}},
            "A calendar needs at least one working weekday.",
        ),
    ],
)
def test_unreadable_row_is_told_as_such(columns: dict[str, object], says: str) -> None:
    row = kept(**columns)
    with pytest.raises(UnreadableCalendar, match=f"^{re.escape(f'The calendar “Office” cannot be read. {says}')}$"):
        calendar_of(row)


@pytest.mark.parametrize(
    "periods",
    [
        [],
        LUNCH,
        {"friday": LUNCH},
        {"7": LUNCH},
        {"4": "09:00"},
        {"4": None},
        {"4": ["09:00", "12:00"]},
        {"4": [["09:00"]]},
        {"4": [["9:00", "12:00"]]},
        {"4": [["09:00+01:00", "12:00"]]},
        {"4": [["09:00", "12:00:30"]]},
        {"4": [[9, 12]]},
    ],
)
def test_periods_that_are_none_are_told_with_an_example(periods: object) -> None:
    says = (
        "The calendar “Office” cannot be read. Its periods must be times in pairs, in a list for each weekday from 0, "
        'Monday, to 6, Sunday, like {"4": [["09:00", "12:30"], ["13:30", "15:00"]]}, not '
    )
    row = kept(periods=periods)
    with pytest.raises(UnreadableCalendar, match=f"^{re.escape(f'{says}{periods!r}.')}$"):
        calendar_of(row)

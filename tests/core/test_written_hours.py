"""Opening hours as people type them, and as they are told."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.worktime.walltime import Period
from handrail.worktime.written import periods_words, read_periods, week_words
from tests.core.random_calendars import days_of_periods

LUNCH = ((time(9), time(12, 30)), (time(13, 30), time(17)))


@pytest.mark.parametrize(
    "text",
    [
        "09:00–12:30, 13:30–17:00",
        "9-12:30,13:30-17",
        "9 to 12.30 and 13.30 to 17",
        "0900-1230; 1330-1700",
        " 9:00 — 12:30 , 13:30 until 17:00 ",
    ],
)
def test_hours_are_read_however_they_are_typed(text: str) -> None:
    assert read_periods(text) == LUNCH


@pytest.mark.parametrize("text", ["", " ", "-", "Closed", "–"])
def test_a_day_without_hours_is_not_worked(text: str) -> None:
    assert read_periods(text) == ()


def test_a_day_may_end_at_midnight() -> None:
    assert read_periods("18-24") == read_periods("18:00-00:00") == ((time(18), time(0)),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9", "“9” is not a time from … to …: write it like 09:00–12:30, 13:30–17:00."),
        ("9-12, noon", "“noon” is not a time from … to …: write it like 09:00–12:30, 13:30–17:00."),
        ("9-25", "25:00 is no time of the day: it goes from 00:00 to 24:00."),
        ("9:75-12", "9:75 is no time of the day: it goes from 00:00 to 24:00."),
    ],
)
def test_what_are_no_hours_is_told(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}$"):
        read_periods(text)


@given(days_of_periods())
def test_what_is_told_can_be_typed_again(periods: tuple[Period, ...]) -> None:
    assert read_periods(periods_words(periods)) == periods


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_told_to_be_wrong(text: str) -> None:
    try:
        periods = read_periods(text)
    except ValueError:
        return
    assert read_periods(periods_words(periods)) == periods


def test_week_is_told_in_stretches_of_alike_days() -> None:
    friday, night = ((time(9), time(13)),), ((time(18), time(0)),)
    assert [week_words(week) for week in (
        [LUNCH, LUNCH, LUNCH, LUNCH, friday, (), ()],
        [LUNCH, LUNCH, (), LUNCH, LUNCH, (), night],
        [()] * 7,
    )] == [
        "Monday to Thursday 09:00–12:30, 13:30–17:00; Friday 09:00–13:00",
        "Monday and Tuesday 09:00–12:30, 13:30–17:00; Thursday and Friday 09:00–12:30, 13:30–17:00; Sunday 18:00–24:00",
        "Never open",
    ]  # fmt: skip

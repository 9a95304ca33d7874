"""Windows: which days of a week, a month, a quarter or a year something is meant for; or, as a blackout, is kept off.

One rule: every window is a row of stretches of days, one after another. Whatever is asked of it is read off them.
"""

from calendar import isleap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from typing import Literal, NamedTuple

from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import DAY

Stretch = tuple[date, date]
"""From its first day to its last."""

Span = Literal["week", "month", "quarter", "year"]
Unit = Literal["working days", "calendar days"]

_TEN_YEARS = 3653  # days; what does not come within them is not waited for
_MOST_DAYS = 366
_LAST_DAY = date(9997, 12, 31)  # dates end, and the year after the last one looked at must have all its days
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}


class MonthDay(NamedTuple):
    """A day of every year."""

    month: int
    day: int


@dataclass(frozen=True, kw_only=True)
class FirstDays:
    """The first days of every week, month, quarter or year; weeks begin on Monday.

    So many working days reach from the first working day to the last of them, with the days between; where there are
    not so many, to the last there is. So many calendar days reach from the first day, and not beyond the last.
    """

    count: int
    of: Span
    unit: Unit = "working days"

    def __post_init__(self) -> None:
        _refuse_count(self.count)


@dataclass(frozen=True, kw_only=True)
class LastDays:
    """The last days of every week, month, quarter or year, as `FirstDays` has the first."""

    count: int
    of: Span
    unit: Unit = "working days"

    def __post_init__(self) -> None:
        _refuse_count(self.count)


@dataclass(frozen=True, kw_only=True)
class Season:
    """From one day to another of every year, both included, over the new year where the last comes before the first.

    29 February as the first day is 1 March where there is none, and as the last day 28 February.
    """

    first: MonthDay
    last: MonthDay

    def __post_init__(self) -> None:
        for month, day in (self.first, self.last):
            try:
                date(2000, month, day)  # a leap year
            except ValueError:
                raise ValueError(f"{month:02}-{day:02} is not a day of any year.") from None


@dataclass(frozen=True, kw_only=True)
class Weekdays:
    """The same days of every week; they count from Monday as 0."""

    days: frozenset[int]

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)):
            raise ValueError("A window needs weekdays, from 0, Monday, to 6, Sunday.")


Window = FirstDays | LastDays | Season | Weekdays


def holds(window: Window, day: date, calendar: Calendar) -> bool:
    return any(first == day for first, _ in islice(_from(window, day, calendar), 1))


def next_day_in(window: Window, day: date, calendar: Calendar, *, worked: bool = False) -> date | None:
    """The first day from `day` on that lies in the window; with `worked`, the first working day that does.

    None where there is none within ten years.
    """
    return _first_day(_from(window, day, calendar), calendar, worked)


def next_day_outside(window: Window, day: date, calendar: Calendar, *, worked: bool = False) -> date | None:
    """The first day from `day` on that the window, as a blackout, leaves free; else as `next_day_in`."""
    return _first_day(_left_free(_from(window, day, calendar), day), calendar, worked)


def _first_day(stretches: Iterable[Stretch], calendar: Calendar, worked: bool) -> date | None:
    for first, last in stretches:
        day = calendar.working_days_after(first, 0) if worked else first
        if day <= last:
            return day
    return None


def _from(window: Window, day: date, calendar: Calendar) -> Iterator[Stretch]:
    """What of the window lies in the ten years from `day` on, in order."""
    horizon = _horizon(day)
    for first, last in _stretches(window, day, calendar):
        if first > horizon:
            return
        if max(first, day) <= last:
            yield max(first, day), min(last, horizon)


def _left_free(stretches: Iterable[Stretch], day: date) -> Iterator[Stretch]:
    """What lies before, between and behind them in the ten years from `day` on."""
    free = day
    for first, last in stretches:
        if free < first:
            yield free, first - DAY
        free = last + DAY
    if free <= _horizon(day):
        yield free, _horizon(day)


def _horizon(day: date) -> date:
    return date.fromordinal(min(day.toordinal() + _TEN_YEARS, _LAST_DAY.toordinal()))


def _stretches(window: Window, day: date, calendar: Calendar) -> Iterator[Stretch]:
    """All from the one that `day` may lie in, in order, without end."""
    match window:
        case FirstDays():
            found = (_first_days(window, first, last, calendar) for first, last in _spans(window.of, day))
            yield from (stretch for stretch in found if stretch is not None)
        case LastDays():
            found = (_last_days(window, first, last, calendar) for first, last in _spans(window.of, day))
            yield from (stretch for stretch in found if stretch is not None)
        case Season():
            yield from (_season(window, year) for year in count(max(1, day.year - 1)))
        case Weekdays(days=days):
            following = (day + DAY * ahead for ahead in count())
            yield from ((one, one) for one in following if one.weekday() in days)


def _first_days(window: FirstDays, first: date, last: date, calendar: Calendar) -> Stretch | None:
    if window.unit == "calendar days":
        return first, min(last, first + DAY * (window.count - 1))
    begins, latest = calendar.working_days_after(first, 0), calendar.working_days_before(last, 0)
    if begins > last:
        return None
    return begins, min(latest, calendar.working_days_after(begins, window.count, inclusive=True))


def _last_days(window: LastDays, first: date, last: date, calendar: Calendar) -> Stretch | None:
    if window.unit == "calendar days":
        return max(first, last - DAY * (window.count - 1)), last
    earliest, ends = calendar.working_days_after(first, 0), calendar.working_days_before(last, 0)
    if ends < first:
        return None
    return max(earliest, calendar.working_days_before(ends, window.count, inclusive=True)), ends


def _season(season: Season, year: int) -> Stretch:
    """The one that begins in that year."""
    first = _day_in(year, season.first) or date(year, 3, 1)
    ends_in = year + 1 if season.last < season.first else year
    return first, _day_in(ends_in, season.last) or date(ends_in, 2, 28)


def _day_in(year: int, day: MonthDay) -> date | None:
    """None on 29 February of a year that has none."""
    return None if tuple(day) == (2, 29) and not isleap(year) else date(year, *day)


def _spans(of: Span, day: date) -> Iterator[Stretch]:
    """Every week, month, quarter or year from that of `day` on."""
    first = _begin(of, day)
    while True:
        following = _following(of, first)
        yield first, following - DAY
        first = following


def _begin(of: Span, day: date) -> date:
    if of == "week":
        return day - DAY * day.weekday()
    return date(day.year, day.month - (day.month - 1) % _MONTHS[of], 1)


def _following(of: Span, first: date) -> date:
    if of == "week":
        return first + DAY * 7
    year, month = divmod(first.year * 12 + first.month - 1 + _MONTHS[of], 12)
    return date(year, month + 1, 1)


def _refuse_count(count: int) -> None:
    if not 1 <= count <= _MOST_DAYS:
        raise ValueError(f"A window has from 1 to {_MOST_DAYS} days of its span, not {count}.")

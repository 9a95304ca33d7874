"""A working calendar: which days are worked, from when to when, in which zone.

One rule: working days and working time are numbered, so that counting any amount of them forward or back is a search,
not a walk.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from handrail.worktime.hours import Hours
from handrail.worktime.walltime import DAY, MIDNIGHT, WEEKDAYS, Period, closing_of, ends_after, opening_of


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """`weekdays` count from Monday as 0; `closed` are the holidays and own closing days that fall on any weekday.

    Each of `weekdays` is worked from `opens` to `closes`, except where `periods` says otherwise of it: several periods
    with breaks between them, none, or some on another weekday. What goes on after midnight is a period of the next day.
    """

    name: str
    zone: str
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    opens: time = time(9)
    closes: time = time(17)
    periods: Mapping[int, tuple[Period, ...]] = field(default_factory=dict, hash=False)
    closed: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Raises ValueError, in words, where no time could be counted on it."""
        for weekday in [*self.weekdays, *self.periods]:
            if weekday not in range(7):
                raise ValueError(f"Weekdays go from 0, Monday, to 6, Sunday; {weekday} is none.")
        if not self._worked_weekdays:
            raise ValueError("A calendar needs at least one working weekday.")
        for weekday, periods in enumerate(self._week):
            _refuse_disorder(WEEKDAYS[weekday], periods)

    def is_worked(self, day: date) -> bool:
        return day.weekday() in self._worked_weekdays and day not in self.closed

    def is_closed(self, day: date) -> bool:
        """Whether it is a holiday or an own closing day, on whatever weekday."""
        return day in self.closed

    def working_days_before(self, day: date, count: int, *, inclusive: bool = False) -> date:
        """The day that lies `count` working days before `day`; with 0 the day itself or the last working day before.

        `inclusive` counts `day` itself as the first of them, where it is worked.
        """
        if count == 0:
            return self._numbered(self._number(day))
        return self._numbered(self._number(day if inclusive else day - DAY) - count + 1)

    def working_days_after(self, day: date, count: int, *, inclusive: bool = False) -> date:
        """The day that lies `count` working days after `day`; with 0 the day itself or the next working day.

        `inclusive` counts `day` itself as the first of them, where it is worked.
        """
        if count == 0:
            return self._numbered(self._number(day - DAY) + 1)
        return self._numbered(self._number(day - DAY if inclusive else day) + count)

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days there are after `first`, up to and including `last`; none where `last` comes first."""
        return max(0, self._number(last) - self._number(first))

    def after(self, instant: datetime, amount: timedelta) -> datetime:
        """The first instant, in UTC, at which so much working time has passed since `instant`.

        So it lies in opening hours: never on an opening, maybe on a closing. With no amount it is the instant itself,
        or the next opening where that lies outside them. Raises ValueError for a negative amount, OverflowError
        after the year 2299.
        """
        return self._hours.after(instant, amount)

    def before(self, instant: datetime, amount: timedelta) -> datetime:
        """The last instant, in UTC, from which so much working time is left until `instant`.

        So it lies in opening hours: never on a closing, maybe on an opening. With no amount it is the instant itself,
        or the last closing where that lies outside them. Raises ValueError for a negative amount, OverflowError
        before the year 1900.
        """
        return self._hours.before(instant, amount)

    def between(self, first: datetime, last: datetime) -> timedelta:
        """How much working time passes from `first` to `last`; none where `last` comes first.

        Raises OverflowError outside the years 1900 to 2299.
        """
        return self._hours.between(first, last)

    def opening(self, day: date) -> datetime:
        """The instant, in UTC terms of the zone, at which `day` begins to be worked.

        A weekday without periods is taken as one from `opens` to `closes`: it too can be the last day of something.
        """
        return opening_of(day, self._periods_on(day)[0], self._zone)

    def closing(self, day: date) -> datetime:
        return closing_of(day, self._periods_on(day)[-1], self._zone)

    def day_of(self, instant: datetime) -> date:
        """The calendar's own date at that instant."""
        return instant.astimezone(self._zone).date()

    @property
    def week(self) -> tuple[tuple[Period, ...], ...]:
        """The periods of each weekday, from Monday on; none on those that are not worked."""
        return self._week

    def _periods_on(self, day: date) -> tuple[Period, ...]:
        return self._week[day.weekday()] or ((self.opens, self.closes),)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _week(self) -> tuple[tuple[Period, ...], ...]:
        """The periods of each weekday, from Monday on."""
        usual = ((self.opens, self.closes),)
        return tuple(self.periods.get(day, usual if day in self.weekdays else ()) for day in range(7))

    @cached_property
    def _worked_weekdays(self) -> frozenset[int]:
        return frozenset(weekday for weekday, periods in enumerate(self._week) if periods)

    @cached_property
    def _hours(self) -> Hours:
        return Hours(self._week, self.closed, self._zone)

    @cached_property
    def _closings(self) -> list[date]:
        return sorted(day for day in self.closed if day.weekday() in self._worked_weekdays)

    def _number(self, day: date) -> int:
        """How many working days there are up to and including `day`, counted from 1 January of year 1 (a Monday)."""
        weeks, rest = divmod(day.toordinal(), 7)
        worked = weeks * len(self._worked_weekdays) + sum(1 for weekday in self._worked_weekdays if weekday < rest)
        return worked - bisect_right(self._closings, day)

    def _numbered(self, number: int) -> date:
        """The working day with that number: the first day up to which so many have been worked."""
        low = max(1, number * 7 // len(self._worked_weekdays) - 7)
        high = min(date.max.toordinal(), low + 21 + 7 * (len(self._closings) + 1))
        at = bisect_left(range(low, high), number, key=lambda ordinal: self._number(date.fromordinal(ordinal)))
        return date.fromordinal(low + at)


def _refuse_disorder(weekday: str, periods: tuple[Period, ...]) -> None:
    told = ", ".join(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in periods)
    if not all(ends_after(period) for period in periods):
        raise ValueError(f"On {weekday} a period must end after it begins and by midnight, 00:00: {told}.")
    if not all(MIDNIGHT < ends <= begins for (_, ends), (begins, _) in pairwise(periods)):
        raise ValueError(f"On {weekday} each period must begin when the one before it has ended: {told}.")

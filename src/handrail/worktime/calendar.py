"""A working calendar: which days are worked, from when to when, in which zone.

One rule: working days are numbered, so that counting any number of them forward or back is a search, not a walk.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """`weekdays` count from Monday as 0; `closed` are the holidays and own closing days that fall on any weekday."""

    name: str
    zone: str
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    opens: time = time(9)
    closes: time = time(17)
    closed: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise ValueError("A calendar needs at least one working weekday.")

    def is_worked(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.closed

    def working_days_before(self, day: date, count: int) -> date:
        """The day that lies `count` working days before `day`; with 0 the day itself or the last working day before."""
        if count == 0:
            return self._numbered(self._number(day))
        return self._numbered(self._number(day - _DAY) - count + 1)

    def working_days_after(self, day: date, count: int) -> date:
        """The day that lies `count` working days after `day`; with 0 the day itself or the next working day."""
        if count == 0:
            return self._numbered(self._number(day - _DAY) + 1)
        return self._numbered(self._number(day) + count)

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days there are after `first`, up to and including `last`; none where `last` comes first."""
        return max(0, self._number(last) - self._number(first))

    def opening(self, day: date) -> datetime:
        """The instant, in UTC terms of the zone, at which `day` begins to be worked."""
        return datetime.combine(day, self.opens, ZoneInfo(self.zone))

    def closing(self, day: date) -> datetime:
        return datetime.combine(day, self.closes, ZoneInfo(self.zone))

    def day_of(self, instant: datetime) -> date:
        """The calendar's own date at that instant."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    @cached_property
    def _closings(self) -> list[date]:
        return sorted(day for day in self.closed if day.weekday() in self.weekdays)

    def _number(self, day: date) -> int:
        """How many working days there are up to and including `day`, counted from 1 January of year 1 (a Monday)."""
        weeks, rest = divmod(day.toordinal(), 7)
        worked = weeks * len(self.weekdays) + sum(1 for weekday in self.weekdays if weekday < rest)
        return worked - bisect_right(self._closings, day)

    def _numbered(self, number: int) -> date:
        """The working day with that number: the first day up to which so many have been worked."""
        low = max(1, number * 7 // len(self.weekdays) - 7)
        high = min(date.max.toordinal(), low + 21 + 7 * (len(self._closings) + 1))
        at = bisect_left(range(low, high), number, key=lambda ordinal: self._number(date.fromordinal(ordinal)))
        return date.fromordinal(low + at)

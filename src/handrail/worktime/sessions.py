"""Sessions: meetings that come round every week, or every few weeks, on the same weekdays and at the same time.

One rule: sessions are numbered from the week of their anchor on, so that the one before or after a day is worked out,
not looked for. Only over those that fall on holidays is there a step for each.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import DAY, closing_of, ends_after, opening_of


class Session(NamedTuple):
    """One meeting: from which instant to which, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """`weekdays` count from Monday as 0, and weeks begin on Monday. `starts` and `ends` are times in the zone.

    `anchor` is any day of a week in which there are sessions: with `every_weeks` of 2 they are in every other week from
    that one, later and earlier. It sets the beat, not the beginning.
    """

    weekdays: frozenset[int]
    starts: time
    ends: time
    zone: str
    every_weeks: int = 1
    anchor: date = date(2001, 1, 1)

    def __post_init__(self) -> None:
        """Raises ValueError, in words, where there would be no sessions."""
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("Sessions need weekdays, from 0, Monday, to 6, Sunday.")
        if not ends_after((self.starts, self.ends)):
            raise ValueError(
                f"A session must end after it starts and by midnight, 00:00: {self.starts:%H:%M}–{self.ends:%H:%M}."
            )
        if self.every_weeks < 1:
            raise ValueError(
                f"Sessions come every week or every few weeks; every {self.every_weeks} weeks is not possible."
            )

    def between(self, first: date, last: date, calendar: Calendar | None = None) -> tuple[Session, ...]:
        """Those of the days from `first` to `last`; with a calendar, without those on days that it is closed."""
        days = (self._day(number) for number in range(self._number(first), self._number(last + DAY)))
        return tuple(self._on(day) for day in days if calendar is None or not calendar.is_closed(day))

    def last_ending_before(self, day: date, calendar: Calendar) -> Session | None:
        """The last that is over when `day` begins in their zone; None where dates end before there is one."""
        return next(self._open(calendar, self._number(day) - 1, -1), None)

    def first_from(self, instant: datetime, calendar: Calendar) -> Session | None:
        """The first that starts at `instant` or later; None where dates end before there is one."""
        today = instant.astimezone(ZoneInfo(self.zone)).date()
        following = self._open(calendar, self._number(today), 1)
        return next((session for session in following if session.starts_at >= instant), None)

    def _open(self, calendar: Calendar, number: int, step: int) -> Iterator[Session]:
        """From that number on, one after another, those that the calendar is not closed for."""
        while True:
            try:
                day = self._day(number)
                session = self._on(day)
            except OverflowError:
                return
            if not calendar.is_closed(day):
                yield session
            number += step

    def _on(self, day: date) -> Session:
        zone, period = ZoneInfo(self.zone), (self.starts, self.ends)
        return Session(opening_of(day, period, zone).astimezone(UTC), closing_of(day, period, zone).astimezone(UTC))

    @cached_property
    def _weekdays(self) -> list[int]:
        return sorted(self.weekdays)

    @cached_property
    def _first_monday(self) -> int:
        """The Monday of the anchor's week, as an ordinal."""
        return self.anchor.toordinal() - self.anchor.weekday()

    def _number(self, day: date) -> int:
        """That of the first session from `day` on; the first of the anchor's week has 0."""
        turns, rest = divmod(day.toordinal() - self._first_monday, 7 * self.every_weeks)
        return turns * len(self._weekdays) + bisect_left(self._weekdays, rest)

    def _day(self, number: int) -> date:
        """The day of the session with that number."""
        turns, place = divmod(number, len(self._weekdays))
        return DAY * (turns * 7 * self.every_weeks + self._weekdays[place]) + date.fromordinal(self._first_monday)

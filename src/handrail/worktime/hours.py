"""Opening hours laid end to end: how much working time lies between two instants, and which instant so much leads to.

One rule: opening periods are instants in a table with the working time before each, so that any amount is two searches
in it. The table grows by whole years when somebody asks beyond it; a table itself never changes, so threads share it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from zoneinfo import ZoneInfo

from handrail.worktime.walltime import DAY, Period, closing_of, opening_of

_NOTHING = timedelta(0)
# What lies beyond is a typing mistake, and costs no more than the half second in which a table grows so far.
_FIRST_YEAR, _LAST_YEAR = 1900, 2299
_BEYOND = f"Working time is counted from the year {_FIRST_YEAR} to {_LAST_YEAR}."


@dataclass(frozen=True, kw_only=True)
class _Table:
    """`worked[n]` is the working time before `opens[n]`, from some moment on; it has one entry more than `opens`."""

    first_year: int
    last_year: int
    opens: Sequence[datetime]
    worked: Sequence[timedelta]
    # Between these two nothing is missing: days of the zone begin and end within a day of those of UTC.
    begins: datetime
    ends: datetime

    def worked_until(self, instant: datetime) -> timedelta:
        """`instant` lies between `begins` and `ends`."""
        at = bisect_right(self.opens, instant) - 1
        if at < 0:
            return self.worked[0]
        return min(self.worked[at] + (instant - self.opens[at]), self.worked[at + 1])

    def is_open(self, instant: datetime) -> bool:
        """Closing instants included."""
        at = bisect_right(self.opens, instant) - 1
        return at >= 0 and instant - self.opens[at] <= self.worked[at + 1] - self.worked[at]


class Hours:
    """`week` has the opening periods of each weekday from Monday on; all instants that it gives are in UTC."""

    def __init__(self, week: Sequence[Sequence[Period]], closed: Set[date], zone: ZoneInfo) -> None:
        self._week = week
        self._closed = closed
        self._zone = zone
        self._known: _Table | None = None

    def after(self, instant: datetime, amount: timedelta) -> datetime:
        instant = _in_utc(instant)
        table = self._table_with(instant)
        if amount > _NOTHING:
            return self._earliest(table, table.worked_until(instant) + amount)
        _refuse_negative(amount)
        worked = table.worked_until(instant)
        return instant if table.is_open(instant) else self._latest(table, worked)

    def before(self, instant: datetime, amount: timedelta) -> datetime:
        instant = _in_utc(instant)
        table = self._table_with(instant)
        if amount > _NOTHING:
            return self._latest(table, table.worked_until(instant) - amount)
        _refuse_negative(amount)
        worked = table.worked_until(instant)
        return instant if table.is_open(instant) else self._earliest(table, worked)

    def between(self, first: datetime, last: datetime) -> timedelta:
        first, last = _in_utc(first), _in_utc(last)
        if last <= first:
            return _NOTHING
        table = self._table_with(last, self._table_with(first))
        return table.worked_until(last) - table.worked_until(first)

    def _earliest(self, table: _Table, worked: timedelta) -> datetime:
        """The first instant by which so much has been worked: never an opening, maybe a closing."""
        while worked > table.worked[-1]:
            table = self._grown_later(table)
        while worked <= table.worked[0]:
            table = self._grown_earlier(table)
        at = bisect_left(table.worked, worked) - 1
        return table.opens[at] + (worked - table.worked[at])

    def _latest(self, table: _Table, worked: timedelta) -> datetime:
        """The last instant before which no more has been worked: never a closing, maybe an opening."""
        while worked >= table.worked[-1]:
            table = self._grown_later(table)
        while worked < table.worked[0]:
            table = self._grown_earlier(table)
        at = bisect_right(table.worked, worked) - 1
        return table.opens[at] + (worked - table.worked[at])

    def _table_with(self, instant: datetime, table: _Table | None = None) -> _Table:
        table = table or self._known or self._begun(instant.year)
        while instant >= table.ends:
            table = self._grown_later(table)
        while instant < table.begins:
            table = self._grown_earlier(table)
        return table

    def _begun(self, year: int) -> _Table:
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise OverflowError(_BEYOND)
        opens, lengths = self._periods(year, year)
        return self._keep(year, year, opens, [*accumulate(lengths, initial=_NOTHING)])

    # A table grows to twice its years at least: however far it grows, it is not copied often.

    def _grown_later(self, table: _Table) -> _Table:
        first, last = table.first_year, table.last_year
        if last == _LAST_YEAR:
            raise OverflowError(_BEYOND)
        until = min(_LAST_YEAR, last + (last - first + 1))
        opens, lengths = self._periods(last + 1, until)
        worked = [*table.worked[:-1], *accumulate(lengths, initial=table.worked[-1])]
        return self._keep(first, until, [*table.opens, *opens], worked)

    def _grown_earlier(self, table: _Table) -> _Table:
        first, last = table.first_year, table.last_year
        if first == _FIRST_YEAR:
            raise OverflowError(_BEYOND)
        since = max(_FIRST_YEAR, first - (last - first + 1))
        opens, lengths = self._periods(since, first - 1)
        before = table.worked[0] - sum(lengths, _NOTHING)
        worked = [*islice(accumulate(lengths, initial=before), len(lengths)), *table.worked]
        return self._keep(since, last, [*opens, *table.opens], worked)

    def _keep(self, first: int, last: int, opens: Sequence[datetime], worked: Sequence[timedelta]) -> _Table:
        begins, ends = datetime(first, 1, 1, tzinfo=UTC) + DAY, datetime(last, 12, 31, tzinfo=UTC)
        table = _Table(first_year=first, last_year=last, opens=opens, worked=worked, begins=begins, ends=ends)
        self._known = table
        return table

    def _periods(self, first_year: int, last_year: int) -> tuple[list[datetime], list[timedelta]]:
        """When each period of those years opens, and how long it really is."""
        spans = [(opens, closes - opens) for opens, closes in self._spans(first_year, last_year) if opens < closes]
        return [opens for opens, _ in spans], [length for _, length in spans]

    def _spans(self, first_year: int, last_year: int) -> Iterator[tuple[datetime, datetime]]:
        """In UTC: the zone's own instants are told apart by the clock on the wall, which goes twice through an hour."""
        for ordinal in range(date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            for period in () if day in self._closed else self._week[day.weekday()]:
                opens, closes = opening_of(day, period, self._zone), closing_of(day, period, self._zone)
                yield opens.astimezone(UTC), closes.astimezone(UTC)


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"An instant needs a time zone; {instant} has none.")
    return instant.astimezone(UTC)


def _refuse_negative(amount: timedelta) -> None:
    if amount < _NOTHING:
        raise ValueError(f"An amount of working time is not negative: {amount}.")

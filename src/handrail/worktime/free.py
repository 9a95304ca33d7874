"""Times at which several people are free: within the working hours of each, and outside what they have to come to.

One rule: a time is proposed only where it is whole: all of it in everybody's hours.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from handrail.worktime.calendar import Calendar

STEP = timedelta(minutes=30)
MOST_A_DAY = 2
_DAYS_AHEAD = 21


class Span(NamedTuple):
    """From which instant to which."""

    starts_at: datetime
    ends_at: datetime


def free_times(
    calendars: Sequence[Calendar], busy: Sequence[Span], length: timedelta, since: datetime, count: int
) -> tuple[Span, ...]:
    """The next ones after `since`, on full and half hours, a few of each day so that there is a choice of days. There
    is a calendar for each that people work on; `busy` is what any of them has already."""
    found: list[Span] = []
    taken = sorted(busy)
    of_day: dict[object, int] = {}
    for span in _candidates(calendars, length, since) if calendars else ():
        day = calendars[0].day_of(span.starts_at)
        last = found[-1].ends_at if found else since
        if of_day.get(day, 0) < MOST_A_DAY and span.starts_at >= last and not _meets_any(span, taken):
            found.append(span)
            of_day[day] = of_day.get(day, 0) + 1
        if len(found) == count:
            break
    return tuple(found)


def _candidates(calendars: Sequence[Calendar], length: timedelta, since: datetime) -> Iterator[Span]:
    first, *others = calendars
    start = _next_step(since)
    for _ in range(int(timedelta(days=_DAYS_AHEAD) / STEP)):
        span = Span(start, start + length)
        if _is_worked(first, span) and all(_is_worked(one, span) for one in others):
            yield span
        start += STEP


def _next_step(instant: datetime) -> datetime:
    """The next full or half hour of any zone that is off by whole half hours."""
    hour = instant.replace(minute=0, second=0, microsecond=0)
    return hour + STEP * (1 + (instant - hour) // STEP)


def _is_worked(calendar: Calendar, span: Span) -> bool:
    return calendar.between(*span) == span.ends_at - span.starts_at


def _meets_any(span: Span, busy: Sequence[Span]) -> bool:
    return any(one.starts_at < span.ends_at and span.starts_at < one.ends_at for one in busy)

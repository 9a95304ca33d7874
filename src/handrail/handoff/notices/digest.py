"""When a person reads what they were told: at the beginning of a day that they work.

One rule: it is their own working day: neither a weekend or holiday of their calendar, nor a day on which they are away.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from handrail.worktime.calendar import Calendar

_DAY = timedelta(days=1)

Days = tuple[date, date]
"""The first and the last day of an absence."""


def next_opening(calendar: Calendar, away: Iterable[Days], now: datetime) -> datetime:
    """The next time after `now` at which a day of theirs begins."""
    absences = sorted(away)
    day = calendar.working_days_after(calendar.day_of(now), 0)
    if calendar.opening(day) <= now:
        day = calendar.working_days_after(day, 1)
    for first, last in absences:
        if first <= day <= last:
            day = calendar.working_days_after(last + _DAY, 0)
    return calendar.opening(day)

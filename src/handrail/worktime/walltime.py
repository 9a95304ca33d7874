"""What time it is on the wall, as an instant: which moment a day and a time mean in a zone.

One rule: a time that the clock skips means the moment at which it jumps, and a time that it shows twice means the first
of the two. So a later time on the wall is never an earlier instant, in any zone and on any day.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Period = tuple[time, time]
"""From when to when on one day; `MIDNIGHT` as the end is the midnight at which the day ends."""

MIDNIGHT = time(0)
DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, as the zone tells it."""
    first = datetime.combine(day, at, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    # Of a time that is shown twice, `first` is the first. Of one that is skipped, it is told by the clock of before,
    # and `second` by the clock of after, so that it comes earlier. In UTC, since equal is never said of such times.
    early, late = second.astimezone(UTC), first.astimezone(UTC)
    return first if late < early else _jump(early, late, zone)


def opening_of(day: date, period: Period, zone: ZoneInfo) -> datetime:
    return instant_of(day, period[0], zone)


def closing_of(day: date, period: Period, zone: ZoneInfo) -> datetime:
    """The opening itself where the clock skips the whole period."""
    return instant_of(day + DAY if period[1] == MIDNIGHT else day, period[1], zone)


def ends_after(period: Period) -> bool:
    """Whether it ends on its day and after it begins."""
    begins, ends = period
    return begins < ends or ends == MIDNIGHT


def _jump(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """When the zone's clock jumps, which it does after `early`, by `late`, and on a whole second."""
    begins = early.replace(microsecond=0)
    offset = begins.astimezone(zone).utcoffset()
    seconds = range(int((late - begins).total_seconds()) + 1)
    passed = bisect_left(
        seconds, True, key=lambda second: (begins + timedelta(seconds=second)).astimezone(zone).utcoffset() != offset
    )
    return (begins + timedelta(seconds=passed)).astimezone(zone)

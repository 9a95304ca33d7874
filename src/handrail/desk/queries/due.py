"""When something is due, in the words of whoever reads it.

One rule: the day is that of the calendar which counted it, not that of the server or of UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

SOON = timedelta(days=3)

State = Literal["late", "due-soon", "open"]


@dataclass(frozen=True, kw_only=True)
class Due:
    """`text` is the day as it is read (`Tue 1 Dec`), `words` how far off it is (`in 5 days`, `2 days late`); `zone` the
    short name of the zone whose day it is, where that is another than the reader takes it for."""

    at: datetime
    day: date
    state: State
    text: str
    words: str
    zone: str = ""


def due(at: datetime | None, zone: str, now: datetime, *, with_time: bool = False, told_in: str = "") -> Due | None:
    """`with_time` where it is due at that time, and not with the day. `told_in` is the zone in which the page tells its
    times."""
    if at is None:
        return None
    day, today = at.astimezone(ZoneInfo(zone)).date(), now.astimezone(ZoneInfo(zone)).date()
    late = at <= now
    state: State = "late" if late else "due-soon" if at - now <= SOON else "open"
    text = clock_text(at, zone, now) if with_time else day_text(day, today)
    other = zone_text(at, zone, told_in) if told_in else ""
    return Due(at=at, day=day, state=state, text=text, words=_distance((day - today).days, late), zone=other)


def clock_text(at: datetime, zone: str, now: datetime) -> str:
    """`Tue 1 Dec, 14:05`, by the clocks of the zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_text(local.date(), now.astimezone(ZoneInfo(zone)).date())}, {local:%H:%M}"


def zone_text(at: datetime, zone: str, told_in: str) -> str:
    """`CET`, by the clocks of `zone` at that time; nothing where they show the same as those of `told_in`."""
    local, other = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(told_in))
    if local.utcoffset() == other.utcoffset():
        return ""
    name = local.tzname() or zone
    return f"UTC{name}" if name[0] in "+-" else name


def day_text(day: date, today: date) -> str:
    """`Tue 1 Dec`; with the year where it is not this one."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%a} {day.day} {day:%b}{year}"


def _distance(days: int, late: bool) -> str:
    if late:
        return "earlier today" if days == 0 else f"{_days(-days)} late"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {_days(days)}")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"

"""The next four weeks as a strip of days: who is away when, and which days are not worked anyway.

One rule: a strip shows what stands in words beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from handrail.worktime.calendar import Calendar

DAYS = 28
WIDTH = 10  # of a day, in the units of the drawing


@dataclass(frozen=True, kw_only=True)
class Bar:
    """From `x` on, `width` long; `look` is off (not worked), away, or alone, where nobody stands in."""

    x: int
    width: int
    look: str


@dataclass(frozen=True, kw_only=True)
class Week:
    """A day that the strip names, and where it stands."""

    x: int
    day: date


@dataclass(frozen=True, kw_only=True)
class Strip:
    bars: tuple[Bar, ...]
    width: int = DAYS * WIDTH


@dataclass(frozen=True, kw_only=True)
class Away:
    first_day: date
    last_day: date
    has_delegate: bool


def weeks(first: date) -> tuple[Week, ...]:
    """Today, and the Mondays after it that leave room for their words."""
    mondays = [at for at in range(3, DAYS - 3) if (first + timedelta(days=at)).weekday() == 0]
    return tuple(Week(x=at * WIDTH, day=first + timedelta(days=at)) for at in (0, *mondays))


def strip(absences: Iterable[Away], first: date, calendar: Calendar | None) -> Strip:
    return Strip(bars=(*_off(first, calendar), *_away(absences, first)))


def _off(first: date, calendar: Calendar | None) -> Iterator[Bar]:
    for at in range(DAYS):
        day = first + timedelta(days=at)
        is_worked = calendar.is_worked(day) if calendar else day.weekday() < 5
        if not is_worked:
            yield Bar(x=at * WIDTH, width=WIDTH, look="off")


def _away(absences: Iterable[Away], first: date) -> Iterator[Bar]:
    for one in absences:
        begins = max((one.first_day - first).days, 0)
        ends = min((one.last_day - first).days + 1, DAYS)
        if begins < ends:
            look = "away" if one.has_delegate else "alone"
            yield Bar(x=begins * WIDTH, width=(ends - begins) * WIDTH, look=look)

"""When something is due or opens, and the times that recur: sessions, and windows of the year."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from handrail.runbook.model.conditions import Ref
from handrail.runbook.problem import Place

Unit = Literal["working days", "calendar days", "working hours", "hours"]
DAYS: tuple[Unit, ...] = ("working days", "calendar days")


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """What to count from: a fact that is a date or an instant, the day a step was done, the day the handoff started;
    and of the step itself, when it `opened` or is `due`."""

    source: Literal["fact", "step", "start", "opened", "due"]
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.source


@dataclass(frozen=True, kw_only=True)
class Timing:
    """`5 working days before go_live`; `amount` may be a decision's output, such as `support.days`.

    Hours are counted from an instant, days from a day. `inclusive` counts the anchor's own day as the first. With
    `session`, it is the last session of that name before the anchor's day begins, or the first one after it; `amount`
    and `unit` then say nothing.
    """

    amount: int | Ref
    unit: Unit
    side: Literal["before", "after"]
    anchor: Anchor
    inclusive: bool = False
    session: str = ""
    text: str

    @property
    def in_hours(self) -> bool:
        return self.unit not in DAYS


@dataclass(frozen=True, kw_only=True)
class Lapse:
    """So much time after something: `5 working days`."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.removesuffix('s') if self.amount == 1 else self.unit}"


@dataclass(frozen=True, kw_only=True)
class Session:
    """A meeting that recurs for everybody: on `weekdays` (Monday is 0) of every `every`-th week, counted from `first`,
    in the wall time of `zone`, usually `where`; without `forwarding` nobody may hand their invitation on. A session
    that falls on a holiday of the runbook's calendar is not held."""

    name: str
    title: str
    weekdays: tuple[int, ...]
    every: int = 1
    first: date | None = None
    starts: time
    ends: time
    zone: str
    seats: int | None = None
    where: str = ""
    forwarding: bool = True
    says: str = ""
    place: Place = field(compare=False)


Period = Literal["week", "month", "quarter", "year"]


@dataclass(frozen=True, kw_only=True)
class FirstDays:
    """The first (or with `last` the last) `count` days of each period, working or calendar days."""

    count: int
    of: Period
    working: bool = True
    last: bool = False


@dataclass(frozen=True, kw_only=True)
class Season:
    """From a month and day to another, each year; it may lie over the end of the year."""

    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Window:
    """Days on which something may happen, or as a blackout may not."""

    name: str
    title: str
    days: FirstDays | Season
    says: str = ""
    place: Place = field(compare=False)

"""What follows by itself, from what was done or from time alone."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Steps that opened, went back to waiting, turned out not to be needed, or were done by themselves, as a
    consequence of what came before."""

    opened: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    not_needed: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OutOfStep:
    """What was written into another system is no longer what stands here, so it is to be written again."""

    step: str
    field: str
    wrote: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Warned:
    """The day of warning of each step passed while it was open."""

    steps: dict[str, date]


@dataclass(frozen=True, kw_only=True)
class FellDue:
    """The due day of each step passed while it was open."""

    steps: dict[str, date]


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """The step was still open, so the holder of the role `to` is turned to; `level` counts from 1, `day` is the day on
    which that was to be."""

    step: str
    level: int
    to: str
    day: date

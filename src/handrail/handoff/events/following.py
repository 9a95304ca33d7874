"""What follows by itself, from what was done or from time alone."""

from dataclasses import dataclass, field
from datetime import date

from handrail.handoff.people import Person


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
class Reminded:
    """Whoever owes each step was reminded, for the how manieth time. `since` has the day from which that is counted,
    where that can move."""

    steps: dict[str, int]
    since: dict[str, date] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TurnedTo:
    """Who was turned to, None for CS Operations, and what made it them."""

    person: Person | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Escalated:
    """The step was still open, so the holder of the role `to` is turned to, and where that is empty, managers:
    `turned_to`. `level` counts from 1, `day` is the day on which that was to be."""

    step: str
    level: int
    to: str = ""
    turned_to: tuple[TurnedTo, ...] = ()
    day: date

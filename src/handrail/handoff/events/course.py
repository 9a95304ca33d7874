"""The course of a handoff as a whole: its start, its people, its holds, its version and its end."""

from dataclasses import dataclass, field
from datetime import date

from handrail.handoff.people import Person


@dataclass(frozen=True, kw_only=True)
class Started:
    """A customer began to go through a version of a runbook, with these people; `phase` is which part of a project that
    goes through it in phases."""

    runbook: str
    version: str
    digest: str
    customer_id: int
    customer: str
    people: dict[str, Person]
    phase: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleFilled:
    """Somebody holds the role now; None means that nobody does. With `until` only through that day: then it returns to
    who held it before. `why` is how they were found, where nobody named them; `reason` what whoever named them said."""

    role: str
    person: Person | None
    until: date | None = None
    why: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleSucceeded:
    """Once nobody stands in for its holder any more, the role will be `person`'s; None means nobody's."""

    role: str
    person: Person | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleReturned:
    """The days for which somebody stood in are over: the role is `person`'s again."""

    role: str
    person: Person | None


@dataclass(frozen=True, kw_only=True)
class Held:
    """The clock stands from now on."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """The clock goes on."""

    note: str = ""


@dataclass(frozen=True, kw_only=True)
class VersionChanged:
    """The handoff follows another version from now on. `names` is what is called otherwise in it (`facts`, `steps`, …,
    each from the old name to the new one; `outputs`, `fields` and `items` by `decision.output`, `step.field` and
    `step.item`); `dropped` what it no longer has; `says` is the difference between the two, as who moved it saw it."""

    version: str
    digest: str
    names: dict[str, dict[str, str]]
    dropped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    reason: str


@dataclass(frozen=True, kw_only=True)
class Occurred:
    """Something outside came to pass that the runbook names; `begins` are the steps that it makes needed."""

    happening: str
    note: str = ""
    begins: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Milestones were reached."""

    milestones: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The handoff is over, in the way that the runbook calls so."""

    end: str


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """The handoff is over without having been accepted."""

    reason: str

"""Why something cannot be done, as a value: the words on the disabled button, the API's answer and the audit entry."""

from dataclasses import dataclass
from datetime import datetime

from handrail.handoff.people import Person
from handrail.runbook.kinds import Written


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Somebody changed the same thing since the user last saw it: `theirs` is the value that they gave, `reason` why it
    does not apply; neither where they cleared it."""

    what: str
    title: str
    theirs: Written | None
    reason: str | None = None
    by: Person | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What is wrong with one field of the input."""

    field: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """`code` is stable for machines; `says` tells a person why not and what would help."""

    code: str
    says: str
    mistakes: tuple[Mistake, ...] = ()
    clashes: tuple[Clash, ...] = ()

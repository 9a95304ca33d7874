"""What happened to a handoff. Events are facts: folding them refuses nothing, and their order is the history.

One rule: an event carries what was said, never what can be worked out again from the plan (a due date, a progress bar).
"""

from dataclasses import dataclass
from datetime import date, datetime

from handrail.handoff.people import Person
from handrail.runbook.kinds import Written


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What stands in a field: `value` where it was given, `reason` where it does not apply. Neither is never stored."""

    value: Written | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Started:
    """A customer began to go through a version of a runbook, with these people."""

    runbook: str
    version: str
    digest: str
    customer_id: int
    customer: str
    people: dict[str, Person]


@dataclass(frozen=True, kw_only=True)
class FactsGiven:
    """A value of None withdraws the fact: it is missing again. `source` is where it comes from, in words."""

    values: dict[str, Written | None]
    source: str


@dataclass(frozen=True, kw_only=True)
class RoleFilled:
    """Somebody holds the role now; None means that nobody does."""

    role: str
    person: Person | None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """`rules` are those that gave the answer, none where the table's `otherwise` did; `outputs` as written by their
    kinds; `boundaries` are the sentences about lines that the case lies on."""

    decision: str
    rules: tuple[int, ...] = ()
    outputs: dict[str, str]
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeftUndecided:
    decision: str
    says: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Steps that opened, went back to waiting, or turned out not to be needed, as a consequence of what came before."""

    opened: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    not_needed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finished:
    """`outcome` is how it turned out; where that means doing it again, `again_on` is the day, and `reopened` the steps
    that are to be done again with it."""

    step: str
    note: str = ""
    outcome: str = ""
    again_on: date | None = None
    reopened: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormAnswered:
    """An answer of None clears the field: it is missing again."""

    step: str
    answers: dict[str, Answer | None]


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A form was signed by its giver; `sha256` is the digest of the handover document as it then was."""

    step: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded:
    """`item` is the piece of evidence that the step asks for, empty for anything else that was attached; exactly one of
    `link` and `upload` (an upload's own key) is set."""

    step: str
    key: str
    item: str = ""
    title: str
    link: str | None = None
    upload: str | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceRemoved:
    """An attachment counts no longer."""

    step: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Approved:
    """`is_complete` is False where others must approve too before the step is done."""

    step: str
    note: str = ""
    is_complete: bool = True


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """The work was sent back; `reopened` are the steps to do again."""

    step: str
    reason: str
    reopened: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """`sha256` is the digest of the handover document that the receiver accepted."""

    step: str
    sha256: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AcceptanceRefused:
    """The receiver did not accept; `reopened` are the steps to do again."""

    step: str
    reason: str
    note: str = ""
    reopened: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """A step that was done is to be done once more."""

    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OverrideAsked:
    """Somebody asked for another answer than the table’s."""

    decision: str
    outputs: dict[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class OverrideApproved:
    """The other answer is taken."""

    decision: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OverrideRejected:
    """The table’s answer stays."""

    decision: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FellDue:
    """The due day of each step passed while it was open."""

    steps: dict[str, date]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The handoff is over, in the way that the runbook calls so."""

    end: str


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """The handoff is over without having been accepted."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """The clock stands from now on."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """The clock goes on."""

    note: str = ""


Event = (
    Started
    | FactsGiven
    | RoleFilled
    | Decided
    | LeftUndecided
    | Moved
    | Finished
    | FormAnswered
    | Signed
    | EvidenceAdded
    | EvidenceRemoved
    | Approved
    | Rejected
    | Accepted
    | AcceptanceRefused
    | Reopened
    | OverrideAsked
    | OverrideApproved
    | OverrideRejected
    | FellDue
    | Held
    | Resumed
    | Ended
    | Cancelled
)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event in its place: `number` counts from 1 within the handoff; `by` is None where time or a rule acted."""

    number: int
    at: datetime
    by: Person | None
    event: Event

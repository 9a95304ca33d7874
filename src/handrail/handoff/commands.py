"""What a person, or time, can ask of a handoff. `by` is who asks; `seen` is the number of the last event they had seen,
so that nobody decides on something that changed before their eyes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handrail.handoff.events import Answer
from handrail.handoff.people import Actor, Person
from handrail.runbook.kinds import Written


@dataclass(frozen=True, kw_only=True)
class Start:
    """`facts` are texts as they were imported or typed, by fact name."""

    by: Actor
    customer_id: int
    customer: str
    facts: Mapping[str, Written] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    source: str = "the customer's record"


@dataclass(frozen=True, kw_only=True)
class GiveFacts:
    """None withdraws a fact."""

    by: Actor
    values: Mapping[str, Written | None]
    source: str = ""
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class FillRole:
    by: Actor
    role: str
    person: Person | None


@dataclass(frozen=True, kw_only=True)
class Finish:
    """Finish a task; `outcome` is how it turned out, where the runbook lists outcomes, and `person` who takes the role
    that the task fills."""

    by: Actor
    step: str
    outcome: str = ""
    note: str = ""
    person: Person | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """None clears a field."""

    by: Actor
    step: str
    answers: Mapping[str, Answer | None]
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sign:
    by: Actor
    step: str
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddEvidence:
    """Exactly one of `link` and `upload` is given; `key` is a fresh key for this attachment."""

    by: Actor
    step: str
    key: str
    item: str = ""
    title: str = ""
    link: str | None = None
    upload: str | None = None


@dataclass(frozen=True, kw_only=True)
class RemoveEvidence:
    by: Actor
    step: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Approve:
    by: Actor
    step: str
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reject:
    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Accept:
    by: Actor
    step: str
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Refuse:
    """The receiver does not accept; `reason` is one of the reasons that the runbook lists, where it lists any."""

    by: Actor
    step: str
    reason: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Reopen:
    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AskOverride:
    by: Actor
    decision: str
    outputs: Mapping[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApproveOverride:
    by: Actor
    decision: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RejectOverride:
    by: Actor
    decision: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Cancel:
    by: Actor
    reason: str


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Stop the clock: nothing is due, and no step can be done, until the handoff is resumed."""

    by: Actor
    reason: str


@dataclass(frozen=True, kw_only=True)
class Resume:
    by: Actor
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Wake:
    """Time alone made something matter."""


Command = (
    Start
    | GiveFacts
    | FillRole
    | Finish
    | AnswerForm
    | Sign
    | AddEvidence
    | RemoveEvidence
    | Approve
    | Reject
    | Accept
    | Refuse
    | Reopen
    | AskOverride
    | ApproveOverride
    | RejectOverride
    | Cancel
    | Hold
    | Resume
    | Wake
)

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
    """Name who holds a role; None leaves it empty, and on the desk of CS Operations."""

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
    """Sign a form: its step is done, and the handover document is kept as it then reads."""

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
    """Take an attachment away; the history still tells that it was there."""

    by: Actor
    step: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Approve:
    """Approve what an approval is about."""

    by: Actor
    step: str
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reject:
    """Send the work back, with the reason; the steps that the runbook names are to be done again."""

    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Accept:
    """Accept the handover as its receiver; the document is kept as it then reads."""

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
    """Open a step that was done once more."""

    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AskOverride:
    """Ask that a decision be taken differently, with the reason."""

    by: Actor
    decision: str
    outputs: Mapping[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApproveOverride:
    """Decide that the other answer is taken."""

    by: Actor
    decision: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RejectOverride:
    """Decide that the table’s answer stays."""

    by: Actor
    decision: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """End the handoff without its receiver having accepted."""

    by: Actor
    reason: str


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Stop the clock: nothing is due, and no step can be done, until the handoff is resumed."""

    by: Actor
    reason: str


@dataclass(frozen=True, kw_only=True)
class Resume:
    """Let the clock of a held handoff go on."""

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

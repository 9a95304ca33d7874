"""What a person, or time, can ask of a handoff. `by` is who asks; `seen` is the number of the last event they had seen,
so that nobody decides on something that changed before their eyes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handrail.handoff.commands_outside import FromOutside, TellOfAttachment, ToOutside
from handrail.handoff.events import Answer
from handrail.handoff.hearing import Hear as Hear
from handrail.handoff.letter_commands import Edit as Edit
from handrail.handoff.letter_commands import GoOn as GoOn
from handrail.handoff.letter_commands import Pause as Pause
from handrail.handoff.letter_commands import Send as Send
from handrail.handoff.letter_commands import Skip as Skip
from handrail.handoff.meeting_commands import AdmitGuest as AdmitGuest
from handrail.handoff.meeting_commands import CallOffMeeting as CallOffMeeting
from handrail.handoff.meeting_commands import HoldMeeting as HoldMeeting
from handrail.handoff.meeting_commands import LeaveOutGuest as LeaveOutGuest
from handrail.handoff.meeting_commands import PlanMeeting as PlanMeeting
from handrail.handoff.meeting_commands import ReplaceAttendee as ReplaceAttendee
from handrail.handoff.meeting_commands import TakeAnswer as TakeAnswer
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
    phase: str = ""


@dataclass(frozen=True, kw_only=True)
class GiveFacts:
    """None withdraws a fact."""

    by: Actor
    values: Mapping[str, Written | None]
    source: str = ""
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class FillRole:
    """Name who holds a role; None leaves it empty, and on the desk of CS Operations. With `until` they hold it through
    that day, and then it is again whose it was. `reason` is kept for the history."""

    by: Actor
    role: str
    person: Person | None
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Succeed:
    """Name whose a role is once nobody stands in for its holder any more; None leaves it empty from then on."""

    by: Actor
    role: str
    person: Person | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Finish:
    """Finish a task, a list of documents or an update of another system; `outcome` is how it turned out, where the
    runbook lists outcomes, and `person` who takes the role that the task fills."""

    by: Actor
    step: str
    outcome: str = ""
    note: str = ""
    person: Person | None = None


@dataclass(frozen=True, kw_only=True)
class Advise:
    """Say what one thinks of a step, as somebody who is asked before it is done."""

    by: Actor
    step: str
    says: str


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
class Share:
    """Share the document of a step with the holders of `roles` and the `contacts`, by their addresses; or share it once
    more, as it is now."""

    by: Actor
    step: str
    roles: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddAddendum:
    """Add a text to the handover document after what was signed, accepted or shared, which stays as it was."""

    by: Actor
    text: str


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
class Seat:
    """The desk found who holds a role, as the runbook says, or that nobody does any more; `why` tells how. Nobody's
    command but its own."""

    role: str
    person: Person | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """The desk counted, beyond this handoff, what derived facts ask for. Nobody's command but its own."""

    values: Mapping[str, Written | None]


@dataclass(frozen=True, kw_only=True)
class Begin:
    """Find that a discretionary step is needed."""

    by: Actor
    step: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Report that something outside came to pass that the runbook names."""

    by: Actor
    happening: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class WaiveEvidence:
    """Mark a piece of evidence as not applicable, with the reason; None takes that back."""

    by: Actor
    step: str
    item: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Disagree:
    """Disagree with a refusal, so that the ladder decides."""

    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Settle:
    """Decide on a disagreement: whether the refusal stands."""

    by: Actor
    step: str
    upholds: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeVersion:
    """Follow another version of the runbook from now on."""

    by: Actor
    reason: str
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Wake:
    """Time alone made something matter."""


Command = (
    Start
    | GiveFacts
    | FillRole
    | Succeed
    | Finish
    | Advise
    | AnswerForm
    | Sign
    | Share
    | AddAddendum
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
    | Seat
    | Count
    | Hear
    | Begin
    | Report
    | WaiveEvidence
    | PlanMeeting
    | CallOffMeeting
    | ReplaceAttendee
    | HoldMeeting
    | TakeAnswer
    | AdmitGuest
    | LeaveOutGuest
    | Send
    | Pause
    | GoOn
    | Skip
    | Edit
    | Disagree
    | Settle
    | ChangeVersion
    | FromOutside
    | ToOutside
    | TellOfAttachment
    | Wake
)

BY_NOBODY = Seat | Count | Hear | TakeAnswer | Wake | FromOutside | TellOfAttachment


def giver(command: Command) -> Person | None:
    """Who gives the command; None where the desk, the time or somebody outside does."""
    return None if isinstance(command, BY_NOBODY) else command.by.person

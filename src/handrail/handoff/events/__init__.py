"""What happened to a handoff. Events are facts: folding them refuses nothing, and their order is the history.

One rule: an event carries what was said, never what can be worked out again from the plan (a due date, a progress bar).
"""

from dataclasses import dataclass
from datetime import datetime

from handrail.handoff.events.course import (
    Cancelled,
    Ended,
    Held,
    Occurred,
    Reached,
    Resumed,
    RoleFilled,
    RoleReturned,
    RoleSucceeded,
    Started,
    VersionChanged,
)
from handrail.handoff.events.doing import (
    Advised,
    Answer,
    AttendeeReplaced,
    Begun,
    EvidenceAdded,
    EvidenceRemoved,
    EvidenceWaived,
    Finished,
    FormAnswered,
    MeetingCalledOff,
    MeetingHeld,
    MeetingPlanned,
    Reopened,
    Sent,
    Signed,
)
from handrail.handoff.events.following import (
    Escalated,
    FellDue,
    Moved,
    OutOfStep,
    Reminded,
    TurnedTo,
    Warned,
)
from handrail.handoff.events.knowing import (
    Counted,
    Decided,
    FactsGiven,
    LeftUndecided,
    OverrideApproved,
    OverrideAsked,
    OverrideRejected,
)
from handrail.handoff.events.outside import (
    AskedAgain,
    AttachmentBroke,
    AttachmentMended,
    AttachmentShared,
    HandedIn,
    LinkLetter,
    LinksSent,
)
from handrail.handoff.events.ruling import (
    AcceptanceRefused,
    Accepted,
    Approved,
    Climbed,
    Disagreed,
    RefusalOverruled,
    RefusalUpheld,
    Rejected,
    SilenceTaken,
)
from handrail.handoff.people import Person

Event = (
    Started
    | RoleFilled
    | RoleReturned
    | RoleSucceeded
    | Held
    | Resumed
    | VersionChanged
    | Occurred
    | Reached
    | Ended
    | Cancelled
    | FactsGiven
    | Counted
    | Decided
    | LeftUndecided
    | OverrideAsked
    | OverrideApproved
    | OverrideRejected
    | Begun
    | Advised
    | Finished
    | FormAnswered
    | Signed
    | EvidenceAdded
    | EvidenceRemoved
    | EvidenceWaived
    | Sent
    | MeetingPlanned
    | MeetingCalledOff
    | AttendeeReplaced
    | MeetingHeld
    | Reopened
    | Approved
    | Rejected
    | Accepted
    | AcceptanceRefused
    | SilenceTaken
    | Disagreed
    | Climbed
    | RefusalUpheld
    | RefusalOverruled
    | Moved
    | OutOfStep
    | Warned
    | FellDue
    | Reminded
    | Escalated
    | LinksSent
    | HandedIn
    | AskedAgain
    | AttachmentShared
    | AttachmentBroke
    | AttachmentMended
)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event in its place: `number` counts from 1 within the handoff; `by` is None where time or a rule acted, and
    `on_behalf_of` whose role they used, where they stood in for somebody who was away."""

    number: int
    at: datetime
    by: Person | None
    event: Event
    on_behalf_of: Person | None = None


__all__ = [
    "AcceptanceRefused",
    "Accepted",
    "Advised",
    "Answer",
    "Approved",
    "AskedAgain",
    "AttachmentBroke",
    "AttachmentMended",
    "AttachmentShared",
    "AttendeeReplaced",
    "Begun",
    "Cancelled",
    "Climbed",
    "Counted",
    "Decided",
    "Disagreed",
    "Ended",
    "Escalated",
    "Event",
    "EvidenceAdded",
    "EvidenceRemoved",
    "EvidenceWaived",
    "FactsGiven",
    "FellDue",
    "Finished",
    "FormAnswered",
    "HandedIn",
    "Held",
    "LeftUndecided",
    "LinkLetter",
    "LinksSent",
    "MeetingCalledOff",
    "MeetingHeld",
    "MeetingPlanned",
    "Moved",
    "Occurred",
    "OutOfStep",
    "OverrideApproved",
    "OverrideAsked",
    "OverrideRejected",
    "Reached",
    "Recorded",
    "RefusalOverruled",
    "RefusalUpheld",
    "Rejected",
    "Reminded",
    "Reopened",
    "Resumed",
    "RoleFilled",
    "RoleReturned",
    "RoleSucceeded",
    "Sent",
    "Signed",
    "SilenceTaken",
    "Started",
    "TurnedTo",
    "VersionChanged",
    "Warned",
]

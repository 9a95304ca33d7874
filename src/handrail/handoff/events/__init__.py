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
    AddendumAdded,
    Advised,
    Answer,
    Begun,
    EvidenceAdded,
    EvidenceRemoved,
    EvidenceWaived,
    Finished,
    FormAnswered,
    Reopened,
    Shared,
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
from handrail.handoff.events.hearing import Bounced, Replied, Resubscribed, Unsubscribed
from handrail.handoff.events.knowing import (
    Counted,
    Decided,
    FactsGiven,
    LeftUndecided,
    OverrideApproved,
    OverrideAsked,
    OverrideRejected,
)
from handrail.handoff.events.letters import Edited, Enclosed, Letter, NotSent, Paused, Sent, Skipped, WentOn
from handrail.handoff.events.meeting import (
    AttendeeReplaced,
    GuestAdmitted,
    GuestLeftOut,
    InvitationAnswered,
    Invitee,
    MeetingCalledOff,
    MeetingHeld,
    MeetingPlanned,
    Said,
    StrangerAnswered,
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
    | Shared
    | AddendumAdded
    | EvidenceAdded
    | EvidenceRemoved
    | EvidenceWaived
    | Sent
    | NotSent
    | Paused
    | WentOn
    | Skipped
    | Edited
    | MeetingPlanned
    | MeetingCalledOff
    | AttendeeReplaced
    | MeetingHeld
    | InvitationAnswered
    | StrangerAnswered
    | GuestAdmitted
    | GuestLeftOut
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
    | Replied
    | Bounced
    | Unsubscribed
    | Resubscribed
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
    "AddendumAdded",
    "Advised",
    "Answer",
    "Approved",
    "AskedAgain",
    "AttachmentBroke",
    "AttachmentMended",
    "AttachmentShared",
    "AttendeeReplaced",
    "Begun",
    "Bounced",
    "Cancelled",
    "Climbed",
    "Counted",
    "Decided",
    "Disagreed",
    "Edited",
    "Enclosed",
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
    "GuestAdmitted",
    "GuestLeftOut",
    "HandedIn",
    "Held",
    "InvitationAnswered",
    "Invitee",
    "LeftUndecided",
    "Letter",
    "LinkLetter",
    "LinksSent",
    "MeetingCalledOff",
    "MeetingHeld",
    "MeetingPlanned",
    "Moved",
    "NotSent",
    "Occurred",
    "OutOfStep",
    "OverrideApproved",
    "OverrideAsked",
    "OverrideRejected",
    "Paused",
    "Reached",
    "Recorded",
    "RefusalOverruled",
    "RefusalUpheld",
    "Rejected",
    "Reminded",
    "Reopened",
    "Replied",
    "Resubscribed",
    "Resumed",
    "RoleFilled",
    "RoleReturned",
    "RoleSucceeded",
    "Said",
    "Sent",
    "Shared",
    "Signed",
    "SilenceTaken",
    "Skipped",
    "Started",
    "StrangerAnswered",
    "TurnedTo",
    "Unsubscribed",
    "VersionChanged",
    "Warned",
    "WentOn",
]

"""What a person can ask about a meeting, and what a calendar answers; told about whoever comes."""

from dataclasses import dataclass
from datetime import datetime

from handrail.handoff.events import Invitee, Said
from handrail.handoff.people import Actor


@dataclass(frozen=True, kw_only=True)
class PlanMeeting:
    """Give a meeting its time, or a planned one (by its `key`) another; `key` is a fresh key for a new one. Whoever is
    `invited` comes, and gets an invitation."""

    by: Actor
    step: str
    key: str
    meets_at: datetime
    attendees: tuple[str, ...] = ()
    note: str = ""
    ends_at: datetime | None = None
    where: str = ""
    agenda: str = ""
    invited: tuple[Invitee, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CallOffMeeting:
    """A planned meeting does not take place."""

    by: Actor
    step: str
    key: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReplaceAttendee:
    """Somebody comes to a planned meeting instead of who `was` to come; where that is empty, they come as well.
    As the colleague `person` they get an invitation."""

    by: Actor
    step: str
    key: str
    was: str
    becomes: str
    reason: str = ""
    person: int | None = None


@dataclass(frozen=True, kw_only=True)
class HoldMeeting:
    """Tell that a meeting took place: a planned one by its `key`, or one that nobody had planned."""

    by: Actor
    step: str
    key: str
    met_at: datetime
    attendees: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TakeAnswer:
    """A calendar answered an invitation: for somebody invited, or for somebody whom nobody had invited. `sequence` is
    that of the invitation that it answers, `stamped_at` when it was written. Nobody's command but the desk's."""

    step: str
    key: str
    who: Invitee
    says: Said
    comment: str = ""
    proposes: datetime | None = None
    sequence: int = 0
    stamped_at: datetime


@dataclass(frozen=True, kw_only=True)
class AdmitGuest:
    """Invite somebody who answered without an invitation of their own, or who is to come as well."""

    by: Actor
    step: str
    key: str
    who: Invitee


@dataclass(frozen=True, kw_only=True)
class LeaveOutGuest:
    """Leave it at that: somebody who answered without an invitation is not invited, with the reason."""

    by: Actor
    step: str
    key: str
    email: str
    reason: str

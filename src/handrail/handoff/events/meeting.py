"""What happens with meetings: planned, moved, called off and held, and what is heard of who comes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handrail.handoff.people import Person

# What an invitation was answered with, as calendars say it in PARTSTAT (RFC 5545, section 3.2.12).
Said = Literal["accepted", "declined", "tentative"]


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Somebody who gets an invitation: a colleague, who is the `person` of that number, or somebody outside by their
    `email`, in small letters."""

    name: str
    person: int | None = None
    email: str = ""

    @property
    def key(self) -> int | str:
        return self.email if self.person is None else self.person


@dataclass(frozen=True, kw_only=True)
class MeetingPlanned:
    """A meeting has its time; `attendees` are the names of those who are to come, as they were written down, `invited`
    those of them who get an invitation."""

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
class MeetingCalledOff:
    """A planned meeting does not take place."""

    step: str
    key: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AttendeeReplaced:
    """To a planned meeting comes who it `becomes` instead of who it `was`; where that is empty, they come as well."""

    step: str
    key: str
    was: str
    becomes: str
    reason: str = ""
    person: int | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingHeld:
    """A meeting took place; `is_complete` is False where the step stays open."""

    step: str
    key: str
    met_at: datetime
    attendees: tuple[str, ...] = ()
    note: str = ""
    is_complete: bool = True
    unheard: dict[str, Person] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class InvitationAnswered:
    """Somebody who was invited answered; with `proposes`, they ask for another time. `sequence` is that of the
    invitation that they answered, `stamped_at` when they did by their own clock."""

    step: str
    key: str
    who: Invitee
    says: Said
    comment: str = ""
    proposes: datetime | None = None
    sequence: int = 0
    stamped_at: datetime


@dataclass(frozen=True, kw_only=True)
class StrangerAnswered:
    """Somebody answered whom nobody had invited: the invitation was handed on."""

    step: str
    key: str
    email: str
    name: str
    says: Said
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class GuestAdmitted:
    """Somebody is to come to a planned meeting as well, and gets an invitation of their own."""

    step: str
    key: str
    who: Invitee


@dataclass(frozen=True, kw_only=True)
class GuestLeftOut:
    """Somebody who answered without an invitation is not invited, for this reason."""

    step: str
    key: str
    email: str
    reason: str

"""What stands in a handoff, each thing as the events left it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from handrail.handoff.events import Invitee, Said
from handrail.handoff.people import Person
from handrail.runbook.kinds import Written

State = Literal["waiting", "open", "done", "not needed"]


@dataclass(frozen=True, kw_only=True)
class KnownFact:
    value: Written
    source: str
    at: datetime
    by: Person | None
    number: int


@dataclass(frozen=True, kw_only=True)
class FieldAnswer:
    """`number` is the event that last set the field; a cleared field keeps its entry with neither value nor reason."""

    value: Written | None
    reason: str | None
    at: datetime
    by: Person | None
    number: int
    source: str = ""

    @property
    def is_missing(self) -> bool:
        return self.value is None and self.reason is None


@dataclass(frozen=True, kw_only=True)
class TakenDecision:
    """`says` is empty where the table decided; else it tells why it left the case undecided."""

    rules: tuple[int, ...] = ()
    outputs: dict[str, str] = field(default_factory=dict)
    boundaries: tuple[str, ...] = ()
    says: str = ""
    missing: tuple[str, ...] = ()
    at: datetime
    number: int

    @property
    def is_decided(self) -> bool:
        return not self.says


@dataclass(frozen=True, kw_only=True)
class OverrideState:
    state: Literal["asked", "approved", "rejected"]
    outputs: dict[str, str]
    reason: str
    asked_by: Person | None
    asked_for: Person | None = None
    asked_at: datetime
    ruled_by: Person | None = None
    ruled_for: Person | None = None
    ruled_at: datetime | None = None
    note: str = ""
    number: int


@dataclass(frozen=True, kw_only=True)
class StepState:
    """`since` is when the step came into its state, `by` whom and `on_behalf_of` whom; `note` the words of whoever
    finished, rejected or reopened it.

    `again_on` is the day from which it is to be done once more, `due_on` the last day of that; only evidence of later
    events than `evidence_from` counts then. `warned` and `fell_due` are the days that this was told for, `escalated`
    those of each level of the ladder; `reminded` is how often it was reminded of, counted from the day
    `reminded_since` where that can move. `asked_from` is the event with which it last opened, where
    there is advice and it is not open: only advice of later events counts. `wrote` is what was last written into
    another system.

    `approved_by` are those who have approved so far, `approved_for` for each of them on whose behalf (mostly their
    own), `approved_as` the roles for which they did. `done_by` are those who had done the step before it was to be done
    again, or still count for it; who did a step that is done is `by` otherwise.
    """

    state: State
    since: datetime
    by: Person | None = None
    on_behalf_of: Person | None = None
    note: str = ""
    outcome: str = ""
    fell_due: date | None = None
    again_on: date | None = None
    due_on: date | None = None
    evidence_from: int = 0
    warned: date | None = None
    reminded: int = 0
    reminded_since: date | None = None
    escalated: tuple[date, ...] = ()
    asked_from: int = 0
    approved_by: tuple[Person, ...] = ()
    approved_for: tuple[Person, ...] = ()
    approved_as: tuple[str, ...] = ()
    done_by: tuple[Person, ...] = ()
    wrote: dict[str, str] = field(default_factory=dict)
    sha256: str = ""
    number: int


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What somebody who is asked before a step is done said about it, as the holder of `roles`."""

    roles: tuple[str, ...]
    says: str
    at: datetime
    by: Person | None
    on_behalf_of: Person | None = None
    number: int


@dataclass(frozen=True, kw_only=True)
class Attached:
    """`source` is who outside gave it, where nobody of the company did; what is `shared` is shown outside. `broken`
    says why it is of no use, since `broken_at`."""

    key: str
    item: str
    title: str
    link: str | None
    upload: str | None
    at: datetime
    by: Person | None
    on_behalf_of: Person | None = None
    number: int
    source: str = ""
    shared: bool = False
    broken: str = ""
    broken_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Addendum:
    """What was added to the handover document after the part with the digest `after`, under its own digest."""

    text: str
    after: str
    sha256: str
    at: datetime
    by: Person | None
    on_behalf_of: Person | None = None
    number: int


@dataclass(frozen=True, kw_only=True)
class OnHold:
    """A time in which the clock stood; `until` is None while it still does."""

    since: datetime
    until: datetime | None = None
    reason: str
    by: Person | None


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """Why a piece of evidence does not apply."""

    reason: str
    at: datetime
    by: Person | None
    number: int
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Whose turn a step that is asked outside is: ours, since `source` handed it in; or theirs again, for `reason`. It
    says so of the step as it is open since before `number`."""

    whose: Literal["ours", "theirs"]
    source: str = ""
    reason: str = ""
    at: datetime
    by: Person | None
    number: int


@dataclass(frozen=True, kw_only=True)
class Response:
    """What somebody who was invited answered last; with `proposes`, they ask for another time."""

    who: Invitee
    says: Said
    comment: str = ""
    proposes: datetime | None = None
    sequence: int = 0
    stamped_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """Somebody who answered an invitation that was not theirs; `left_out` is why they are not invited."""

    email: str
    name: str
    says: Said
    comment: str = ""
    at: datetime
    left_out: str = ""


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A meeting of a step: planned, held or called off; `meets_at` is when it is to be, or was. `invited` are those of
    the attendees who have an invitation; of one that was held, the attendees are who was there. `sequence` counts the
    changes that calendars were told, `moved` is the one with which it got its time; the `organizer` is who planned it
    first, since calendars know no other."""

    key: str
    state: Literal["planned", "held", "called off"]
    meets_at: datetime
    ends_at: datetime | None = None
    where: str = ""
    agenda: str = ""
    attendees: tuple[str, ...] = ()
    invited: tuple[Invitee, ...] = ()
    answers: tuple[Response, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    sequence: int = 0
    moved: int = 0
    organizer: Person | None = None
    note: str = ""
    by: Person | None
    number: int


@dataclass(frozen=True, kw_only=True)
class Happened:
    """The last time that something outside came to pass."""

    at: datetime
    note: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Had:
    """That somebody got a message, by which step."""

    step: str
    at: datetime
    number: int


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Why a message does not send itself for now."""

    reason: str
    by: Person | None
    at: datetime
    number: int


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What was last heard from an address, each as the number of its event, 0 where that was not heard: that they
    `replied` themselves, that mail `bounced` for good, that they `unsubscribed`."""

    replied: int = 0
    bounced: int = 0
    unsubscribed: int = 0


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """A disagreement about a refusal; `level` counts the rungs of the ladder from 0, `since` is when it came to this
    one. `undone` are the steps that the refusal opened again."""

    reason: str
    by: Person | None
    on_behalf_of: Person | None = None
    since: datetime
    level: int = 0
    undone: tuple[str, ...] = ()
    number: int


@dataclass(frozen=True, kw_only=True)
class Loan:
    """A role that somebody holds through the day `until`; then it is `back_to`'s again."""

    until: date
    back_to: Person | None

"""What can be done to many handoffs at once: each act as one command to one handoff, tried or given.

One rule: a handoff takes or refuses it as on its own page, by the same rules and in the same words.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from handrail.desk import ledger, models
from handrail.desk.long_work.sort import Json
from handrail.desk.starting import current_version
from handrail.handoff import commands as c
from handrail.handoff.duty import counts_anew, may
from handrail.handoff.history import Handoff
from handrail.handoff.life import possible_now
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import too_long, without_reason
from handrail.handoff.unknown import unknown_name
from handrail.handoff.versions import why_not

Name = Literal["hold", "resume", "cancel", "fill", "move", "count"]


@dataclass(frozen=True, kw_only=True)
class Words:
    """`does` is the button, `title` the name of the work, `did` what became of a handoff; `no_way_back` says why it
    cannot be taken back, and is empty where it can. `asks_why` goes on after “Say why you …”."""

    does: str
    title: str
    did: str
    no_way_back: str = ""
    asks_why: str = ""


WORDS: Mapping[Name, Words] = {
    "hold": Words(does="Put on hold", title="Put on hold", did="Put on hold", asks_why="hold them"),
    "resume": Words(does="Resume", title="Resume", did="Resumed"),
    "cancel": Words(
        does="Cancel handoffs",
        title="Cancel",
        did="Cancelled",
        no_way_back="A handoff that is cancelled stays so: this cannot be undone.",
        asks_why="cancel them",
    ),
    "fill": Words(does="Fill a role", title="Fill a role", did="Role filled"),
    "move": Words(
        does="Move to the current version",
        title="Move to the current version",
        did="Moved",
        no_way_back=(
            "This cannot be undone: what the other version has no place for does not come back. Each handoff’s page "
            "shows what would follow for it."
        ),
        asks_why="move them to another version",
    ),
    "count": Words(
        does="Count anew",
        title="Count anew",
        did="Counted anew",
        no_way_back="There is nothing to undo in it: it only brings what is counted up to date.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Act:
    """`reason` is the note of one that needs none; `role` and `person` are of filling a role, None leaves it empty."""

    name: Name
    reason: str = ""
    role: str = ""
    person: Person | None = None

    @property
    def words(self) -> Words:
        return WORDS[self.name]


def to_json(act: Act) -> Json:
    return asdict(act) | {"person": list(act.person) if act.person else None}


def of_json(written: Json) -> Act:
    person = written["person"]
    return Act(**written | {"person": Person(*person) if person else None})


def incomplete(act: Act) -> Refused | None:
    """What whoever asks for it has yet to say."""
    if act.words.asks_why:
        return without_reason(act.reason, act.words.asks_why)
    return too_long(act.reason)


# ----------------------------------------------------------------------------------------------- tried, and then given

_TRIAL = "…"  # stands for the reason that the person will write


def command_of(act: Act, by: Actor) -> c.Command | None:
    """None where it is more than a command."""
    match act.name:
        case "hold":
            return c.Hold(by=by, reason=act.reason or _TRIAL)
        case "resume":
            return c.Resume(by=by, note=act.reason)
        case "cancel":
            return c.Cancel(by=by, reason=act.reason or _TRIAL)
        case "fill":
            return c.FillRole(by=by, role=act.role, person=act.person, reason=act.reason)
        case _:
            return None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A handoff as it stands; `current` is the plan of its runbook's current version, None where it has none."""

    plan: Plan
    state: Handoff
    current: Plan | None


def foreseen(act: Act, standing: Standing, by: Actor, now: datetime) -> Refused | bool:
    """Why it would be refused; else whether it would change anything, as far as that is known beforehand."""
    plan, state = standing.plan, standing.state
    command = command_of(act, by)
    if command is not None:
        refused = unknown_name(plan, state, command) or may(plan, state, command)
        outcome = refused or possible_now(plan, state, command, now)
        return outcome if isinstance(outcome, Refused) else bool(outcome)
    if act.name == "move":
        return _why_not_moved(standing, c.ChangeVersion(by=by, reason=_TRIAL)) or True
    return _why_not_counted(plan, state, by) or True


def _why_not_moved(standing: Standing, command: c.ChangeVersion) -> Refused | None:
    if standing.current is None:
        return _NO_VERSION
    refused = may(standing.plan, standing.state, command)
    return refused or why_not(standing.plan, standing.current, standing.state)


_NO_VERSION = Refused(code="unknown", says="Its runbook has no current version to move to.")
_NOT_COUNTED = Refused(code="not-counted", says="Its runbook has nothing that is counted beyond the handoff.")


def _why_not_counted(plan: Plan, state: Handoff, by: Actor) -> Refused | None:
    if not plan.counted:
        return _NOT_COUNTED
    if state.is_over:
        return Refused(code="over", says="This handoff is over: nothing is counted for it any more.")
    return counts_anew(plan, state, by)


def give(act: Act, handoff_id: int, by: Actor, now: datetime) -> ledger.Change | Refused:
    """Raises `models.Handoff.DoesNotExist`."""
    command = command_of(act, by)
    if command is not None:
        return ledger.record(handoff_id, command, now=now)
    return _move(act, handoff_id, by, now) if act.name == "move" else _count(handoff_id, by, now)


def _move(act: Act, handoff_id: int, by: Actor, now: datetime) -> ledger.Change | Refused:
    name = models.Handoff.objects.values_list("runbook", flat=True).get(pk=handoff_id)
    version = current_version(name)
    if version is None:
        return _NO_VERSION
    return ledger.change_version(handoff_id, version, c.ChangeVersion(by=by, reason=act.reason), now=now)


def _count(handoff_id: int, by: Actor, now: datetime) -> ledger.Change | Refused:
    standing = ledger.standing(handoff_id)
    return _why_not_counted(standing.plan, standing.handoff, by) or ledger.attend(handoff_id, now=now)

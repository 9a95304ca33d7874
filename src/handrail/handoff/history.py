"""A handoff as its events leave it, and the fold that gets there.

One rule: folding refuses nothing and works nothing out; what an event says is so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from handrail.handoff import events as e
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
    asked_at: datetime
    ruled_by: Person | None = None
    ruled_at: datetime | None = None
    note: str = ""
    number: int


@dataclass(frozen=True, kw_only=True)
class StepState:
    """`since` is when the step came into its state; `note` the words of whoever finished, rejected or reopened it.

    `again_on` is the day from which it is to be done once more, `due_on` the last day of that; only evidence of later
    events than `evidence_from` counts then.
    """

    state: State
    since: datetime
    by: Person | None = None
    note: str = ""
    outcome: str = ""
    fell_due: date | None = None
    again_on: date | None = None
    due_on: date | None = None
    evidence_from: int = 0
    approved_by: tuple[Person, ...] = ()
    sha256: str = ""
    number: int


@dataclass(frozen=True, kw_only=True)
class Attached:
    key: str
    item: str
    title: str
    link: str | None
    upload: str | None
    at: datetime
    by: Person | None
    number: int


@dataclass(frozen=True, kw_only=True)
class OnHold:
    """A time in which the clock stood; `until` is None while it still does."""

    since: datetime
    until: datetime | None = None
    reason: str
    by: Person | None


@dataclass(kw_only=True)
class Handoff:
    """`number` is that of the last event; a handoff is over when it has an `end` or was cancelled."""

    number: int = 0
    runbook: str = ""
    version: str = ""
    digest: str = ""
    customer_id: int = 0
    customer: str = ""
    started_at: datetime | None = None
    changed_at: datetime | None = None
    people: dict[str, Person] = field(default_factory=dict)
    facts: dict[str, KnownFact] = field(default_factory=dict)
    withdrawn: dict[str, KnownFact] = field(default_factory=dict)
    decisions: dict[str, TakenDecision] = field(default_factory=dict)
    overrides: dict[str, OverrideState] = field(default_factory=dict)
    steps: dict[str, StepState] = field(default_factory=dict)
    answers: dict[str, dict[str, FieldAnswer]] = field(default_factory=dict)
    evidence: dict[str, tuple[Attached, ...]] = field(default_factory=dict)
    holds: tuple[OnHold, ...] = ()
    end: str | None = None
    cancelled: str | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def hold(self) -> OnHold | None:
        """The hold that the handoff is on."""
        return self.holds[-1] if self.holds and self.holds[-1].until is None else None

    def state_of(self, step: str) -> State:
        known = self.steps.get(step)
        return known.state if known else "waiting"

    def outputs_of(self, decision: str) -> dict[str, str]:
        """What the decision says now: an approved override before the table's own answer."""
        override = self.overrides.get(decision)
        if override is not None and override.state == "approved":
            return override.outputs
        taken = self.decisions.get(decision)
        return taken.outputs if taken else {}


def evolve(handoff: Handoff, recorded: e.Recorded) -> Handoff:
    """The handoff after one more event; the one before is left as it was."""
    after = working_copy(handoff)
    apply(after, recorded)
    return after


def fold(recorded: Iterable[e.Recorded], onto: Handoff | None = None) -> Handoff:
    after = working_copy(onto) if onto else Handoff()
    for one in recorded:
        apply(after, one)
    return after


def working_copy(handoff: Handoff) -> Handoff:
    """A handoff that can be folded on in place; entries of the maps are values, so one level deep is enough."""
    after = Handoff.__new__(Handoff)
    after.__dict__ = {name: value.copy() if type(value) is dict else value for name, value in vars(handoff).items()}
    return after


def apply(handoff: Handoff, recorded: e.Recorded) -> None:
    """Folds in place: only for a working copy that nobody else holds."""
    handoff.number, handoff.changed_at = recorded.number, recorded.at
    match recorded.event:
        case e.Started() as event:
            _start(handoff, recorded, event)
        case e.FactsGiven() as event:
            _give_facts(handoff, recorded, event)
        case e.RoleFilled(role=role, person=person):
            if person is None:
                handoff.people.pop(role, None)
            else:
                handoff.people[role] = person
        case e.Decided() | e.LeftUndecided():
            _take_decision(handoff, recorded, recorded.event)
        case e.OverrideAsked() | e.OverrideApproved() | e.OverrideRejected():
            _override(handoff, recorded, recorded.event)
        case e.FormAnswered() as event:
            _answer(handoff, recorded, event)
        case e.EvidenceAdded() | e.EvidenceRemoved():
            _attach(handoff, recorded, recorded.event)
        case e.Held(reason=reason):
            handoff.holds = (*handoff.holds, OnHold(since=recorded.at, reason=reason, by=recorded.by))
        case e.Resumed():
            handoff.holds = (*handoff.holds[:-1], replace(handoff.holds[-1], until=recorded.at))
        case e.Ended(end=end):
            handoff.end, handoff.ended_at = end, recorded.at
        case e.Cancelled(reason=reason):
            handoff.cancelled, handoff.ended_at = reason, recorded.at
        case _:
            _move_steps(handoff, recorded)


def _start(handoff: Handoff, recorded: e.Recorded, event: e.Started) -> None:
    handoff.runbook, handoff.version, handoff.digest = event.runbook, event.version, event.digest
    handoff.customer_id, handoff.customer = event.customer_id, event.customer
    handoff.people = dict(event.people)
    handoff.started_at = recorded.at


def _give_facts(handoff: Handoff, recorded: e.Recorded, event: e.FactsGiven) -> None:
    for name, value in event.values.items():
        written = "" if value is None else value
        known = KnownFact(value=written, source=event.source, at=recorded.at, by=recorded.by, number=recorded.number)
        if value is None:
            handoff.facts.pop(name, None)
            handoff.withdrawn[name] = known
        else:
            handoff.facts[name] = known


def _take_decision(handoff: Handoff, recorded: e.Recorded, event: e.Decided | e.LeftUndecided) -> None:
    match event:
        case e.Decided():
            taken = TakenDecision(
                rules=event.rules,
                outputs=event.outputs,
                boundaries=event.boundaries,
                at=recorded.at,
                number=recorded.number,
            )
        case e.LeftUndecided():
            taken = TakenDecision(says=event.says, missing=event.missing, at=recorded.at, number=recorded.number)
    handoff.decisions[event.decision] = taken


def _override(
    handoff: Handoff, recorded: e.Recorded, event: e.OverrideAsked | e.OverrideApproved | e.OverrideRejected
) -> None:
    match event:
        case e.OverrideAsked():
            handoff.overrides[event.decision] = OverrideState(
                state="asked",
                outputs=event.outputs,
                reason=event.reason,
                asked_by=recorded.by,
                asked_at=recorded.at,
                number=recorded.number,
            )
        case e.OverrideApproved(note=note) | e.OverrideRejected(reason=note):
            asked = handoff.overrides[event.decision]
            handoff.overrides[event.decision] = replace(
                asked,
                state="approved" if isinstance(event, e.OverrideApproved) else "rejected",
                ruled_by=recorded.by,
                ruled_at=recorded.at,
                note=note,
                number=recorded.number,
            )


def _answer(handoff: Handoff, recorded: e.Recorded, event: e.FormAnswered) -> None:
    fields = dict(handoff.answers.get(event.step, {}))
    for name, answer in event.answers.items():
        fields[name] = FieldAnswer(
            value=answer.value if answer else None,
            reason=answer.reason if answer else None,
            at=recorded.at,
            by=recorded.by,
            number=recorded.number,
        )
    handoff.answers[event.step] = fields


def _attach(handoff: Handoff, recorded: e.Recorded, event: e.EvidenceAdded | e.EvidenceRemoved) -> None:
    attached = handoff.evidence.get(event.step, ())
    match event:
        case e.EvidenceAdded():
            added = Attached(
                key=event.key,
                item=event.item,
                title=event.title,
                link=event.link,
                upload=event.upload,
                at=recorded.at,
                by=recorded.by,
                number=recorded.number,
            )
            handoff.evidence[event.step] = (*attached, added)
        case e.EvidenceRemoved(key=key):
            handoff.evidence[event.step] = tuple(one for one in attached if one.key != key)


def _move_steps(handoff: Handoff, recorded: e.Recorded) -> None:
    match recorded.event:
        case e.Moved(opened=opened, waiting=waiting, not_needed=not_needed):
            _set(handoff, recorded, opened, "open")
            _set(handoff, recorded, waiting, "waiting")
            _set(handoff, recorded, not_needed, "not needed")
        case e.Finished() as event:
            _finish(handoff, recorded, event)
        case e.Signed(step=step, sha256=sha256):
            _set(handoff, recorded, (step,), "done", outcome="signed", sha256=sha256)
        case e.Approved() as event:
            _approve(handoff, recorded, event)
        case e.Accepted(step=step, note=note, sha256=sha256):
            _set(handoff, recorded, (step,), "done", note=note, outcome="accepted", sha256=sha256)
        case e.Rejected(step=step, reason=reason, reopened=reopened):
            _set(handoff, recorded, (step, *reopened), "waiting", note=reason, outcome="rejected")
        case e.AcceptanceRefused(step=step, reason=reason, reopened=reopened):
            _set(handoff, recorded, (step, *reopened), "waiting", note=reason, outcome="refused")
        case e.Reopened(step=step, reason=reason):
            _set(handoff, recorded, (step,), "waiting", note=reason, outcome="reopened")
        case e.FellDue(steps=steps):
            for name, day in steps.items():
                handoff.steps[name] = replace(handoff.steps[name], fell_due=day)
        case _:
            pass


def _approve(handoff: Handoff, recorded: e.Recorded, event: e.Approved) -> None:
    known = handoff.steps[event.step]
    given = (*known.approved_by, recorded.by) if recorded.by else known.approved_by
    if event.is_complete:
        _set(handoff, recorded, (event.step,), "done", note=event.note, outcome="approved")
    handoff.steps[event.step] = replace(handoff.steps[event.step], approved_by=given)


def _finish(handoff: Handoff, recorded: e.Recorded, event: e.Finished) -> None:
    outcome = event.outcome or "finished"
    state: State = "done" if event.again_on is None else "waiting"
    _set(handoff, recorded, (event.step,), state, note=event.note, outcome=outcome)
    if event.again_on is not None:
        again = replace(handoff.steps[event.step], again_on=event.again_on, evidence_from=recorded.number)
        handoff.steps[event.step] = again
    _set(handoff, recorded, event.reopened, "waiting", note=event.note, outcome=outcome)
    for step in (event.step, *event.reopened) if event.again_on is not None else ():
        handoff.steps[step] = replace(handoff.steps[step], due_on=event.again_on)


def _set(
    handoff: Handoff,
    recorded: e.Recorded,
    steps: tuple[str, ...],
    state: State,
    *,
    note: str = "",
    outcome: str = "",
    sha256: str = "",
) -> None:
    for name in steps:
        before = handoff.steps.get(name)
        # Opening keeps the words of the rejection that sent the step back: whoever does it again must see them.
        kept = before if before is not None and state == "open" else None
        handoff.steps[name] = StepState(
            state=state,
            since=recorded.at,
            by=recorded.by,
            note=note or (kept.note if kept else ""),
            outcome=outcome or (kept.outcome if kept else ""),
            again_on=before.again_on if before is not None else None,
            due_on=before.due_on if before is not None else None,
            evidence_from=before.evidence_from if before is not None else 0,
            sha256=sha256,
            number=recorded.number,
        )

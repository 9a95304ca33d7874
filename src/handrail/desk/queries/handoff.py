"""What the page of one handoff shows: where we are, who has it, what blocks it, when it is due.

One rule: one query for the handoff, one for its documents, and one for the current version where that is another; all
else follows from the folded state.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.queries.blocking import Block, blocking, following, next_who
from handrail.desk.queries.controls import Control
from handrail.desk.queries.due import Due, due
from handrail.desk.queries.opened import Holder, Opened, holder, seats, title_of_step
from handrail.desk.queries.plan_lines import StageLines, StepLine, stages_of, step_line, usable_roles, with_headings
from handrail.handoff.history import OverrideState
from handrail.handoff.knowledge import holds, written_of
from handrail.handoff.people import Actor, by_words
from handrail.handoff.plan import Plan
from handrail.handoff.words import rules_words
from handrail.runbook.cells import Anything
from handrail.runbook.kinds import name_of
from handrail.runbook.model import Fact, Rule


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """`outputs` as (title, words); `state` is decided, undecided, overridden, or asked where an override waits."""

    name: str
    title: str
    state: str
    outputs: tuple[tuple[str, str], ...]
    rules: tuple[int, ...]
    by_rules: str
    note: str
    boundaries: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    says: str
    override: "OverrideLine | None"


@dataclass(frozen=True, kw_only=True)
class OverrideLine:
    state: str
    outputs: str
    reason: str
    asked_by: str
    asked_at: datetime
    ruled_by: str
    ruled_at: datetime | None
    note: str


@dataclass(frozen=True, kw_only=True)
class FactLine:
    """`control` is what it is typed into, `words` what a person reads; both empty where the fact is missing."""

    name: str
    title: str
    says: str
    kind: str
    control: Control
    words: str
    source: str
    at: datetime | None
    owed_by: str
    needed: bool

    @property
    def is_known(self) -> bool:
        return self.control.written is not None


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    number: int
    act: str
    step: str
    by: str
    at: datetime
    sha256: str


@dataclass(frozen=True, kw_only=True)
class HandoffView:
    """`next_step` is the step that is next, empty where it is something else; `next_who` has it. `as_of` is the day at
    whose end it stood so, where it is not as it is now."""

    id: int
    number: int
    customer_id: int
    customer: str
    runbook: str
    runbook_title: str
    version: str
    newer: str
    phase: str
    status: str
    end: str
    cancelled: str
    held: str
    held_since: datetime | None
    started_on: date
    ended_on: date | None
    done: int
    needed: int
    stage: str
    next_title: str
    next_step: str
    next_who: Holder | None
    due: Due | None
    blocking: tuple[Block, ...]
    stages: tuple[StageLines, ...]
    not_needed: tuple[StepLine, ...]
    decisions: tuple[DecisionLine, ...]
    facts: tuple[FactLine, ...]
    missing_facts: int
    people: tuple[Holder, ...]
    documents: tuple[DocumentLine, ...]
    as_of: date | None = None


def handoff_view(
    opened: Opened, me: Actor, now: datetime, said: Mapping[str, int] | None = None, as_of: date | None = None
) -> HandoffView:
    """`said` counts the comments on each thing."""
    row, plan, state = opened.row, opened.plan, opened.state
    mine, counts = usable_roles(opened, me), said or {}
    lines = {
        step.name: replace(step_line(opened, step, mine, now), comments=counts.get(f"step:{step.name}", 0))
        for step in with_headings(plan, state)
    }
    facts = tuple(fact_lines(opened))
    coming = following(row.next_title, lines)
    return HandoffView(
        id=row.pk,
        number=row.number,
        customer_id=row.customer_id,
        customer=row.customer.name,
        runbook=plan.runbook.name,
        runbook_title=plan.runbook.title,
        version=plan.runbook.version,
        newer=_newer(row),
        phase=row.phase,
        status=row.status,
        end=row.end,
        cancelled=state.cancelled or "",
        held=state.hold.reason if state.hold else "",
        held_since=state.hold.since if state.hold else None,
        started_on=plan.calendar.day_of(row.started_at),
        ended_on=plan.calendar.day_of(row.ended_at) if row.ended_at else None,
        done=row.steps_done,
        needed=row.steps_needed,
        stage=row.stage,
        next_title=row.next_title,
        next_step=coming.name if coming else "",
        next_who=next_who(row, coming),
        due=due(row.due_at, row.due_zone or plan.calendar.zone, now, told_in=plan.calendar.zone),
        blocking=tuple(blocking(opened, lines)),
        stages=tuple(stages_of(opened, lines)),
        not_needed=tuple(line for line in lines.values() if line.state == "not needed"),
        decisions=tuple(decision_line(opened, name) for name in plan.runbook.decisions),
        facts=facts,
        missing_facts=sum(1 for fact in facts if fact.needed and not fact.is_known),
        people=tuple(seats(opened)),
        documents=documents_of(opened),
        as_of=as_of,
    )


def _newer(row: models.Handoff) -> str:
    """The current version of the runbook, where a running handoff follows another one."""
    if row.status != models.Handoff.Status.RUNNING or row.runbook_version.is_current:
        return ""
    current = models.RunbookVersion.objects.filter(name=row.runbook, is_current=True)
    return current.values_list("version", flat=True).first() or ""


def decision_line(opened: Opened, name: str) -> DecisionLine:
    plan, state = opened.plan, opened.state
    decision = plan.runbook.decisions[name]
    taken = state.decisions.get(name)
    override = state.overrides.get(name)
    outputs = state.outputs_of(name)
    rules = tuple(decision.rules[number - 1] for number in taken.rules) if taken else ()
    return DecisionLine(
        name=name,
        title=decision.title,
        state=_decision_state(opened, name),
        outputs=tuple(
            (one.title, plan.spoken(decision.kind_of(one), outputs[one.name])) for one in decision.outputs if outputs
        ),
        rules=tuple(rule.number for rule in rules),
        by_rules=rules_words(taken.rules) if taken and taken.is_decided else "",
        note=" ".join(rule.note for rule in rules if rule.note),
        boundaries=taken.boundaries if taken else (),
        facts=tuple(decision_facts(opened, name, rules)),
        says=taken.says if taken else "",
        override=_override_line(plan, name, override) if override else None,
    )


def _decision_state(opened: Opened, name: str) -> str:
    override = opened.state.overrides.get(name)
    if override is not None and override.state != "rejected":
        return "overridden" if override.state == "approved" else "asked"
    taken = opened.state.decisions.get(name)
    return "decided" if taken is not None and taken.is_decided else "undecided"


def decision_facts(opened: Opened, name: str, rules: tuple[Rule, ...]) -> Iterator[tuple[str, str]]:
    """The table's inputs with the words for what they are now; only those that the rules look at, where some apply."""
    for at, column in enumerate(opened.plan.runbook.decisions[name].inputs):
        if rules and all(isinstance(rule.cells[at], Anything) for rule in rules):
            continue
        written = written_of(opened.plan, opened.state, column.ref)
        yield column.title, "" if written is None else opened.plan.spoken(column.kind, written)


def _override_line(plan: Plan, name: str, override: OverrideState) -> OverrideLine:
    return OverrideLine(
        state=override.state,
        outputs=plan.spoken_outputs(name, override.outputs),
        reason=override.reason,
        asked_by=by_words(override.asked_by, override.asked_for),
        asked_at=override.asked_at,
        ruled_by=by_words(override.ruled_by, override.ruled_for),
        ruled_at=override.ruled_at,
        note=override.note,
    )


def fact_lines(opened: Opened) -> Iterator[FactLine]:
    for fact in opened.plan.runbook.facts.values():
        needed = fact.when is None or holds(opened.plan, opened.state, fact.when) is not False
        yield _fact_line(opened, fact, needed)


def _fact_line(opened: Opened, fact: Fact, needed: bool) -> FactLine:
    known = opened.state.facts.get(fact.name)
    owner = holder(opened, fact.owed_by) if fact.owed_by else None
    return FactLine(
        name=fact.name,
        title=fact.title,
        says=fact.says,
        kind=name_of(fact.kind),
        control=Control(kind=fact.kind, written=known.value if known else None),
        words=opened.plan.spoken(fact.kind, known.value) if known else "",
        source=known.source if known else "",
        at=known.at if known else None,
        owed_by=owner.words if owner else "",
        needed=needed,
    )


def documents_of(opened: Opened) -> tuple[DocumentLine, ...]:
    return tuple(
        DocumentLine(number=number, act=act, step=title_of_step(opened, step), by=by, at=at, sha256=sha256)
        for number, act, step, by, at, sha256 in _signed(opened.row.pk)
    )


@prepared
def _signed(handoff_id: int) -> QuerySet[models.SignedDocument, tuple[int, str, str, str, datetime, str]]:
    rows = models.SignedDocument.objects.filter(handoff=handoff_id).order_by("number")
    return rows.values_list("number", "act", "step", "by_name", "at", "sha256")

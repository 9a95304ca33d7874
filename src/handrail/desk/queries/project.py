"""What pages show of a project that goes in phases: each of them, and what another one would begin with.

One rule: every phase is shown with its own days and its own clock (S3.22).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from handrail.desk import models
from handrail.desk.phases import phases_of
from handrail.desk.queries.opened import Holder, Opened, holder
from handrail.desk.runbooks import plan_of, runbook_of
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.knowledge import written_of
from handrail.handoff.plan import Plan
from handrail.handoff.projects import front_of, taken_over
from handrail.runbook.model import Ref, Timing
from handrail.runbook.references import timings as timings_of


@dataclass(frozen=True, kw_only=True)
class Phase:
    """`days` are the dates that its steps count from, `clock` what they count on from them, each as (title, words)."""

    handoff_id: int
    name: str
    status: str
    stage: str
    end: str
    days: tuple[tuple[str, str], ...]
    clock: tuple[tuple[str, str], ...]
    is_this: bool


@dataclass(frozen=True, kw_only=True)
class Project:
    """`front` is whom the customer turns to in every phase that runs."""

    id: int
    customer_id: int
    runbook: str
    phases: tuple[Phase, ...]
    front: tuple[Holder, ...]


@dataclass(frozen=True, kw_only=True)
class ProjectChoice:
    """A project of a customer that could have another phase."""

    id: int
    began_at: datetime
    phases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TakenFact:
    name: str
    title: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Another:
    """What another phase would begin with: a name for it, what is taken over from the last one, the shared front."""

    project_id: int
    name: str
    before: str
    facts: tuple[TakenFact, ...]
    front: tuple[tuple[str, str], ...]


def project_of(opened: Opened) -> Project | None:
    """None where the runbook knows no phases. A query where there are others."""
    row, plan = opened.row, opened.plan
    if plan.runbook.phases is None and row.project_id is None:
        return None
    rows = phases_of(row.project_id) if row.project_id else [row]
    return Project(
        id=row.project_id or row.pk,
        customer_id=row.customer_id,
        runbook=row.runbook,
        phases=tuple(_phase(one, one.pk == row.pk, plan.company.revision) for one in rows),
        front=tuple(holder(opened, role) for role in plan.front),
    )


def _phase(row: models.Handoff, is_this: bool, revision: int) -> Phase:
    """`revision` is that of the company."""
    plan, state = plan_of(row.runbook_version, revision), wire.decode_handoff(row.state)
    timings = [one for step in plan.runbook.steps.values() for one in timings_of(step)]
    return Phase(
        handoff_id=row.pk,
        name=phase_name(row),
        status=row.status,
        stage=row.stage,
        end=row.end,
        days=tuple(_days(plan, state, timings)),
        clock=tuple(_clock(plan, state, timings)),
        is_this=is_this,
    )


def phase_name(row: models.Handoff) -> str:
    return row.phase or "First phase"


def _days(plan: Plan, state: Handoff, timings: Iterable[Timing]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(one.anchor.name for one in timings if one.anchor.source == "fact"):
        known = state.facts.get(name)
        yield plan.runbook.facts[name].title, plan.spoken(plan.kinds[name], known.value) if known else ""


def _clock(plan: Plan, state: Handoff, timings: Iterable[Timing]) -> Iterator[tuple[str, str]]:
    amounts = {one.amount: one.unit for one in timings if isinstance(one.amount, Ref)}
    for ref, unit in amounts.items():
        written = written_of(plan, state, ref)
        yield _title(plan, ref), "" if written is None else f"{written} {unit}"


def _title(plan: Plan, ref: Ref) -> str:
    decision = plan.runbook.decisions[ref.name]
    return f"{next(one.title for one in decision.outputs if one.name == ref.part)} ({decision.title})"


def projects_of(version: models.RunbookVersion, customer_id: int) -> tuple[ProjectChoice, ...]:
    """The latest first; none where the runbook knows no phases."""
    if runbook_of(version).phases is None:
        return ()
    rows = list(models.Handoff.objects.filter(customer=customer_id, runbook=version.name).order_by("pk"))
    rows.sort(key=lambda row: (row.project_id or row.pk, row.pk))
    found = [(first, list(group)) for first, group in groupby(rows, key=lambda row: row.project_id or row.pk)]
    choices = (
        ProjectChoice(id=first, began_at=group[0].started_at, phases=tuple(map(phase_name, group)))
        for first, group in found
    )
    return tuple(choices)[::-1]


def another_phase(version: models.RunbookVersion, customer_id: int, project_id: int) -> Another | None:
    """None where the customer has no such project."""
    if project_id not in {one.id for one in projects_of(version, customer_id)}:
        return None
    plan, rows = plan_of(version), phases_of(project_id)
    states = [wire.decode_handoff(row.state) for row in rows]
    run = [state for row, state in zip(rows, states, strict=True) if row.status == models.Handoff.Status.RUNNING]
    return Another(
        project_id=project_id,
        name=_fresh({row.phase for row in rows}, len(rows)),
        before=phase_name(rows[-1]),
        facts=tuple(
            TakenFact(name=name, title=plan.runbook.facts[name].title, words=plan.spoken(plan.kinds[name], value))
            for name, value in taken_over(plan, states[-1]).items()
        ),
        front=tuple((role, person.name) for role, person in front_of(plan, run).items()),
    )


def _fresh(taken: set[str], there: int) -> str:
    return next(name for number in range(there + 1, 2 * there + 2) if (name := f"Phase {number}") not in taken)

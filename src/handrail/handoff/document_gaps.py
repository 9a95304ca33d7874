"""What is missing in a document: who owes each line, since when, and until when.

One rule: this is as things stand now and is no part of the document, so that dates may move.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.handoff.document_tree import Document, Line
from handrail.handoff.duty import doers, owing_role
from handrail.handoff.history import Handoff
from handrail.handoff.holders import all_who_hold
from handrail.handoff.items import step_of
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.timing import due_at


@dataclass(frozen=True, kw_only=True)
class Gap:
    """`since` is when it came to be owed and `until` when the step that asks for it is due, where either is known;
    `people` are those who can give it, nobody while the role is empty. `step` or `fact` is where it is given."""

    label: str
    part: str
    role: str
    owed_by: str
    people: tuple[Person, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    step: str = ""
    fact: str = ""


def gaps(plan: Plan, handoff: Handoff, tree: Document) -> tuple[Gap, ...]:
    """Of the lines that are required, each once, in the order of the document."""
    found: dict[str, Gap] = {}
    for part in tree.parts:
        for line in part.lines:
            if line.state == "missing" and line.required:
                found.setdefault(line.about or f"{part.title} {line.label}", _gap(plan, handoff, part.title, line))
    return tuple(found.values())


def _gap(plan: Plan, handoff: Handoff, part: str, line: Line) -> Gap:
    sort, _, name = line.about.partition(" ")
    name, _, inner = name.partition(" ")
    if sort == "fact":
        return _of_fact(plan, handoff, part, line, name)
    if sort in {"answer", "evidence"}:
        return _of_step(plan, handoff, part, line, name, inner)
    return Gap(label=line.label, part=part, role="", owed_by=line.owed_by)


def _of_fact(plan: Plan, handoff: Handoff, part: str, line: Line, name: str) -> Gap:
    role = plan.runbook.facts[name].owed_by or ""
    withdrawn = handoff.withdrawn.get(name)
    asking = [at for at in _due_where_asked(plan, handoff, name) if at is not None]
    return Gap(
        label=line.label,
        part=part,
        role=role,
        owed_by=line.owed_by,
        people=tuple(all_who_hold(plan, handoff, role)) if role else (),
        since=withdrawn.at if withdrawn else handoff.started_at,
        until=min(asking, default=None),
        fact=name,
    )


def _due_where_asked(plan: Plan, handoff: Handoff, fact: str) -> Iterator[datetime | None]:
    """When the steps are due whose forms show the fact."""
    for name, step in plan.runbook.steps.items():
        if handoff.state_of(name) in {"open", "waiting"} and any(one.shows == fact for one in plan.fields_of(name)):
            yield due_at(plan, handoff, step)


def _of_step(plan: Plan, handoff: Handoff, part: str, line: Line, name: str, inner: str) -> Gap:
    step, known = step_of(plan, handoff, name), handoff.steps.get(name)
    if step is None:
        return Gap(label=line.label, part=part, role="", owed_by=line.owed_by)
    fields = {field.name: owing_role(step, field, plan) for field in plan.fields_of(name)}
    items = {item.name: item.owed_by or doers(step)[0] for item in step.evidence}
    role = {**items, **fields}.get(inner, "")
    return Gap(
        label=line.label,
        part=part,
        role=role,
        owed_by=line.owed_by,
        people=tuple(all_who_hold(plan, handoff, role)) if role else (),
        since=known.since if known and known.state == "open" else None,
        until=due_at(plan, handoff, step),
        step=name,
    )

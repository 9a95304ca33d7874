"""Who owes what, and why: the entries of everybody's desk that follow from a handoff as it stands.

One rule: nothing that is open is on nobody's desk. An empty role is CS Operations' to fill.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handrail.handoff.duty import doers, owing_role
from handrail.handoff.gaps import missing_fields
from handrail.handoff.history import Handoff, OnHold
from handrail.handoff.knowledge import holds
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.timing import due_at
from handrail.runbook.model import Step

Sort = Literal["step", "answers for", "fields", "facts", "override", "vacancy", "hold"]


@dataclass(frozen=True, kw_only=True)
class Owed:
    """`person` is None where the role is empty; `name` is the step, decision or role it is about."""

    sort: Sort
    name: str
    role: str
    person: Person | None
    title: str
    why: str
    due_at: datetime | None = None


def owed(plan: Plan, handoff: Handoff) -> tuple[Owed, ...]:
    if handoff.is_over:
        return ()
    if handoff.hold is not None:
        return (_resuming(handoff.hold),)
    entries = (*_steps(plan, handoff), *_facts(plan, handoff), *_overrides(plan, handoff))
    nobodys = {one.role for one in entries if one.person is None}
    return (*entries, *_vacancies(plan, handoff, nobodys))


def _resuming(hold: OnHold) -> Owed:
    """While the clock stands nothing is owed but looking after the hold itself."""
    who = hold.by.name if hold.by else "Somebody"
    return Owed(
        sort="hold",
        name="",
        role="",
        person=hold.by,
        title="Resume the handoff, or cancel it",
        why=f"{who} put it on hold: {hold.reason}",
    )


def _steps(plan: Plan, handoff: Handoff) -> Iterator[Owed]:
    for step in plan.steps:
        if handoff.state_of(step.name) != "open":
            continue
        due = due_at(plan, handoff, step)
        given = handoff.steps[step.name].approved_by
        does = tuple(role for role in step.asked if handoff.people.get(role) not in given)
        for role in does:
            yield _of_step(plan, handoff, step, role, "step", due)
        for role in step.roles_with("A"):
            if handoff.people.get(role) not in {handoff.people.get(one) for one in does}:
                yield _of_step(plan, handoff, step, role, "answers for", due)
        if step.kind == "form":
            yield from _fields(plan, handoff, step, due)


def _of_step(plan: Plan, handoff: Handoff, step: Step, role: str, sort: Sort, due: datetime | None) -> Owed:
    verb = {"task": "does", "form": "fills and signs", "approval": "decides on", "acceptance": "accepts or refuses"}
    letters = step.raci[role]
    part = verb[step.kind] if "R" in letters or sort == "step" else "answers for"
    return Owed(
        sort=sort,
        name=step.name,
        role=role,
        person=handoff.people.get(role),
        title=step.title,
        why=f"The {plan.role_title(role)} {part} this.",
        due_at=due,
    )


def _fields(plan: Plan, handoff: Handoff, step: Step, due: datetime | None) -> Iterator[Owed]:
    """The fields that others than the form's own doers owe, one entry for each role."""
    by_role: dict[str, list[str]] = {}
    for field in missing_fields(plan, handoff, step.name):
        by_role.setdefault(owing_role(step, field, plan), []).append(field.title)
    mine = {handoff.people.get(role) for role in doers(step)}
    for role, titles in by_role.items():
        holder = handoff.people.get(role)
        if holder is None or holder not in mine:
            yield Owed(
                sort="fields",
                name=step.name,
                role=role,
                person=holder,
                title=f"{step.title}: {_listed(titles)}",
                why=f"The {plan.role_title(role)} owes {_count(titles, 'field')} of this form.",
                due_at=due,
            )


def _facts(plan: Plan, handoff: Handoff) -> Iterator[Owed]:
    by_role: dict[str, list[str]] = {}
    for fact in plan.runbook.facts.values():
        needed = fact.when is None or holds(plan, handoff, fact.when) is True
        if fact.owed_by and needed and fact.name not in handoff.facts:
            by_role.setdefault(fact.owed_by, []).append(fact.title)
    for role, titles in by_role.items():
        yield Owed(
            sort="facts",
            name="",
            role=role,
            person=handoff.people.get(role),
            title=f"Find out: {_listed(titles)}",
            why=f"The {plan.role_title(role)} owes {_count(titles, 'fact')} about this customer.",
        )


def _overrides(plan: Plan, handoff: Handoff) -> Iterator[Owed]:
    for name, override in handoff.overrides.items():
        rules = plan.runbook.decisions[name].override
        if override.state == "asked" and rules is not None:
            role = rules.approved_by
            asker = override.asked_by.name if override.asked_by else "Somebody"
            yield Owed(
                sort="override",
                name=name,
                role=role,
                person=handoff.people.get(role),
                title=f"Decide on an override: {plan.runbook.decisions[name].title}",
                why=f"{asker} asks for it, and the {plan.role_title(role)} decides.",
            )


def _vacancies(plan: Plan, handoff: Handoff, nobodys: set[str]) -> Iterator[Owed]:
    """The empty roles that are needed, be it for `nobodys` work; one that somebody is about to fill is not told."""
    filling = {step.fills for step in plan.steps if step.fills and _can_be_done(handoff, step)}
    for role in plan.runbook.roles.values():
        needed = role.name in nobodys or role.when is None or holds(plan, handoff, role.when) is True
        if needed and role.name not in handoff.people and role.name not in filling:
            yield Owed(
                sort="vacancy",
                name=role.name,
                role=role.name,
                person=None,
                title=f"Nobody is {role.title}",
                why="An empty role is CS Operations’ to fill.",
            )


def _can_be_done(handoff: Handoff, step: Step) -> bool:
    return handoff.state_of(step.name) == "open" and any(role in handoff.people for role in doers(step))


def _listed(titles: list[str]) -> str:
    return ", ".join(titles) if len(titles) <= 3 else f"{', '.join(titles[:2])} and {len(titles) - 2} more"


def _count(titles: list[str], noun: str) -> str:
    return f"{len(titles)} {noun}{'' if len(titles) == 1 else 's'}"

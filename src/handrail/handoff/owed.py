"""Who owes what, and why: the entries of everybody's desk that follow from a handoff as it stands.

One rule: nothing that is open is on nobody's desk, and nothing on that of somebody who has left. An empty role is for
the lead of its team to fill, and for CS Operations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict

from handrail.handoff.apart import holder_kept_apart
from handrail.handoff.approvals import still_owing
from handrail.handoff.consulting import unanswered
from handrail.handoff.duty import doers, owing_role, rung
from handrail.handoff.escalation import managers, turned_to, words_of
from handrail.handoff.gaps import missing_fields, missing_items
from handrail.handoff.history import Handoff, OnHold
from handrail.handoff.holders import holder_of, is_vacant, pool_of
from handrail.handoff.items import known_step, steps_in
from handrail.handoff.knowledge import holds
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.staffing import why_vacant
from handrail.handoff.timing import due_at
from handrail.runbook.model import Step, StepKind

Sort = Literal[
    "step",
    "answers for",
    "consult",
    "fields",
    "evidence",
    "facts",
    "override",
    "dispute",
    "escalation",
    "vacancy",
    "hold",
]


@dataclass(frozen=True, kw_only=True)
class Owed:
    """`person` is None where nobody holds the role; `team` is then that of which anybody may do it or, of a vacancy,
    whose lead names somebody. `name` is the step, decision or role it is about. An escalation up the manager line, of
    which there may be several for a role, has the level behind it: `sales^2`."""

    sort: Sort
    name: str
    role: str
    person: Person | None
    title: str
    why: str
    due_at: datetime | None = None
    team: str = ""


def owed(plan: Plan, handoff: Handoff) -> tuple[Owed, ...]:
    if handoff.is_over:
        return tuple(_steps(plan, handoff)) if not handoff.cancelled else ()
    if handoff.hold is not None:
        return (_resuming(plan, handoff.hold),)
    entries = (
        *_steps(plan, handoff),
        *_facts(plan, handoff),
        *_overrides(plan, handoff),
        *_undecided(plan, handoff),
        *_disputes(plan, handoff),
    )
    nobodys = {one.role for one in entries if one.person is None and not one.team}
    return (*entries, *_vacancies(plan, handoff, nobodys))


class _Desk(TypedDict):
    role: str
    person: Person | None
    team: str


def _desk(plan: Plan, handoff: Handoff, role: str) -> _Desk:
    """On whose desk the role's work is."""
    return {"role": role, "person": holder_of(plan, handoff, role), "team": pool_of(plan, handoff, role)}


def _resuming(plan: Plan, hold: OnHold) -> Owed:
    """While the clock stands nothing is owed but looking after the hold itself; CS Operations does where who put it on
    hold has left."""
    who = hold.by.name if hold.by else "Somebody"
    return Owed(
        sort="hold",
        name="",
        role="",
        person=hold.by if hold.by and plan.company.works_here(hold.by) else None,
        title="Resume the handoff, or cancel it",
        why=f"{who} put it on hold: {hold.reason}",
    )


def _steps(plan: Plan, handoff: Handoff) -> Iterator[Owed]:
    """Of what is open; once the handoff is over, of what outlives it."""
    is_over = handoff.is_over
    for step in steps_in(plan, handoff):
        known = handoff.steps.get(step.name)
        if known is None or known.state != "open" or (is_over and not step.after_end):
            continue
        due = due_at(plan, handoff, step)
        does = still_owing(plan, handoff, step)
        doing = {_whose(_desk(plan, handoff, role)) for role in does}
        for role in does:
            yield _of_step(plan, handoff, step, role, "step", due)
        for role in step.roles_with("A"):
            if _whose(_desk(plan, handoff, role)) not in doing:
                yield _of_step(plan, handoff, step, role, "answers for", due)
        yield from _advice(plan, handoff, step, due)
        if step.kind == "form":
            yield from _fields(plan, handoff, step, due)
        yield from _evidence(plan, handoff, step, due)
        yield from _escalations(plan, handoff, step, due)


def _whose(desk: _Desk) -> tuple[Person | None, str]:
    return desk["person"], desk["team"]


def _advice(plan: Plan, handoff: Handoff, step: Step, due: datetime | None) -> Iterator[Owed]:
    """Those who are asked before it is done and have said nothing."""
    for role in unanswered(plan, handoff, step):
        yield Owed(
            sort="consult",
            name=step.name,
            **_desk(plan, handoff, role),
            title=f"Say what you think of: {step.title}",
            why=f"The {plan.role_title(role)} is asked before this is done.",
            due_at=due,
        )


def _evidence(plan: Plan, handoff: Handoff, step: Step, due: datetime | None) -> Iterator[Owed]:
    """The pieces that others than who does the step provide, one entry for each role."""
    by_role: dict[str, list[str]] = {}
    for item in missing_items(handoff, step):
        if item.owed_by and item.owed_by not in doers(step):
            by_role.setdefault(item.owed_by, []).append(item.title)
    for role, titles in by_role.items():
        yield Owed(
            sort="evidence",
            name=step.name,
            **_desk(plan, handoff, role),
            title=f"{step.title}: {_listed(titles)}",
            why=f"The {plan.role_title(role)} provides {_count(titles, 'document')} for this.",
            due_at=due,
        )


def _escalations(plan: Plan, handoff: Handoff, step: Step, due: datetime | None) -> Iterator[Owed]:
    """Whom the step was escalated to, as long as it is open."""
    reached = len(handoff.steps[step.name].escalated)
    for role in dict.fromkeys(one.to for one in step.escalations[:reached] if one.to is not None):
        yield _escalation(step, _desk(plan, handoff, role), f"the {plan.role_title(role)}", due)
    told: set[Person | None] = set()
    for number, level in managers(step):
        for one in turned_to(plan, handoff, step, level) if number <= reached else ():
            if one.person not in told:
                told.add(one.person)
                desk = _Desk(role=f"{one.role}^{level}", person=one.person, team="")
                yield _escalation(step, desk, words_of(one.person, one.why), due)


def _escalation(step: Step, desk: _Desk, who: str, due: datetime | None) -> Owed:
    return Owed(
        sort="escalation",
        name=step.name,
        **desk,
        title=f"See to it that this is done: {step.title}",
        why=f"It is not done yet, and so {who} is turned to.",
        due_at=due,
    )


def _disputes(plan: Plan, handoff: Handoff) -> Iterator[Owed]:
    for name, dispute in handoff.disputes.items():
        step = known_step(plan, handoff, name)
        if step.disagreement is None:
            continue
        role = rung(step.disagreement, dispute.level)
        who = dispute.by.name if dispute.by else "Somebody"
        yield Owed(
            sort="dispute",
            name=name,
            **_desk(plan, handoff, role),
            title=f"Decide whether the refusal stands: {step.title}",
            why=f"{who} disagrees with it, and the {plan.role_title(role)} decides.",
        )


_DOES: dict[StepKind, str] = {
    "task": "does",
    "form": "fills and signs",
    "document": "gathers the documents for",
    "approval": "decides on",
    "meeting": "holds the meetings for",
    "message": "sends",
    "update": "brings the other system up to date for",
    "check": "mends what is found for",
    "wait": "waits for",
    "acceptance": "accepts or refuses",
}


def _of_step(plan: Plan, handoff: Handoff, step: Step, role: str, sort: Sort, due: datetime | None) -> Owed:
    letters = step.raci[role]
    apart = holder_kept_apart(plan, handoff, step, role) if step.apart_from else ""
    part = _DOES[step.kind] if "R" in letters or sort == "step" else "answers for"
    return Owed(
        sort=sort,
        name=step.name,
        **_desk(plan, handoff, role),
        title=step.title,
        why=f"The {plan.role_title(role)} {part} this.{' ' if apart else ''}{apart}",
        due_at=due,
    )


def _fields(plan: Plan, handoff: Handoff, step: Step, due: datetime | None) -> Iterator[Owed]:
    """The fields that others than the form's own doers owe, one entry for each role."""
    by_role: dict[str, list[str]] = {}
    for field in missing_fields(plan, handoff, step.name):
        by_role.setdefault(owing_role(step, field, plan), []).append(field.title)
    mine = {_whose(_desk(plan, handoff, role)) for role in doers(step)}
    for role, titles in by_role.items():
        desk = _desk(plan, handoff, role)
        if is_vacant(plan, handoff, role) or _whose(desk) not in mine:
            yield Owed(
                sort="fields",
                name=step.name,
                **desk,
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
            **_desk(plan, handoff, role),
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
                **_desk(plan, handoff, role),
                title=f"Decide on an override: {plan.runbook.decisions[name].title}",
                why=f"{asker} asks for it, and the {plan.role_title(role)} decides.",
            )


def _undecided(plan: Plan, handoff: Handoff) -> Iterator[Owed]:
    """What the table leaves to people although nothing is missing: the first of those who may ask is turned to."""
    for name, taken in handoff.decisions.items():
        rules = plan.runbook.decisions[name].override
        override = handoff.overrides.get(name)
        if rules is None or taken.is_decided or taken.missing or (override and override.state != "rejected"):
            continue
        role = rules.asked_by[0]
        yield Owed(
            sort="override",
            name=name,
            **_desk(plan, handoff, role),
            title=f"Ask for an answer: {plan.runbook.decisions[name].title}",
            why=taken.says,
        )


def _vacancies(plan: Plan, handoff: Handoff, nobodys: set[str]) -> Iterator[Owed]:
    """The empty roles that are needed, be it for `nobodys` work; one that somebody is about to fill is not told."""
    filling = {step.fills for step in steps_in(plan, handoff) if step.fills and _can_be_done(plan, handoff, step)}
    for role in plan.runbook.roles.values():
        needed = role.name in nobodys or role.when is None or holds(plan, handoff, role.when) is True
        if needed and is_vacant(plan, handoff, role.name) and role.name not in filling:
            yield Owed(
                sort="vacancy",
                name=role.name,
                role=role.name,
                person=None,
                team=role.team,
                title=f"Nobody is {role.title}",
                why=why_vacant(plan, handoff, role),
            )


def _can_be_done(plan: Plan, handoff: Handoff, step: Step) -> bool:
    somebody = any(not is_vacant(plan, handoff, role) for role in doers(step))
    return somebody and handoff.state_of(step.name) == "open"


def _listed(titles: list[str]) -> str:
    return ", ".join(titles) if len(titles) <= 3 else f"{', '.join(titles[:2])} and {len(titles) - 2} more"


def _count(titles: list[str], noun: str) -> str:
    return f"{len(titles)} {noun}{'' if len(titles) == 1 else 's'}"

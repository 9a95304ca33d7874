"""Up the manager line: who is turned to about a step that is still open.

One rule: it is looked up in the company as it is now, so that in the place of a manager who left there is the next one
above. With nobody above, it is the lead of the role's team, and else CS Operations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from handrail.handoff.approvals import still_owing
from handrail.handoff.history import Handoff
from handrail.handoff.holders import holder_of
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.runbook.model import Step

_ORDINALS = ("", "", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, kw_only=True)
class Turned:
    """Who is turned to, None for CS Operations; `role` is the first of those that owe the step because of which, and
    `why` what makes it them: `manager of Sam Keller`."""

    person: Person | None
    role: str
    why: str


def turned_to(plan: Plan, handoff: Handoff, step: Step, level: int) -> tuple[Turned, ...]:
    """The managers so far above everybody who still owes the step, each once."""
    found: dict[Person | None, Turned] = {}
    for role in still_owing(plan, handoff, step):
        one = _above(plan, role, holder_of(plan, handoff, role), level)
        found.setdefault(one.person, one)
    return tuple(found.values())


def words_of(person: Person | None, why: str) -> str:
    """`Mona Haddad, manager of Sam Keller,`"""
    return f"{person.name if person else 'CS Operations'}, {why},"


def managers(step: Step) -> Iterator[tuple[int, int]]:
    """The rungs of the step's ladder that lead to a manager: which rung it is, from 1, and how far up the line."""
    rungs = (number for number, one in enumerate(step.escalations, start=1) if one.to is None)
    return ((number, level) for level, number in enumerate(rungs, start=1))


def _above(plan: Plan, role: str, holder: Person | None, level: int) -> Turned:
    line = tuple(plan.company.line_of(holder)) if holder is not None else ()
    boss = next(islice(line, level - 1, None), None)
    if boss is not None and holder is not None:
        return Turned(person=boss, role=role, why=f"{_manager(level)} {holder.name}")
    title = plan.role_title(role)
    lead = plan.company.lead_of(plan.runbook.roles[role].team)
    if lead is not None and lead != holder and lead not in line:
        return Turned(person=lead, role=role, why=f"who leads the team of the {title}")
    what = f"nobody else is above {holder.name}" if holder is not None else f"nobody is the {title}"
    return Turned(person=None, role=role, why=f"as {what}")


def _manager(level: int) -> str:
    if level == 1:
        return "manager of"
    return f"{_ORDINALS[level] if level < len(_ORDINALS) else f'{level}th'} manager above"

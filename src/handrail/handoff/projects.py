"""The phases of one project: what the customer sees is the same in all that run.

One rule: every phase keeps its own clock and facts (S3.22); only the people of the front are shared.
"""

from collections.abc import Iterable, Iterator, Mapping

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.runbook.kinds import Date, Instant, Money, Written

WHY = "The customer turns to the same person in every phase."


def same_front(plan: Plan, handoff: Handoff, events: Iterable[e.Recorded]) -> dict[str, Person | None]:
    """The roles of the front that the events filled or left empty, with who holds them now; nothing of a handoff that
    is over."""
    if handoff.is_over or not plan.front:
        return {}
    changed = {name for one in events for name in _roles_in(one.event)}
    return {role: handoff.people.get(role) for role in plan.front if role in changed}


def _roles_in(event: e.Event) -> Iterable[str]:
    match event:
        case e.RoleFilled(role=role) | e.RoleReturned(role=role):
            return (role,)
        case e.Started(people=people):
            return people
        case _:
            return ()


def other_front(plan: Plan, handoff: Handoff, changed: Mapping[str, Person | None]) -> Iterator[c.Seat]:
    """What another phase, which is `handoff`, has to follow of what changed."""
    for role, person in changed.items():
        if role in plan.front and handoff.people.get(role) != person:
            yield c.Seat(role=role, person=person, why=WHY)


def front_of(plan: Plan, running: Iterable[Handoff]) -> dict[str, Person]:
    """Who holds the roles of the front in phases that run, for one that is about to start; none who have left."""
    return {
        role: holder
        for other in running
        for role in plan.front
        if (holder := other.people.get(role)) is not None and plan.company.works_here(holder)
    }


def taken_over(plan: Plan, earlier: Handoff) -> dict[str, Written]:
    """The facts of an earlier phase that belong to the project: all but dates and amounts of money, which each phase
    has of its own."""
    return {
        name: known.value
        for name, known in earlier.facts.items()
        if _is_the_projects(plan, name) and plan.typed(plan.kinds[name], known.value) is not None
    }


def _is_the_projects(plan: Plan, fact: str) -> bool:
    return fact in plan.kinds and not isinstance(plan.kinds[fact], Date | Instant | Money)

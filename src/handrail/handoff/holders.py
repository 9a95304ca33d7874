"""Who holds the roles of a handoff, and who may use them: their holders, whoever stands in for those, and where anybody
of a team fills a role, that team.

One rule: who has left holds nothing and may nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handrail.handoff.history import Handoff
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Somebody who acts for themself or, with `away`, for whom they stand in; what is forbidden to either of the two is
    then forbidden. `roles` are those that they may use so, `teams` and `leads` the teams that they are in or lead."""

    person: Person
    away: Person | None = None
    operations: bool = False
    roles: frozenset[str]
    teams: frozenset[str]
    leads: frozenset[str]

    @property
    def people(self) -> tuple[Person, ...]:
        return (self.person, self.away) if self.away else (self.person,)

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(one.id for one in self.people)


def each_acting(plan: Plan, handoff: Handoff, by: Actor) -> Iterator[Acting]:
    """In all ways in which they may act: first for themself."""
    own = frozenset([by.team] if by.team else [])
    yield Acting(
        person=by.person,
        operations=by.operations,
        roles=_usable(plan, handoff, (by.person,), own),
        teams=own,
        leads=by.leads,
    )
    for away in by.stands_in_for:
        teams = own | ({plan.company.team_of(away)} - {""})
        yield Acting(
            person=by.person,
            away=away,
            operations=by.operations,
            roles=_usable(plan, handoff, (by.person, away), teams),
            teams=teams,
            leads=by.leads | plan.company.led_by(away),
        )


def _usable(plan: Plan, handoff: Handoff, people: tuple[Person, ...], teams: frozenset[str]) -> frozenset[str]:
    ids = {one.id for one in people}
    held = (role for role, holder in handoff.people.items() if holder.id in ids)
    pooled = (role.name for role in plan.pooled if role.team in teams and holder_of(plan, handoff, role.name) is None)
    return frozenset((*held, *pooled))


def roles_of(plan: Plan, handoff: Handoff, by: Actor) -> frozenset[str]:
    """All roles that they may use, in whatever way."""
    return frozenset(role for acting in each_acting(plan, handoff, by) for role in acting.roles)


def holder_of(plan: Plan, handoff: Handoff, role: str) -> Person | None:
    """None where nobody holds the role, or who did has left."""
    holder = handoff.people.get(role)
    return holder if holder is not None and plan.company.works_here(holder) else None


def pool_of(plan: Plan, handoff: Handoff, role: str) -> str:
    """The team of which anybody may do what the role does; empty where somebody holds it, or there is nobody."""
    known = plan.runbook.roles[role]
    is_pooled = known in plan.pooled and known.team in plan.company.staffed
    return known.team if is_pooled and holder_of(plan, handoff, role) is None else ""


def all_who_hold(plan: Plan, handoff: Handoff, role: str) -> tuple[Person, ...]:
    """The holder, or everybody of the team of which anybody fills the role."""
    holder = holder_of(plan, handoff, role)
    return (holder,) if holder is not None else plan.company.people_of(pool_of(plan, handoff, role))


def is_vacant(plan: Plan, handoff: Handoff, role: str) -> bool:
    return holder_of(plan, handoff, role) is None and not pool_of(plan, handoff, role)


def holder_words(plan: Plan, handoff: Handoff, role: str) -> str:
    """`Paula Reyes`, `anybody of Finance` or `nobody yet`."""
    holder = holder_of(plan, handoff, role)
    if holder is not None:
        return holder.name
    pool = pool_of(plan, handoff, role)
    return f"anybody of {plan.company.team_name(pool)}" if pool else "nobody yet"


def named(plan: Plan, handoff: Handoff, roles: Iterable[str]) -> str:
    """The roles with their holders: `the Project Manager (Paula Reyes) or the Implementation Manager (nobody yet)`."""
    return " or ".join(f"the {plan.role_title(role)} ({holder_words(plan, handoff, role)})" for role in roles)


def lead_words(plan: Plan, team: str) -> str:
    """`the lead of Finance (Lena Fischer)`; empty where the team has none."""
    lead = plan.company.lead_of(team) if team else None
    return f"the lead of {plan.company.team_name(team)} ({lead.name})" if lead else ""

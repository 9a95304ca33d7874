"""Who is told of what is a team's: work that anybody of it may do, and an empty role that its lead is to fill.

One rule: everybody of the team is told what anybody of it may do, and the lead only once it is not done in time.
"""

from collections.abc import Iterator

from handrail.handoff.holders import all_who_hold, holder_of, pool_of
from handrail.handoff.notices.reason import Change, Reason, about, why_yours
from handrail.handoff.owed import Owed
from handrail.handoff.people import Person

FIRST = "the first to act does it."


def whose_work(change: Change, one: Owed, *, is_late: bool = False) -> Iterator[Reason]:
    """Everybody to whom it is told that it is owed, as their work; of a vacancy nobody."""
    if one.person is not None:
        yield _reason(one, one.person, why_yours(change.plan, one), role=one.role)
    elif one.team and one.sort != "vacancy":
        yield from _anybodys(change, one, is_late)


def _anybodys(change: Change, one: Owed, is_late: bool) -> Iterator[Reason]:
    company, does = change.plan.company, f"what the {change.plan.role_title(one.role)} does"
    team, people, lead = company.team_name(one.team), company.people_of(one.team), company.lead_of(one.team)
    why = f"{one.why} Anybody of {team} may do this: {FIRST}"
    for person in people:
        yield _reason(one, person, why, whose=f"Anybody of {team} may do {does}: {FIRST}")
    if is_late and lead is not None and lead not in people:
        leads = f"You lead {team}, of which anybody may do"
        yield _reason(one, lead, f"{one.why} {leads} this.", whose=f"{leads} {does}.")


def _reason(one: Owed, person: Person, why: str, *, role: str = "", whose: str = "") -> Reason:
    return Reason(person, "work", about(one), one.name, one.title, why, one.due_at, role, whose)


def to_be_named(change: Change, one: Owed) -> Iterator[Reason]:
    """A vacancy, for the lead of the team; without one it is only on the list of CS Operations."""
    lead = change.plan.company.lead_of(one.team) if one.team else None
    if lead is not None:
        leads = f"You lead {change.plan.company.team_name(one.team)}."
        title = f"{one.title}: name somebody"
        yield _reason(one, lead, f"{one.why} {leads}", whose=leads)._replace(title=title)


def whose_role(change: Change, role: str, does: str) -> Iterator[tuple[Person, str, str]]:
    """Everybody who is told because of the role, with why them and what of that is their own role: `You are the Project
    Manager, who is told of this.`, or `You are in Finance: the Finance desk is told of this.`"""
    title, pool = change.plan.role_title(role), pool_of(change.plan, change.after, role)
    team = change.plan.company.team_name(pool)
    why = f"You are in {team}: the {title} {does}." if pool else f"You are the {title}, who {does}."
    for person in all_who_hold(change.plan, change.after, role):
        yield person, why, "" if pool else role


def holder_says(change: Change, role: str) -> str:
    """Whose the role is now, for who had it before."""
    title, now = change.plan.role_title(role), holder_of(change.plan, change.after, role)
    pool = pool_of(change.plan, change.after, role)
    if now is None and pool:
        return f"Anybody of {change.plan.company.team_name(pool)} may now do what the {title} does."
    return f"{now.name if now else 'Nobody'} is the {title} now."

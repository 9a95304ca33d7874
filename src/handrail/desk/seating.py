"""Who the desk finds for a role that its runbook fills: whoever of a team has the least to do, or whom a fact names.

One rule: somebody is found only for a role that is needed and empty; whom a person named is never replaced.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from handrail.desk import models
from handrail.desk.loads import least_loaded, loads_of
from handrail.desk.people import person_of
from handrail.handoff.commands import Seat
from handrail.handoff.history import Handoff
from handrail.handoff.holders import is_vacant
from handrail.handoff.knowledge import holds
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.staffing import named_in, naming_words
from handrail.runbook.model import Role


def chosen_for(plan: Plan, handoff: Handoff, role: Role, now: datetime) -> Seat | None:
    """None where nobody is to be found, or nobody can be."""
    if role.when is not None and holds(plan, handoff, role.when) is False:
        return None
    if not is_vacant(plan, handoff, role.name) and not _follows(plan, handoff, role):
        return None
    found = _least_loaded(plan, role.team, now) if role.fill == "least load" else _from(plan, handoff, role)
    if found is None or found[0] == handoff.people.get(role.name):
        return None
    person, why = found
    return Seat(role=role.name, person=person, why=why)


def _follows(plan: Plan, handoff: Handoff, role: Role) -> bool:
    """Whether who holds the role was found in a fact, so that the role follows it."""
    is_found = role.name in handoff.found and role.name not in handoff.loans
    return role.fill == "from" and is_found and role.name not in plan.front


def _least_loaded(plan: Plan, team: str, now: datetime) -> tuple[Person, str] | None:
    """Of the team's people who work and can hold more, who holds the least. The teams are held until the transaction
    ends, all that the runbook asks in one order, so that two who look at once do not find the same person."""
    hold_teams({role.team for role in plan.found if role.fill == "least load"})
    found = least_loaded(loads_of(team, now))
    return (Person(found.person_id, found.name), found.why) if found else None


def hold_teams(keys: Iterable[str] | None = None) -> None:
    """Those, or all; only ever after the handoffs that are held, never before."""
    rows = models.Team.objects.all() if keys is None else models.Team.objects.filter(key__in=keys)
    list(rows.order_by("key").select_for_update(no_key=True).values_list("pk"))


def _from(plan: Plan, handoff: Handoff, role: Role) -> tuple[Person, str] | None:
    """Whom the fact or output names by e-mail address or whole name; None where that is nobody, or more than one."""
    text = named_in(plan, handoff, role)
    if text is None:
        return None
    by_name = Q(email=text.lower()) if "@" in text else Q(name__iexact=text)
    rows = list(models.Person.objects.filter(by_name, is_active=True)[:2])
    return (person_of(rows[0]), naming_words(plan, role, text)) if len(rows) == 1 else None

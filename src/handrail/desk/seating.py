"""Who the desk finds for a role that its runbook fills: whoever of a team has the least to do, or whom a fact names.

One rule: somebody is found only for a role that is needed and empty; whom a person named is never replaced.
"""

from django.db.models import Count, Q

from handrail.desk import models
from handrail.desk.people import person_of
from handrail.handoff.commands import Seat
from handrail.handoff.history import Handoff
from handrail.handoff.holders import is_vacant
from handrail.handoff.knowledge import holds
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.staffing import named_in, naming_words
from handrail.runbook.model import Role


def chosen_for(plan: Plan, handoff: Handoff, role: Role) -> Seat | None:
    """None where nobody is to be found, or nobody can be."""
    if role.when is not None and holds(plan, handoff, role.when) is False:
        return None
    if not is_vacant(plan, handoff, role.name) and not _follows(plan, handoff, role):
        return None
    found = _least_loaded(role.team) if role.fill == "least load" else _from(plan, handoff, role)
    if found is None or found[0] == handoff.people.get(role.name):
        return None
    person, why = found
    return Seat(role=role.name, person=person, why=why)


def _follows(plan: Plan, handoff: Handoff, role: Role) -> bool:
    """Whether who holds the role was found in a fact, so that the role follows it."""
    is_found = role.name in handoff.found and role.name not in handoff.loans
    return role.fill == "from" and is_found and role.name not in plan.front


def _least_loaded(team: str) -> tuple[Person, str] | None:
    """Of the team's active people who holds the fewest seats of running handoffs, and how many; the first of equals."""
    running = Q(seats__handoff__status=models.Handoff.Status.RUNNING)
    people = models.Person.objects.filter(team__key=team, is_active=True)
    row = people.annotate(held=Count("seats", filter=running)).order_by("held", "pk").first()
    if row is None:
        return None
    held: int = row.held
    seats = f"{held} seat{'' if held == 1 else 's'}"
    return person_of(row), f"Held {seats} in running handoffs; nobody of the team held fewer."


def _from(plan: Plan, handoff: Handoff, role: Role) -> tuple[Person, str] | None:
    """Whom the fact or output names by e-mail address or whole name; None where that is nobody, or more than one."""
    text = named_in(plan, handoff, role)
    if text is None:
        return None
    by_name = Q(email=text.lower()) if "@" in text else Q(name__iexact=text)
    rows = list(models.Person.objects.filter(by_name, is_active=True)[:2])
    return (person_of(rows[0]), naming_words(plan, role, text)) if len(rows) == 1 else None

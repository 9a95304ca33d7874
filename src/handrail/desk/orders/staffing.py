"""Who takes which part in the validation of an order.

One rule: whoever wrote it sells it, the account's owner speaks for Customer Success, and the others are found by their
title in the team of the role, else it is that team's lead. Nobody decides on an order of their own.
"""

from collections.abc import Iterable, Iterator

from handrail.desk import models
from handrail.desk.people import person_of
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.order.purchase import Order
from handrail.runbook.model import Role

SALES = "sales"
_OWNER = "account owner"


def people_in(plan: Plan, order: Order, *, writer: models.Person, customer: models.Customer) -> dict[str, Person]:
    """By role. A role that nobody can take stays empty, on the desk of its team's lead."""
    roles = plan.runbook.roles
    work = order.work
    known = {"presales": work.author_id, "specialist": work.specialist_id} if work is not None else {}
    rows = _rows(role.team for role in roles.values())
    found = {SALES: writer} if SALES in roles else {}
    for role in roles.values():
        if role.name not in found:
            one = _named(rows, known.get(role.name)) or _found(role, rows, customer.owner, writer)
            found |= {role.name: one} if one is not None else {}
    return {name: person_of(one) for name, one in found.items()}


def _rows(teams: Iterable[str]) -> list[models.Person]:
    wanted = models.Person.objects.filter(is_active=True, team__key__in=set(teams))
    return list(wanted.select_related("team__lead").order_by("name", "pk"))


def _named(rows: Iterable[models.Person], person_id: int | None) -> models.Person | None:
    return next((one for one in rows if one.pk == person_id), None)


def _found(
    role: Role, rows: list[models.Person], owner: models.Person | None, writer: models.Person
) -> models.Person | None:
    return next(_candidates(role, rows, owner, writer), None)


def _candidates(
    role: Role, rows: list[models.Person], owner: models.Person | None, writer: models.Person
) -> Iterator[models.Person]:
    if role.fill == _OWNER and owner is not None and owner.is_active and owner.pk != writer.pk:
        yield owner
    others = [one for one in rows if one.team and one.team.key == role.team and one.pk != writer.pk]
    titled = [one for one in others if one.title.casefold() == role.title.casefold()]
    if len(titled) == 1:
        yield titled[0]
    yield from (one for one in others if one.team and one.team.lead_id == one.pk)

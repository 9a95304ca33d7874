"""The handoff from Sales to Customer Success that an approved order begins.

One rule: it may be begun again and again. An order is in one such handoff; another order of a customer whose handoff
still runs is added to it, what an order says anew takes the place of what it said, and what is withdrawn leaves it.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from handrail.desk import catalogue, ledger, models
from handrail.desk.people import actor_of, person_of
from handrail.desk.runbooks import plan_of
from handrail.desk.starting import current_version
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.order.handover import Sold, facts_of
from handrail.order.purchase import Order
from handrail.order.wire import decode_findings, decode_order
from handrail.runbook.kinds import Written

RUNBOOK = "sales-to-customer-success"
# The form of the order's own handoff in which Customer Success answers before the order leaves (S4.12).
CONSULTATION = "consultation"

# What a fact is given; None where it is known no more.
Given = TypeVar("Given", Written, Written | None)

log = logging.getLogger(__name__)


class NotBegun(Exception):
    """The handoff refuses what an order gives it; the words say why."""


def begin(row: models.Order, *, now: datetime) -> None:
    """Of an approved order, held by whoever calls. Without such a runbook there is nothing to begin. Raises
    `NotBegun`."""
    with transaction.atomic():
        standing = _standing(row)
        if standing is None:
            _start(row, now)
        elif standing.status != models.Handoff.Status.CANCELLED:
            _add(row, standing, now)


def leave(row: models.Order, *, now: datetime) -> None:
    """Of a withdrawn order, held by whoever calls: nobody takes over what is not sold. A handoff that runs for other
    orders too goes on without it, and one that has no other is cancelled. Raises `NotBegun`."""
    with transaction.atomic():
        standing = _standing(row) if row.onward_id is not None else None
        if standing is None or standing.status != models.Handoff.Status.RUNNING:
            return
        by, others = _actor(row, now), _others(row, standing)
        if not others:
            reason = f"Order {row.number} was withdrawn, and there is no other order in this handoff."
            _done(ledger.record(standing.pk, c.Cancel(by=by, reason=reason), now=now))
            return
        handoff, plan = wire.decode_handoff(standing.state), plan_of(standing.runbook_version)
        so_far = {name: known.value for name, known in handoff.facts.items()}
        said, still = _facts(_in_order(row, *others), so_far), _facts(others, so_far)
        given = _known_here(plan, {**dict.fromkeys(said), **still})
        source = f"Order {row.number}, withdrawn"
        _done(ledger.record(standing.pk, c.GiveFacts(by=by, values=given, source=source), now=now))
        _tell(standing.pk, plan, handoff, f"Order {row.number} was withdrawn.", by, now)


def _standing(row: models.Order) -> models.Handoff | None:
    """The one that the order is in, or that it is to be added to, held until the transaction ends."""
    if row.onward_id is not None:
        found = models.Handoff.objects.filter(pk=row.onward_id)
    else:
        # Whoever starts one of this customer's holds it too: two orders do not begin two.
        models.Customer.objects.select_for_update(no_key=True).get(pk=row.customer_id)
        running = models.Handoff.Status.RUNNING
        found = models.Handoff.objects.filter(customer=row.customer_id, runbook=RUNBOOK, status=running)
    held = found.select_for_update(of=("self",), no_key=True)
    return held.select_related("runbook_version__calendar").order_by("pk").first()


def _start(row: models.Order, now: datetime) -> None:
    version = current_version(RUNBOOK)
    if version is None:
        log.warning("No runbook “%s” is published: order %s begins nothing.", RUNBOOK, row.number)
        return
    plan, order = plan_of(version), decode_order(row.content)
    command = c.Start(
        by=_actor(row, now),
        customer_id=row.customer_id,
        customer=row.customer.name,
        facts=_known_here(plan, _facts([row])),
        people=_people(plan, row, order),
        source=f"Order {row.number}",
    )
    _keep(row, _done(ledger.start(version, command, now=now)).handoff_id)


def _add(row: models.Order, standing: models.Handoff, now: datetime) -> None:
    """What all orders in it say now, this one among them."""
    handoff, plan = wire.decode_handoff(standing.state), plan_of(standing.runbook_version)
    so_far = {name: known.value for name, known in handoff.facts.items()}
    given = _known_here(plan, _facts(_in_order(row, *_others(row, standing)), so_far))
    by, source = _actor(row, now), f"Order {row.number}"
    _done(ledger.record(standing.pk, c.GiveFacts(by=by, values=given, source=source), now=now))
    if row.onward_id is None:
        _keep(row, standing.pk)
        _tell(standing.pk, plan, handoff, f"Order {row.number} was added.", by, now)


def _others(row: models.Order, standing: models.Handoff) -> list[models.Order]:
    """The other orders that are in it and not withdrawn."""
    rows = models.Order.objects.filter(onward=standing).exclude(pk=row.pk)
    return list(rows.exclude(state=models.Order.State.WITHDRAWN).select_related("handoff").order_by("pk"))


def _in_order(*rows: models.Order) -> list[models.Order]:
    return sorted(rows, key=lambda one: one.pk)


def _tell(handoff_id: int, plan: Plan, handoff: Handoff, says: str, by: Actor, now: datetime) -> None:
    """Those who have talked the orders through hear that they are others now."""
    if "order-changed" in plan.runbook.events and handoff.state_of("tell-the-rest") == "done":
        _done(ledger.record(handoff_id, c.Report(by=by, happening="order-changed", note=says), now=now))


def _keep(row: models.Order, handoff_id: int) -> None:
    row.onward_id = handoff_id
    models.Order.objects.filter(pk=row.pk).update(onward=handoff_id)


def _done(outcome: ledger.Change | Refused) -> ledger.Change:
    if isinstance(outcome, Refused):
        raise NotBegun(" ".join((outcome.says, *(one.says for one in outcome.mistakes))))
    return outcome


# ------------------------------------------------------------------------------------------------------ what they say


def _facts(rows: Iterable[models.Order], so_far: dict[str, Written] | None = None) -> dict[str, Written]:
    return facts_of([_sold(row) for row in rows], so_far)


def _sold(row: models.Order) -> Sold:
    found = catalogue.version(row.catalogue_id) if row.catalogue_id else catalogue.current_catalogue()
    if found is None:
        raise NotBegun(f"Order {row.number} was checked with no catalogue.")
    return Sold(
        order=decode_order(row.content),
        catalogue=found,
        findings=decode_findings(row.findings),
        consultation=_consultation(row),
        paper=settings.ADDRESS + reverse("order-documents", args=[row.pk]),
    )


def _consultation(row: models.Order) -> tuple[tuple[str, str], ...]:
    """What was answered in the form of the order's own handoff: each question with its answer, or why it has none."""
    if row.handoff_id is None:
        return ()
    handoff = models.Handoff.objects.select_related("runbook_version__calendar").get(pk=row.handoff_id)
    plan, state = plan_of(handoff.runbook_version), wire.decode_handoff(handoff.state)
    answers = {
        name: answer
        for step in plan.steps
        if step.form == CONSULTATION
        for name, answer in state.answers.get(step.name, {}).items()
    }
    form = plan.runbook.forms.get(CONSULTATION)
    fields = [field for section in form.sections for field in section.fields] if form else []
    said = ((field.title, answers[field.name]) for field in fields if field.name in answers)
    return tuple((title, str(answer.value or answer.reason or "")) for title, answer in said)


def _known_here(plan: Plan, facts: Mapping[str, Given]) -> dict[str, Given]:
    """A company's own version of the runbook may ask for less."""
    return {name: value for name, value in facts.items() if name in plan.runbook.facts}


# ----------------------------------------------------------------------------------------------------------------- who


def _actor(row: models.Order, now: datetime) -> Actor:
    """In the name of who wrote the order: it is for the desk to begin what follows from its approval."""
    person = row.writer or row.customer.owner or models.Person.objects.filter(is_active=True).order_by("pk").first()
    if person is None:
        raise NotBegun("Nobody works here.")
    return replace(actor_of(person, now), operations=True)


def _people(plan: Plan, row: models.Order, order: Order) -> dict[str, Person]:
    author = order.work.author_id if order.work else None
    team = models.Team.objects.select_related("lead").filter(key=_team(plan, "lead")).first()
    presales = models.Person.objects.filter(pk=author).first() if author else None
    seats = {
        "sales": row.writer,
        "csm": row.customer.owner,
        "presales": presales,
        "lead": team.lead if team else None,
    }
    return {
        role: person_of(person)
        for role, person in seats.items()
        if person is not None and person.is_active and role in plan.runbook.roles
    }


def _team(plan: Plan, role: str) -> str:
    found = plan.runbook.roles.get(role)
    return found.team or "" if found else ""

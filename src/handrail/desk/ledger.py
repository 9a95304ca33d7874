"""The one write path of handoffs: lock, decide, append, project, in one transaction.

One rule: what is acknowledged is committed, and everything that shows it is committed with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from handrail.desk import models
from handrail.desk.projection import Projection, project
from handrail.desk.runbooks import plan_of
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.document import canonical_json, document
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide, recorded
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a command led to: the events as recorded (none where nothing changed) and the handoff after them."""

    handoff_id: int
    events: tuple[e.Recorded, ...]
    handoff: Handoff


def record(handoff_id: int, command: c.Command, *, now: datetime) -> Change | Refused:
    """Raises `models.Handoff.DoesNotExist` where there is no such handoff."""
    with transaction.atomic():
        row = (
            models.Handoff.objects.select_related("runbook_version__calendar")
            .select_for_update(of=("self",))
            .get(pk=handoff_id)
        )
        return _record(row, plan_of(row.runbook_version), command, now)


def start(version: models.RunbookVersion, command: c.Start, *, now: datetime) -> Change | Refused:
    """Begin a handoff of the customer; a customer has at most one that runs of each runbook."""
    with transaction.atomic():
        customer = models.Customer.objects.select_for_update().get(pk=command.customer_id)
        running = customer.handoffs.filter(runbook=version.name, status=models.Handoff.Status.RUNNING).first()
        if running is not None:
            says = (
                f"{customer.name} has a handoff of this runbook that still runs, started {running.started_at:%d %B %Y}."
            )
            return Refused(code="running", says=says)
        row = models.Handoff(
            customer=customer, runbook_version=version, runbook=version.name, started_at=now, changed_at=now
        )
        outcome = decide(plan_of(version), Handoff(), command, now)
        if isinstance(outcome, Refused):
            return outcome
        row.save(force_insert=True)
        return _append(row, plan_of(version), Handoff(), outcome, command, now)


def _record(row: models.Handoff, plan: Plan, command: c.Command, now: datetime) -> Change | Refused:
    before = wire.decode_handoff(row.state)
    outcome = decide(plan, before, command, now)
    if isinstance(outcome, Refused):
        return outcome
    if not outcome and not isinstance(command, c.Wake):
        return Change(handoff_id=row.pk, events=(), handoff=before)
    return _append(row, plan, before, outcome, command, now)


def _append(
    row: models.Handoff,
    plan: Plan,
    before: Handoff,
    events: tuple[e.Event, ...],
    command: c.Command,
    now: datetime,
) -> Change:
    by = None if isinstance(command, c.Wake) else command.by.person
    added = recorded(events, before, now, by)
    after = fold(added, onto=before)
    models.Event.objects.bulk_create([_event_row(row.pk, one) for one in added])
    _keep_documents(row.pk, plan, before, added)
    write(row.pk, project(plan, after, now))
    return Change(handoff_id=row.pk, events=added, handoff=after)


def _event_row(handoff_id: int, one: e.Recorded) -> models.Event:
    return models.Event(
        handoff_id=handoff_id,
        number=one.number,
        at=one.at,
        by_id=one.by.id if one.by else None,
        by_name=one.by.name if one.by else "",
        kind=wire.kind_of(one.event),
        data=wire.encode(one.event).decode(),
    )


def event_of(row: models.Event) -> e.Recorded:
    by = Person(row.by_id, row.by_name) if row.by_id else None
    return e.Recorded(number=row.number, at=row.at, by=by, event=wire.decode(row.kind, row.data))


def history_of(handoff_id: int) -> tuple[e.Recorded, ...]:
    return tuple(event_of(row) for row in models.Event.objects.filter(handoff=handoff_id).order_by("number"))


def _keep_documents(handoff_id: int, plan: Plan, before: Handoff, added: tuple[e.Recorded, ...]) -> None:
    """What was signed or accepted is kept as it then read, under the digest that its event carries."""
    for at, one in enumerate(added):
        if isinstance(one.event, e.Signed | e.Accepted):
            _keep_document(handoff_id, plan, fold(added[:at], onto=before), one, one.event)


def _keep_document(
    handoff_id: int, plan: Plan, handoff: Handoff, one: e.Recorded, event: e.Signed | e.Accepted
) -> None:
    models.SignedDocument.objects.create(
        handoff_id=handoff_id,
        number=one.number,
        step=event.step,
        act="signed" if isinstance(event, e.Signed) else "accepted",
        sha256=event.sha256,
        content=canonical_json(document(plan, handoff)),
        by_id=one.by.id if one.by else None,
        by_name=one.by.name if one.by else "",
        at=one.at,
    )


def write(handoff_id: int, shown: Projection) -> None:
    """Bring the handoff's rows in step with its state, touching only what differs."""
    models.Handoff.objects.filter(pk=handoff_id).update(**shown.columns)
    _write_seats(handoff_id, shown.seats)
    _write_work(handoff_id, shown.work)


def _write_seats(handoff_id: int, seats: Mapping[str, int]) -> None:
    standing = {row.role: row for row in models.Seat.objects.filter(handoff=handoff_id)}
    stale = [row.pk for role, row in standing.items() if seats.get(role) != row.person_id]
    if stale:
        models.Seat.objects.filter(pk__in=stale).delete()
    fresh = [
        models.Seat(handoff_id=handoff_id, role=role, person_id=person)
        for role, person in seats.items()
        if role not in standing or standing[role].person_id != person
    ]
    if fresh:
        models.Seat.objects.bulk_create(fresh)


def _write_work(handoff_id: int, work: Mapping[tuple[str, str, str], dict[str, Any]]) -> None:
    standing = {(row.sort, row.name, row.role): row for row in models.Work.objects.filter(handoff=handoff_id)}
    stale = [row.pk for key, row in standing.items() if key not in work or _differs(row, work[key])]
    if stale:
        models.Work.objects.filter(pk__in=stale).delete()
    fresh = [
        models.Work(handoff_id=handoff_id, sort=sort, name=name, role=role, **entry)
        for (sort, name, role), entry in work.items()
        if (sort, name, role) not in standing or _differs(standing[sort, name, role], entry)
    ]
    if fresh:
        models.Work.objects.bulk_create(fresh)


def _differs(row: models.Work, entry: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in entry.items())

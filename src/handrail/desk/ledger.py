"""The one write path of handoffs: lock, decide, append, project, in one transaction.

One rule: what is acknowledged is committed, and everything that shows it is committed with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from handrail.desk import models, outbox, statements
from handrail.desk.projection import project
from handrail.desk.runbooks import plan_known_as, plan_of
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import versions, wire
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
        taken = statements.take(handoff_id)
        plan = plan_known_as(*taken.version)
        before = wire.decode_handoff(taken.columns["state"])
        outcome = decide(plan, before, command, now)
        if isinstance(outcome, Refused):
            return outcome
        if not outcome and not isinstance(command, c.Wake):
            return Change(handoff_id=handoff_id, events=(), handoff=before)
        return _append(handoff_id, plan, before, outcome, command, now, taken.columns)


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
        return _append(row.pk, plan_of(version), Handoff(), outcome, command, now)


def change_version(
    handoff_id: int, version: models.RunbookVersion, command: c.ChangeVersion, *, now: datetime
) -> Change | Refused:
    """Let the handoff follow another version of its runbook. Raises `models.Handoff.DoesNotExist`."""
    with transaction.atomic():
        taken = statements.take(handoff_id)
        old, new = plan_known_as(*taken.version), plan_of(version)
        before = wire.decode_handoff(taken.columns["state"])
        outcome = versions.change_version(old, new, before, command, now)
        if isinstance(outcome, Refused):
            return outcome
        models.Handoff.objects.filter(pk=handoff_id).update(runbook_version=version)
        _rename_deliveries(handoff_id, outcome)
        return _append(handoff_id, new, before, outcome, command, now, taken.columns)


def _append(
    handoff_id: int,
    plan: Plan,
    before: Handoff,
    events: tuple[e.Event, ...],
    command: c.Command,
    now: datetime,
    standing: Mapping[str, Any] | None = None,
) -> Change:
    """`standing` are the columns of the handoff's row as they are, where they are known."""
    by = c.giver(command)
    added = recorded(events, before, now, by)
    after = fold(added, onto=before)
    statements.add_events([_event_row(handoff_id, one) for one in added])
    _keep_documents(handoff_id, plan, before, added)
    _enqueue_messages(handoff_id, before, added)
    statements.write(handoff_id, project(plan, after, now), standing, seats=before.people != after.people)
    return Change(handoff_id=handoff_id, events=added, handoff=after)


def _event_row(handoff_id: int, one: e.Recorded) -> tuple[int, int, datetime, int | None, str, str, str]:
    by_id, by_name = one.by or (None, "")
    return handoff_id, one.number, one.at, by_id, by_name, wire.kind_of(one.event), wire.encode(one.event).decode()


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


def _rename_deliveries(handoff_id: int, events: tuple[e.Event, ...]) -> None:
    """The messages that went out are shown with their steps, under whatever name."""
    names = {was: name for one in events if isinstance(one, e.VersionChanged) for was, name in _steps(one)}
    rows = list(models.Delivery.objects.filter(handoff=handoff_id)) if names else []
    for row in rows:
        name, at, item = row.step.partition("@")
        row.step = f"{names.get(name, name)}{at}{item}"
    models.Delivery.objects.bulk_update(rows, ["step"])


def _steps(event: e.VersionChanged) -> Iterable[tuple[str, str]]:
    return event.names.get("steps", {}).items()


def _enqueue_messages(handoff_id: int, before: Handoff, added: tuple[e.Recorded, ...]) -> None:
    """A message goes to whoever holds its roles when it is sent."""
    for at, one in enumerate(added):
        if isinstance(one.event, e.Sent):
            holders = fold(added[:at], onto=before).people
            people = [holders[role] for role in one.event.to if role in holders]
            outbox.enqueue(handoff_id, one.number, one.event.step, people, one.at)


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

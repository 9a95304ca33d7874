"""Telling handoffs that run how the balance of their customer stands now, where their runbook asks for it.

One rule: that there is something to tell is written with the change; a worker tells it, and killed anywhere it is told
by the next one.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from handrail.desk import ledger, models
from handrail.desk.account_facts import ENTITLEMENTS, bought_of
from handrail.desk.clock import Clock, clock_of
from handrail.desk.failing import is_the_databases
from handrail.desk.succession import as_operations
from handrail.handoff import commands as c
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import canonical
from handrail.handoff.refusal import Refused

log = logging.getLogger(__name__)

BATCH = 20
_SOURCE = "What was bought"
_RUNNING = models.Handoff.Status.RUNNING


def changed(customer_ids: Iterable[int], by: models.Person | None, now: datetime) -> None:
    """In the transaction of the change. One query, and one more where any of them has a handoff that runs."""
    running = models.Handoff.objects.filter(customer__in=set(customer_ids), status=_RUNNING)
    found = sorted(set(running.values_list("customer_id", flat=True)))
    rows = [models.StaleBalance(customer_id=one, by=by, at=now) for one in found]
    models.StaleBalance.objects.bulk_create(rows, ignore_conflicts=True)


def tell_due(now: datetime | Clock) -> int:
    """A batch at most; of how many customers it was told."""
    clock, passed = clock_of(now), set[int]()
    for _ in range(BATCH):
        row = models.StaleBalance.objects.exclude(pk__in=passed).order_by("pk").only("pk").first()
        if row is None:
            break
        passed.add(row.pk)
        _tried(row.pk, clock())
    return len(passed)


def _tried(number: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            _tell(number, now)
    except ledger.CompanyChanges:
        return  # as soon as it has changed, it is tried again
    except Exception as fault:
        if is_the_databases(fault):
            raise
        log.exception("The handoffs of a customer could not be told what it has left.")
        models.StaleBalance.objects.filter(pk=number).delete()


def _tell(number: int, now: datetime) -> None:
    """It is taken away before anything is read, so that a change meanwhile writes it anew."""
    skips = connection.features.has_select_for_update_skip_locked
    rows = models.StaleBalance.objects.select_for_update(of=("self",), skip_locked=skips).select_related("by")
    row = rows.filter(pk=number).first()
    if row is None:
        return
    models.StaleBalance.objects.filter(pk=number).delete()
    by = as_operations(row.by) if row.by else Actor(person=Person(0, "Handrail"), operations=True)
    running = models.Handoff.objects.filter(customer=row.customer_id, status=_RUNNING).order_by("pk")
    for handoff_id in list(running.values_list("pk", flat=True)):
        _give(handoff_id, row.customer_id, by, now)


def _give(handoff_id: int, customer_id: int, by: Actor, now: datetime) -> None:
    standing = ledger.standing(handoff_id)
    value = bought_of([customer_id], standing.plan.runbook, now.date()).get(customer_id, {}).get(ENTITLEMENTS)
    known = standing.handoff.facts.get(ENTITLEMENTS)
    if value is None or canonical(standing.plan.runbook.facts[ENTITLEMENTS].kind, value) == (known and known.value):
        return
    command = c.GiveFacts(by=by, values={ENTITLEMENTS: value}, source=_SOURCE)
    outcome = ledger.record(handoff_id, command, now=now)
    if isinstance(outcome, Refused):
        log.warning("Handoff %s could not be told what its customer has left: %s", handoff_id, outcome.says)

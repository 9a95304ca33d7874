"""What follows from where an order stands: the handoff to Customer Success once it is approved, what the customer has
of it once it is signed, and that nobody takes over what was withdrawn.

One rule: a worker does it, once; killed anywhere, it goes on. What fails is tried again later, and stands in the log.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from handrail.desk import ledger, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.failing import is_the_databases
from handrail.desk.order_states import APPROVED, State
from handrail.desk.orders.entitling import entitle
from handrail.desk.orders.onward import begin, leave

log = logging.getLogger(__name__)

BATCH = 20
PAUSE = timedelta(minutes=10)

_ENTITLES: frozenset[str] = frozenset({State.SIGNED, State.TAKEN_OVER})


def follow_due(now: datetime | Clock) -> int:
    """Do what follows for the orders that wait for it, a batch at most; for how many it was done. Several workers share
    the work, each at an order of its own."""
    clock, passed, done = clock_of(now), set[int](), 0
    for _ in range(BATCH):
        due = models.Order.objects.filter(follows_at__lte=clock()).exclude(pk__in=passed)
        order_id = due.order_by("follows_at", "pk").values_list("pk", flat=True).first()
        if order_id is None:
            break
        passed.add(order_id)
        done += _tried(order_id, clock())
    return done


def _tried(order_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _followed(order_id, now)
    except ledger.CompanyChanges:
        return False  # as soon as it has changed, it is tried again
    except Exception as fault:
        if is_the_databases(fault):
            raise
        log.exception("What follows from order %s could not be done; it is tried again later.", order_id)
        models.Order.objects.filter(pk=order_id).update(follows_at=now + PAUSE)
        return False


def _followed(order_id: int, now: datetime) -> bool:
    skips = connection.features.has_select_for_update_skip_locked
    held = models.Order.objects.select_for_update(of=("self",), no_key=True, skip_locked=skips)
    row = held.select_related("customer").filter(pk=order_id, follows_at__lte=now).first()
    if row is None:
        return False
    if row.state in APPROVED:
        begin(row, now=now)
    if row.state == State.WITHDRAWN:
        leave(row, now=now)
    if row.state in _ENTITLES:
        entitle(row, now=now)
    models.Order.objects.filter(pk=order_id).update(follows_at=None)
    return True

"""Work that time alone makes due.

One rule: one indexed column says when; each row is taken, woken and saved in one transaction.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error, connection, transaction
from django.db.models import QuerySet

from handrail.desk import ledger, models, recounting
from handrail.desk.notice_mail import mail_due
from handrail.desk.outbox import deliver_due
from handrail.handoff.commands import Wake

__all__ = ["attend_due", "deliver_due", "mail_due", "recount_due", "remove_old_notices", "run_due"]

log = logging.getLogger(__name__)

BATCH = 100
NOTICES_KEPT = timedelta(days=90)
_NOTICES_AT_ONCE = 500


def run_due(now: datetime) -> int:
    """Wake the handoffs that are due, a batch at most; how many were woken. Several workers share the work."""
    due = models.Handoff.objects.filter(wake_at__lte=now)
    return _each(due, "wake_at", lambda handoff_id: ledger.record(handoff_id, Wake(), now=now))


def attend_due(now: datetime) -> int:
    """Look once a day at what lies beyond the handoffs that ask for it, a batch at most; how many were looked at."""
    due = models.Handoff.objects.filter(attend_at__lte=now)
    return _each(due, "attend_at", lambda handoff_id: ledger.attend(handoff_id, now=now))


def recount_due(now: datetime) -> int:
    """Work out anew, a batch at most, the handoffs of which a calendar is another; how many were. Each in a transaction
    of its own: where a worker stops between them, the next one does them again."""
    taken = recounting.taken(now)
    if taken is None:
        return 0
    ids = recounting.following(taken, BATCH)
    for handoff_id in ids:
        _recount(handoff_id, now)
    recounting.done(taken, ids, is_over=len(ids) < BATCH, now=now)
    return len(ids)


def _recount(handoff_id: int, now: datetime) -> None:
    try:
        ledger.recount(handoff_id, now=now)
    except Error:
        raise
    except Exception:  # of one that cannot be read, which must not hold up the others
        log.exception("Handoff %s could not be worked out anew.", handoff_id)


def _each(due: QuerySet[models.Handoff], by: str, does: Callable[[int], object]) -> int:
    rows = list(due.order_by(by).values_list("pk", "project_id")[:BATCH])
    return sum(_one(due, handoff_id, project_id, does) for handoff_id, project_id in rows)


def _one(due: QuerySet[models.Handoff], handoff_id: int, project_id: int | None, does: Callable[[int], object]) -> bool:
    """False where another worker has it, or was quicker. The handoffs of a project are held from its first on, as the
    ledger holds them."""
    with transaction.atomic():
        first = models.Handoff.objects.filter(pk=project_id or handoff_id)
        if connection.features.has_select_for_update_skip_locked:
            first = first.select_for_update(skip_locked=True)
        if not first.values_list("pk") or not due.filter(pk=handoff_id).exists():
            return False
        try:
            does(handoff_id)
        except ledger.CompanyChanges:  # as soon as it has changed, it is tried again
            return False
        return True


def remove_old_notices(now: datetime) -> int:
    """Those that were seen or matter no longer, and are older than is kept; how many were removed.

    From the oldest on, a batch after the other in a transaction of its own: what stays for ever does not stand before
    what goes.
    """
    last, removed = 0, 0
    while True:
        rows = models.Notice.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "at", "seen_at", "over_at")
        batch = [row for row in rows[:_NOTICES_AT_ONCE] if row[1] < now - NOTICES_KEPT]
        gone = [pk for pk, _, seen_at, over_at in batch if seen_at or over_at]
        removed += models.Notice.objects.filter(pk__in=gone).delete()[0] if gone else 0
        if len(batch) < _NOTICES_AT_ONCE:
            return removed
        last = batch[-1][0]

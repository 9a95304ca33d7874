"""Work that time alone makes due.

One rule: one indexed column says when; each row is taken, woken and saved in one transaction.
"""

import logging
from datetime import datetime

from django.db import connection, transaction

from handrail.desk import ledger, models
from handrail.desk.outbox import deliver_due
from handrail.handoff.commands import Wake

__all__ = ["deliver_due", "run_due"]

log = logging.getLogger(__name__)

BATCH = 100


def run_due(now: datetime) -> int:
    """Wake the handoffs that are due, a batch at most; how many were woken. Several workers share the work."""
    due = list(models.Handoff.objects.filter(wake_at__lte=now).order_by("wake_at").values_list("pk", flat=True)[:BATCH])
    return sum(_wake(handoff_id, now) for handoff_id in due)


def _wake(handoff_id: int, now: datetime) -> bool:
    """False where another worker has it, or was quicker."""
    with transaction.atomic():
        rows = models.Handoff.objects.filter(pk=handoff_id, wake_at__lte=now)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        if not rows.exists():
            return False
        ledger.record(handoff_id, Wake(), now=now)
        return True

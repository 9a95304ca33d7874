"""Work of the worker that can wait until nothing else is due: what is counted on a calendar that is another now, and
notices that nobody needs any more.

One rule: a batch at a time, so that it holds nobody up, and is gone on with by whoever comes next.
"""

import logging
from datetime import datetime, timedelta

from django.db import Error

from handrail.desk import ledger, models, recounting

log = logging.getLogger(__name__)

BATCH = 100
NOTICES_KEPT = timedelta(days=90)
_NOTICES_AT_ONCE = 500


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

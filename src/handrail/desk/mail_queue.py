"""Mail that waits to be sent, row by row, by whichever worker comes first.

One rule: that of `mail`. A row is marked as being sent before it is sent, and never sent again by itself where nobody
can tell whether it arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet

from handrail.desk import mail, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.mail import LEASE, PAUSES, SERVER_PAUSE

State = models.Delivery.State
Row = TypeVar("Row", models.Delivery, models.Invitation, models.Reminder)
Send = Callable[[Row, BaseEmailBackend], tuple[str, str]]
"""What became of a row, with what is to be told about that."""

BATCH = 20


def send_due(rows: QuerySet[Row], send: Send[Row], now: datetime | Clock) -> int:
    """Send what is due, a batch at most; how many were tried. Several workers share the work. A clock is asked anew for
    each row."""
    clock = clock_of(now)
    now = clock()
    rows.filter(state=State.SENDING, next_at__lte=now).update(
        state=State.UNKNOWN, next_at=None, error=mail.LOST, changed_at=now
    )
    due = rows.filter(state=State.QUEUED, next_at__lte=now).order_by("next_at", "id")
    numbers = list(due.values_list("pk", flat=True)[:BATCH])
    if not numbers:
        return 0
    server = mail.opened()
    if isinstance(server, str):
        # Everything waits, and nothing counts as tried.
        due.order_by().update(next_at=clock() + SERVER_PAUSE, error=server)
        return 0
    try:
        # The first that is not taken is the last: the connection may be of no use after it.
        for tried, number in enumerate(numbers, start=1):
            if _send_one(rows, number, send, server, clock) not in {State.SENT, None}:
                return tried
        return len(numbers)
    finally:
        mail.close(server)


def _send_one(rows: QuerySet[Row], number: int, send: Send[Row], server: BaseEmailBackend, clock: Clock) -> str | None:
    """What became of it; None where another worker has it."""
    now = clock()
    claimed = rows.filter(pk=number, state=State.QUEUED, next_at__lte=now)
    if not claimed.update(state=State.SENDING, next_at=now + LEASE, changed_at=now):
        return None
    row = rows.get(pk=number)
    row.tries += 1
    row.state, row.error = send(row, server)
    row.changed_at = clock()
    row.next_at = row.changed_at + PAUSES[row.tries - 1] if row.state == State.QUEUED else None
    row.save(update_fields=["state", "tries", "error", "next_at", "changed_at"])
    return row.state

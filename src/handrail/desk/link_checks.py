"""Looking, in the background, whether attached links can still be reached.

One rule: a link is broken only when it failed twice; that is told once, as an event of its handoff, and so is that it
can be reached again.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error

from handrail.desk import ledger, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.reaching import Found, Reach
from handrail.handoff.commands_outside import TellOfAttachment

log = logging.getLogger(__name__)

State = models.LinkCheck.State

BATCH = 10
_LEASE = timedelta(minutes=10)
_EVERY = timedelta(days=1)
# After each failure, how long until the next look; then as long again as the last.
_PAUSES = tuple(timedelta(hours=hours) for hours in (1, 4, 12, 24, 72, 168))
_TELLS_AFTER = 2


def check_due(now: datetime | Clock, reach: Reach | None = None) -> int:
    """Look at what is due, a batch at most and all of it at once; how many were looked at. Several workers share the
    work."""
    clock, reach = clock_of(now), reach or Reach(inside=settings.LINK_HOSTS)
    rows = _claimed(clock())
    if rows:
        with ThreadPoolExecutor(max_workers=BATCH) as pool:
            found = list(pool.map(lambda row: reach.look(row.url), rows))
        for row, one in zip(rows, found, strict=True):
            _kept(row, one, clock())
    return len(rows)


def _claimed(now: datetime) -> list[models.LinkCheck]:
    """Those that this worker looks at now; nobody owes what is over, so that its links are let be."""
    due = models.LinkCheck.objects.filter(next_at__lte=now).order_by("next_at", "id").select_related("handoff")
    rows = []
    for row in list(due[:BATCH]):
        runs = row.handoff.status == models.Handoff.Status.RUNNING
        claimed = models.LinkCheck.objects.filter(pk=row.pk, next_at=row.next_at)
        if claimed.update(next_at=now + _LEASE if runs else None) and runs:
            rows.append(row)
    return rows


def _kept(row: models.LinkCheck, found: Found, now: datetime) -> None:
    try:
        _keep(row, found, now)
    except Error:
        raise
    except Exception:  # of a handoff that cannot be read, which must not hold up the others
        log.exception("What was found about the link %s could not be kept.", row.pk)


def _keep(row: models.LinkCheck, found: Found, now: datetime) -> None:
    was = row.state
    _note(row, found, now)
    now_known = {name: getattr(row, name) for name in ("state", "says", "since", "checked_at", "next_at", "failed")}
    if not models.LinkCheck.objects.filter(pk=row.pk).update(**now_known):
        return  # taken away meanwhile
    if was != row.state and State.BROKEN in {was, row.state}:
        says = row.says if row.state == State.BROKEN else ""
        for step, attached in ledger.standing_now(row.handoff_id).evidence.items():
            if row.key in {one.key for one in attached}:
                ledger.record(row.handoff_id, TellOfAttachment(step=step, key=row.key, says=says), now=now)


def _note(row: models.LinkCheck, found: Found, now: datetime) -> None:
    row.checked_at = now
    row.failed = row.failed + 1 if found.state == "broken" else 0
    state = (
        State.WAITING if found.state == "broken" and row.failed < _TELLS_AFTER and row.state != State.BROKEN else None
    )
    became = state or State(found.state)
    if state is None or row.state == State.WAITING:
        if became != row.state or row.since is None:
            row.since = now
        row.state, row.says = became, found.says
    pause = _PAUSES[min(row.failed, len(_PAUSES)) - 1] if row.failed else _EVERY
    row.next_at = now + pause

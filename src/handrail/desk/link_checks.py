"""Looking, in the background, whether attached links can still be reached.

One rule: a link is broken only when it failed twice; that is told once, as an event of its handoff, and so is that it
can be reached again.
"""

from datetime import datetime, timedelta

from django.conf import settings

from handrail.desk import ledger, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.reaching import Found, Reach
from handrail.handoff.commands_outside import TellOfAttachment

State = models.LinkCheck.State

BATCH = 10
_LEASE = timedelta(minutes=10)
_EVERY = timedelta(days=1)
# After each failure, how long until the next look; then as long again as the last.
_PAUSES = tuple(timedelta(hours=hours) for hours in (1, 4, 12, 24, 72, 168))
_TELLS_AFTER = 2


def check_due(now: datetime | Clock, reach: Reach | None = None) -> int:
    """Look at what is due, a batch at most; how many were looked at. Several workers share the work."""
    clock, reach = clock_of(now), reach or Reach(inside=settings.LINK_HOSTS)
    due = models.LinkCheck.objects.filter(next_at__lte=clock()).order_by("next_at", "id").values_list("pk", flat=True)
    return sum(_check(number, reach, clock) for number in list(due[:BATCH]))


def _check(number: int, reach: Reach, clock: Clock) -> bool:
    now = clock()
    claimed = models.LinkCheck.objects.filter(pk=number, next_at__lte=now)
    if not claimed.update(next_at=now + _LEASE):
        return False
    row = models.LinkCheck.objects.select_related("handoff").get(pk=number)
    if row.handoff.status != models.Handoff.Status.RUNNING:
        # Nobody owes what is over.
        models.LinkCheck.objects.filter(pk=number).update(next_at=None)
        return True
    found = reach.look(row.url)
    now = clock()
    was = row.state
    _note(row, found, now)
    row.save(update_fields=["state", "says", "since", "checked_at", "next_at", "failed"])
    if was != row.state and State.BROKEN in {was, row.state}:
        says = row.says if row.state == State.BROKEN else ""
        ledger.record(row.handoff_id, TellOfAttachment(step=row.step, key=row.key, says=says), now=now)
    return True


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

"""The worker's part of long work: the one that has waited for longest, for a moment, bit by bit.

One rule: each bit is a transaction that holds the work's row and goes on from what stands there. A lease keeps other
workers from it meanwhile; whoever has lost it, or whose work was cancelled, does nothing more.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from handrail.desk import audit, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.failing import is_the_databases
from handrail.desk.ledger import CompanyChanges
from handrail.desk.long_work import (
    bulk,
    cleaning,
    earlier_sales,
    ending,
    flipping,
    importing,
    importing_orders,
    looking,
    proposing,
    rebuilding,
    rechecking,
    taking_back,
    undoing,
)
from handrail.desk.long_work.sort import Bit, CannotGoOn, Sort

log = logging.getLogger(__name__)

_SORTS = (
    importing.SORT,
    importing_orders.SORT,
    rebuilding.SORT,
    bulk.SORT,
    undoing.SORT,
    flipping.SORT,
    taking_back.SORT,
    looking.SORT,
    proposing.SORT,
    rechecking.SORT,
    cleaning.SORT,
    cleaning.BACK,
    earlier_sales.SORT,
)
SORTS: Mapping[str, Sort] = {one.name: one for one in _SORTS}

SLICE_SECONDS = 0.4
LEASE = timedelta(minutes=1)  # far longer than a slice takes
MOST_TRIES = 5
FIRST_PAUSE = timedelta(minutes=1)

State = models.LongWork.State


def work_due(now: datetime | Clock, sorts: Mapping[str, Sort] = SORTS, *, slice_seconds: float = SLICE_SECONDS) -> int:
    """Go on with the work that has waited for longest; how many bits of it were done or tried. A clock is asked anew
    for each bit."""
    clock = clock_of(now)
    taken = _taken(clock())
    return _Slice(taken=taken, sort=sorts[taken.sort], clock=clock).run(slice_seconds) if taken else 0


def work_off(now: datetime | Clock, sorts: Mapping[str, Sort] = SORTS) -> int:
    """All that is due, until nothing is; how many bits were done. For those who have nothing else to do."""
    done = 0
    while bits := work_due(now, sorts):
        done += bits
    return done


def _taken(now: datetime) -> models.LongWork | None:
    """For this worker alone until its lease ends. Asked first whether there is any, which takes nothing."""
    due = models.LongWork.objects.filter(next_at__lte=now).order_by("next_at", "pk")
    if not due.exists():
        return None
    with transaction.atomic():
        skips = connection.features.has_select_for_update_skip_locked
        row = due.select_for_update(skip_locked=skips).first()
        if row is not None:
            row.next_at, row.state, row.started_at = now + LEASE, State.RUNNING, row.started_at or now
            row.save(update_fields=["next_at", "state", "started_at"])
    return row


@dataclass(kw_only=True)
class _Slice:
    """One worker's moment at one work. `bits` were done or tried."""

    taken: models.LongWork
    sort: Sort
    clock: Clock
    bits: int = 0

    def run(self, seconds: float) -> int:
        until = time.monotonic() + seconds
        while self._next():
            if time.monotonic() >= until:
                self._let_go()
                break
        return self.bits

    def _next(self) -> bool:
        """Whether there is more to do after it."""
        self.bits += 1
        try:
            if not self.sort.is_ready(self.taken):
                return True
            with transaction.atomic():
                return self._bit()
        except CompanyChanges:  # as soon as it has changed, it is tried again
            self.bits -= 1
            self._let_go()
            return False
        except CannotGoOn as cannot:
            self._give_up(str(cannot))
            return False
        except Exception as fault:
            if is_the_databases(fault):
                raise
            self._put_off(fault)
            return False

    def _held(self) -> QuerySet[models.LongWork]:
        """Its row, as long as it is this worker's."""
        return models.LongWork.objects.filter(pk=self.taken.pk, next_at=self.taken.next_at)

    def _row(self) -> models.LongWork | None:
        return self._held().select_for_update(of=("self",)).select_related("by").first()

    def _let_go(self) -> None:
        self._held().update(next_at=self.clock())

    def _bit(self) -> bool:
        work = self._row()
        if work is None:
            return False
        now, by = self.clock(), work.by
        if by is not None and not by.is_active:
            ending.end(work, State.FAILED, f"{by.name} has left: nothing more is done in their name.", now=now)
            return False
        with audit.acting(lambda: audit.person(by) if by else audit.DESK):
            bit = self.sort.bit(work, now)
            _keep(work, bit)
            if bit.place is None:
                ending.end(work, State.DONE, self.sort.outcome(work), now=now)
        return bit.place is not None

    def _give_up(self, says: str) -> None:
        with transaction.atomic():
            work = self._row()
            if work is not None:
                ending.end(work, State.FAILED, says, now=self.clock())

    def _put_off(self, fault: Exception) -> None:
        """Nothing of the bit stands. People are told that it failed, the log why."""
        with transaction.atomic():
            work = self._row()
            if work is None:
                return
            now, work.tries = self.clock(), work.tries + 1
            log.error("Long work %s (%s) failed, try %s.", work.pk, work.title, work.tries, exc_info=fault)
            if work.tries >= MOST_TRIES:
                ending.end(work, State.FAILED, _GAVE_UP.format(tries=work.tries), now=now)
                return
            pause: timedelta = FIRST_PAUSE * 2 ** (work.tries - 1)
            work.next_at, work.says = now + pause, _AGAIN.format(pause=_minutes(pause))
            work.save(update_fields=["tries", "next_at", "says"])


_GAVE_UP = (
    "It was tried {tries} times and failed each time, for a reason that the worker’s log tells. "
    "What was done stays done."
)
_AGAIN = "Something went wrong, and nothing of that bit was kept. It is tried again in {pause}."


def _minutes(pause: timedelta) -> str:
    minutes = round(pause.total_seconds() / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _keep(work: models.LongWork, bit: Bit) -> None:
    work.place, work.done, work.total, work.report = bit.place or {}, bit.done, bit.total, bit.report
    work.tries, work.says = 0, ""
    work.save(update_fields=["place", "done", "total", "report", "tries", "says"])

"""Work that time alone makes due.

One rule: one indexed column says when. The handoff that has been due for longest is taken, woken and saved in one
transaction, at an instant that is asked for in it; then comes the next.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from handrail.desk import claims, ledger
from handrail.desk.clock import Clock, clock_of
from handrail.desk.failing import Failing, is_the_databases
from handrail.handoff.commands import Wake
from handrail.handoff.refusal import Refused

log = logging.getLogger(__name__)

BATCH = 100

Does = Callable[[int, datetime], ledger.Change | Refused]


def run_due(now: datetime | Clock, failing: Failing | None = None) -> int:
    """Wake the handoffs that are due, a batch at most; how many were woken. Several workers share the work. A clock is
    asked anew for each of them."""
    return _Batch(column="wake_at", does=_wake, clock=clock_of(now), failing=failing or Failing()).run()


def attend_due(now: datetime | Clock, failing: Failing | None = None) -> int:
    """Look once a day at what lies beyond the handoffs that ask for it, a batch at most; how many were looked at."""
    return _Batch(column="attend_at", does=_attend, clock=clock_of(now), failing=failing or Failing()).run()


def _wake(handoff_id: int, now: datetime) -> ledger.Change | Refused:
    return ledger.record(handoff_id, Wake(), now=now)


def _attend(handoff_id: int, now: datetime) -> ledger.Change | Refused:
    return ledger.attend(handoff_id, now=now)


class _StillDue(Exception):
    """What was done to a handoff that is due left it due: again and again it would be done."""


@dataclass(kw_only=True)
class _Batch:
    """`since` is how far it has come; what `passed` names somebody else is working on."""

    column: claims.Column
    does: Does
    clock: Clock
    failing: Failing
    since: Any = claims.FIRST
    passed: set[int] = field(default_factory=set)

    def run(self) -> int:
        done = 0
        if claims.peek(self.column, now := self.clock(), self.failing.put_off_now(self.column, now)):
            for _ in range(BATCH):
                outcome = self._next()
                if outcome is None:
                    break
                done += outcome
        return done

    def _next(self) -> bool | None:
        """Whether something was done; None where nothing is due that could be taken."""
        claim = None
        try:
            with transaction.atomic():
                now = self.clock()
                without = (*self.passed, *self.failing.put_off_now(self.column, now))
                claim = claims.next_due(self.column, self.since, now, without)
                if claim is None:
                    return None
                self.since = claim.due_at
                return self._done(claim, now)
        except ledger.CompanyChanges:  # as soon as it has changed, it is tried again
            self.passed.add(claim.handoff_id if claim else 0)
            return False
        except Exception as fault:
            if claim is None or is_the_databases(fault):
                raise
            self._put_off(claim.handoff_id, fault)
            return False

    def _done(self, claim: claims.Claim, now: datetime) -> bool:
        """The handoffs of a project are held from its first on, as the ledger holds them; so where somebody else holds
        the first, this one is let go again."""
        if claim.project_id not in {None, claim.handoff_id} and not claims.hold(claim.project_id or 0):
            self.passed.add(claim.handoff_id)
            transaction.set_rollback(True)
            return False
        outcome = self.does(claim.handoff_id, now)
        quiet = isinstance(outcome, Refused) or not outcome.events
        if quiet and claims.is_due(self.column, claim.handoff_id, now):
            raise _StillDue("It is due still after it was woken, and nothing was recorded.")
        self.failing.mended((self.column, claim.handoff_id))
        return True

    def _put_off(self, handoff_id: int, fault: Exception) -> None:
        says = f"{type(fault).__name__}: {fault}"
        pause = self.failing.put_off((self.column, handoff_id), says, self.clock())
        minutes = pause.total_seconds() / 60
        log.error("Handoff %s cannot be woken; trying again in %.0f min.", handoff_id, minutes, exc_info=fault)

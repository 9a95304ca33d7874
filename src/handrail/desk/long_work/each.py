"""Going through handoffs one by one: first those that it is about are written down, then each gets its outcome.

One rule: once written down they stay those, whatever list they were found in; and each has one outcome for good.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from handrail.desk import ledger, models
from handrail.desk.failing import is_the_databases
from handrail.desk.long_work import tallies
from handrail.desk.long_work.sort import Bit
from handrail.handoff.refusal import Refused

log = logging.getLogger(__name__)

WAITING, CHANGED, UNCHANGED, REFUSED, FAILED = "waiting", "changed", "unchanged", "refused", "failed"
AT_ONCE = 1_000  # that are written down in a bit

_BROKE = "It could not be done. The worker’s log says why."


@dataclass(frozen=True, kw_only=True)
class Found:
    """The next handoffs that it is about, and after which to look on; None where all are found."""

    ids: list[int]
    after: int | None


Finds = Callable[[models.LongWork, int], Found]
Does = Callable[[models.LongWork, int, datetime], ledger.Change | Refused]


def bit_of(work: models.LongWork, now: datetime, finds: Finds, does: Does) -> Bit:
    after = work.place.get("after", 0)
    return _do_next(work, does, now) if after is None else _write_down(work, finds(work, after))


def write_down(work: models.LongWork, ids: list[int]) -> None:
    rows = [models.WorkedHandoff(work=work, handoff_id=one, state=WAITING) for one in ids]
    models.WorkedHandoff.objects.bulk_create(rows, ignore_conflicts=True)


def _write_down(work: models.LongWork, found: Found) -> Bit:
    write_down(work, found.ids)
    so_far = work.place.get("found", 0) + len(found.ids)
    total = so_far if found.after is None else work.total
    return Bit(place={"after": found.after, "found": so_far}, done=0, total=total, report=work.report)


def _do_next(work: models.LongWork, does: Does, now: datetime) -> Bit:
    row = models.WorkedHandoff.objects.filter(work=work, state=WAITING).order_by("handoff").first()
    if row is None:
        return Bit(place=None, done=work.done, total=work.done, report=work.report)
    _do(row, work, does, now)
    row.save(update_fields=["state", "first", "last", "says"])
    report = tallies.counted(work.report, [row.state])
    if row.state in {REFUSED, FAILED}:
        report = tallies.reasoned(report, row.says)
    return Bit(place=work.place, done=work.done + 1, total=work.total, report=report)


def _do(row: models.WorkedHandoff, work: models.LongWork, does: Does, now: datetime) -> None:
    try:
        with transaction.atomic():
            outcome = does(work, row.handoff_id, now)
    except (ledger.CompanyChanges, OperationalError, InterfaceError):
        raise  # another time it can be done
    except Exception as fault:
        if is_the_databases(fault):
            raise
        log.exception("Long work %s failed for handoff %s.", work.pk, row.handoff_id)
        row.state, row.says = FAILED, _BROKE
        return
    if isinstance(outcome, Refused):
        row.state, row.says = REFUSED, outcome.says[:1000]
    elif outcome.events:
        row.state, row.first, row.last = CHANGED, outcome.events[0].number, outcome.events[-1].number
    else:
        row.state, row.says = UNCHANGED, "It was so already."

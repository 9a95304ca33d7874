"""Making the rows of all handoffs anew from their events, as long work.

One rule: what differed is told of each handoff; one that cannot be read is told too, and holds up no other.
"""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from handrail.desk import models
from handrail.desk.failing import is_the_databases
from handrail.desk.long_work import beginning, tallies
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.rebuild import rebuild_one

log = logging.getLogger(__name__)

NAME = "rebuild"
_AT_ONCE = 10
_UNREADABLE = "It could not be made anew. The worker’s log says why."


def begin(*, by: models.Person, now: datetime) -> models.LongWork:
    """The one that is under way, where one is."""
    with transaction.atomic():
        title = "Rebuild of the lists from the events"
        return beginning.under_way(NAME) or beginning.begin(NAME, title, {}, by=by, now=now)


def _bit(work: models.LongWork, now: datetime) -> Bit:
    total = models.Handoff.objects.count() if work.total is None else work.total
    after = work.place.get("after", 0)
    ids = list(models.Handoff.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    told = list(_told(work, ids))
    models.WorkedHandoff.objects.bulk_create(told)
    report = tallies.counted(work.report, (one.state for one in told), {"as they were": len(ids) - len(told)})
    done = work.done + len(ids)
    if len(ids) < _AT_ONCE:
        return Bit(place=None, done=done, total=done, report=report)
    return Bit(place={"after": ids[-1]}, done=done, total=max(total, done), report=report)


def _told(work: models.LongWork, ids: list[int]) -> Iterator[models.WorkedHandoff]:
    """Of those that were not as their events say."""
    for handoff_id in ids:
        state, says = _rebuilt(handoff_id)
        if state:
            yield models.WorkedHandoff(work=work, handoff_id=handoff_id, state=state, says=says[:1000])


def _rebuilt(handoff_id: int) -> tuple[str, str]:
    try:
        with transaction.atomic():
            report = rebuild_one(handoff_id)
    except Exception as fault:
        if is_the_databases(fault):
            raise
        log.exception("Handoff %s could not be made anew.", handoff_id)
        return "failed", _UNREADABLE
    if report.broken:
        return "broken", " ".join(report.broken)
    return ("mended", "Its rows differed from its events and are mended.") if report.mended else ("", "")


def _outcome(work: models.LongWork) -> str:
    count = tallies.counts_of(work.report)
    mended, broken, failed = (count.get(name, 0) for name in ("mended", "broken", "failed"))
    says = f"{work.done:,} handoffs were looked at, {mended:,} mended."
    if broken:
        says += f" {broken:,} have a document that is not what its events give."
    return f"{says} {failed:,} could not be made anew." if failed else says


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome)

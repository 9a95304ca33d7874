"""Beginning long work, and cancelling it.

One rule: begun, it waits in its row for a worker, whoever is there to take it; cancelled, it ends after the bit that is
being done, and what was done stays done.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from handrail.desk import audit, models
from handrail.desk.long_work import ending
from handrail.desk.long_work.sort import Json
from handrail.handoff.refusal import Refused

State = models.LongWork.State


def begin(
    sort: str,
    title: str,
    asks: Json,
    *,
    by: models.Person,
    now: datetime,
    total: int | None = None,
    undoes: models.LongWork | None = None,
) -> models.LongWork:
    """In the transaction of the caller, if there is one."""
    with transaction.atomic():
        work = models.LongWork.objects.create(
            sort=sort,
            title=title[:300],
            asks=asks,
            total=total,
            undoes=undoes,
            by=by,
            by_name=by.name,
            at=now,
            next_at=now,
        )
        audit.write(action="began", about="long work", key=work.pk, name=work.title, by=audit.person(by), at=now)
    return work


def under_way(sort: str, **asks: Any) -> models.LongWork | None:
    """The work of the sort that was asked for these and has not ended."""
    rows = all_under_way(sort)
    return next((row for row in rows if all(row.asks.get(name) == value for name, value in asks.items())), None)


def all_under_way(sort: str) -> list[models.LongWork]:
    """Few works of a sort have not ended."""
    return list(models.LongWork.objects.filter(next_at__isnull=False, sort=sort).order_by("pk"))


def cancel(work_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """The row is held, so no bit is being done; a worker that was at it finds that it is no longer its to do."""
    with transaction.atomic():
        work = models.LongWork.objects.select_for_update(of=("self",)).select_related("by").get(pk=work_id)
        if work.next_at is None:
            return Refused(code="over", says="It has ended already: there is nothing left to cancel.")
        work.cancel_asked_at = now
        ending.end(work, State.CANCELLED, f"{by.name} cancelled it.", now=now, tells=by.pk != work.by_id)
        audit.write(action="cancelled", about="long work", key=work.pk, name=work.title, by=audit.person(by), at=now)
    return None


def again(work_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """Go on with work that failed, from where it had come to, as somebody does who has mended what was wrong."""
    with transaction.atomic():
        work = models.LongWork.objects.select_for_update(of=("self",)).get(pk=work_id)
        if work.state != State.FAILED:
            return Refused(code="not-failed", says="It has not failed: there is nothing to begin again.")
        if (
            work.undoes_id
            and models.LongWork.objects.filter(undoes=work.undoes_id).exclude(state__in=_GAVE_UP).exists()
        ):
            return Refused(code="undone", says="Meanwhile it is taken back by other work.")
        work.state, work.tries, work.says, work.next_at, work.ended_at = State.QUEUED, 0, "", now, None
        work.save(update_fields=["state", "tries", "says", "next_at", "ended_at"])
        models.Notice.objects.filter(key=ending.notice_key(work)).delete()
        audit.write(action="began again", about="long work", key=work.pk, name=work.title, by=audit.person(by), at=now)
    return None


_GAVE_UP = (State.FAILED, State.CANCELLED)

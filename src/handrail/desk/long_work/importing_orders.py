"""Keeping the orders of a large file as long work.

One rule: how far it has come stands in the work, and what became of each order in the file's own report.
"""

from datetime import datetime

from django.db import transaction

from handrail.desk import models
from handrail.desk.long_work import beginning
from handrail.desk.long_work.sort import Bit, Json, Sort
from handrail.desk.orders import applying

NAME = "order import"
_AT_ONCE = 10


def begin(file_id: int, orders: int, *, by: models.Person, now: datetime) -> models.LongWork | None:
    """None where it was imported before."""
    with transaction.atomic():
        if not applying.begin(file_id, by=by, now=now):
            return beginning.under_way(NAME, file=file_id)
        name = models.OrderFile.objects.values_list("file_name", flat=True).get(pk=file_id)
        return beginning.begin(NAME, f"Orders of {name}", {"file": file_id}, by=by, now=now, total=orders)


def _bit(work: models.LongWork, now: datetime) -> Bit:
    by = work.by
    assert by is not None, "Somebody began it."
    start = work.place.get("at", 0)
    at, total = applying.apply(work.asks["file"], start, _AT_ONCE, by=by, now=now)
    if at < total:
        return Bit(place={"at": at}, done=at, total=total)
    applying.finish(work.asks["file"], now=now)
    return Bit(place=None, done=total, total=total)


def _outcome(work: models.LongWork) -> str:
    report = models.OrderFile.objects.only("report").get(pk=work.asks["file"]).report
    return says_of(report)


def says_of(report: Json) -> str:
    """12 orders are new, 3 changed, 1 as it was, 2 refused, 4 wait."""
    counts: dict[str, int] = report.get("counts", {})
    words = (("new", "new"), ("changed", "changed"), ("same", "as they were"), ("refused", "refused"))
    said = [f"{counts[name]:,} {word}" for name, word in words if counts.get(name)]
    waits = counts.get("waits", 0) + report.get("waiting", 0)
    said += [f"{waits:,} waiting"] if waits else []
    return f"Orders: {', '.join(said) or 'none'}."


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome)

"""Importing what was sold earlier as long work.

One rule: how far it has come stands with the file and its report; what this process has read is only kept at hand.
"""

from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from handrail.desk import models
from handrail.desk.imports.problem import Problem
from handrail.desk.long_work import beginning
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.orders import earlier_sales
from handrail.desk.orders.earlier_sales import Reading, read_sales

NAME = "earlier sales"
AT_ONCE = 200


def import_all(file_id: int, *, by: models.Person, now: datetime) -> models.LongWork | None:
    """At once where it is little; else the work that does it. A file is imported once."""
    with transaction.atomic():
        file = models.OrderFile.objects.select_for_update(of=("self",), no_key=True).get(pk=file_id)
        if file.report.get("state") != "preview":
            return None
        reading = read_sales(bytes(file.content), now.date())
        file.report = {**file.report, "state": "under way"}
        if len(reading.sales) > AT_ONCE:
            asks = {"file": file.pk, "did": "Imported", "today": now.date().isoformat()}
            work = beginning.begin(NAME, f"Import of {file.file_name}", asks, by=by, now=now, total=len(reading.sales))
            file.report["work"] = work.pk
            file.save(update_fields=["report"])
            return work
        new, known = earlier_sales.write(reading.sales, file, by=by, now=now)
        _done(file, new, [*reading.problems, *known])
    return None


def _done(file: models.OrderFile, new: int, problems: list[Problem]) -> None:
    file.report = {
        **file.report,
        "state": "done",
        "new": new,
        "left_out": len({one.row for one in problems}),
        "problems": earlier_sales.told(sorted(problems, key=lambda one: one.row)),
    }
    file.save(update_fields=["report"])


@lru_cache(maxsize=1)
def _reading(file_id: int, work_id: int, today: date) -> Reading:
    """`work_id` is whose reading it is."""
    content = models.OrderFile.objects.values_list("content", flat=True).get(pk=file_id)
    return read_sales(bytes(content), today)


def _bit(work: models.LongWork, now: datetime) -> Bit:
    assert work.by is not None, "Somebody began it."
    file = models.OrderFile.objects.defer("content").get(pk=work.asks["file"])
    reading, at = _reading(file.pk, work.pk, date.fromisoformat(work.asks["today"])), work.place.get("at", 0)
    new, known = earlier_sales.write(reading.sales[at : at + AT_ONCE], file, by=work.by, now=now)
    so_far = work.report.get("new", 0) + new
    rows = [*work.report.get("known", []), *(one.row for one in known)]
    at += AT_ONCE
    report = {**work.report, "new": so_far, "known": rows}
    if at >= len(reading.sales):
        by_row = {one.row: one for one in reading.sales}
        here = [earlier_sales.told_already(by_row[row]) for row in rows if row in by_row]
        _done(file, so_far, [*reading.problems, *here])
    place = {"at": at} if at < len(reading.sales) else None
    return Bit(place=place, done=min(at, len(reading.sales)), total=len(reading.sales), report=report)


SORT = Sort(name=NAME, bit=_bit, outcome=lambda work: f"Imported: {work.report.get('new', 0):,}.")

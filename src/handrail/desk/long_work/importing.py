"""Importing the rows of a file as long work, with the code that the command line imports with.

One rule: how far it has come stands in the import itself, beside its report. What this process has read of the file is
only kept at hand: another one reads it anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice

from django.db import transaction

from handrail.desk import models
from handrail.desk.imports import applying
from handrail.desk.imports.checking import Checked, Outcome
from handrail.desk.imports.opening import AnyFile, open_file
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.report import of_json
from handrail.desk.long_work import beginning
from handrail.desk.long_work.sort import Bit, CannotGoOn, Sort

NAME = "import"
_ROWS_AT_ONCE = 2_000  # that are checked in a bit


def begin(import_id: int, *, by: models.Person, now: datetime) -> models.LongWork | tuple[Problem, ...]:
    """The work that imports it, which may be under way already; or why the file cannot be imported as it stands."""
    row = models.Import.objects.get(pk=import_id)
    opened = open_file(row)
    if isinstance(opened, tuple):
        return opened
    if opened.wrong:
        return opened.wrong
    with transaction.atomic():
        if not applying.begin(row):
            return begin(import_id, by=by, now=now)
        rows = len(opened.sheet.rows)
        asks = {"import": import_id}
        return beginning.under_way(NAME, **asks) or beginning.begin(
            NAME, f"Import of {row.file_name}", asks, by=by, now=now, total=rows
        )


@dataclass(kw_only=True)
class _Reading:
    """A file as this process has read and checked it so far."""

    row: models.Import
    opened: AnyFile
    rest: Iterator[Outcome]
    found: list[Outcome] = field(default_factory=list)
    checked: Checked | None = None

    def go_on(self) -> None:
        some = list(islice(self.rest, _ROWS_AT_ONCE))
        self.found += some
        if len(some) < _ROWS_AT_ONCE:
            self.checked = self.opened.gathered(self.found)


@lru_cache(maxsize=1)
def _reading(import_id: int, work: tuple[int, datetime]) -> _Reading:
    """`work` is whose reading it is, by number and when it was begun."""
    row = models.Import.objects.get(pk=import_id)
    opened = open_file(row)
    wrong = opened if isinstance(opened, tuple) else opened.wrong
    if isinstance(opened, tuple) or wrong:
        raise CannotGoOn(" ".join(map(str, wrong)))
    return _Reading(row=row, opened=opened, rest=opened.outcomes())


def _is_ready(work: models.LongWork) -> bool:
    """Reads the file, and then checks it some rows further."""
    reading = _reading(work.asks["import"], (work.pk, work.at))
    if reading.checked is None:
        reading.go_on()
    return reading.checked is not None


def _bit(work: models.LongWork, now: datetime) -> Bit:
    import_id = work.asks["import"]
    reading = _reading(import_id, (work.pk, work.at))
    checked = reading.checked
    assert checked is not None, "It is ready before a bit of it is done."
    total = len(checked.wanted)
    if applying.next_chunk(reading.row, reading.opened, checked, now):
        report = models.Import.objects.only("report").get(pk=import_id).report
        return Bit(place={}, done=report["applied"], total=total)
    applying.finish(import_id, checked, reading.opened, now)
    _reading.cache_clear()
    return Bit(place=None, done=total, total=total)


def _outcome(work: models.LongWork) -> str:
    report = of_json(models.Import.objects.only("report").get(pk=work.asks["import"]).report)
    told = ((len(report.problems) - report.doubts, "problem"), (report.doubts, "doubt"))
    words = " and ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in told if count)
    return f"{report.says}. {words} told." if words else f"{report.says}."


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome, is_ready=_is_ready)

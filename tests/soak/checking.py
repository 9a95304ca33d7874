"""What came of it, from the events: each wake once, none early, none missing, in order; rows as the events leave them.

One rule: only what was recorded counts, and what should have been is worked out before anybody wakes anything.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from handrail.desk import ledger, models
from handrail.desk.projection import project
from handrail.desk.rebuild import standing
from handrail.desk.runbooks import plan_of
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.history import fold
from tests.soak.loading import Expected, Loaded

_SAMPLE = 2_000
KINDS = ("Warned", "FellDue", "Escalated")

_OUT_OF_ORDER = """
SELECT count(*) FROM (
  SELECT number, row_number() OVER w AS place, at, lag(at) OVER w AS before FROM desk_event
  WINDOW w AS (PARTITION BY handoff_id ORDER BY number)
) numbered WHERE number <> place OR at < before"""
_NUMBERS_DIFFER = """
SELECT count(*) FROM desk_handoff h
WHERE h.number <> (SELECT max(e.number) FROM desk_event e WHERE e.handoff_id = h.id)"""


@dataclass(kw_only=True)
class Found:
    """`lateness` in seconds, of each wake; the rest must be nothing."""

    lateness: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def fault(self, sort: str, what: str) -> None:
        self.faults[sort] += 1
        if self.faults[sort] <= 3:
            self.examples.append(f"{sort}: {what}")


FAULTS = ("missed", "duplicates", "early", "unexpected", "out of order", "rows that differ", "still to be woken")


def check(loaded: Loaded, chance: random.Random) -> Found:
    found = Found()
    seen = 0
    for handoff_id, recorded in _recorded():
        seen += 1
        _check_one(handoff_id, recorded, loaded.expected_of(handoff_id), found)
    found.faults["missed"] += loaded.number - seen
    found.faults["out of order"] += _count(_OUT_OF_ORDER) + _count(_NUMBERS_DIFFER)
    found.faults["still to be woken"] += models.Handoff.objects.exclude(wake_at=None).count()
    numbers = range(1, loaded.number + 1)
    for handoff_id in numbers if loaded.number <= _SAMPLE else chance.sample(numbers, _SAMPLE):
        if not _rows_follow(handoff_id):
            found.fault("rows that differ", f"handoff {handoff_id}")
    return found


def _recorded() -> Iterator[tuple[int, list[tuple[Expected, datetime]]]]:
    """By handoff, in order: each thing that time brought, and when it was recorded."""
    rows = models.Event.objects.filter(kind__in=KINDS).order_by("handoff_id", "number")
    handoff_id, recorded = 0, list[tuple[Expected, datetime]]()
    for key, at, kind, data in rows.values_list("handoff_id", "at", "kind", "data").iterator(chunk_size=5_000):
        if key != handoff_id and recorded:
            yield handoff_id, recorded
            recorded = []
        handoff_id = key
        recorded += [(one, at) for one in _told(wire.decode(kind, data))]
    if recorded:
        yield handoff_id, recorded


def _told(event: e.Event) -> Iterator[Expected]:
    match event:
        case e.Warned(steps=steps):
            yield from (("Warned", step, str(day)) for step, day in steps.items())
        case e.FellDue(steps=steps):
            yield from (("FellDue", step, str(day)) for step, day in steps.items())
        case e.Escalated(step=step, level=level):
            yield "Escalated", step, str(level)


def _check_one(
    handoff_id: int,
    recorded: list[tuple[Expected, datetime]],
    expected: dict[Expected, datetime],
    found: Found,
) -> None:
    times = Counter(key for key, _ in recorded)
    for key, number in times.items():
        if number > 1:
            found.fault("duplicates", f"handoff {handoff_id}: {key} {number} times")
    for key in expected.keys() - times.keys():
        found.fault("missed", f"handoff {handoff_id}: {key}")
    for key, at in recorded:
        if key not in expected:
            found.fault("unexpected", f"handoff {handoff_id}: {key}")
            continue
        late = (at - expected[key]).total_seconds()
        found.lateness.append(late)
        if late < 0:
            found.fault("early", f"handoff {handoff_id}: {key} by {-late} s")


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _rows_follow(handoff_id: int) -> bool:
    row = models.Handoff.objects.select_related("runbook_version__calendar").get(pk=handoff_id)
    history = ledger.history_of(handoff_id)
    shown = project(plan_of(row.runbook_version), fold(history), history[-1].at)
    return shown == standing(row, shown.columns)

"""The list of all handoffs: filtered, searched, sorted, a page at a time or all of it for a file.

One rule: everything that a list shows stands in columns; no handoff's state is read for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, FloatField, OuterRef, QuerySet, When
from django.db.models.functions import Cast

from handrail.desk import models
from handrail.desk.queries.due import Due, due
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.search import customers_named

SORTS = ("due", "customer", "changed", "progress")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is asked for; an empty text asks for nothing in particular.

    `person` holds a role in it; with `turn` the next thing is also theirs. `sort` has a minus in front for downwards.
    """

    status: str = "running"
    stage: str = ""
    runbook: str = ""
    person: int | None = None
    turn: bool = False
    late: bool = False
    text: str = ""
    sort: str = "due"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.stage or self.runbook or self.person or self.late or self.text or self.status != "running")


@dataclass(frozen=True, kw_only=True)
class HandoffRow:
    id: int
    customer: str
    customer_id: int
    runbook: str
    version: str
    phase: str
    status: str
    end: str
    stage: str
    done: int
    needed: int
    next_title: str
    next_person: str
    due: Due | None
    started_at: datetime
    changed_at: datetime


def handoffs(wanted: Wanted, number: int, now: datetime) -> Page[HandoffRow]:
    rows = _sorted(_filtered(wanted, now), wanted.sort)
    last = "due_at" if wanted.sort.lstrip("-") == "due" else ""
    return page_of(rows.values(*_COLUMNS), number, lambda taken: tuple(_row(one, now) for one in taken), last=last)


def all_handoffs(wanted: Wanted, now: datetime) -> Iterator[HandoffRow]:
    """Every handoff that is wanted, read bit by bit."""
    rows = _sorted(_filtered(wanted, now), wanted.sort).values(*_COLUMNS)
    return (_row(one, now) for one in rows.iterator(chunk_size=2_000))


def handoffs_of(customer_id: int, now: datetime) -> tuple[HandoffRow, ...]:
    """The handoffs of a customer, those that run first, then the latest."""
    rows = models.Handoff.objects.filter(customer=customer_id).order_by("-started_at", "-id").values(*_COLUMNS)[:200]
    return tuple(sorted((_row(one, now) for one in rows), key=lambda row: row.status != "running"))


def wanted_rows(wanted: Wanted, now: datetime) -> QuerySet[models.Handoff]:
    """Those that a list shows, in no order, for what is done to all of them."""
    return _filtered(wanted, now)


def first_ids(wanted: Wanted, now: datetime, most: int) -> list[int]:
    """The first that a list shows, in its order."""
    return list(_sorted(_filtered(wanted, now), wanted.sort).values_list("pk", flat=True)[:most])


def there_are_any() -> bool:
    return models.Handoff.objects.exists()


_COLUMNS = (
    "id",
    "customer_id",
    "customer__name",
    "runbook_version__title",
    "runbook_version__version",
    "runbook_version__calendar__zone",
    "phase",
    "status",
    "end",
    "stage",
    "steps_done",
    "steps_needed",
    "next_title",
    "next_person__name",
    "due_at",
    "due_zone",
    "started_at",
    "changed_at",
)


def _filtered(wanted: Wanted, now: datetime) -> QuerySet[models.Handoff]:
    rows = models.Handoff.objects.all()
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.stage:
        rows = rows.filter(stage=wanted.stage)
    if wanted.runbook:
        rows = rows.filter(runbook=wanted.runbook)
    if wanted.late:
        rows = rows.filter(status=models.Handoff.Status.RUNNING, due_at__lte=now)
    if wanted.text:
        rows = rows.filter(customer__in=customers_named(wanted.text))
    if wanted.person and wanted.turn:
        return rows.filter(next_person=wanted.person)
    if wanted.person:
        seats = models.Seat.objects.filter(handoff=OuterRef("pk"), person=wanted.person)
        return rows.filter(Exists(seats))
    return rows


def _sorted(rows: QuerySet[models.Handoff], sort: str) -> QuerySet[models.Handoff]:
    sign = "-" if sort.startswith("-") else ""
    match sort.lstrip("-"):
        case "customer":
            return rows.order_by(f"{sign}customer__name", f"{sign}customer_id", "id")
        case "changed":
            return rows.order_by(f"{sign}changed_at", "id")
        case "progress":
            return rows.annotate(part=_PART_DONE).order_by(f"{sign}part", "id")
        case _:
            return rows.order_by(f"{sign}due_at", "id")


_PART_DONE = Case(
    When(steps_needed=0, then=0.0),
    default=Cast("steps_done", FloatField()) / F("steps_needed"),
    output_field=FloatField(),
)


def _row(one: dict[str, Any], now: datetime) -> HandoffRow:
    zone = one["runbook_version__calendar__zone"]
    return HandoffRow(
        id=one["id"],
        customer=one["customer__name"],
        customer_id=one["customer_id"],
        runbook=one["runbook_version__title"],
        version=one["runbook_version__version"],
        phase=one["phase"],
        status=one["status"],
        end=one["end"],
        stage=one["stage"],
        done=one["steps_done"],
        needed=one["steps_needed"],
        next_title=one["next_title"],
        next_person=one["next_person__name"] or "",
        due=due(one["due_at"], one["due_zone"] or zone, now, told_in=zone),
        started_at=one["started_at"],
        changed_at=one["changed_at"],
    )

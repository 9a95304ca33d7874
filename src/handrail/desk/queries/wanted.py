"""Which handoffs a list is asked for: its filters, and the rows that they leave.

One rule: the rows come as strands, each of one status, so that an index answers for each however it is sorted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.queries.search import few_named, of_customers_named

_FEW = 1_000
_MOST_SEATS = 3_000
RUNNING = models.Handoff.Status.RUNNING

# Spans of time that go with the day, so that a view that is kept means the same next week.
SPANS = {
    "due-week": "Due this week",
    "due-next": "Due next week",
    "ends-week": "Ends this week",
    "ends-month": "Ends in the next 30 days",
    "started-week": "Started this week",
}
_COLUMN = {"due": "due_at", "ends": "last_due_at", "started": "started_at"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is asked for; an empty text asks for nothing in particular.

    `person` holds a role in it; with `turn` the next thing is also theirs. `team` is that of the customer's owner, by
    its key; `span` one of `SPANS`. `sort` has a minus in front for downwards.
    """

    status: str = "running"
    stage: str = ""
    runbook: str = ""
    person: int | None = None
    turn: bool = False
    late: bool = False
    team: str = ""
    span: str = ""
    text: str = ""
    sort: str = "due"

    @property
    def is_narrowed(self) -> bool:
        named = self.stage or self.runbook or self.person or self.team or self.span or self.text
        return bool(named or self.turn or self.late or self.status != "running")


def strands_of(wanted: Wanted, now: datetime) -> list[QuerySet[models.Handoff]]:
    """The rows that are wanted, those of each status apart; none where nothing can be."""
    statuses = [wanted.status] if wanted.status else list(models.Handoff.Status.values)
    few = few_named(wanted.text, _FEW) if wanted.text else None
    return [_narrowed(status, wanted, now, few) for status in statuses if not wanted.late or status == RUNNING] or [
        models.Handoff.objects.none()
    ]


def wanted_rows(wanted: Wanted, now: datetime) -> QuerySet[models.Handoff]:
    """All of them in no order, for what is done to all."""
    if wanted.late and wanted.status not in {"", RUNNING}:
        return models.Handoff.objects.none()
    return _narrowed(RUNNING if wanted.late else wanted.status, wanted, now)


def _narrowed(status: str, wanted: Wanted, now: datetime, few: list[int] | None = None) -> QuerySet[models.Handoff]:
    """Of any status where it is empty; `few` are the customers that the text names, where they are few."""
    rows = models.Handoff.objects.filter(**dict(_tests(status, wanted, now)))
    if few is not None:
        return rows.filter(customer__among=few)
    return of_customers_named(rows, "customer", wanted.text) if wanted.text else rows


def _tests(status: str, wanted: Wanted, now: datetime) -> Iterator[tuple[str, Any]]:
    if status:
        yield "status", status
    if wanted.stage:
        yield "stage", wanted.stage
    if wanted.runbook:
        yield "runbook", wanted.runbook
    if wanted.late:
        yield "due_at__lte", now
    if wanted.span:
        yield from _within(wanted.span, now)
    if wanted.team:
        yield "customer__owner__in", models.Person.objects.filter(team__key=wanted.team)
    if wanted.person and wanted.turn:
        yield "next_person", wanted.person
    elif wanted.person:
        yield _of_person(wanted.person, is_running=status == RUNNING)


def _of_person(person_id: int, *, is_running: bool) -> tuple[str, Any]:
    """Those in which they hold a role: by their ids, where they run and are not beyond counting. A database that is
    asked for all at once may go through every handoff that runs."""
    seats = models.Seat.objects.filter(person=person_id)
    if not is_running:
        return "pk__in", seats.values("handoff")
    running = seats.filter(is_running=True)
    ids = list(running.values_list("handoff", flat=True)[: _MOST_SEATS + 1])
    return ("pk__among", list(dict.fromkeys(ids))) if len(ids) <= _MOST_SEATS else ("pk__in", running.values("handoff"))


def _within(span: str, now: datetime) -> Iterator[tuple[str, datetime]]:
    first, last = bounds_of(span, now)
    column = _COLUMN[span.partition("-")[0]]
    yield f"{column}__gte", first
    yield f"{column}__lt", last


def bounds_of(span: str, now: datetime) -> tuple[datetime, datetime]:
    """When the span begins, and when it is over: weeks begin on Monday, by UTC."""
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    monday = today - timedelta(days=today.weekday())
    match span.partition("-")[2]:
        case "week":
            return monday, monday + timedelta(days=7)
        case "next":
            return monday + timedelta(days=7), monday + timedelta(days=14)
        case _:
            return today, today + timedelta(days=31)

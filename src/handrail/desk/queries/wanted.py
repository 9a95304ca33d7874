"""Which handoffs a list is asked for: its filters, and the rows that they leave.

One rule: the rows come as strands, each of one status, so that an index answers for each however it is sorted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.queries.search import few_named, of_customers_named, walked_through

_FEW = 1_500
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


@dataclass(frozen=True, kw_only=True)
class LookedUp:
    """What is looked up before the rows are, since a database that is asked for all at once may go through every
    handoff: the ids of the customers that are named, and of the running handoffs in which the person has a role. None
    where these are beyond counting, or not wanted."""

    named: list[int] | None = None
    held: list[int] | None = None


def look_up(wanted: Wanted) -> LookedUp:
    """Once for all strands, also of several lists that differ by stage or runbook."""
    runs = wanted.late or wanted.status in {"", RUNNING}
    return LookedUp(
        named=few_named(wanted.text, _FEW) if wanted.text else None,
        held=_held_by(wanted.person) if wanted.person and not wanted.turn and runs else None,
    )


def strands_of(
    wanted: Wanted, now: datetime, known: LookedUp | None = None, *, in_order: bool = False
) -> list[QuerySet[models.Handoff]]:
    """The rows that are wanted, those of each status apart; none where nothing can be. `in_order` where the first in
    some order are taken of them, rather than counted."""
    statuses = [wanted.status] if wanted.status else list(models.Handoff.Status.values)
    known = known or look_up(wanted)
    strands = (one for one in statuses if not wanted.late or one == RUNNING)
    return [_narrowed(one, wanted, now, known, in_order=in_order) for one in strands] or [models.Handoff.objects.none()]


def count_known(wanted: Wanted, known: LookedUp) -> int | None:
    """How many there are, where that is known already: all that the person has a role in."""
    return None if known.held is None or replace(wanted, person=None, sort="").is_narrowed else len(known.held)


def wanted_rows(wanted: Wanted, now: datetime) -> QuerySet[models.Handoff]:
    """All of them in no order, for what is done to all."""
    if wanted.late and wanted.status not in {"", RUNNING}:
        return models.Handoff.objects.none()
    status = RUNNING if wanted.late else wanted.status
    held = _held_by(wanted.person) if wanted.person and not wanted.turn and status == RUNNING else None
    return _narrowed(status, wanted, now, LookedUp(held=held))


def _narrowed(
    status: str, wanted: Wanted, now: datetime, known: LookedUp, *, in_order: bool = False
) -> QuerySet[models.Handoff]:
    """Of any status where it is empty."""
    rows = models.Handoff.objects.filter(**dict(_tests(status, wanted, now, known)))
    if not wanted.text:
        return rows
    if known.named is not None:
        return rows.filter(customer__among=known.named)
    return (walked_through if in_order else of_customers_named)(rows, "customer", wanted.text)


def _tests(status: str, wanted: Wanted, now: datetime, known: LookedUp) -> Iterator[tuple[str, Any]]:
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
        yield _of_person(wanted.person, known.held, is_running=status == RUNNING)


def _of_person(person_id: int, held: list[int] | None, *, is_running: bool) -> tuple[str, Any]:
    """Those in which they have a role; by their ids, where these are known."""
    if is_running and held is not None:
        return "pk__among", held
    seats = models.Seat.objects.filter(person=person_id)
    return "pk__in", (seats.filter(is_running=True) if is_running else seats).values("handoff")


def _held_by(person_id: int) -> list[int] | None:
    """The running handoffs in which they have a role; None where these are beyond counting."""
    ids = _seats_of(person_id)
    return list(dict.fromkeys(ids)) if len(ids) <= _MOST_SEATS else None


@prepared
def _seats_of(person_id: int) -> QuerySet[models.Seat, int]:
    seats = models.Seat.objects.filter(person=person_id, is_running=True)
    return seats.values_list("handoff_id", flat=True)[: _MOST_SEATS + 1]


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

"""Handoffs in which it is the turn of others: those in which a person has a role, and those that they watch.

One rule: everything stands in columns, and is found by whose seats and whose watches they are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.queries.due import Due, due
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.strands import Order, first_ids
from handrail.handoff.company import Company

SIZE = 50
_MOST_SEATS = 2_000
_BY_DUE = Order(column="due_at", may_be_empty=True)


@dataclass(frozen=True, kw_only=True)
class OthersRow:
    """`news` is how much happened since the reader last looked, where they watch it; `stands` how it ended, where it
    did."""

    handoff_id: int
    customer: str
    runbook: str
    stands: str
    next_title: str
    next_person: str
    next_team: str
    due: Due | None
    news: int = 0


def waiting_for_others(person_id: int, number: int, now: datetime, size: int = SIZE) -> Page[OthersRow]:
    """Running handoffs in which the person has a role and owes nothing now; what is due first comes first. Of those in
    which they have had a role for longest, where these are very many."""
    # By their ids: a database that is asked for all at once may go through every handoff that runs.
    ids = sorted(set(_seats(person_id)) - set(_owed(person_id)))
    running = models.Handoff.objects.filter(pk__among=ids, status=models.Handoff.Status.RUNNING)
    # And only those of the page are read, since the first are told by an index alone.
    rows = models.Handoff.objects.filter(pk__in=first_ids([running], _BY_DUE, number * size + 1))
    return _page(rows.order_by("due_at", "id"), number, now, size, last="due_at", total=len(ids))


@prepared
def _seats(person_id: int) -> QuerySet[models.Seat, int]:
    seats = models.Seat.objects.filter(person=person_id, is_running=True).order_by("handoff_id")
    return seats.values_list("handoff_id", flat=True)[:_MOST_SEATS]


@prepared
def _owed(person_id: int) -> QuerySet[models.Work, int]:
    return models.Work.objects.filter(person=person_id).values_list("handoff_id", flat=True)


def watched(person_id: int, number: int, now: datetime, size: int = SIZE) -> Page[OthersRow]:
    """What changed last comes first."""
    rows = models.Handoff.objects.filter(watches__person=person_id).annotate(seen=F("watches__seen"))
    return _page(rows.order_by("-changed_at", "id"), number, now, size, "seen")


_COLUMNS = (
    "id",
    "number",
    "customer__name",
    "runbook_version__title",
    "runbook_version__calendar__zone",
    "status",
    "end",
    "next_title",
    "next_person__name",
    "next_team",
    "due_at",
    "due_zone",
)


def _page(
    rows: QuerySet[models.Handoff],
    number: int,
    now: datetime,
    size: int,
    *more: str,
    last: str = "",
    total: int | None = None,
) -> Page[OthersRow]:
    teams = company()

    def show(taken: list[dict[str, Any]]) -> tuple[OthersRow, ...]:
        return tuple(_row(one, teams, now) for one in taken)

    return page_of(rows.values(*_COLUMNS, *more), number, show, size=size, last=last, counted=rows, total=total)


def _row(one: dict[str, Any], teams: Company, now: datetime) -> OthersRow:
    zone = one["runbook_version__calendar__zone"]
    return OthersRow(
        handoff_id=one["id"],
        customer=one["customer__name"],
        runbook=one["runbook_version__title"],
        stands="" if one["status"] == models.Handoff.Status.RUNNING else one["end"] or one["status"],
        next_title=one["next_title"],
        next_person=one["next_person__name"] or "",
        next_team=teams.team_name(one["next_team"]) if one["next_team"] else "",
        due=due(one["due_at"], one["due_zone"] or zone, now, told_in=zone),
        news=max(0, one["number"] - one.get("seen", one["number"])),
    )

"""Who works here, what they may do, and what they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import Lower

from handrail.desk import models
from handrail.desk.absences import absences_now
from handrail.desk.queries.pages import Page, page_of

MOST_CHOICES = 500


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """`seats` are roles held in handoffs that run, `work` is what is owed now, `is_away` tells of now too."""

    id: int
    name: str
    email: str
    title: str
    team: str
    is_operations: bool
    is_administrator: bool
    is_active: bool
    is_away: bool
    seats: int
    work: int


@dataclass(frozen=True, kw_only=True)
class PersonChoice:
    id: int
    name: str
    team: str


@dataclass(frozen=True, kw_only=True)
class SeatLine:
    handoff_id: int
    customer: str
    runbook: str


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a person holds; `lines` are the first few of their seats."""

    seats: int
    work: int
    customers: int
    lines: tuple[SeatLine, ...]

    @property
    def in_words(self) -> str:
        """`2 roles in running handoffs and 14 accounts`; empty where nothing is held."""
        counted = (
            (self.seats, "role in a running handoff", "roles in running handoffs"),
            (self.work, "open piece of work", "open pieces of work"),
            (self.customers, "account", "accounts"),
        )
        said = [f"{count:,} {one if count == 1 else more}" for count, one, more in counted if count]
        return " and ".join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else "".join(said)


def people(text: str, with_former: bool, number: int, now: datetime) -> Page[PersonRow]:
    """By team, then by name."""
    rows = models.Person.objects.select_related("team").order_by(Lower("team__name"), Lower("name"), "id")
    if not with_former:
        rows = rows.filter(is_active=True)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(title__icontains=text))
    return page_of(rows, number, lambda taken: _rows(taken, now), size=100, last="team")


def choices(also: int | None = None) -> tuple[PersonChoice, ...]:
    """The active people to choose from, by name; and the one already chosen, whoever it is."""
    rows = models.Person.objects.order_by("name", "id")
    taken = list(rows.filter(is_active=True).values_list("id", "name", "team__name")[:MOST_CHOICES])
    if also is not None and also not in {one for one, _, _ in taken}:
        taken += rows.filter(pk=also).values_list("id", "name", "team__name")
    return tuple(PersonChoice(id=one, name=name, team=team or "") for one, name, team in taken)


def holding_of(person_id: int, lines: int = 10) -> Holding:
    seats = models.Seat.objects.filter(person=person_id, handoff__status=models.Handoff.Status.RUNNING)
    shown = seats.order_by("handoff_id").values_list(
        "handoff_id", "handoff__customer__name", "handoff__runbook_version__title"
    )
    return Holding(
        seats=seats.count(),
        work=models.Work.objects.filter(person=person_id).count(),
        customers=models.Customer.objects.filter(owner=person_id).count(),
        lines=tuple(
            SeatLine(handoff_id=one, customer=customer, runbook=title)
            for one, customer, title in dict.fromkeys(shown[: lines * 3])
        )[:lines],
    )


def _rows(taken: list[models.Person], now: datetime) -> tuple[PersonRow, ...]:
    ids = [row.pk for row in taken]
    seats = _counts(
        models.Seat.objects.filter(person__in=ids, handoff__status=models.Handoff.Status.RUNNING)
        .values_list("person")
        .annotate(Count("pk"))
    )
    work = _counts(models.Work.objects.filter(person__in=ids).values_list("person").annotate(Count("pk")))
    away = absences_now(ids, now)
    return tuple(_row(row, seats.get(row.pk, 0), work.get(row.pk, 0), is_away=row.pk in away) for row in taken)


def _counts(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(pairs)


def _row(row: models.Person, seats: int, work: int, *, is_away: bool) -> PersonRow:
    return PersonRow(
        id=row.pk,
        name=row.name,
        email=row.email,
        title=row.title,
        team=row.team.name if row.team else "",
        is_operations=row.is_operations,
        is_administrator=row.is_administrator,
        is_active=row.is_active,
        is_away=is_away,
        seats=seats,
        work=work,
    )

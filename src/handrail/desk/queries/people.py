"""Who works here, what they may do, and what they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from handrail.desk import models
from handrail.desk.absences import absences_now
from handrail.desk.company import company, company_at
from handrail.desk.queries.load import Load, loads_of_people
from handrail.desk.queries.pages import Page, page_of, read_in_order

MOST_CHOICES = 500
SIZE = 40
FEW = 200
MAY = ("operations", "administrators", "leads")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is asked for; `team` is a key, `may` one of `MAY`, `former` whether those who left are wanted."""

    text: str = ""
    team: str = ""
    may: str = ""
    former: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.team or self.may or self.former)


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """`limit` is how many roles they can hold, None where there is no limit; `is_away` tells of now, as their load."""

    id: int
    name: str
    email: str
    title: str
    team: str
    team_key: str
    is_operations: bool
    is_administrator: bool
    is_active: bool
    is_away: bool
    load: Load
    limit: int | None

    @property
    def url_ending(self) -> str:
        """What narrows the list of handoffs to theirs."""
        return f"?person={self.id}"


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


_SHOWN = (
    "name",
    "email",
    "title",
    "capacity",
    "is_operations",
    "is_administrator",
    "is_active",
    "team__name",
    "team__key",
)


def people(wanted: Wanted, number: int, now: datetime) -> Page[PersonRow]:
    """By team, then by name; who is in no team at the end."""
    rows = _found(wanted).select_related("team").only(*_SHOWN)
    if not wanted.is_narrowed:
        ids, start = _everybody(company().revision), (number - 1) * SIZE
        shown = ids[start : start + SIZE + 1]
        taken = read_in_order(rows, shown)
        return page_of(rows, number, lambda taken: _rows(taken, now), size=SIZE, taken=taken, total=len(ids))
    rows = rows.order_by(Lower("team__name"), Lower("name"), "id")
    return page_of(rows, number, lambda taken: _rows(taken, now), size=SIZE, last="team")


@lru_cache(maxsize=4)
def _everybody(revision: int) -> tuple[int, ...]:
    """The ids of all who work here, in the order of the list."""
    known = company_at(revision)
    active = ((pk, one) for pk, one in known.members.items() if one.is_active)
    ordered = sorted(
        (not one.team, known.team_name(one.team).lower(), one.team, one.name.lower(), pk) for pk, one in active
    )
    return tuple(pk for *_, pk in ordered)


def _found(wanted: Wanted) -> QuerySet[models.Person]:
    rows = models.Person.objects.all() if wanted.former else models.Person.objects.filter(is_active=True)
    if wanted.text:
        text = wanted.text
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(title__icontains=text))
    if wanted.team:
        rows = rows.filter(team__key=wanted.team)
    match wanted.may:
        case "operations":
            return rows.filter(is_operations=True)
        case "administrators":
            return rows.filter(is_administrator=True)
        case "leads":
            return rows.filter(Exists(models.Team.objects.filter(lead=OuterRef("pk"))))
        case _:
            return rows


def choices(also: int | None = None) -> tuple[PersonChoice, ...]:
    """The active people to choose from, by name; and the one already chosen, whoever it is."""
    return _with({also}, _by_name().filter(is_active=True)[:MOST_CHOICES])


def few_choices(*these: int | None) -> tuple[PersonChoice, ...]:
    """Everybody who works here, by name, where they are so few that one looks through them; and `these` in any case."""
    known = company()
    wanted = {one for one in these if one is not None}
    active = {pk for pk, one in known.members.items() if one.is_active}
    found = (active if len(active) <= FEW else set()) | (wanted & known.members.keys())
    members = sorted(((known.members[pk], pk) for pk in found), key=lambda one: (one[0].name, one[1]))
    return tuple(PersonChoice(id=pk, name=one.name, team=known.team_name(one.team)) for one, pk in members)


def _by_name() -> QuerySet[models.Person, tuple[int, str, str | None]]:
    return models.Person.objects.order_by("name", "id").values_list("pk", "name", "team__name")


def _with(also: set[int | None], rows: Iterable[tuple[int, str, str | None]]) -> tuple[PersonChoice, ...]:
    taken = list(rows)
    others = {one for one in also if one is not None} - {pk for pk, _, _ in taken}
    if others:
        taken += _by_name().filter(pk__in=others)
    return tuple(PersonChoice(id=pk, name=name, team=team or "") for pk, name, team in taken)


def holding_of(person_id: int, lines: int = 10) -> Holding:
    seats = models.Seat.objects.filter(person=person_id, is_running=True)
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
    loads, away = loads_of_people(ids, now), absences_now(ids, now)
    return tuple(_row(row, loads[row.pk], is_away=row.pk in away) for row in taken)


def _row(row: models.Person, load: Load, *, is_away: bool) -> PersonRow:
    return PersonRow(
        id=row.pk,
        name=row.name,
        email=row.email,
        title=row.title,
        team=row.team.name if row.team else "",
        team_key=row.team.key if row.team else "",
        is_operations=row.is_operations,
        is_administrator=row.is_administrator,
        is_active=row.is_active,
        is_away=is_away,
        load=load,
        limit=row.capacity,
    )

"""The teams: who is in them, what each of their people holds, and who is away.

One rule: as many queries for all as for one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import Lower

from handrail.desk import models
from handrail.desk.absences import absences_now
from handrail.desk.loads import seats_held
from handrail.desk.queries.pages import Page, page_of


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """`work` is what its people owe now, `away` how many of them are away now."""

    key: str
    name: str
    lead: str
    calendar: str
    people: int
    work: int
    away: int


@dataclass(frozen=True, kw_only=True)
class Days:
    """An absence as it is shown."""

    id: int
    first_day: date
    last_day: date
    delegate: str
    note: str = ""
    is_now: bool = False


@dataclass(frozen=True, kw_only=True)
class MemberRow:
    """`seats` are the roles they hold in what runs, `limit` how many they can, `work` what they owe and `late` how much
    of it is late."""

    id: int
    name: str
    title: str
    manager: str
    skills: str
    languages: str
    region: str
    seats: int
    limit: int | None
    work: int
    late: int
    away: Days | None
    next_away: Days | None

    @property
    def id_text(self) -> str:
        return str(self.id)

    @property
    def late_words(self) -> str:
        return f"{self.late} late"


def team_choices() -> tuple[tuple[str, str], ...]:
    """Key and name of every team, by name."""
    return tuple(models.Team.objects.order_by(Lower("name"), "pk").values_list("key", "name"))


def teams(now: datetime) -> tuple[TeamRow, ...]:
    rows = list(models.Team.objects.select_related("lead", "calendar").order_by(Lower("name"), "pk"))
    members = dict(models.Person.objects.filter(is_active=True, team__isnull=False).values_list("pk", "team"))
    away = _counted(members, absences_now(members, now))
    work = _work_by_team()
    people = _counted(members, members)
    return tuple(
        TeamRow(
            key=row.key,
            name=row.name,
            lead=_named(row.lead),
            calendar=row.calendar.name if row.calendar else "",
            people=people.get(row.pk, 0),
            work=work.get(row.pk, 0),
            away=away.get(row.pk, 0),
        )
        for row in rows
    )


def _counted(team_of: Mapping[int, int | None], person_ids: Iterable[int]) -> dict[int | None, int]:
    found: dict[int | None, int] = {}
    for one in person_ids:
        found[team_of[one]] = found.get(team_of[one], 0) + 1
    return found


def _work_by_team() -> dict[int, int]:
    rows = models.Work.objects.filter(person__isnull=False, person__team__isnull=False)
    return dict(rows.values_list("person__team").annotate(Count("pk")))


def members(team: models.Team, number: int, now: datetime) -> Page[MemberRow]:
    """Those who work here, by name."""
    rows = models.Person.objects.filter(team=team, is_active=True).select_related("manager")

    def show(taken: list[models.Person]) -> tuple[MemberRow, ...]:
        ids = [row.pk for row in taken]
        seats, work, days = seats_held(ids), _work(ids, now), coming(ids, now)
        return tuple(_member(row, seats, work, days.get(row.pk, ())) for row in taken)

    return page_of(rows.order_by(Lower("name"), "pk"), number, show, size=100)


def _work(ids: list[int], now: datetime) -> dict[int, tuple[int, int]]:
    rows = models.Work.objects.filter(person__in=ids).values("person")
    counted = rows.annotate(owed=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    return {row["person"]: (row["owed"], row["late"]) for row in counted}


def coming(person_ids: Iterable[int], now: datetime) -> dict[int, tuple[Days, ...]]:
    """The absences that go on or are to come, by person, the nearest first."""
    ids = list(person_ids)
    going_on = {row.pk for row in absences_now(ids, now).values()}
    rows = models.Absence.objects.filter(person__in=ids, ended_at=None, last_day__gte=now.date())
    found: dict[int, tuple[Days, ...]] = {}
    for row in rows.select_related("delegate").order_by("first_day", "pk"):
        found[row.person_id] = (*found.get(row.person_id, ()), as_days(row, is_now=row.pk in going_on))
    return found


def as_days(row: models.Absence, *, is_now: bool) -> Days:
    return Days(
        id=row.pk,
        first_day=row.first_day,
        last_day=row.last_day,
        delegate=_named(row.delegate),
        note=row.note,
        is_now=is_now,
    )


def _member(
    row: models.Person, seats: dict[int, int], work: dict[int, tuple[int, int]], days: tuple[Days, ...]
) -> MemberRow:
    owed, late = work.get(row.pk, (0, 0))
    return MemberRow(
        id=row.pk,
        name=row.name,
        title=row.title,
        manager=_named(row.manager),
        skills=", ".join(map(str, row.skills)),
        languages=", ".join(map(str, row.languages)),
        region=row.region,
        seats=seats.get(row.pk, 0),
        limit=row.capacity,
        work=owed,
        late=late,
        away=next((one for one in days if one.is_now), None),
        next_away=next((one for one in days if not one.is_now), None),
    )


def _named(person: models.Person | None) -> str:
    """Who has left keeps their name."""
    return "" if person is None else person.name if person.is_active else f"{person.name} (left)"

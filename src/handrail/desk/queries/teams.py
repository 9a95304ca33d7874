"""The teams: who is in them, what they have on them, and who is away.

One rule: as many queries for all as for one, and for a thousand people as for three.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Lower

from handrail.desk import models
from handrail.desk.absences import absences_now, with_delegate
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.queries.load import TeamLoad, loads_of_teams
from handrail.desk.queries.pages import Page, page_of

SIZE = 15
FEW = 100  # teams that one looks through


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """`away` is how many of its people are away now; `limit` how many roles those can hold who have a limit."""

    key: str
    name: str
    lead: str
    calendar: str
    people: int
    limit: int
    away: int
    load: TeamLoad


@dataclass(frozen=True, kw_only=True)
class Days:
    """An absence as it is shown."""

    id: int
    first_day: date
    last_day: date
    delegate: str
    note: str = ""
    is_now: bool = False


def team_choices(chosen: str = "") -> tuple[tuple[str, str], ...]:
    """Key and name of each team, by name; where they are more than one looks through, of the chosen one alone."""
    squads = company().squads
    shown = squads if len(squads) <= FEW else {key: squads[key] for key in (chosen,) if key in squads}
    return tuple(sorted(((key, one.name) for key, one in shown.items()), key=lambda one: (one[1].lower(), one[0])))


def teams(number: int, now: datetime) -> Page[TeamRow]:
    """By name."""
    told = ("key", "name", "lead__name", "lead__is_active", "calendar__name")
    rows = models.Team.objects.select_related("lead", "calendar").only(*told)
    return page_of(rows.order_by(Lower("name"), "pk"), number, lambda taken: _rows(taken, now), size=SIZE)


def _rows(taken: list[models.Team], now: datetime) -> tuple[TeamRow, ...]:
    ids = [row.pk for row in taken]
    staff, loads, known = staff_of(ids), loads_of_teams(ids, now), company()
    return tuple(
        TeamRow(
            key=row.key,
            name=row.name,
            lead=named(row.lead),
            calendar=row.calendar.name if row.calendar else "",
            people=staff[row.pk].people,
            limit=staff[row.pk].limit,
            away=len(absences_now((one.id for one in known.people_of(row.key)), now)),
            load=loads[row.pk],
        )
        for row in taken
    )


@dataclass(frozen=True, kw_only=True)
class Staff:
    """How many work in a team, how many of them have a limit, and how many roles those can hold."""

    people: int = 0
    limited: int = 0
    limit: int = 0


def staff_of(team_ids: list[int]) -> dict[int, Staff]:
    """By team, also of those in which nobody works."""
    found = dict.fromkeys(team_ids, Staff())
    for team, people, limited, limit in _counted(*team_ids) if team_ids else ():
        found[team] = Staff(people=people, limited=limited, limit=limit or 0)
    return found


@prepared
def _counted(*team_ids: int) -> QuerySet[models.Person, tuple[int, int, int, int | None]]:
    rows = models.Person.objects.filter(team__in=team_ids, is_active=True).order_by().values_list("team")
    return rows.annotate(people=Count("pk"), limited=Count("capacity"), limit=Sum("capacity"))


def coming(person_ids: Iterable[int], now: datetime) -> dict[int, tuple[Days, ...]]:
    """The absences that go on or are to come, by person, the nearest first."""
    ids = list(person_ids)
    going_on = {row.pk for row in absences_now(ids, now).values()}
    found: dict[int, tuple[Days, ...]] = {}
    for row in _coming(now.date(), *ids) if ids else ():
        found[row.person_id] = (*found.get(row.person_id, ()), as_days(row, is_now=row.pk in going_on))
    return found


@prepared
def _coming(today: date, *person_ids: int) -> QuerySet[models.Absence]:
    rows = models.Absence.objects.filter(person__in=person_ids, ended_at=None, last_day__gte=today)
    return with_delegate(rows).order_by("first_day", "pk")


def as_days(row: models.Absence, *, is_now: bool) -> Days:
    return Days(
        id=row.pk,
        first_day=row.first_day,
        last_day=row.last_day,
        delegate=named(row.delegate),
        note=row.note,
        is_now=is_now,
    )


def named(person: models.Person | None) -> str:
    """Who has left keeps their name."""
    return "" if person is None else person.name if person.is_active else f"{person.name} (left)"

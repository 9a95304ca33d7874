"""One team: what it has on it, who of it is away in the next four weeks, what each of its people holds, and which of
its roles nobody does.

One rule: a team of a thousand is shown a page at a time, in as many queries as one of three.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Lower

from handrail.desk import models
from handrail.desk.absences import SHOWN, with_delegate, within
from handrail.desk.company import company
from handrail.desk.queries.load import MOST_ROLES, Load, TeamLoad, loads_of_people, loads_of_teams
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.runbooks import runbooks_in_force
from handrail.desk.queries.strip import DAYS, Away, Strip, Week, strip, weeks
from handrail.desk.queries.teams import Days, as_days, coming, named
from handrail.handoff.company import Company
from handrail.handoff.people import Person
from handrail.runbook.reading.names import title_of

SIZE = 25
MOST_AWAY = 30
MOST_VACANCIES = 10
MOST_COUNTED = 100


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    title: str
    count: int


@dataclass(frozen=True, kw_only=True)
class MemberRow:
    """`limit` is how many roles they can hold, None where there is no limit; `roles` what they hold, most first."""

    id: int
    name: str
    title: str
    manager: str
    skills: str
    load: Load
    limit: int | None
    roles: tuple[HeldRole, ...]
    away: Days | None
    next_away: Days | None

    @property
    def url_ending(self) -> str:
        """What narrows the list of handoffs to theirs."""
        return f"?person={self.id}"


@dataclass(frozen=True, kw_only=True)
class AwayRow:
    """Somebody who is away within the four weeks: drawn, and in words."""

    id: int
    name: str
    strip: Strip
    days: tuple[Days, ...]


@dataclass(frozen=True, kw_only=True)
class Absences:
    weeks: tuple[Week, ...]
    rows: tuple[AwayRow, ...]
    more: bool


@dataclass(frozen=True, kw_only=True)
class Vacancy:
    handoff_id: int
    role: str
    customer: str
    runbook: str


@dataclass(frozen=True, kw_only=True)
class TeamView:
    """`limit` is how many roles those of the `people` can hold who have a limit; the `unlimited` have none."""

    people: int
    limit: int
    unlimited: int
    load: TeamLoad
    absences: Absences
    vacancies: tuple[Vacancy, ...]
    vacancies_text: str


def team_view(team: models.Team, now: datetime) -> TeamView:
    here = models.Person.objects.filter(team=team, is_active=True)
    counted = here.aggregate(people=Count("pk"), limited=Count("capacity"), limit=Sum("capacity"))
    vacant = models.Work.objects.filter(person__isnull=True, team=team.key, sort="vacancy")
    number = vacant.order_by()[: MOST_COUNTED + 1].count()
    return TeamView(
        people=counted["people"],
        limit=counted["limit"] or 0,
        unlimited=counted["people"] - counted["limited"],
        load=loads_of_teams([team.pk], now, most_seats=MOST_ROLES)[team.pk],
        absences=_absences(team, now),
        vacancies=tuple(_vacancies(vacant.order_by("due_at", "id").values_list(*_OF_VACANCY)[:MOST_VACANCIES])),
        vacancies_text=f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number),
    )


_OF_VACANCY = ("handoff_id", "title", "handoff__customer__name", "handoff__runbook_version__title")


def _vacancies(rows: Iterable[tuple[Any, ...]]) -> Iterator[Vacancy]:
    for handoff_id, title, customer, runbook in rows:
        role = str(title).removeprefix("Nobody is ")
        yield Vacancy(handoff_id=handoff_id, role=role, customer=customer, runbook=runbook)


def _absences(team: models.Team, now: datetime) -> Absences:
    known = company()
    calendar = known.calendar_of_team(team.key)
    first = calendar.day_of(now) if calendar else now.date()
    rows = within(first, first + timedelta(days=DAYS - 1)).filter(person__team=team, person__is_active=True)
    found: dict[models.Person, list[models.Absence]] = {}
    shown_of = with_delegate(rows.select_related("person")).only(*SHOWN, "person__name")
    for row in shown_of.order_by("first_day", "pk")[: MOST_AWAY * 2]:
        found.setdefault(row.person, []).append(row)
    shown = list(found.items())[:MOST_AWAY]
    return Absences(
        weeks=weeks(first),
        rows=tuple(_away_row(person, absences, first, known) for person, absences in shown),
        more=len(found) > MOST_AWAY,
    )


def _away_row(person: models.Person, absences: list[models.Absence], first: date, known: Company) -> AwayRow:
    return AwayRow(
        id=person.pk,
        name=person.name,
        strip=strip(
            (
                Away(first_day=row.first_day, last_day=row.last_day, has_delegate=row.delegate_id is not None)
                for row in absences
            ),
            first,
            known.calendar_of(Person(person.pk, person.name)),
        ),
        days=tuple(as_days(row, is_now=row.first_day <= first <= row.last_day) for row in absences),
    )


def members(team: models.Team, number: int, now: datetime) -> Page[MemberRow]:
    """Those who work here, by name."""

    def show(taken: list[models.Person]) -> tuple[MemberRow, ...]:
        ids = [row.pk for row in taken]
        days, roles = coming(ids, now), roles_held(ids)
        held = {person: sum(one.count for one in found) for person, found in roles.items()}
        loads = loads_of_people(ids, now, held)
        return tuple(_member(row, loads[row.pk], roles.get(row.pk, ()), days.get(row.pk, ())) for row in taken)

    told = ("name", "title", "capacity", "skills", "languages", "region", "manager__name", "manager__is_active")
    rows = models.Person.objects.filter(team=team, is_active=True).select_related("manager").only(*told)
    return page_of(rows.order_by(Lower("name"), "pk"), number, show, size=SIZE)


def roles_held(person_ids: list[int]) -> dict[int, tuple[HeldRole, ...]]:
    """Which roles each of them holds in what runs, and in how many handoffs; what current runbooks call them."""
    titles = {role.name: role.title for runbook in reversed(runbooks_in_force()) for role in runbook.roles.values()}
    counted = models.Seat.objects.filter(person__in=person_ids, is_running=True).values_list("person", "role")
    found: dict[int, tuple[HeldRole, ...]] = {}
    for person, role, count in counted.annotate(number=Count("*")).order_by("-number", "role"):
        one = HeldRole(title=titles.get(role, title_of(role)), count=count)
        found[person] = (*found.get(person, ()), one)
    return found


def _member(row: models.Person, load: Load, roles: tuple[HeldRole, ...], days: tuple[Days, ...]) -> MemberRow:
    return MemberRow(
        id=row.pk,
        name=row.name,
        title=row.title,
        manager=named(row.manager),
        skills=", ".join(map(str, (*row.skills, *row.languages, *([row.region] if row.region else [])))),
        load=load,
        limit=row.capacity,
        roles=roles,
        away=next((one for one in days if one.is_now), None),
        next_away=next((one for one in days if not one.is_now), None),
    )

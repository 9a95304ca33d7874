"""One team: what it has on it, who of it is away in the next four weeks, what each of its people holds, and which of
its roles nobody does.

One rule: a team of a thousand is shown a page at a time, in as many queries as one of three.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from handrail.desk import models
from handrail.desk.absences import SHOWN, with_delegate, within
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.queries.load import MOST_ROLES, Load, TeamLoad, loads_of_people, loads_of_teams
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.runbooks import runbooks_in_force
from handrail.desk.queries.strip import DAYS, Away, Strip, Week, strip, weeks
from handrail.desk.queries.teams import Days, as_days, coming, named, staff_of
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
    staff = staff_of([team.pk])[team.pk]
    first = _vacant(team.key)
    number = len(first) if len(first) <= MOST_VACANCIES else _vacant_rows(team.key)[: MOST_COUNTED + 1].count()
    return TeamView(
        people=staff.people,
        limit=staff.limit,
        unlimited=staff.people - staff.limited,
        load=loads_of_teams([team.pk], now, most_seats=MOST_ROLES)[team.pk],
        absences=_absences(team, now),
        vacancies=tuple(_vacancies(first[:MOST_VACANCIES])),
        vacancies_text=f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number),
    )


def team_of(key: str) -> models.Team | None:
    return next(iter(_team(key)), None)


@prepared
def _team(key: str) -> QuerySet[models.Team]:
    return models.Team.objects.select_related("lead", "calendar").filter(key=key)


def _vacant_rows(key: str) -> QuerySet[models.Work]:
    return models.Work.objects.filter(person__isnull=True, team=key, sort="vacancy")


@prepared
def _vacant(key: str) -> QuerySet[models.Work, tuple[int, str, str, str]]:
    rows = _vacant_rows(key).order_by("due_at", "id")
    shown = rows.values_list("handoff_id", "title", "handoff__customer__name", "handoff__runbook_version__title")
    return shown[: MOST_VACANCIES + 1]


def _vacancies(rows: Iterable[tuple[int, str, str, str]]) -> Iterator[Vacancy]:
    for handoff_id, title, customer, runbook in rows:
        role = title.removeprefix("Nobody is ")
        yield Vacancy(handoff_id=handoff_id, role=role, customer=customer, runbook=runbook)


def _absences(team: models.Team, now: datetime) -> Absences:
    known = company()
    calendar = known.calendar_of_team(team.key)
    first = calendar.day_of(now) if calendar else now.date()
    found: dict[models.Person, list[models.Absence]] = {}
    for row in _away(first, first + timedelta(days=DAYS - 1), team.pk):
        found.setdefault(row.person, []).append(row)
    shown = list(found.items())[:MOST_AWAY]
    return Absences(
        weeks=weeks(first),
        rows=tuple(_away_row(person, absences, first, known) for person, absences in shown),
        more=len(found) > MOST_AWAY,
    )


@prepared
def _away(first_day: date, last_day: date, team_id: int) -> QuerySet[models.Absence]:
    rows = within(first_day, last_day).filter(person__team=team_id, person__is_active=True)
    shown = with_delegate(rows.select_related("person")).only(*SHOWN, "person__name")
    return shown.order_by("first_day", "pk")[: MOST_AWAY * 2]


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

    return page_of(_members(team.pk), number, show, size=SIZE, taken=_first(team.pk) if number == 1 else None)


def _members(team_id: int) -> QuerySet[models.Person]:
    told = ("name", "title", "capacity", "skills", "languages", "region", "manager__name", "manager__is_active")
    rows = models.Person.objects.filter(team=team_id, is_active=True).select_related("manager").only(*told)
    return rows.order_by(Lower("name"), "pk")


@prepared
def _first(team_id: int) -> QuerySet[models.Person]:
    return _members(team_id)[: SIZE + 1]


def roles_held(person_ids: list[int]) -> dict[int, tuple[HeldRole, ...]]:
    """Which roles each of them holds in what runs, and in how many handoffs; what current runbooks call them."""
    titles = {role.name: role.title for runbook in reversed(runbooks_in_force()) for role in runbook.roles.values()}
    found: dict[int, tuple[HeldRole, ...]] = {}
    for person, role, count in _seats(*person_ids) if person_ids else ():
        one = HeldRole(title=titles.get(role, title_of(role)), count=count)
        found[person] = (*found.get(person, ()), one)
    return found


@prepared
def _seats(*person_ids: int) -> QuerySet[models.Seat, tuple[int, str, int]]:
    rows = models.Seat.objects.filter(person__in=person_ids, is_running=True).values_list("person", "role")
    return rows.annotate(number=Count("*")).order_by("-number", "role")


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

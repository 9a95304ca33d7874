"""A person's own page: what they do, whom they turn to, what they hold by handoff, and when they are away.

One rule: everybody who is signed in may see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.absences import stood_in_for
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.queries.load import Load, loads_of_people
from handrail.desk.queries.people import Holding
from handrail.desk.queries.strip import Away, Strip, Week, strip, weeks
from handrail.desk.queries.teams import Days, coming
from handrail.desk.runbooks import runbook_of, version_at
from handrail.handoff.people import Person
from handrail.runbook.reading.names import title_of
from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import WEEKDAYS

MOST_LINES = 100
MOST_HELD = 30


@dataclass(frozen=True, kw_only=True)
class Named:
    id: int
    name: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    """The roles that they hold in one handoff."""

    handoff_id: int
    customer: str
    runbook: str
    roles: str


@dataclass(frozen=True, kw_only=True)
class PersonView:
    row: models.Person
    reports: tuple[Named, ...]
    leads: tuple[models.Team, ...]
    load: Load
    holding: Holding
    lines: tuple[HeldLine, ...]
    days: tuple[Days, ...]
    weeks: tuple[Week, ...]
    strip: Strip
    hours: str
    stands_in_for: tuple[str, ...]
    departure: models.Departure | None


def person_view(person_id: int, now: datetime) -> PersonView:
    """Raises `models.Person.DoesNotExist`."""
    row = next(iter(_person(person_id)), None)
    if row is None:
        raise models.Person.DoesNotExist
    days, calendar = coming([row.pk], now).get(row.pk, ()), company().calendar_of(Person(row.pk, row.name))
    first, load = calendar.day_of(now) if calendar else now.date(), loads_of_people([row.pk], now)[row.pk]
    return PersonView(
        row=row,
        reports=tuple(Named(id=pk, name=name, title=title) for pk, name, title in _reports(row.pk)),
        leads=tuple(_led_by(row.pk)),
        load=load,
        holding=Holding(
            seats=load.seats, work=load.work, customers=models.Customer.objects.filter(owner=row).count(), lines=()
        ),
        lines=_lines(row.pk),
        days=days,
        weeks=weeks(first),
        strip=_strip(days, first, calendar),
        hours=hours_of(calendar) if calendar else "",
        stands_in_for=tuple(one.name for one in stood_in_for(row.pk, now)),
        departure=None if row.is_active else _left(row.pk),
    )


@prepared
def _person(person_id: int) -> QuerySet[models.Person]:
    rows = models.Person.objects.select_related("team__lead", "team__calendar", "manager", "calendar")
    return rows.filter(pk=person_id)


@prepared
def _reports(manager_id: int) -> QuerySet[models.Person, tuple[int, str, str]]:
    rows = models.Person.objects.filter(manager=manager_id, is_active=True).order_by("name", "pk")
    return rows.values_list("pk", "name", "title")[:MOST_LINES]


@prepared
def _led_by(person_id: int) -> QuerySet[models.Team]:
    return models.Team.objects.filter(lead=person_id).order_by("name")


def _left(person_id: int) -> models.Departure | None:
    return models.Departure.objects.filter(person=person_id, undone_at=None).select_related("by").first()


def _strip(days: Iterable[Days], first: date, calendar: Calendar | None) -> Strip:
    absences = (Away(first_day=one.first_day, last_day=one.last_day, has_delegate=bool(one.delegate)) for one in days)
    return strip(absences, first, calendar)


def hours_of(calendar: Calendar) -> str:
    """`Monday to Friday 09:00–17:00, America/New_York`; days that are worked alike and follow each other together."""
    alike: list[tuple[list[int], str]] = []
    for weekday, periods in enumerate(calendar.week):
        hours = " and ".join(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in periods)
        if alike and alike[-1][1] == hours:
            alike[-1][0].append(weekday)
        else:
            alike.append(([weekday], hours))
    said = (f"{_days_words(days)} {hours}" for days, hours in alike if hours)
    return f"{', '.join(said)}, {calendar.zone.replace('_', ' ')}"


def _days_words(days: list[int]) -> str:
    first, last = WEEKDAYS[days[0]], WEEKDAYS[days[-1]]
    return first if len(days) == 1 else f"{first} {'and' if len(days) == 2 else 'to'} {last}"


def _lines(person_id: int) -> tuple[HeldLine, ...]:
    """The latest handoffs: their ids first, so that only those that are shown are read."""
    held: dict[int, list[str]] = {}
    for handoff_id, role in _seats(person_id):
        held.setdefault(handoff_id, []).append(role)
    shown = list(held)[:MOST_HELD]
    rows = _handoffs(*shown) if shown else ()
    known, revision = {pk: (customer, version) for pk, customer, version in rows}, company().revision
    versions = {version: version_at(version, revision) for _, version in known.values()}
    titles = Titles(versions.values())
    return tuple(
        HeldLine(
            handoff_id=handoff_id,
            customer=known[handoff_id][0],
            runbook=version.title,
            roles=", ".join(titles.of(version, role) for role in held[handoff_id]),
        )
        for handoff_id in shown
        for version in (versions[known[handoff_id][1]],)
    )


@prepared
def _handoffs(*ids: int) -> QuerySet[models.Handoff, tuple[int, str, int]]:
    return models.Handoff.objects.filter(pk__in=ids).values_list("pk", "customer__name", "runbook_version_id")


@prepared
def _seats(person_id: int) -> QuerySet[models.Seat, tuple[int, str]]:
    seats = models.Seat.objects.filter(person=person_id, is_running=True).order_by("-handoff_id", "role")
    return seats.values_list("handoff_id", "role")[: MOST_HELD * 4]


class Titles:
    """What the versions of runbooks call their roles, each version looked up once."""

    def __init__(self, versions: Iterable[models.RunbookVersion]) -> None:
        self._roles = {row.pk: runbook_of(row).roles for row in {row.pk: row for row in versions}.values()}

    def of(self, version: models.RunbookVersion, role: str) -> str:
        """Of a role that the version no longer has, its name as words."""
        known = self._roles[version.pk]
        return known[role].title if role in known else title_of(role)

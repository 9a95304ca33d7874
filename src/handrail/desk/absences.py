"""Who is away, and who acts for them meanwhile.

One rule: an absence counts by the days of whoever is away, on their own calendar; a delegate of somebody who is away
and away too passes nothing on.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.handoff.company import Company
from handrail.handoff.people import Person

_DAY = timedelta(days=1)
SHOWN = ("person_id", "first_day", "last_day", "note", "ended_at", "delegate__name", "delegate__is_active")


def stood_in_for(delegate_id: int, now: datetime) -> tuple[Person, ...]:
    """The people who are away at that instant and have named that delegate, by name; none who have left."""
    away = _around(now).filter(delegate=delegate_id, person__is_active=True).select_related("person")
    rows = list(away.only("person_id", "first_day", "last_day", "person__name"))
    if not rows:
        return ()
    found = {row.person_id: Person(row.person_id, row.person.name) for row in _now(rows, company(), now)}
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.id)))


def absences_now(person_ids: Iterable[int], now: datetime) -> dict[int, models.Absence]:
    """By person, of those who are away at that instant the absence that lasts longest."""
    rows = with_delegate(_around(now).filter(person__in=person_ids)).order_by("last_day", "pk")
    return {row.person_id: row for row in _now(rows, company(), now)}


def with_delegate(rows: QuerySet[models.Absence]) -> QuerySet[models.Absence]:
    """Of the delegates only what a page says of them: for each further column of an ordered query Django takes longer
    than the database."""
    return rows.select_related("delegate").only(*SHOWN)


def is_away_within(person_id: int, first_day: date, last_day: date) -> bool:
    """Whether they are away on any of those days."""
    return within(first_day, last_day).filter(person=person_id).exists()


def within(first_day: date, last_day: date) -> QuerySet[models.Absence]:
    """The absences that share a day with those."""
    return models.Absence.objects.filter(first_day__lte=last_day, last_day__gte=first_day, ended_at=None)


def _around(now: datetime) -> QuerySet[models.Absence]:
    """Those that count, whatever zone their days are of."""
    today = now.date()
    return models.Absence.objects.filter(first_day__lte=today + _DAY, last_day__gte=today - _DAY, ended_at=None)


def _now(rows: Iterable[models.Absence], known: Company, now: datetime) -> Iterator[models.Absence]:
    for row in rows:
        if row.first_day <= today_of(row.person_id, known, now) <= row.last_day:
            yield row


def today_of(person_id: int, known: Company, now: datetime) -> date:
    """The day it is where the person works; in UTC where no calendar of theirs is known."""
    calendar = known.calendar_of(Person(person_id, ""))
    return calendar.day_of(now) if calendar else now.date()

"""Who is away, and who acts for them meanwhile.

One rule: an absence counts by the days of whoever is away, on their own calendar; a delegate of somebody who is away
and away too passes nothing on. Those of today are read once for each revision of the company, which is another with
each absence that is added, ended or handed on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.handoff.company import Company
from handrail.handoff.people import Person

_DAY = timedelta(days=1)
SHOWN = ("person_id", "first_day", "last_day", "note", "ended_at", "delegate__name", "delegate__is_active")


def stood_in_for(delegate_id: int, now: datetime) -> tuple[Person, ...]:
    """The people who are away at that instant and have named that delegate, by name; none who have left."""
    known = company()
    rows = _around(now.date(), known.revision).by_delegate.get(delegate_id, ())
    away = {row.person_id: known.members[row.person_id] for row in _now(rows, known, now)}
    found = (Person(person_id, member.name) for person_id, member in away.items() if member.is_active)
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


def absences_now(person_ids: Iterable[int], now: datetime) -> dict[int, models.Absence]:
    """By person, of those who are away at that instant the absence that lasts longest."""
    known = company()
    around = _around(now.date(), known.revision).by_person
    rows = (row for person_id in set(person_ids) for row in around.get(person_id, ()))
    return {row.person_id: row for row in _now(rows, known, now)}


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


@dataclass(frozen=True, kw_only=True)
class _Around:
    """The absences around a day, those that end last at the end."""

    by_person: Mapping[int, tuple[models.Absence, ...]]
    by_delegate: Mapping[int, tuple[models.Absence, ...]]


@lru_cache(maxsize=4)
def _around(today: date, revision: int) -> _Around:
    """Those that count, whatever zone their days are of, as they are at that revision of the company: nearly every page
    asks who is away."""
    rows = with_delegate(within(today - _DAY, today + _DAY)).order_by("last_day", "pk")
    by_person, by_delegate = defaultdict[int, list[models.Absence]](list), defaultdict[int, list[models.Absence]](list)
    for row in rows:
        by_person[row.person_id].append(row)
        if row.delegate_id is not None:
            by_delegate[row.delegate_id].append(row)
    return _Around(
        by_person={key: tuple(of) for key, of in by_person.items()},
        by_delegate={key: tuple(of) for key, of in by_delegate.items()},
    )


def _now(rows: Iterable[models.Absence], known: Company, now: datetime) -> Iterator[models.Absence]:
    for row in rows:
        if row.first_day <= today_of(row.person_id, known, now) <= row.last_day:
            yield row


def today_of(person_id: int, known: Company, now: datetime) -> date:
    """The day it is where the person works; in UTC where no calendar of theirs is known."""
    calendar = known.calendar_of(Person(person_id, ""))
    return calendar.day_of(now) if calendar else now.date()

"""What a person owes, most pressing first, each with why it is theirs.

One rule: who answers for a piece of work that somebody else does sees it apart from their own; and so does whoever
stands in for somebody, is in a team of which anybody may do it, or leads one that somebody is to be named from.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from handrail.desk import models
from handrail.desk.absences import absences_now
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.queries.due import Due, due
from handrail.desk.queries.pages import Page, page_of
from handrail.handoff.people import Person

SIZE = 50
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """`sort` and `name` say what it is about, as in `handoff.owed.Owed`; `does` who does it where the reader only
    answers for it; `person_id` whose it is."""

    id: int
    sort: str
    name: str
    title: str
    why: str
    customer: str
    handoff_id: int
    runbook: str
    due: Due | None
    does: str = ""
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    rows: tuple[WorkRow, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    title: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def own_work(person_id: int, number: int, now: datetime) -> Page[WorkRow]:
    return _page("own", (person_id,), number, now)


def answered_for(person_id: int, number: int, now: datetime, size: int = SIZE) -> Page[WorkRow]:
    return _page("answered for", (person_id,), number, now, size)


def nobodys_work(number: int, now: datetime, size: int = SIZE) -> Page[WorkRow]:
    """What falls to CS Operations to give to somebody: the work of empty roles, and that of a team in which nobody
    works any more."""
    known = company()
    nobody_in = Q(team__among=["", *(known.squads.keys() - known.staffed)])
    rows = _rows().filter(Q(sort="vacancy") | nobody_in, person__isnull=True)
    shown = rows
    if connection.vendor == "postgresql":
        # Found before more is looked up about them: PostgreSQL else gets ready to look it up for all.
        shown = _rows().filter(pk__in=rows.values("pk")[: number * size + 1])
    return page_of(shown.values(*_COLUMNS), number, _shown(now), size=size, last="due_at", counted=rows)


def anybodys_work(team: str, number: int, now: datetime, size: int = SIZE) -> Page[WorkRow]:
    """What anybody of the team may do: the first to act does it."""
    return _page("anybody's", (team,), number, now, size)


def to_be_filled(teams: Collection[str], number: int, now: datetime, size: int = SIZE) -> Page[WorkRow]:
    """The empty roles of teams, for who leads them to name somebody."""
    return _page("to be filled", tuple(teams), number, now, size)


@dataclass(frozen=True, kw_only=True)
class Absent:
    """The work of somebody who is away until `until`, for whom the reader stands in."""

    name: str
    until: date | None
    rows: tuple[WorkRow, ...]


def stood_in_work(away: Sequence[Person], number: int, now: datetime) -> tuple[Page[WorkRow], tuple[Absent, ...]]:
    """The work of those who are away, and the same by whose it is. Their own work alone, not what they answer for."""
    ids = tuple(one.id for one in away)
    page, absences = _page("own", ids, number, now), absences_now(ids, now)
    return page, tuple(
        Absent(
            name=one.name,
            until=absences[one.id].last_day if one.id in absences else None,
            rows=tuple(row for row in page.rows if row.person_id == one.id),
        )
        for one in away
    )


def by_urgency(rows: Iterable[WorkRow], now: datetime) -> tuple[Part, ...]:
    """The rows, which are in order of due dates, as a person plans: what is to be done now, and what comes next."""
    found: dict[str, list[WorkRow]] = {}
    for row in rows:
        found.setdefault(_heading(row.due, now), []).append(row)
    parts = (
        Part(title=title, groups=tuple(Group(title=one, rows=tuple(found[one])) for one in headings if one in found))
        for title, headings in _PARTS.items()
    )
    return tuple(part for part in parts if part.groups)


_PARTS = {"Now": ("Late", "Due within a week"), "Next": ("Later", "No date")}


def _heading(when: Due | None, now: datetime) -> str:
    (late, week), (later, undated) = _PARTS.values()
    if when is None:
        return undated
    if when.state == "late":
        return late
    return week if when.at - now <= WEEK else later


_COLUMNS = (
    "id",
    "sort",
    "name",
    "title",
    "why",
    "due_at",
    "person_id",
    "zone",
    "handoff_id",
    "handoff__customer__name",
    "handoff__runbook_version__title",
    "handoff__runbook_version__calendar__zone",
)


def _rows() -> QuerySet[models.Work]:
    return models.Work.objects.order_by("due_at", "id")


# Whose the work is: people by their ids, teams by their keys.
_LISTS: dict[str, Callable[..., QuerySet[models.Work]]] = {
    "own": lambda *people: _rows().filter(person__in=people).exclude(sort="answers for"),
    "answered for": lambda *people: _rows().filter(person__in=people, sort="answers for"),
    "anybody's": lambda *teams: _rows().filter(person__isnull=True, team__in=teams).exclude(sort="vacancy"),
    "to be filled": lambda *teams: _rows().filter(person__isnull=True, team__in=teams, sort="vacancy"),
}


def _page(name: str, whose: tuple[int | str, ...], number: int, now: datetime, size: int = SIZE) -> Page[WorkRow]:
    rows = _LISTS[name](*whose)
    taken = _first(name, whose, size + 1) if number == 1 and whose else None
    return page_of(rows.values(*_COLUMNS), number, _shown(now), size=size, last="due_at", counted=rows, taken=taken)


def _first(name: str, whose: tuple[int | str, ...], count: int) -> list[dict[str, Any]]:
    """As `pages.nulls_last` takes them."""
    if connection.vendor == "postgresql":
        return _taken(*whose, name=name, undated=None, count=count)
    dated = _taken(*whose, name=name, undated=False, count=count)
    return dated if len(dated) == count else (dated + _taken(*whose, name=name, undated=True, count=count))[:count]


@prepared
def _taken(*whose: int | str, name: str, undated: bool | None, count: int) -> QuerySet[models.Work, Any]:
    rows = _LISTS[name](*whose)
    rows = rows if undated is None else rows.filter(due_at__isnull=undated)
    found: QuerySet[models.Work, Any] = rows.values(*_COLUMNS)
    return found[:count]


def _shown(now: datetime) -> Callable[[list[dict[str, object]]], tuple[WorkRow, ...]]:
    def show(taken: list[dict[str, object]]) -> tuple[WorkRow, ...]:
        does = _doers(taken)
        return tuple(_row(one, does, now) for one in taken)

    return show


def _row(one: dict[str, object], does: dict[tuple[object, object], list[str]], now: datetime) -> WorkRow:
    at, zone = one["due_at"], str(one["handoff__runbook_version__calendar__zone"])
    assert at is None or isinstance(at, datetime)
    return WorkRow(
        id=int(str(one["id"])),
        sort=str(one["sort"]),
        name=str(one["name"]),
        title=str(one["title"]),
        why=str(one["why"]),
        customer=str(one["handoff__customer__name"]),
        handoff_id=int(str(one["handoff_id"])),
        runbook=str(one["handoff__runbook_version__title"]),
        due=due(at, str(one["zone"]) or zone, now, told_in=zone),
        person_id=one["person_id"] if isinstance(one["person_id"], int) else None,
        does=" and ".join(does.get((one["handoff_id"], one["name"]), ())) if one["sort"] == "answers for" else "",
    )


def _doers(taken: list[dict[str, object]]) -> dict[tuple[object, object], list[str]]:
    """Who does the steps that the reader answers for, by handoff and step."""
    apart = [one for one in taken if one["sort"] == "answers for"]
    if not apart:
        return {}
    found: dict[tuple[object, object], list[str]] = {}
    rows = models.Work.objects.filter(
        handoff__in={one["handoff_id"] for one in apart}, name__in={one["name"] for one in apart}, sort="step"
    )
    for handoff, name, person in rows.order_by("id").values_list("handoff_id", "name", "person__name"):
        found.setdefault((handoff, name), []).append(person or "nobody yet")
    return found

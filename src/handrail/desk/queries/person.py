"""A person's own page: what they do, whom they turn to, what they hold by handoff, and when they are away.

One rule: everybody who is signed in may see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.desk.absences import stood_in_for
from handrail.desk.queries.people import Holding, holding_of
from handrail.desk.queries.teams import Days, coming
from handrail.desk.runbooks import runbook_of
from handrail.runbook.reading.names import title_of

MOST_LINES = 100


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
    holding: Holding
    lines: tuple[HeldLine, ...]
    days: tuple[Days, ...]
    stands_in_for: tuple[str, ...]
    departure: models.Departure | None


def person_view(person_id: int, now: datetime) -> PersonView:
    """Raises `models.Person.DoesNotExist`."""
    row = models.Person.objects.select_related("team__lead", "team__calendar", "manager", "calendar").get(pk=person_id)
    reports = models.Person.objects.filter(manager=row, is_active=True).order_by("name", "pk")
    return PersonView(
        row=row,
        reports=tuple(Named(id=one.pk, name=one.name, title=one.title) for one in reports[:MOST_LINES]),
        leads=tuple(models.Team.objects.filter(lead=row).order_by("name")),
        holding=holding_of(row.pk, lines=0),
        lines=_lines(row.pk),
        days=coming([row.pk], now).get(row.pk, ()),
        stands_in_for=tuple(one.name for one in stood_in_for(row.pk, now)),
        departure=models.Departure.objects.filter(person=row, undone_at=None).select_related("by").first(),
    )


def _lines(person_id: int) -> tuple[HeldLine, ...]:
    seats = models.Seat.objects.filter(person=person_id, handoff__status=models.Handoff.Status.RUNNING)
    rows = seats.select_related("handoff__customer", "handoff__runbook_version__calendar").order_by("-handoff", "role")
    found: dict[int, list[models.Seat]] = {}
    taken = list(rows[: MOST_LINES * 2])
    for row in taken:
        found.setdefault(row.handoff_id, []).append(row)
    titles = Titles(row.handoff.runbook_version for row in taken)
    return tuple(_line(seats, titles) for seats in list(found.values())[:MOST_LINES])


def _line(seats: list[models.Seat], titles: "Titles") -> HeldLine:
    handoff = seats[0].handoff
    return HeldLine(
        handoff_id=handoff.pk,
        customer=handoff.customer.name,
        runbook=handoff.runbook_version.title,
        roles=", ".join(titles.of(handoff.runbook_version, one.role) for one in seats),
    )


class Titles:
    """What the versions of runbooks call their roles, each version looked up once."""

    def __init__(self, versions: Iterable[models.RunbookVersion]) -> None:
        self._roles = {row.pk: runbook_of(row).roles for row in {row.pk: row for row in versions}.values()}

    def of(self, version: models.RunbookVersion, role: str) -> str:
        """Of a role that the version no longer has, its name as words."""
        known = self._roles[version.pk]
        return known[role].title if role in known else title_of(role)

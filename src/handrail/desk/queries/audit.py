"""The audit as it is read: newest first, narrowed by sort, thing, person and days.

One rule: every question follows an index from where the page begins; nothing is counted and nothing skipped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet

from handrail.desk import models

SIZE = 50
_CHUNK = 1_000  # rows that a file takes at a time

# The sorts of things that are told of, as the filter offers them.
SORTS = {
    "absence": "Absences",
    "calendar": "Calendars",
    "catalogue": "The catalogue",
    "closing day": "Closing days",
    "columns": "Columns of imported files",
    "customer link": "Links for customers",
    "calendar feed": "Calendar feeds",
    "calendar account": "Calendars of people elsewhere",
    "departure": "People who left",
    "entitlement": "What customers bought",
    "export": "Exports",
    "handoff": "Handoffs moved to another version",
    "import": "Imports",
    "long work": "Long work",
    "mail": "Mail that came in",
    "order": "Orders",
    "order file": "Files of orders",
    "person": "People",
    "role": "Roles in handoffs",
    "runbook": "Runbooks",
    "sign-in": "Signing in",
    "team": "Teams",
    "transfer": "Transfers of accounts",
    "unsubscribed": "Who wants no more messages",
    "view": "Shared views",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the address asks for; days are those of UTC, both included. `key` is which thing of the sort."""

    about: str = ""
    key: str = ""
    person: int | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def is_narrowed(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True, kw_only=True)
class Place:
    """After which entry a page goes on."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at:%Y%m%dT%H%M%S%f}-{self.id}"


@dataclass(frozen=True, kw_only=True)
class Line:
    id: int
    at: datetime
    by: str
    action: str
    about: str
    key: str
    name: str
    says: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """`after` is where the next page goes on, None on the last."""

    lines: tuple[Line, ...]
    after: Place | None


def place(written: str) -> Place | None:
    """As an address has it; None where that is not one that there could be."""
    at, _, number = written.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    try:
        return Place(at=datetime.strptime(at, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), id=int(number))
    except ValueError:
        return None


def audit_page(wanted: Wanted, after: Place | None = None, size: int = SIZE) -> AuditPage:
    """One query."""
    rows = list(_rows(wanted, after)[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    lines = tuple(_line(row) for row in rows[:size])
    return AuditPage(lines=lines, after=Place(at=last.at.astimezone(UTC), id=last.pk) if last else None)


def all_lines(wanted: Wanted) -> Iterator[Line]:
    """Every entry, however many there are: read in chunks, so that nothing is held open meanwhile."""
    after: Place | None = None
    while True:
        page = audit_page(wanted, after, _CHUNK)
        yield from page.lines
        if page.after is None:
            return
        after = page.after


def _rows(wanted: Wanted, after: Place | None) -> QuerySet[models.AuditEntry]:
    rows = models.AuditEntry.objects.order_by("-at", "-pk")
    if wanted.about:
        rows = rows.filter(about=wanted.about)
        rows = rows.filter(key=wanted.key) if wanted.key else rows
    if wanted.person is not None and wanted.about and wanted.key:
        # The entries of one thing are few; as a sum, those of the person are no index to read through.
        rows = rows.annotate(person=F("by") + 0).filter(person=wanted.person)
    elif wanted.person is not None:
        rows = rows.filter(by=wanted.person)
    if wanted.first_day:
        rows = rows.filter(at__gte=_midnight(wanted.first_day))
    if wanted.last_day and wanted.last_day < date.max:
        rows = rows.filter(at__lt=_midnight(wanted.last_day) + timedelta(days=1))
    if after:
        # The first half is what an index can begin at, the second what of that very instant is left.
        rows = rows.filter(Q(at__lt=after.at) | Q(pk__lt=after.id), at__lte=after.at)
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _line(row: models.AuditEntry) -> Line:
    return Line(
        id=row.pk,
        at=row.at,
        by=row.by_name,
        action=row.action,
        about=row.about,
        key=row.key,
        name=row.name,
        says=row.says,
        changes=tuple((name, old, new) for name, (old, new) in row.changes.items()),
    )

"""How many seats the occurrences of a session have left, and which are not held.

One rule: two queries, however many occurrences are asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from handrail.desk import models
from handrail.runbook.model import Session

MOST_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Of:
    """An occurrence: of which session of which runbook, when it is by the runbook, and when it is held."""

    runbook: str
    session: str
    starts_at: datetime
    held_at: datetime


@dataclass(frozen=True, kw_only=True)
class Place:
    """An occurrence with its seats; `seats` is None where there is no limit."""

    starts_at: datetime
    seats: int | None
    taken: int
    called_off: str = ""
    moved_to: datetime | None = None

    @property
    def held_at(self) -> datetime:
        return self.moved_to or self.starts_at

    @property
    def left(self) -> int:
        return max(0, (self.seats or 0) - self.taken)

    @property
    def why_not(self) -> str:
        if self.called_off:
            return "Called off."
        return "Full." if self.seats is not None and not self.left else ""


def places_of(runbook: str, session: Session, starts: Sequence[datetime]) -> dict[datetime, Place]:
    known = {"runbook": runbook, "session": session.name}
    changed = {row.starts_at: row for row in models.Occurrence.objects.filter(**known, starts_at__in=list(starts))}
    held = [row.moved_to for row in changed.values() if row.moved_to is not None]
    rows = models.Meeting.objects.filter(**known, starts_at__in=[*starts, *held]).exclude(state="called off")
    taken = dict(rows.order_by().values_list("starts_at").annotate(Sum("seats")))
    return {at: _place(at, session, taken, changed.get(at)) for at in starts}


def _place(at: datetime, session: Session, taken: dict[datetime, int], row: models.Occurrence | None) -> Place:
    moved_to = row.moved_to if row else None
    return Place(
        starts_at=at,
        seats=session.seats,
        taken=taken.get(moved_to or at, 0),
        called_off=row.called_off if row else "",
        moved_to=moved_to,
    )

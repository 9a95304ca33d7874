"""The links of a handoff with how often each was looked at. Two queries, however many links there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, Max

from handrail.desk import customer_links, models


@dataclass(frozen=True, kw_only=True)
class LinkLine:
    id: int
    label: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    state: Literal["open", "ended", "revoked"]
    revoked_at: datetime | None
    seen: int
    seen_at: datetime | None
    key: str
    address: str
    why_ended: str


def link_lines(handoff_id: int, now: datetime) -> tuple[LinkLine, ...]:
    """The newest first."""
    rows = list(
        models.CustomerLink.objects.filter(handoff=handoff_id).select_related("made_by").order_by("-made_at", "-pk")
    )
    seen = _seen([customer_links.key_of(row) for row in rows])
    return tuple(_line(row, seen, now) for row in rows)


def _seen(keys: list[str]) -> dict[str, tuple[int, datetime]]:
    looks = models.AuditEntry.objects.filter(about=customer_links.ABOUT, key__in=keys, action=customer_links.SEEN)
    counted = looks.values("key").annotate(count=Count("pk"), last=Max("at")).values_list("key", "count", "last")
    return {key: (count, last) for key, count, last in counted}


def _line(row: models.CustomerLink, seen: dict[str, tuple[int, datetime]], now: datetime) -> LinkLine:
    key = customer_links.key_of(row)
    count, last = seen.get(key, (0, None))
    return LinkLine(
        id=row.pk,
        label=row.label,
        made_by=row.made_by.name if row.made_by else "",
        made_at=row.made_at,
        ends_at=row.ends_at,
        state="revoked" if row.revoked_at else "open" if customer_links.is_open(row, now) else "ended",
        revoked_at=row.revoked_at,
        seen=count,
        seen_at=last,
        key=key,
        address=row.address,
        why_ended=row.why_ended,
    )

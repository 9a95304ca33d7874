"""Calendar feeds: private addresses under which a calendar program reads the meetings of a person or of their team.

One rule: the token is told once, to whoever makes the feed; only its SHA-256 is kept. Making it anew ends the old one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from handrail.desk import audit, itip, models

BEHIND, MOST = timedelta(days=30), 2000
_BYTES = 32  # 256 bits: nobody guesses one
_SEEN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """`etag` changes with what stands in it."""

    etag: str
    name: str
    rows: tuple[models.Meeting, ...]


def make(person: models.Person, *, of_team: bool, now: datetime) -> str:
    """The token of a new feed, which takes the place of the one that there was."""
    token = token_urlsafe(_BYTES)
    with transaction.atomic():
        models.CalendarFeed.objects.filter(person=person, of_team=of_team).delete()
        models.CalendarFeed.objects.create(person=person, of_team=of_team, digest=_digest(token), made_at=now)
        _tell("made", person, of_team)
    return token


def revoke(person: models.Person, *, of_team: bool) -> bool:
    with transaction.atomic():
        ended = models.CalendarFeed.objects.filter(person=person, of_team=of_team).delete()[0] > 0
        if ended:
            _tell("revoked", person, of_team)
    return ended


def _tell(action: str, person: models.Person, of_team: bool) -> None:
    says = f"Meetings of {person.team.name}." if of_team and person.team else "Their own meetings."
    audit.write(action=action, about="calendar feed", key=str(person.pk), name=person.name, says=says)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def found(token: str, now: datetime) -> Feed | None:
    """None for a token that is not valid, whatever the reason; of a person who has left there is none."""
    feeds = models.CalendarFeed.objects.select_related("person__team")
    row = feeds.filter(digest=_digest(token), person__is_active=True).first()
    if row is None or (row.of_team and row.person.team is None):
        return None
    if row.seen_at is None or now - row.seen_at > _SEEN_EVERY:
        models.CalendarFeed.objects.filter(pk=row.pk).update(seen_at=now)
    rows = tuple(_meetings(row, now).select_related("handoff__customer").order_by("starts_at", "pk")[:MOST])
    name = f"Handrail: {row.person.team.name if row.of_team and row.person.team else row.person.name}"
    told = "|".join(repr(occasion_of(one)) for one in rows)
    return Feed(etag=sha256(f"{name}|{told}".encode()).hexdigest(), name=name, rows=rows)


def _meetings(row: models.CalendarFeed, now: datetime) -> QuerySet[models.Meeting]:
    places = models.MeetingPerson.objects.filter(ends_at__gt=now - BEHIND)
    team = row.person.team_id if row.of_team else None
    mine = places.filter(person__team=team, person__is_active=True) if team else places.filter(person=row.person)
    return models.Meeting.objects.filter(pk__in=mine.values("meeting"))


def text_of(feed: Feed, now: datetime) -> bytes:
    return itip.written("PUBLISH", [occasion_of(one) for one in feed.rows], now, feed.name)


def occasion_of(row: models.Meeting) -> itip.Occasion:
    """As a calendar shows it to a colleague; who comes stays on the page."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return itip.Occasion(
        uid=itip.uid_of(row.handoff_id, row.key, domain),
        sequence=row.sequence,
        title=f"{row.title}: {row.handoff.customer.name}",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone="UTC",
        where=row.where,
        about=f"{settings.ADDRESS}/handoffs/{row.handoff_id}/steps/{row.step}/",
    )

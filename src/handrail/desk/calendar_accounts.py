"""Calendars of people on CalDAV servers: busy times are read from them, and meetings written to them.

One rule: the server is somebody's word. It is asked only through `safe_session`, for a bounded time, and whatever it
answers can do no more than fail.
"""

import base64
import logging
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import caldav
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction

from handrail.desk import audit, feeds, itip, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.safe_session import safe_session
from handrail.handoff.refusal import Mistake, Refused
from handrail.worktime.free import Span

log = logging.getLogger(__name__)

EVERY, LEASE = timedelta(minutes=10), timedelta(minutes=10)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
AHEAD = timedelta(days=60)
MOST_BUSY = 2000
BATCH = 5
_TIMEOUT_SECONDS = 15


def _fernet() -> Fernet:
    key = sha256(b"handrail calendar accounts " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def connect(
    person: models.Person, *, url: str, user: str, password: str, writes: bool, now: datetime
) -> models.CalendarAccount | Refused:
    """An empty password leaves the one that is kept, as long as it goes to the same server."""
    kept = models.CalendarAccount.objects.filter(person=person).first()
    address, who = url.strip(), user.strip()
    same = kept is not None and urlsplit(kept.url)[:2] == _split(address)[:2] and kept.user == who
    mistakes = [one for one in (_url_mistake(address), _user_mistake(who)) if one is not None]
    if not password and not same:
        mistakes.append(Mistake(field="password", says="Give the password: none is kept for this server and user."))
    if mistakes:
        return Refused(code="unfit", says="The calendar is not connected yet.", mistakes=tuple(mistakes))
    secret = _fernet().encrypt(password.encode()).decode() if password else (kept.password if kept else "")
    with transaction.atomic():
        if kept is not None and kept.url != address:
            forget(person)
        row, _ = models.CalendarAccount.objects.update_or_create(
            person=person,
            defaults={
                "url": address,
                "user": who,
                "password": secret,
                "writes": writes,
                "tries": 0,
                "error": "",
                "next_at": now,
            },
        )
        _tell("connected", person, f"{who} at {address}"[:300])
    return row


def _split(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", "", "")
    return (parts.scheme, parts.netloc, parts.path)


def _url_mistake(url: str) -> Mistake | None:
    scheme, host, _ = _split(url)
    schemes = ("https", "http") if settings.CALDAV_PRIVATE else ("https",)
    if scheme not in schemes or not host or "@" in host or len(url) > 1000:
        return Mistake(field="url", says="Give the address of one calendar, like https://dav.example.com/anna/work/.")
    return None


def _user_mistake(user: str) -> Mistake | None:
    return None if 0 < len(user) <= 254 else Mistake(field="user", says="Give the user name that the server knows.")


def forget(person: models.Person) -> None:
    with transaction.atomic():
        if models.CalendarAccount.objects.filter(person=person).delete()[0]:
            _tell("forgotten", person, "")


def _tell(action: str, person: models.Person, says: str) -> None:
    audit.write(action=action, about="calendar account", key=str(person.pk), name=person.name, says=says)


def sync_due(now: datetime | Clock) -> int:
    """Look at the calendars that are due, a few at most; how many were looked at. Several workers share the work."""
    clock = clock_of(now)
    due = models.CalendarAccount.objects.filter(next_at__lte=clock(), person__is_active=True)
    numbers = list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_sync(number, clock) for number in numbers)


def _sync(number: int, clock: Clock) -> bool:
    now = clock()
    claimed = models.CalendarAccount.objects.filter(pk=number, next_at__lte=now).update(next_at=now + LEASE)
    row = models.CalendarAccount.objects.select_related("person").filter(pk=number).first() if claimed else None
    if row is None:
        return False
    try:
        _exchange(row, now)
        row.tries, row.error, row.synced_at, row.next_at = 0, "", now, clock() + EVERY
    except Exception as fault:  # whatever a server does, and the library makes of it: it is that calendar's alone
        log.warning("The calendar of person %s cannot be read.", row.person_id, exc_info=fault)
        row.error = _told(fault)
        row.next_at = clock() + PAUSES[min(row.tries, len(PAUSES) - 1)]
        row.tries = min(row.tries + 1, 1000)
    changed = {"tries": row.tries, "error": row.error, "synced_at": row.synced_at, "next_at": row.next_at}
    models.CalendarAccount.objects.filter(pk=number, url=row.url).update(**changed)
    return True


def _told(fault: Exception) -> str:
    match fault:
        case InvalidToken():
            return "The password that is kept cannot be read any more. Give it again."
        case caldav.lib.error.AuthorizationError():
            return "The server does not take the user name and password."
        case caldav.lib.error.NotFoundError():
            return "There is no calendar at this address."
        case _:
            return f"The server could not be asked: {type(fault).__name__}: {fault}"[:500]


def _exchange(row: models.CalendarAccount, now: datetime) -> None:
    password = _fernet().decrypt(row.password.encode()).decode()
    client: Any = caldav.DAVClient(url=row.url, username=row.user, password=password, timeout=_TIMEOUT_SECONDS)
    client.session = safe_session(private=settings.CALDAV_PRIVATE)
    calendar = client.calendar(url=row.url)
    busy = _busy(calendar, now)
    with transaction.atomic():
        models.BusyTime.objects.filter(account=row).delete()
        models.BusyTime.objects.bulk_create(
            models.BusyTime(account=row, starts_at=one.starts_at, ends_at=one.ends_at) for one in busy
        )
    if row.writes:
        _write(row, calendar, now)


def _busy(calendar: Any, now: datetime) -> list[Span]:
    """What is written there by us is known already, and what leaves one free is not busy."""
    found = []
    for one in calendar.search(start=now, end=now + AHEAD, event=True, expand=True):
        for event in one.icalendar_instance.walk("VEVENT"):
            is_ours = str(event.get("uid", "")).startswith("handrail.")
            is_free = str(event.get("transp", "")) == "TRANSPARENT" or str(event.get("status", "")) == "CANCELLED"
            if not is_ours and not is_free and "dtstart" in event:
                found.append(Span(_instant(event.start), _instant(event.end)))
    return [one for one in found if one.starts_at < one.ends_at][:MOST_BUSY]


def _instant(at: date | datetime) -> datetime:
    if not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=UTC)
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)


def _write(row: models.CalendarAccount, calendar: Any, now: datetime) -> None:
    """Each meeting once, and again when it is another; what is not to come any more is taken away."""
    places = models.MeetingPerson.objects.filter(person=row.person_id, ends_at__gt=now)
    meetings = models.Meeting.objects.filter(pk__in=places.values("meeting")).select_related("handoff__customer")
    wanted = {one.uid: one for one in map(feeds.occasion_of, meetings)}
    written = dict(models.WrittenMeeting.objects.filter(account=row).values_list("uid", "digest"))
    for uid, occasion in wanted.items():
        digest = sha256(repr(occasion).encode()).hexdigest()
        if written.get(uid) != digest:
            calendar.save_event(itip.written(None, [occasion], now).decode())
            models.WrittenMeeting.objects.update_or_create(account=row, uid=uid, defaults={"digest": digest})
    for uid in written.keys() - wanted.keys():
        _take_away(calendar, uid)
        models.WrittenMeeting.objects.filter(account=row, uid=uid).delete()


def _take_away(calendar: Any, uid: str) -> None:
    try:
        calendar.event_by_uid(uid).delete()
    except caldav.lib.error.NotFoundError:
        pass  # its owner was first

"""Meetings as calendars understand them: iCalendar objects (RFC 5545) that invite, tell of changes and call off (iTIP,
RFC 5546), and the objects in which calendars answer.

One rule: what comes in is anybody's to write. It is read only where it is small, whole and about one of our meetings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from handrail.handoff.contacts import is_address
from handrail.handoff.events import Said

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

LARGEST = 256 * 1024
_PRODUCT = "-//Handrail//Handrail//EN"
_UID = re.compile(r"handrail\.(?P<handoff>[0-9]{1,18})\.(?P<key>[A-Za-z0-9_-]{1,64})@")
_SAID: dict[str, Said] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_PARTSTAT = {said: partstat for partstat, said in _SAID.items()}
_LONGEST_COMMENT = 1000


@dataclass(frozen=True, kw_only=True)
class Guest:
    name: str
    email: str
    says: Said | None = None


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A meeting, as one calendar is told of it. `sender` is the address that acts for the organizer, where that is
    another one; without `forwarding` it is marked as not to be handed on, which calendars may or may not heed."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    where: str = ""
    about: str = ""
    organizer: Guest | None = None
    sender: str = ""
    guests: Sequence[Guest] = ()
    forwarding: bool = True
    cancelled: bool = False


def uid_of(handoff_id: int, key: str, domain: str) -> str:
    """The same for all that is ever told of the meeting, whatever its step is called by then."""
    return f"handrail.{handoff_id}.{key}@{domain}"


def written(method: Method | None, occasions: Sequence[Occasion], now: datetime, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    if method is not None:  # what is kept on a server has none (RFC 4791, section 4.1)
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    for one in occasions:
        calendar.add_component(_event(one, now, asks=method == "REQUEST"))
    if occasions:
        calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text


def _event(one: Occasion, now: datetime, *, asks: bool) -> Event:
    event, zone = Event(), ZoneInfo(one.zone)
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(zone))
    event.add("dtend", one.ends_at.astimezone(zone))
    event.add("summary", one.title)
    for name, text in (("location", one.where), ("description", one.about)):
        if text:
            event.add(name, text)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    if one.organizer is not None:
        event.add("organizer", _organizer(one.organizer, one.sender))
    for guest in one.guests:
        event.add("attendee", _attendee(guest, asks=asks))
    if not one.forwarding:
        event.add("x-microsoft-donotforwardmeeting", "TRUE")
    return event


def _organizer(who: Guest, sender: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{who.email}")
    address.params["CN"] = vText(who.name)
    if sender and sender != who.email:
        address.params["SENT-BY"] = vText(f"mailto:{sender}")
    return address


def _attendee(guest: Guest, *, asks: bool) -> vCalAddress:
    address = vCalAddress(f"mailto:{guest.email}")
    address.params["CN"] = vText(guest.name)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    address.params["PARTSTAT"] = vText(_PARTSTAT[guest.says] if guest.says else "NEEDS-ACTION")
    if asks:
        address.params["RSVP"] = vText("TRUE")
    return address


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`sent_by` is whoever answers for the attendee, where their calendar says so; `recurrence` is set where it is only
    about one of several times. A proposal of another time (COUNTER) has it in `proposes`."""

    handoff_id: int
    key: str
    email: str
    name: str
    sent_by: str
    says: Said
    comment: str
    sequence: int
    stamped_at: datetime
    recurrence: datetime | None
    proposes: datetime | None


@dataclass(frozen=True, kw_only=True)
class NotAnAnswer:
    """Why it is left alone, for whoever looks into it."""

    says: str


def read_reply(text: bytes) -> Answer | NotAnAnswer:
    if len(text) > LARGEST:
        return NotAnAnswer(says="It is too large to be an answer.")
    try:
        calendar = Calendar.from_ical(text)
        method = str(calendar.get("method", "")).upper()
        events = [one for one in calendar.subcomponents if one.name == "VEVENT"]
        if method not in {"REPLY", "COUNTER"} or len(events) != 1:
            return NotAnAnswer(says="It is no answer to one invitation.")
        return _answer(events[0], method)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError) as fault:
        return NotAnAnswer(says=f"It cannot be read: {type(fault).__name__}.")


def _answer(event: Any, method: str) -> Answer | NotAnAnswer:
    found = _UID.match(str(event.get("uid", "")))
    attendees = _listed(event.get("attendee"))
    if found is None or len(attendees) != 1:
        return NotAnAnswer(says="It is not about a meeting of ours, or not of one attendee.")
    email = _address(attendees[0])
    says = _SAID.get(_parameter(attendees[0], "PARTSTAT").upper(), "tentative" if method == "COUNTER" else None)
    if not email or says is None:
        return NotAnAnswer(says="It says of nobody whether they come.")
    return Answer(
        handoff_id=int(found["handoff"]),
        key=found["key"],
        email=email,
        name=" ".join(_parameter(attendees[0], "CN").split())[:200],
        sent_by=_address(_parameter(attendees[0], "SENT-BY")),
        says=says,
        comment="\n".join(str(one) for one in _listed(event.get("comment"))).strip()[:_LONGEST_COMMENT],
        sequence=max(0, min(int(event.get("sequence", 0)), 1_000_000)),
        stamped_at=_instant(event.get("dtstamp")) or datetime.min.replace(tzinfo=UTC),
        recurrence=_instant(event.get("recurrence-id")),
        proposes=_instant(event.get("dtstart")) if method == "COUNTER" else None,
    )


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _parameter(value: Any, name: str) -> str:
    return str(getattr(value, "params", {}).get(name, ""))


def _address(value: object) -> str:
    """In small letters; empty where it is none."""
    text = str(value).strip().strip('"')
    text = text[len("mailto:") :] if text.lower().startswith("mailto:") else text
    return text.lower() if is_address(text) else ""


def _instant(value: Any) -> datetime | None:
    at = getattr(value, "dt", None)
    if isinstance(at, datetime):
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(at, date):
        return datetime(at.year, at.month, at.day, tzinfo=UTC)
    return None

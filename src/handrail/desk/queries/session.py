"""A session as a page: its dates to come and gone by, with seats, and who comes to one of them, by customer.

One rule: a few queries for the whole page; only the handoffs of the one date that is looked at are read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handrail.desk import models
from handrail.desk.queries.due import clock_text
from handrail.desk.queries.roster import LOOKS, RosterLine, held_roster
from handrail.desk.queries.seats import MOST_AT_ONCE, Of, Place, places_of
from handrail.desk.runbooks import plan_of
from handrail.handoff import wire
from handrail.handoff.history import Meeting
from handrail.handoff.history.meetings import meeting_in
from handrail.handoff.plan import Plan
from handrail.runbook.model import Session
from handrail.runbook.words import session_words

AHEAD, BEHIND = 8, 4
_FURTHEST = timedelta(days=400)


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """A session in the list of all."""

    runbook: str
    runbook_title: str
    name: str
    title: str
    words: str
    seats: int | None


@dataclass(frozen=True, kw_only=True)
class DateLine:
    """`at` is the instant by the runbook, by which it is asked for."""

    at: str
    text: str
    seats: str
    state: str
    is_shown: bool


@dataclass(frozen=True, kw_only=True)
class CustomerLine:
    """Who of a customer comes, or was there."""

    meeting_id: int
    handoff_id: int
    step: str
    customer: str
    is_held: bool
    roster: tuple[RosterLine, ...]
    strangers: int


@dataclass(frozen=True, kw_only=True)
class DateView:
    """The date that is looked at; `typed` is it as a field for a day and a time holds it."""

    of: Of
    text: str
    typed: str
    called_off: str
    moved_from: str
    is_past: bool
    seats: str
    customers: tuple[CustomerLine, ...]

    @property
    def to_hold(self) -> bool:
        return self.is_past and any(not one.is_held for one in self.customers)


@dataclass(frozen=True, kw_only=True)
class SessionPage:
    runbook: str
    runbook_title: str
    name: str
    title: str
    words: str
    says: str
    where: str
    forwarding: bool
    zone: str
    ahead: tuple[DateLine, ...]
    behind: tuple[DateLine, ...]
    shown: DateView | None


def sessions() -> tuple[SessionLine, ...]:
    return tuple(_lines())


def _lines() -> Iterator[SessionLine]:
    versions = models.RunbookVersion.objects.filter(is_current=True).select_related("calendar").order_by("name")
    for version in versions:
        runbook = plan_of(version).runbook
        for one in runbook.sessions.values():
            yield SessionLine(
                runbook=runbook.name,
                runbook_title=runbook.title,
                name=one.name,
                title=one.title,
                words=session_words(one),
                seats=one.seats,
            )


def session_page(runbook: str, name: str, at: datetime | None, now: datetime) -> SessionPage | None:
    """None where the runbook has no such session, or it is held at no such time."""
    version = models.RunbookVersion.objects.filter(name=runbook, is_current=True).select_related("calendar").first()
    plan = plan_of(version) if version else None
    session = plan.runbook.sessions.get(name) if plan else None
    if plan is None or session is None:
        return None
    ahead, behind = _dates(plan, session, now)
    places = places_of(runbook, session, [*ahead, *behind, *([at] if at and _is_held(plan, session, at) else [])])
    looked_at = places.get(at or (ahead[0] if ahead else now))
    if at is not None and looked_at is None:
        return None
    return SessionPage(
        runbook=runbook,
        runbook_title=plan.runbook.title,
        name=name,
        title=session.title,
        words=session_words(session),
        says=session.says,
        where=session.where,
        forwarding=session.forwarding,
        zone=session.zone,
        ahead=tuple(_line(session, places[one], looked_at, now) for one in ahead),
        behind=tuple(_line(session, places[one], looked_at, now) for one in behind),
        shown=_shown(runbook, session, looked_at, now) if looked_at else None,
    )


def _dates(plan: Plan, session: Session, now: datetime) -> tuple[list[datetime], list[datetime]]:
    """Those to come, and the last ones gone by; the newest first."""
    today = now.astimezone(ZoneInfo(session.zone)).date()
    every = plan.sessions[session.name].between(today - _FURTHEST, today + _FURTHEST, plan.calendar)
    ahead = [one.starts_at for one in every if one.starts_at > now][:AHEAD]
    return ahead, [one.starts_at for one in every if one.starts_at <= now][-BEHIND:][::-1]


def _is_held(plan: Plan, session: Session, at: datetime) -> bool:
    day = at.astimezone(ZoneInfo(session.zone)).date()
    return any(one.starts_at == at for one in plan.sessions[session.name].between(day, day, plan.calendar))


def _seats(place: Place) -> str:
    return f"{place.taken} of {place.seats} seats taken" if place.seats is not None else f"{place.taken} come"


def _line(session: Session, place: Place, shown: Place | None, now: datetime) -> DateLine:
    state = "called off" if place.called_off else "moved" if place.moved_to else "full" if place.why_not else ""
    return DateLine(
        at=place.starts_at.isoformat(),
        text=clock_text(place.held_at, session.zone, now),
        seats=_seats(place),
        state=state,
        is_shown=place == shown,
    )


def _shown(runbook: str, session: Session, place: Place, now: datetime) -> DateView:
    local = place.held_at.astimezone(ZoneInfo(session.zone))
    return DateView(
        of=Of(runbook=runbook, session=session.name, starts_at=place.starts_at, held_at=place.held_at),
        text=clock_text(place.held_at, session.zone, now),
        typed=f"{local:%Y-%m-%dT%H:%M}",
        called_off=place.called_off,
        moved_from=clock_text(place.starts_at, session.zone, now) if place.moved_to else "",
        is_past=place.held_at <= now,
        seats=_seats(place),
        customers=tuple(_customers(runbook, session, place)),
    )


def _customers(runbook: str, session: Session, place: Place) -> Iterator[CustomerLine]:
    rows = models.Meeting.objects.filter(runbook=runbook, session=session.name, starts_at=place.held_at)
    rows = rows.select_related("handoff__customer").order_by("handoff__customer_sort", "pk")[:MOST_AT_ONCE]
    for row in rows:
        one = meeting_in(wire.decode_handoff(row.handoff.state), row.step, row.key)
        if one is not None:
            yield CustomerLine(
                meeting_id=row.pk,
                handoff_id=row.handoff_id,
                step=row.step,
                customer=row.handoff.customer.name,
                is_held=row.state == "held",
                roster=held_roster(one) if row.state == "held" else tuple(_answers(one)),
                strangers=sum(not other.left_out for other in one.strangers),
            )


def _answers(meeting: Meeting) -> Iterator[RosterLine]:
    said = {one.who.name: one for one in meeting.answers}
    invited = {one.name: one for one in meeting.invited}
    for name in meeting.attendees:
        answer = said.get(name)
        known = LOOKS[answer.says] if answer else ("waiting", "No answer yet") if name in invited else ("", "")
        address = invited[name].email if name in invited else ""
        yield RosterLine(name=name, address=address, badge=known[0], word=known[1])

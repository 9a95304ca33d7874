"""The meetings of a step: how many are asked for and held, each with its time and people, and what can be typed.

One rule: a time is shown, and typed, in the zone of the handoff's calendar; the zone stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from handrail.desk.invitations import forwards
from handrail.desk.meeting_rows import seats_of
from handrail.desk.queries.due import clock_text
from handrail.desk.queries.free_times import free_choices
from handrail.desk.queries.opened import Opened, holder
from handrail.desk.queries.roster import (
    GuestChoice,
    Mails,
    RosterLine,
    StrangerLine,
    colleagues_of,
    contacts_of,
    expected_words,
    guest_choices,
    held_roster,
    mails_of,
    roster,
    strangers,
)
from handrail.desk.queries.seats import Place, places_of
from handrail.handoff.counting import anchor_day
from handrail.handoff.history import Meeting
from handrail.handoff.late_sessions import too_late
from handrail.handoff.meetings import counted, go_on, quota_of
from handrail.handoff.words import condition_words
from handrail.runbook.model import Step
from handrail.runbook.words import USUAL_MINUTES, session_words

SESSIONS_AHEAD = 8
SHOWN = 12  # of those that are over
_FURTHEST = timedelta(days=400)

Do = Literal["plan", "move", "hold", "call-off"]


@dataclass(frozen=True, kw_only=True)
class MeetingForm:
    """What is typed to plan, move, hold or call off a meeting; `at` as a field for a day and a time holds it. The
    `errors` are filled only when it was refused; `is_open` where it is what a person comes for."""

    do: Do
    key: str
    at: str = ""
    session: str = ""
    attendees: str = ""
    note: str = ""
    reason: str = ""
    lasts: str = ""
    where: str = ""
    agenda: str = ""
    guests: tuple[GuestChoice, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    is_refused: bool = False
    is_open: bool = False

    @property
    def prefix(self) -> str:
        """Of the names of its fields on the page; a refusal leads to the fields of the form that was refused."""
        return "id" if self.is_refused else f"{self.do}-{self.key}"

    @property
    def error(self) -> dict[str, str]:
        return dict(self.errors)


@dataclass(frozen=True, kw_only=True)
class MeetingLine:
    """`state` is planned, held or called off; `remark` says what is to be known about a held one that does not count,
    or a planned one whose time has passed, or without which the step is done."""

    key: str
    state: str
    at: datetime
    text: str
    attendees: tuple[str, ...]
    note: str
    by: str
    remark: str
    seats: str
    forms: tuple[MeetingForm, ...]
    where: str = ""
    agenda: str = ""
    roster: tuple[RosterLine, ...] = ()
    strangers: tuple[StrangerLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionChoice:
    """`at` is the instant as it is sent on, `text` what a person reads; one that cannot be had says why."""

    at: str
    text: str
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionView:
    title: str
    words: str
    says: str
    seats: int | None
    choices: tuple[SessionChoice, ...]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class MeetingsView:
    """`quota` says in words what is asked for; `expected` who is to come. `earlier` are those over that are not among
    `lines`."""

    quota: str
    zone: str
    expected: tuple[str, ...]
    lines: tuple[MeetingLine, ...]
    earlier: int
    session: SessionView | None
    plan: MeetingForm
    tell: MeetingForm
    free: tuple[SessionChoice, ...] = ()
    forwarding: bool = True

    @property
    def choices(self) -> tuple[SessionChoice, ...]:
        return self.session.choices if self.session else self.free


def meetings_of(opened: Opened, step: Step, now: datetime) -> MeetingsView | None:
    if step.kind != "meeting":
        return None
    names = "\n".join(holder(opened, role).name for role in step.attendees if holder(opened, role).name)
    meetings = sorted(opened.state.meetings.get(step.name, ()), key=lambda one: one.meets_at)
    earlier = {one.key for one in [one for one in meetings if one.state != "planned"][:-SHOWN]}
    mails = mails_of(opened, step) if any(one.invited for one in meetings) else {}
    return MeetingsView(
        quota=quota_words(opened, step),
        zone=opened.plan.calendar.zone,
        expected=expected_words(opened, step),
        lines=tuple(_line(opened, step, one, mails, now) for one in meetings if one.key not in earlier),
        earlier=len(earlier),
        session=_session(opened, step, now),
        plan=_plan_form(opened, step, is_open=not meetings),
        tell=MeetingForm(do="hold", key="", at=_typed(opened, now), attendees=names),
        free=_free(opened, step, now),
        forwarding=forwards(opened.plan, step),
    )


def _free(opened: Opened, step: Step, now: datetime) -> tuple[SessionChoice, ...]:
    if step.session is not None or opened.state.state_of(step.name) != "open":
        return ()
    found = free_choices(opened, step, colleagues_of(opened, step), contacts_of(opened, step), now)
    return tuple(SessionChoice(at=at, text=text) for at, text in found)


def _plan_form(opened: Opened, step: Step, *, is_open: bool) -> MeetingForm:
    session = opened.plan.runbook.sessions[step.session] if step.session else None
    return MeetingForm(
        do="plan",
        key="",
        lasts="" if session else str(step.minutes or USUAL_MINUTES),
        where=step.where or (session.where if session else ""),
        agenda=step.agenda,
        guests=guest_choices(opened, step, None),
        is_open=is_open,
    )


def quota_words(opened: Opened, step: Step) -> str:
    """`1 of 2 held. Only what is held before 25 January 2027 counts.`, `3 held. They go on until “Sign” is done.`"""
    said = [_held_words(opened, step)]
    if step.quota is not None and step.quota.before is not None:
        day = anchor_day(opened.plan, opened.state, step.quota.before)
        until = f"{day.day} {day:%B %Y}" if day else "a day that is not known yet"
        said.append(f"Only what is held before {until} counts.")
    if step.held_until is not None and go_on(opened.plan, opened.state, step):
        said.append(f"They go on until {condition_words(opened.plan, step.held_until)}.")
    return " ".join(said)


def _held_words(opened: Opened, step: Step) -> str:
    wanted, held = quota_of(opened.plan, opened.state, step), len(counted(opened.plan, opened.state, step))
    if wanted is None:
        return f"{held} held; how many are asked for is not decided yet."
    return f"{held} held." if step.held_until is not None and wanted == 0 else f"{held} of {wanted} held."


def _line(opened: Opened, step: Step, one: Meeting, mails: Mails, now: datetime) -> MeetingLine:
    session = opened.plan.runbook.sessions[step.session] if step.session else None
    seats = f"{seats_of(one)} of {session.seats} seats" if session and session.seats else ""
    lines = held_roster(one) if one.state == "held" else roster(opened, one, mails, now)
    return MeetingLine(
        key=one.key,
        state=one.state,
        at=one.meets_at,
        text=clock_text(one.meets_at, opened.plan.calendar.zone, now),
        attendees=one.attendees,
        note=one.note,
        by=one.by.name if one.by else "",
        remark=_remark(opened, step, one, now),
        seats=seats,
        forms=tuple(_forms(opened, step, one)) if one.state == "planned" else (),
        where=one.where,
        agenda=one.agenda,
        roster=lines if one.invited else (),
        strangers=strangers(one) if one.state == "planned" else (),
    )


def _remark(opened: Opened, step: Step, one: Meeting, now: datetime) -> str:
    if one.state == "planned" and opened.state.state_of(step.name) == "done":
        return "The step is done without it."
    late = too_late(opened.plan, opened.state, step, one.meets_at) if one.state == "planned" else ""
    if late:
        return f"{late} Move it to an earlier session."
    if one.state == "planned" and one.meets_at <= now:
        return "Its time has passed. Tell whether it took place."
    if one.state != "held":
        return ""
    known = opened.state.steps.get(step.name)
    if known is not None and one.number <= known.evidence_from:
        return "It does not count again: it was held before the step was opened again."
    is_counted = one.meets_at in counted(opened.plan, opened.state, step)
    return "" if is_counted else "It was held too late to count."


def _forms(opened: Opened, step: Step, one: Meeting) -> Iterator[MeetingForm]:
    at, declined = _typed(opened, one.meets_at), {said.who.name for said in one.answers if said.says == "declined"}
    invited = {guest.name for guest in one.invited}
    there = (GuestChoice(value=name, name=name, about="", is_ticked=name not in declined) for name in one.attendees)
    yield MeetingForm(do="hold", key=one.key, at=at, guests=tuple(there))
    yield MeetingForm(
        do="move",
        key=one.key,
        at=at,
        attendees="\n".join(name for name in one.attendees if name not in invited),
        note=one.note,
        lasts=str((one.ends_at - one.meets_at) // timedelta(minutes=1)) if one.ends_at else "",
        where=one.where,
        agenda=one.agenda,
        guests=guest_choices(opened, step, one),
    )
    yield MeetingForm(do="call-off", key=one.key)


def _typed(opened: Opened, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(opened.plan.calendar.zone)):%Y-%m-%dT%H:%M}"


def _session(opened: Opened, step: Step, now: datetime) -> SessionView | None:
    if step.session is None:
        return None
    session = opened.plan.runbook.sessions[step.session]
    today = now.astimezone(ZoneInfo(session.zone)).date()
    following = opened.plan.sessions[step.session].between(today, today + _FURTHEST, opened.plan.calendar)
    ahead = [one.starts_at for one in following if one.starts_at > now][:SESSIONS_AHEAD]
    places = places_of(opened.plan.runbook.name, session, ahead)
    zone = opened.plan.calendar.zone
    return SessionView(
        title=session.title,
        words=session_words(session),
        says=session.says,
        seats=session.seats,
        name=session.name,
        choices=tuple(_choice(opened, step, one, clock_text(one.held_at, zone, now)) for one in places.values()),
    )


def _choice(opened: Opened, step: Step, place: Place, text: str) -> SessionChoice:
    why_not = place.why_not or too_late(opened.plan, opened.state, step, place.held_at)
    left = f" · {place.left} of {place.seats} seats free" if place.seats and not why_not else ""
    return SessionChoice(at=place.held_at.isoformat(), text=f"{text}{left}", why_not=why_not)

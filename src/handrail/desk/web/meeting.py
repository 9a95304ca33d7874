"""Meetings of a step: planning, moving, holding and calling them off.

One rule: a time without a zone is meant in the zone of the handoff's calendar, as the page says beside the field.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from handrail.desk import ledger
from handrail.desk.queries.meeting import MeetingForm, MeetingsView
from handrail.desk.web.commanding import Visit
from handrail.desk.web.inviting import invited, lines, names_only
from handrail.desk.web.step_page import fresh, page
from handrail.handoff import commands as c
from handrail.handoff.events import Invitee
from handrail.handoff.refusal import Mistake, Refused

Make = Callable[[datetime], c.Command]


def plan(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    """A new meeting, or another time for the one whose key is given."""
    post = request.POST

    def made(meets_at: datetime) -> c.Command:
        key = post.get("key", "") or secrets.token_hex(8)
        lasts = post.get("lasts", "").strip()
        minutes = int(lasts) if lasts.isascii() and lasts.isdigit() and len(lasts) < 6 else 0
        return c.PlanMeeting(
            by=at.me,
            step=name,
            key=key,
            meets_at=meets_at,
            attendees=names_only(post),
            note=post.get("note", ""),
            ends_at=meets_at + timedelta(minutes=minutes) if lasts else None,
            where=post.get("where", ""),
            agenda=post.get("agenda", ""),
            invited=invited(post, at),
        )

    return _timed(request, at, name, "meets_at", made, "Planned.")


def hold(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    post = request.POST

    def made(met_at: datetime) -> c.Command:
        key = post.get("key", "") or secrets.token_hex(8)
        return c.HoldMeeting(
            by=at.me,
            step=name,
            key=key,
            met_at=met_at,
            attendees=(*post.getlist("there"), *lines(post)),
            note=post.get("note", ""),
        )

    return _timed(request, at, name, "met_at", made, "Kept: the meeting took place.")


def call_off(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    post = request.POST
    command = c.CallOffMeeting(by=at.me, step=name, key=post.get("key", ""), reason=post.get("reason", ""))
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    return _answered(request, at, name, outcome, "Called off. The reason is in the history.")


def admit(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    """Whoever answered without an invitation gets one of their own."""
    email = request.POST.get("email", "").strip().lower()
    who = Invitee(name=" ".join(request.POST.get("name", "").split()) or email, email=email)
    command = c.AdmitGuest(by=at.me, step=name, key=request.POST.get("key", ""), who=who)
    return _answered(request, at, name, ledger.record(at.opened.row.pk, command, now=at.now), "Invited.")


def leave_out(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    post = request.POST
    command = c.LeaveOutGuest(
        by=at.me, step=name, key=post.get("key", ""), email=post.get("email", ""), reason=post.get("reason", "")
    )
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    return _answered(request, at, name, outcome, "Kept. The reason is in the history.")


def _timed(request: HttpRequest, at: Visit, name: str, field: str, made: Make, done: str) -> HttpResponse:
    moment = _moment(request.POST, field, at.opened.plan.calendar.zone)
    if isinstance(moment, Refused):
        return _answered(request, at, name, moment, done)
    return _answered(request, at, name, ledger.record(at.opened.row.pk, made(moment), now=at.now), done)


def _moment(post: QueryDict, field: str, zone: str) -> datetime | Refused:
    """The session that was chosen, or else the time that was typed."""
    written = post.get("session", "") or post.get(field, "")
    try:
        at = datetime.fromisoformat(written.strip())
        return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):  # the second where the zone leads out of the calendar
        says = "Give the day and the time, like 2027-01-12T10:00."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field=field, says=says),))


def _answered(request: HttpRequest, at: Visit, name: str, outcome: ledger.Change | Refused, done: str) -> HttpResponse:
    """Back to the page, with what was typed still in the form that was refused."""
    if not isinstance(outcome, Refused):
        messages.success(request, done)
        return redirect("step", at.opened.row.pk, name)
    again, view = fresh(request, at, name)
    meetings = _with_typed(view.meetings, request.POST, outcome) if view.meetings else None
    return page(request, again, replace(view, meetings=meetings), outcome)


def _with_typed(view: MeetingsView, post: QueryDict, refused: Refused) -> MeetingsView:
    ticked = {*post.getlist("invite"), *post.getlist("there")}

    def again(form: MeetingForm) -> MeetingForm:
        if (form.do, form.key) != (post.get("do"), post.get("key", "")):
            return form
        return replace(
            form,
            at=post.get("meets_at", "") or post.get("met_at", ""),
            session=post.get("session", ""),
            attendees=post.get("attendees", ""),
            note=post.get("note", ""),
            reason=post.get("reason", ""),
            lasts=post.get("lasts", ""),
            where=post.get("where", ""),
            agenda=post.get("agenda", ""),
            guests=tuple(replace(one, is_ticked=one.value in ticked) for one in form.guests),
            errors=tuple((one.field, one.says) for one in refused.mistakes),
            is_refused=True,
        )

    lines = tuple(replace(line, forms=tuple(again(form) for form in line.forms)) for line in view.lines)
    return replace(view, lines=lines, plan=again(view.plan), tell=again(view.tell))

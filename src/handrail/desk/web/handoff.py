"""The page of one handoff, and what is done on it: facts, people, happenings, holding, cancelling."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from handrail.desk import ledger
from handrail.desk.models import Person as Row
from handrail.desk.people import called, named, nobody_called
from handrail.desk.queries.acting import Action, can
from handrail.desk.queries.as_it_was import day_asked, end_of, first_day, latest, opened_at
from handrail.desk.queries.away import away_now
from handrail.desk.queries.choices import Candidates, Suggested, candidates_for, colleagues
from handrail.desk.queries.comments import talk_of
from handrail.desk.queries.controls import Control, asks_for_people
from handrail.desk.queries.course import course_view
from handrail.desk.queries.derived import derived_lines
from handrail.desk.queries.drawing import plan_drawing, plan_graph
from handrail.desk.queries.evidence_overview import evidence_overview
from handrail.desk.queries.handoff import FactLine, fact_lines, handoff_view
from handrail.desk.queries.moving import can_move
from handrail.desk.queries.opened import Holder, seats
from handrail.desk.queries.project import project_of
from handrail.desk.queries.records import fresher_facts
from handrail.desk.queries.story import lately
from handrail.desk.queries.teams import Days
from handrail.desk.watches import looked
from handrail.desk.web.commanding import Visit, seen, status_of, visit
from handrail.desk.web.gate import me
from handrail.handoff import commands as c
from handrail.handoff.duty import counts_anew
from handrail.handoff.holders import holder_words, is_vacant
from handrail.handoff.people import Actor, Person
from handrail.handoff.refusal import Clash, Mistake, Refused
from handrail.runbook.kinds import Written


@require_GET
def show(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    return as_it_was(request, at) if "on" in request.GET else page(request, at)


def as_it_was(request: HttpRequest, at: Visit) -> HttpResponse:
    """`?on=2027-01-12`: how it stood at the end of that day. Nothing can be done there."""
    day = day_asked(request.GET["on"], at.opened, at.now)
    if isinstance(day, Refused):
        return page(request, at, refused=day)
    until, now = end_of(day, at.opened.plan), latest(at.opened, at.now)
    then = opened_at(at.opened, until)
    nobody = Actor(person=Person(0, ""))
    view = handoff_view(then, nobody, min(until, now), as_of=day)
    context = {
        "view": view,
        "drawing": plan_drawing(then, view.stages),
        "day": day,
        "before": day - timedelta(days=1) if day > first_day(at.opened) else None,
        "after": day + timedelta(days=1) if until <= now else None,
        "derived": tuple(derived_lines(then)),
    }
    return render(request, "handoff/as_it_was.html", context)


def page(
    request: HttpRequest,
    at: Visit,
    refused: Refused | None = None,
    typed: Mapping[str, Written | None] | None = None,
    about: str = "",
    was: QueryDict | None = None,
) -> HttpResponse:
    """`typed` are the facts that were refused or are gone back to, `was` then what had been shown of them; `about` is
    the role, happening or other thing that something refused was."""
    talk = talk_of(at.opened.row.pk, me(request))
    view = handoff_view(at.opened, at.me, at.now, talk.counts)
    is_graph = request.GET.get("plan") == "graph"
    context = {
        "view": view,
        "drawing": plan_drawing(at.opened, view.stages),
        "graph": plan_graph(at.opened, view.stages) if is_graph else None,
        "thread": talk.thread,
        "watches": looked(me(request).pk, at.opened.row.pk, view.number),
        "acts": lately(at.opened, talk.lines),
        "on": request.GET.get("on", ""),
        "me": at.me,
        "refused": refused,
        **_giving(request, at, refused, typed, was),
        "seen": (seen(request) if was is not None else None) or view.number,
        "seats": seat_inputs(at, refused, request.POST, about, request.GET.get("seat", "")),
        "course": course_view(at.opened, at.me, at.now),
        "about": about if refused else "",
        "typed_note": request.POST.get("note", "") if refused else "",
        **_possible(at),
        "fresher": fresher_facts(at.opened),
        "derived": tuple(derived_lines(at.opened)),
        "is_counted": bool(at.opened.plan.counted),
        "evidence": evidence_overview(at.opened),
        "project": project_of(at.opened),
    }
    return render(request, "handoff/handoff.html", context, status=status_of(refused))


def _giving(
    request: HttpRequest,
    at: Visit,
    refused: Refused | None,
    typed: Mapping[str, Written | None] | None,
    was: QueryDict | None,
) -> dict[str, object]:
    """The form of the facts, where it is open."""
    giving = was is not None or (refused is not None and typed is not None) or "give" in request.GET
    return {
        "giving": giving,
        "source": request.POST.get("source", "") if typed is not None else "",
        "facts": fact_inputs(at, refused, typed or {}, was) if giving else (),
        "colleagues": colleagues() if giving and asks_for_people(at.opened.plan.kinds.values()) else Suggested(),
    }


def _possible(at: Visit) -> dict[str, object]:
    """What may be done to the handoff as a whole, or why not."""
    return {
        "holding": can(at.opened, c.Hold(by=at.me, reason="…"), at.now),
        "resuming": can(at.opened, c.Resume(by=at.me), at.now),
        "cancelling": can(at.opened, c.Cancel(by=at.me, reason="…"), at.now),
        "moving": can_move(at.opened, at.me),
        "counting": counts_anew(at.opened.plan, at.opened.state, at.me),
    }


@dataclass(frozen=True, kw_only=True)
class FactInput:
    """A fact with what stands in its field: what was typed and refused, or what is known. `was` is what was known when
    the page was made."""

    line: FactLine
    control: Control
    was: str
    error: str
    theirs: str
    action: Action


def fact_inputs(
    at: Visit, refused: Refused | None, typed: Mapping[str, Written | None], was: QueryDict | None
) -> tuple[FactInput, ...]:
    errors = {one.field: one.says for one in refused.mistakes} if refused else {}
    theirs = {one.what: f"{one.by.name if one.by else 'Somebody'} changed this meanwhile." for one in _clashes(refused)}
    return tuple(
        FactInput(
            line=line,
            control=replace(line.control, written=typed.get(line.name, line.control.written)),
            was=was_known(was, line.name) if was is not None else packed(line.control.written),
            error=errors.get(line.name, ""),
            theirs=theirs.get(line.name, ""),
            action=can(at.opened, c.GiveFacts(by=at.me, values={line.name: None}), at.now),
        )
        for line in fact_lines(at.opened)
    )


def packed(written: Written | None) -> str:
    """A value in one hidden field: a text as it is, a list as JSON."""
    return json.dumps(written, sort_keys=True) if isinstance(written, list) else written or ""


def was_known(post: QueryDict, name: str) -> str:
    return post.get(f"was.{name}", "").replace("\r\n", "\n").strip()


def _clashes(refused: Refused | None) -> tuple[Clash, ...]:
    return refused.clashes if refused else ()


@dataclass(frozen=True, kw_only=True)
class SeatInput:
    """`found` is how the desk found who holds it, where it did; `away` when its holder is away now. `takes` where it is
    a team's and I may take it, and `gives_back` where I took it and may give it back. `lends` where I may only have
    somebody stand in, so that a last day must be named; `address` is its holder's. `chosen` and `until` are what was
    typed and refused."""

    holder: Holder
    found: str
    candidates: Candidates
    is_asked: bool
    action: Action
    away: Days | None
    lends: bool
    takes: bool
    gives_back: bool
    address: str = ""
    chosen: str = ""
    until: str = ""
    error: str = ""


def seat_inputs(at: Visit, refused: Refused | None, post: QueryDict, role: str, shown: str) -> tuple[SeatInput, ...]:
    """`post` is what was typed for the role, where that was refused; `shown` the role for which somebody is to be
    chosen: only for that one are there people to choose from."""
    roles, asked = at.opened.plan.runbook.roles, role or shown
    away = away_now(at.opened, at.now)
    today = at.opened.plan.calendar.day_of(at.now)
    found = []
    for seat in seats(at.opened):
        action = can(at.opened, c.FillRole(by=at.me, role=seat.role, person=_SOMEBODY), at.now)
        lending = can(at.opened, c.FillRole(by=at.me, role=seat.role, person=at.me.person, until=today), at.now)
        is_refused = refused is not None and seat.role == role
        found.append(
            SeatInput(
                holder=seat,
                found=at.opened.state.found.get(seat.role, ""),
                candidates=candidates_for(roles[seat.role]) if seat.role == asked else Candidates(),
                is_asked=seat.role == asked,
                action=action if action.possible else lending,
                away=away.get(seat.role),
                lends=not action.possible,
                takes=bool(seat.anybody) and _can_fill(at, seat.role, at.me.person),
                gives_back=not action.possible and bool(seat.name) and _can_fill(at, seat.role, None),
                address=_address(at, seat.role) if seat.role == asked else "",
                chosen=(post.get("address") or post.get("person", "")) if is_refused else "",
                until=post.get("until", "") if is_refused else "",
                error=refused.says if refused is not None and is_refused else "",
            )
        )
    return tuple(found)


def _address(at: Visit, role: str) -> str:
    holder = at.opened.state.people.get(role)
    row = Row.objects.filter(pk=holder.id).only("email").first() if holder else None
    return row.email if row else ""


# Stands for whoever will be named, where it matters only whether I may name anybody.
_SOMEBODY = Person(0, "somebody")


def _can_fill(at: Visit, role: str, person: Person | None) -> bool:
    return can(at.opened, c.FillRole(by=at.me, role=role, person=person), at.now).possible


@require_POST
def count_anew(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    refused = counts_anew(at.opened.plan, at.opened.state, at.me)
    if refused is not None:
        return page(request, at, refused)
    change = ledger.attend(handoff_id, now=at.now)
    says = "Counted anew. What follows is shown in the plan." if change.events else "Counted anew: all is as it was."
    messages.success(request, says)
    return redirect("handoff", handoff_id)


@require_POST
def fill_role(request: HttpRequest, handoff_id: int, role: str) -> HttpResponse:
    at = visit(request, handoff_id)
    person_id, address = request.POST.get("person", ""), request.POST.get("address", "").strip()
    person = called(address) if address else named(person_id)
    if person is None and (person_id or address):
        messages.error(
            request, nobody_called(address) if address else "This person is not here any more. Choose another."
        )
        return redirect("handoff", handoff_id)
    until = _last_day(request.POST.get("until", ""))
    outcome = (
        until
        if isinstance(until, Refused)
        else ledger.record(handoff_id, c.FillRole(by=at.me, role=role, person=person, until=until), now=at.now)
    )
    if isinstance(outcome, Refused):
        return page(request, at, outcome, about=role)
    title = at.opened.plan.role_title(role)
    messages.success(request, f"{person.name} is the {title} now." if person else _given_up(outcome, role, title))
    return redirect("handoff", handoff_id)


def _given_up(change: ledger.Change, role: str, title: str) -> str:
    who = holder_words(change.plan, change.handoff, role)
    return (
        f"Nobody is the {title} now."
        if is_vacant(change.plan, change.handoff, role)
        else f"{who[:1].upper()}{who[1:]} is the {title} again."
    )


def _last_day(written: str) -> date | Refused | None:
    if not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        says = f"“{written.strip()}” is not a day. Write it like 2027-01-12."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="until", says=says),))


@require_POST
def report(request: HttpRequest, handoff_id: int, happening: str) -> HttpResponse:
    at = visit(request, handoff_id)
    command = c.Report(by=at.me, happening=happening, note=request.POST.get("note", ""))
    outcome = ledger.record(handoff_id, command, now=at.now)
    if isinstance(outcome, Refused):
        return page(request, at, outcome, about=happening)
    title = at.opened.plan.runbook.events[happening].title
    messages.success(request, f"Reported: {title}. What follows from it is shown in the plan.")
    return redirect("handoff", handoff_id)


@require_POST
def cancel(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    command = c.Cancel(by=at.me, reason=request.POST.get("reason", ""))
    return _done(request, at, command, "The handoff is cancelled. Its history and documents are kept.")


@require_POST
def hold(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    command = c.Hold(by=at.me, reason=request.POST.get("reason", ""))
    return _done(request, at, command, "The handoff is on hold: its clock stands until it is resumed.")


@require_POST
def resume(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    command = c.Resume(by=at.me, note=request.POST.get("note", ""))
    says = "The handoff goes on. What is counted on from a day is put off by the days of the hold."
    return _done(request, at, command, says)


def _done(request: HttpRequest, at: Visit, command: c.Command, says: str) -> HttpResponse:
    """Back to the page of the handoff, with what was done, or with the refusal."""
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    if isinstance(outcome, Refused):
        return page(request, at, outcome)
    messages.success(request, says)
    return redirect("handoff", at.opened.row.pk)

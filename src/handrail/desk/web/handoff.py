"""The page of one handoff, and what is done on it: facts, people, cancelling."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from handrail.desk import ledger
from handrail.desk.people import named
from handrail.desk.queries.acting import Action, can
from handrail.desk.queries.choices import Candidate, colleagues, people_for
from handrail.desk.queries.controls import Control, asks_for_people
from handrail.desk.queries.handoff import FactLine, fact_lines, handoff_view
from handrail.desk.queries.opened import Holder, seats
from handrail.desk.queries.records import fresher_facts
from handrail.desk.queries.story import story
from handrail.desk.web.commanding import Visit, seen, status_of, visit
from handrail.desk.web.value_input import is_typed, typed_value
from handrail.handoff import commands as c
from handrail.handoff.refusal import Clash, Refused
from handrail.runbook.kinds import Written


@require_GET
def show(request: HttpRequest, handoff_id: int) -> HttpResponse:
    return _page(request, visit(request, handoff_id))


def _page(
    request: HttpRequest, at: Visit, refused: Refused | None = None, typed: Mapping[str, Written | None] | None = None
) -> HttpResponse:
    entries, _ = story(at.opened)
    context = {
        "view": handoff_view(at.opened, at.me.person, at.now),
        "me": at.me,
        "refused": refused,
        "facts": fact_inputs(at, refused, typed or {}),
        "seats": seat_inputs(at),
        "holding": can(at.opened, c.Hold(by=at.me, reason="…"), at.now),
        "resuming": can(at.opened, c.Resume(by=at.me), at.now),
        "cancelling": can(at.opened, c.Cancel(by=at.me, reason="…"), at.now),
        "fresher": fresher_facts(at.opened),
        "colleagues": colleagues() if asks_for_people(at.opened.plan.kinds.values()) else (),
        "entries": entries[:8],
    }
    return render(request, "handoff/handoff.html", context, status=status_of(refused))


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


def fact_inputs(at: Visit, refused: Refused | None, typed: Mapping[str, Written | None]) -> tuple[FactInput, ...]:
    errors = {one.field: one.says for one in refused.mistakes} if refused else {}
    theirs = {one.what: f"{one.by.name if one.by else 'Somebody'} changed this meanwhile." for one in _clashes(refused)}
    return tuple(
        FactInput(
            line=line,
            control=replace(line.control, written=typed.get(line.name, line.control.written)),
            was=_packed(line.control.written),
            error=errors.get(line.name, ""),
            theirs=theirs.get(line.name, ""),
            action=can(at.opened, c.GiveFacts(by=at.me, values={line.name: None}), at.now),
        )
        for line in fact_lines(at.opened)
    )


def _packed(written: Written | None) -> str:
    """A value in one hidden field: a text as it is, a list as JSON."""
    return json.dumps(written, sort_keys=True) if isinstance(written, list) else written or ""


def _was(post: QueryDict, name: str) -> str:
    return post.get(f"was.{name}", "").replace("\r\n", "\n").strip()


def _clashes(refused: Refused | None) -> tuple[Clash, ...]:
    return refused.clashes if refused else ()


@dataclass(frozen=True, kw_only=True)
class SeatInput:
    holder: Holder
    candidates: tuple[Candidate, ...]
    action: Action


def seat_inputs(at: Visit) -> tuple[SeatInput, ...]:
    candidates = people_for(at.opened.plan.runbook)
    return tuple(
        SeatInput(
            holder=seat,
            candidates=candidates[seat.role],
            action=can(at.opened, c.FillRole(by=at.me, role=seat.role, person=None), at.now),
        )
        for seat in seats(at.opened)
    )


@require_POST
def give_facts(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    post, kinds = request.POST, at.opened.plan.kinds
    typed = {name: typed_value(post, name, kind) for name, kind in kinds.items() if is_typed(post, name, kind)}
    news = {name: value for name, value in typed.items() if _packed(value) != _was(post, name)}
    if not news:
        messages.info(request, "Nothing was changed.")
        return redirect("handoff", handoff_id)
    source = request.POST.get("source", "").strip()[:300]
    outcome = ledger.record(
        handoff_id, c.GiveFacts(by=at.me, values=news, source=source, seen=seen(request)), now=at.now
    )
    if isinstance(outcome, Refused):
        return _page(request, visit(request, handoff_id), outcome, typed)
    messages.success(request, "The facts are kept. What follows from them is shown in the plan.")
    return redirect("handoff", handoff_id)


@require_POST
def fill_role(request: HttpRequest, handoff_id: int, role: str) -> HttpResponse:
    at = visit(request, handoff_id)
    person_id = request.POST.get("person", "")
    person = named(person_id)
    if person is None and person_id:
        messages.error(request, "This person is not here any more. Choose another.")
        return redirect("handoff", handoff_id)
    outcome = ledger.record(handoff_id, c.FillRole(by=at.me, role=role, person=person), now=at.now)
    if isinstance(outcome, Refused):
        return _page(request, at, outcome)
    title = at.opened.plan.role_title(role)
    messages.success(request, f"{person.name} is the {title} now." if person else f"Nobody is the {title} now.")
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
        return _page(request, at, outcome)
    messages.success(request, says)
    return redirect("handoff", at.opened.row.pk)


@require_GET
def history(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    entries, more = story(at.opened, before)
    context = {"view": handoff_view(at.opened, at.me.person, at.now), "entries": entries, "more": more}
    return render(request, "handoff/history.html", context)

"""The page of one step, as it stands or with a refusal, and the way back to it after something was done."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from handrail.desk import ledger
from handrail.desk.comments import Subject
from handrail.desk.queries.away import away_now
from handrail.desk.queries.choices import Candidates, Suggested, candidates_for, colleagues
from handrail.desk.queries.comments import thread_of
from handrail.desk.queries.controls import asks_for_people
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.queries.in_transfer import in_transfer
from handrail.desk.queries.like_items import item_of
from handrail.desk.queries.post import replies_to
from handrail.desk.queries.step import StepView, step_view
from handrail.desk.web.commanding import Visit, status_of, visit
from handrail.desk.web.form_input import Typed, told
from handrail.desk.web.gate import me
from handrail.handoff import commands as c
from handrail.handoff.refusal import Refused

_LONG_TEXTS = {
    "note": "Note",
    "reason": "Reason",
    "subject": "Subject",
    "body": "Text",
    "attendees": "Who attends",
    "advice": "Your advice",
}


def page(
    request: HttpRequest,
    at: Visit,
    view: StepView,
    refused: Refused | None = None,
    answers: Mapping[str, Typed] | None = None,
) -> HttpResponse:
    """`answers` is what was typed into the form; where the step is closed by now, what was typed is shown beside it.
    Beside the plan it is the same without a page around it."""
    fields, away = at.opened.plan.fields_of(view.line.name), away_now(at.opened, at.now)
    context = {
        "handoff": handoff_view(at.opened, at.me, at.now),
        "view": view,
        "who": tuple((one, away.get(one.role)) for one in view.raci),
        "me": at.me,
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "typed": request.POST if refused else {},
        "candidates": candidates_for(at.opened.plan.runbook.roles[view.fills.role]) if view.fills else Candidates(),
        "colleagues": colleagues() if asks_for_people(field.kind for field in fields) else Suggested(),
        "seen": at.opened.state.number,
        "unsaved": _unsaved(request, view, answers) if refused else (),
        "replies": replies_to(at.opened.row.pk, view.line.name) if view.line.kind in {"message", "meeting"} else (),
        "in_transfer": in_transfer(at.opened.row, view.line.name),
        "item": item_of(at.opened, view.line.name),
        "thread": thread_of(Subject(handoff=at.opened.row.pk, about=f"step:{view.line.name}"), me(request)),
    }
    if request.headers.get("Handrail-Part") != "step":
        return render(request, "handoff/step.html", context, status=status_of(refused))
    answer = render(request, "handoff/step_beside.html", context, status=status_of(refused))
    answer["Cache-Control"] = "no-store"  # at the same address there is a whole page too
    return answer


def _unsaved(request: HttpRequest, view: StepView, answers: Mapping[str, Typed] | None) -> tuple[tuple[str, str], ...]:
    """What was typed, as title and text, where the page no longer has the fields for it."""
    if answers is not None:
        return () if view.actions["answer"].possible else told(view, answers)
    if view.line.state == "open":
        return ()
    texts = ((title, request.POST.get(name, "").strip()) for name, title in _LONG_TEXTS.items())
    return tuple((title, text) for title, text in texts if text)


def fresh(request: HttpRequest, at: Visit, name: str) -> tuple[Visit, StepView]:
    """The handoff and the step read anew: somebody may have changed them meanwhile."""
    again = visit(request, at.opened.row.pk)
    return again, step_view(again.opened, name, again.me, again.now)


def do(request: HttpRequest, at: Visit, command: c.Command, name: str, done: str) -> HttpResponse:
    """Give the command; back to the page of the step, with what was done, or with the refusal."""
    return answered(request, at, name, ledger.record(at.opened.row.pk, command, now=at.now), done)


def answered(request: HttpRequest, at: Visit, name: str, outcome: ledger.Change | Refused, done: str) -> HttpResponse:
    if isinstance(outcome, Refused):
        again, view = fresh(request, at, name)
        return page(request, again, view, outcome)
    messages.success(request, done)
    if outcome.handoff.is_over and not at.opened.state.is_over:
        messages.success(request, f"The handoff is over: {outcome.handoff.end}.")
    return redirect("step", at.opened.row.pk, name)

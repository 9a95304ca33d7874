"""The page of one step: filling and signing forms, finishing, approving, accepting, evidence."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from handrail.desk import ledger, uploads
from handrail.desk.people import named
from handrail.desk.queries.choices import colleagues, people_for
from handrail.desk.queries.controls import asks_for_people
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.queries.step import StepView, step_view
from handrail.desk.web.commanding import Visit, seen, status_of, visit
from handrail.desk.web.form_input import Typed, changed, told, typed_fields, with_input
from handrail.handoff import commands as c
from handrail.handoff.history import Handoff, fold
from handrail.handoff.items import step_of
from handrail.handoff.life import decide
from handrail.handoff.refusal import Clash, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, handoff_id: int, name: str) -> HttpResponse:
    at = visit(request, handoff_id)
    known = step_of(at.opened.plan, at.opened.state, name)
    if known is None:
        raise Http404("This handoff has no such step.")
    if known.each is not None:
        return redirect(f"{reverse('handoff', args=[handoff_id])}#{known.name}")
    if request.method != "POST":
        return _page(request, at, step_view(at.opened, name, at.me, at.now))
    does = _DOES.get(request.POST.get("do", ""))
    if does is None:
        raise Http404("A step has no such action.")
    return does(request, at, name)


def _page(
    request: HttpRequest,
    at: Visit,
    view: StepView,
    refused: Refused | None = None,
    answers: Mapping[str, Typed] | None = None,
) -> HttpResponse:
    """`answers` is what was typed into the form; where the form is closed by now, it is shown beside it."""
    closed = refused is not None and not view.actions.get("answer", view.actions["reopen"]).possible
    fields = at.opened.plan.fields_of(view.line.name)
    context = {
        "handoff": handoff_view(at.opened, at.me.person, at.now),
        "view": view,
        "me": at.me,
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "typed": request.POST if refused else {},
        "candidates": people_for(at.opened.plan.runbook)[view.fills.role] if view.fills else (),
        "colleagues": colleagues() if asks_for_people(field.kind for field in fields) else (),
        "seen": at.opened.state.number,
        "unsaved": told(view, answers) if answers and closed else (),
    }
    return render(request, "handoff/step.html", context, status=status_of(refused))


def _answered(request: HttpRequest, at: Visit, name: str, outcome: ledger.Change | Refused, done: str) -> HttpResponse:
    """Back to the page of the step, with what was done, or with the refusal."""
    if isinstance(outcome, Refused):
        fresh = visit(request, at.opened.row.pk)
        return _page(request, fresh, step_view(fresh.opened, name, fresh.me, fresh.now), outcome)
    if done:
        messages.success(request, done)
    if outcome.handoff.is_over:
        messages.success(request, f"The handoff is over: {outcome.handoff.end}.")
    return redirect("step", at.opened.row.pk, name)


def _finish(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Finish(
        by=at.me,
        step=name,
        outcome=request.POST.get("outcome", ""),
        note=request.POST.get("note", ""),
        person=named(request.POST.get("person", "")),
    )
    return _answered(request, at, name, ledger.record(at.opened.row.pk, command, now=at.now), "Finished.")


def _answer(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    refused, typed = _save(request, at, name)
    if refused is not None:
        return _unsaved(request, at, name, refused, typed)
    messages.success(request, "Saved.")
    return redirect("step", at.opened.row.pk, name)


def _save(request: HttpRequest, at: Visit, name: str) -> tuple[Refused | None, dict[str, Typed]]:
    """Keep every field that can be kept; the refusal tells of the others."""
    fields = at.opened.plan.fields_of(name)
    typed = typed_fields(request.POST, fields)
    answers = changed(typed, fields, _as_seen(at, seen(request)), name)
    outcome = ledger.record(
        at.opened.row.pk, c.AnswerForm(by=at.me, step=name, answers=answers, seen=seen(request)), now=at.now
    )
    if not isinstance(outcome, Refused):
        return None, typed
    unsaved = _unsaved_fields(at, name, outcome)
    rest = {field: answer for field, answer in answers.items() if field not in unsaved}
    if unsaved and rest:
        command = c.AnswerForm(by=at.me, step=name, answers=rest, seen=seen(request))
        again = ledger.record(at.opened.row.pk, command, now=at.now)
        if isinstance(again, Refused):  # one thing was wrong and another had changed: both are told
            outcome = Refused(
                code=outcome.code,
                says=f"{outcome.says} {again.says}",
                mistakes=(*outcome.mistakes, *again.mistakes),
                clashes=(*outcome.clashes, *again.clashes),
            )
    return outcome, typed


def _as_seen(at: Visit, number: int | None) -> Handoff:
    """The handoff as it was when the page was made: it is what the person's changes are changes to."""
    state = at.opened.state
    if number is None or number >= state.number:
        return state
    return fold(one for one in ledger.history_of(at.opened.row.pk) if one.number <= number)


def _unsaved_fields(at: Visit, name: str, refused: Refused) -> dict[str, Clash | None]:
    """The fields that a refusal speaks of; a fact stands for the field that shows it."""
    showing = {field.shows: field.name for field in at.opened.plan.fields_of(name) if field.shows}
    clashing: dict[str, Clash | None] = {showing.get(one.what, one.what): one for one in refused.clashes}
    return {**{one.field: None for one in refused.mistakes}, **clashing}


def _unsaved(request: HttpRequest, at: Visit, name: str, refused: Refused, typed: dict[str, Typed]) -> HttpResponse:
    fresh = visit(request, at.opened.row.pk)
    clashes = {field: clash for field, clash in _unsaved_fields(at, name, refused).items() if clash is not None}
    view = step_view(fresh.opened, name, fresh.me, fresh.now)
    return _page(request, fresh, with_input(view, typed, refused.mistakes, clashes), refused, typed)


def _sign(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    """What stands in the fields is saved first: signing never loses what was just typed."""
    number = seen(request)
    if any(key.startswith("is.") for key in request.POST):
        refused, typed = _save(request, at, name)
        if refused is not None:
            return _unsaved(request, at, name, refused, typed)
        number = _own_number(at, number)
    outcome = ledger.record(at.opened.row.pk, c.Sign(by=at.me, step=name, seen=number), now=at.now)
    return _answered(request, at, name, outcome, "Signed. The handover document is kept as it is now.")


def _own_number(at: Visit, number: int | None) -> int | None:
    """What one's own saving added has been seen by oneself; what others wrote after `number` has not."""
    if number is None:
        return None
    later = [one for one in ledger.history_of(at.opened.row.pk) if one.number > number]
    others = [one.number for one in later if one.by is not None and one.by.id != at.me.person.id]
    return others[0] - 1 if others else (later[-1].number if later else number)


def _approve(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Approve(by=at.me, step=name, note=request.POST.get("note", ""), seen=seen(request))
    return _answered(request, at, name, ledger.record(at.opened.row.pk, command, now=at.now), "Approved.")


def _reject(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Reject(by=at.me, step=name, reason=request.POST.get("reason", ""))
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    return _answered(request, at, name, outcome, "Rejected. The steps to do again are open.")


def _accept(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Accept(by=at.me, step=name, note=request.POST.get("note", ""), seen=seen(request))
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    return _answered(request, at, name, outcome, "Accepted. The handover document is kept as you accepted it.")


def _refuse(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Refuse(by=at.me, step=name, reason=request.POST.get("reason", ""), note=request.POST.get("note", ""))
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    return _answered(request, at, name, outcome, "Refused. The steps to do again are open.")


def _reopen(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.Reopen(by=at.me, step=name, reason=request.POST.get("reason", ""))
    return _answered(request, at, name, ledger.record(at.opened.row.pk, command, now=at.now), "Open again.")


def _attach(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    file = request.FILES.get("file")
    outcome = (
        _attach_file(request, at, name, file) if isinstance(file, UploadedFile) else _attach_link(request, at, name)
    )
    return _answered(request, at, name, outcome, "Attached.")


def _attach_link(request: HttpRequest, at: Visit, name: str) -> ledger.Change | Refused:
    return ledger.record(
        at.opened.row.pk, _attachment(request, at, name, link=request.POST.get("link", "")), now=at.now
    )


def _attach_file(request: HttpRequest, at: Visit, name: str, file: UploadedFile[bytes]) -> ledger.Change | Refused:
    """The file's row and the event that speaks of it are committed together."""
    handoff_id = at.opened.row.pk
    allowed = decide(at.opened.plan, at.opened.state, _attachment(request, at, name, upload="…"), at.now)
    if isinstance(allowed, Refused):
        return allowed  # before a byte is kept
    kept = uploads.keep(file, handoff_id, by=at.me.person, now=at.now)
    if isinstance(kept, Refused):
        return kept
    with transaction.atomic():
        outcome = ledger.record(handoff_id, _attachment(request, at, name, upload=kept.key, file=kept.name), now=at.now)
        if not isinstance(outcome, Refused):
            kept.save(force_insert=True)
    return outcome


def _attachment(
    request: HttpRequest, at: Visit, name: str, *, link: str = "", upload: str = "", file: str = ""
) -> c.AddEvidence:
    return c.AddEvidence(
        by=at.me,
        step=name,
        key=secrets.token_hex(8),
        item=request.POST.get("item", ""),
        title=request.POST.get("title", "").strip() or file,
        link=link or None,
        upload=upload or None,
    )


def _detach(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.RemoveEvidence(by=at.me, step=name, key=request.POST.get("key", ""))
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    return _answered(request, at, name, outcome, "Removed. The history still tells that it was there.")


_DOES: dict[str, Callable[[HttpRequest, Visit, str], HttpResponse]] = {
    "answer": _answer,
    "sign": _sign,
    "finish": _finish,
    "approve": _approve,
    "reject": _reject,
    "accept": _accept,
    "refuse": _refuse,
    "reopen": _reopen,
    "attach": _attach,
    "detach": _detach,
}

"""Filling and signing the form of a step: nothing that a person typed is lost."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from handrail.desk import ledger
from handrail.desk.queries.opened import Opened
from handrail.desk.web.commanding import Visit, seen
from handrail.desk.web.form_input import Typed, changed, typed_fields, with_input
from handrail.desk.web.step_page import answered, fresh, page
from handrail.handoff import commands as c
from handrail.handoff.history import Handoff, fold
from handrail.handoff.refusal import Clash, Refused


def answer(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    refused, typed = save(request, at, name)
    if refused is not None:
        return _unsaved(request, at, name, refused, typed)
    messages.success(request, "Saved.")
    return redirect("step", at.opened.row.pk, name)


def save(request: HttpRequest, at: Visit, name: str) -> tuple[Refused | None, dict[str, Typed]]:
    """Keep every field that can be kept; the refusal tells of the others."""
    fields = at.opened.plan.fields_of(name)
    typed = typed_fields(request.POST, fields)
    answers = changed(typed, fields, as_seen(at.opened, seen(request)), name)
    outcome = ledger.record(
        at.opened.row.pk, c.AnswerForm(by=at.me, step=name, answers=answers, seen=seen(request)), now=at.now
    )
    if not isinstance(outcome, Refused):
        return None, typed
    unsaved = unsaved_fields(at, name, outcome)
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


def as_seen(opened: Opened, number: int | None) -> Handoff:
    """The handoff as it was when the page was made: it is what the person's changes are changes to."""
    if number is None or number >= opened.state.number:
        return opened.state
    return fold(one for one in ledger.history_of(opened.row.pk) if one.number <= number)


def unsaved_fields(at: Visit, name: str, refused: Refused) -> dict[str, Clash | None]:
    """The fields that a refusal speaks of; a fact stands for the field that shows it."""
    showing = {field.shows: field.name for field in at.opened.plan.fields_of(name) if field.shows}
    clashing: dict[str, Clash | None] = {showing.get(one.what, one.what): one for one in refused.clashes}
    return {**{one.field: None for one in refused.mistakes}, **clashing}


def _unsaved(request: HttpRequest, at: Visit, name: str, refused: Refused, typed: dict[str, Typed]) -> HttpResponse:
    clashes = {field: clash for field, clash in unsaved_fields(at, name, refused).items() if clash is not None}
    again, view = fresh(request, at, name)
    return page(request, again, with_input(view, typed, refused.mistakes, clashes), refused, typed)


def sign(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    """What stands in the fields is saved first: signing never loses what was just typed."""
    number = seen(request)
    if any(key.startswith("is.") for key in request.POST):
        refused, typed = save(request, at, name)
        if refused is not None:
            return _unsaved(request, at, name, refused, typed)
        number = own_number(at, number)
    outcome = ledger.record(at.opened.row.pk, c.Sign(by=at.me, step=name, seen=number), now=at.now)
    return answered(request, at, name, outcome, "Signed. The handover document is kept as it is now.")


def own_number(at: Visit, number: int | None) -> int | None:
    """What one's own saving added has been seen by oneself; what others wrote after `number` has not."""
    if number is None:
        return None
    later = [one for one in ledger.history_of(at.opened.row.pk) if one.number > number]
    others = [one.number for one in later if one.by is not None and one.by.id != at.me.person.id]
    return others[0] - 1 if others else (later[-1].number if later else number)

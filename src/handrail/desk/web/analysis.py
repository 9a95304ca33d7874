"""The Account Analysis Checklist of an account in a transfer: what the records answer already, what is asked, what does
not fit, and the 15 minutes with the new owner. Beside it both records side by side."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from handrail.book.analysis import RECORDS, Suggested, suggested
from handrail.desk import ledger
from handrail.desk.queries.choices import Suggested as Colleagues
from handrail.desk.queries.choices import colleagues
from handrail.desk.queries.controls import asks_for_people
from handrail.desk.queries.form import FieldView, SectionView
from handrail.desk.queries.in_transfer import CHECKLIST, MEETING
from handrail.desk.queries.meeting import MeetingsView, meetings_of
from handrail.desk.queries.opened import open_handoff
from handrail.desk.queries.roster import colleagues_of
from handrail.desk.queries.step import StepView, step_view
from handrail.desk.transfers.analysing import Analysis, analysis_of
from handrail.desk.web.commanding import Visit, status_of, visit
from handrail.desk.web.filling import own_number, save, unsaved_fields
from handrail.desk.web.form_input import Typed, with_input
from handrail.desk.web.transfer_access import AtLine, line_of
from handrail.desk.web.transfer_line import about
from handrail.handoff import commands as c
from handrail.handoff.events import Invitee
from handrail.handoff.refusal import Refused
from handrail.runbook.words import USUAL_MINUTES

_FROM_RECORDS = "Filled in from the records: save to keep it"


@require_safe
def records(request: HttpRequest, transfer_id: int, line_id: int) -> HttpResponse:
    at = line_of(request, transfer_id, line_id)
    opened = open_handoff(at.line.handoff_id) if at.line.handoff_id else None
    view = analysis_of(at.line, opened, at.now.date())
    only = request.GET.get("only") == "differences"
    rows = [row for row in view.rows if row.state != "neither" and (not only or _differs(row.state, row.compares))]
    context = {**about(at), "view": view, "only": only, "rows": rows, "titles": RECORDS}
    return render(request, "transfer_answers/records.html", context)


def _differs(state: str, compares: bool) -> bool:
    return compares and state != "same"


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, transfer_id: int, line_id: int) -> HttpResponse:
    at = line_of(request, transfer_id, line_id)
    here = visit(request, at.line.handoff_id) if at.line.handoff_id else None
    if request.method != "POST":
        return _page(request, at, here)
    if here is None or not _has(here, CHECKLIST):
        raise Http404("There is no checklist to fill yet.")
    does = {"answer": _answer, "sign": _sign, "meet": _meet}.get(request.POST.get("do", ""))
    if does is None:
        raise Http404("There is no such action here.")
    return does(request, at, here)


def _has(here: Visit, step: str) -> bool:
    return step in here.opened.plan.runbook.steps


def _page(
    request: HttpRequest,
    at: AtLine,
    here: Visit | None,
    refused: Refused | None = None,
    typed: dict[str, Typed] | None = None,
) -> HttpResponse:
    analysis = analysis_of(at.line, here.opened if here else None, at.now.date())
    context: dict[str, Any] = {**about(at), "analysis": analysis, "refused": refused, "titles": RECORDS}
    if here is not None and _has(here, CHECKLIST):
        context |= _form(here, analysis, refused, typed)
    if here is not None and _has(here, MEETING):
        context |= {"meeting": _meeting(here), "handoff_id": here.opened.row.pk, "meeting_step": MEETING}
    return render(request, "transfer_answers/analysis.html", context, status=status_of(refused))


def _form(here: Visit, analysis: Analysis, refused: Refused | None, typed: dict[str, Typed] | None) -> dict[str, Any]:
    view = _prefilled(step_view(here.opened, CHECKLIST, here.me, here.now), analysis, here.now)
    if refused is not None and typed is not None:
        clashes = {name: clash for name, clash in unsaved_fields(here, CHECKLIST, refused).items() if clash is not None}
        view = with_input(view, typed, refused.mistakes, clashes)
    fields = here.opened.plan.fields_of(CHECKLIST)
    asks = asks_for_people(field.kind for field in fields)
    return {"view": view, "seen": here.opened.state.number, "colleagues": colleagues() if asks else Colleagues()}


def _prefilled(view: StepView, analysis: Analysis, now: datetime) -> StepView:
    """What the records say of fields that nobody has answered stands in them, to be kept or mended."""
    if not view.actions["answer"].possible:
        return view
    says = suggested(analysis.facts, now.date())
    return replace(view, sections=tuple(_with_records(section, says, analysis.sources) for section in view.sections))


def _with_records(section: SectionView, says: dict[str, Suggested], sources: Mapping[str, str]) -> SectionView:
    fields = (_suggested(field, says.get(field.name), sources.get(field.name, "")) for field in section.fields)
    return replace(section, fields=tuple(fields))


def _suggested(field: FieldView, says: Suggested | None, source: str) -> FieldView:
    """What stands in the field already is told with where it comes from."""
    if field.state == "given" and source:
        return replace(field, by=source, at=None if source != field.by else field.at)
    if says is None or field.state != "missing":
        return field
    if says.reason and field.may_not_apply:
        return replace(field, state="not applicable", reason=says.reason, by=_FROM_RECORDS, at=None)
    if says.value:
        control = replace(field.control, written=says.value)
        return replace(field, control=control, state="given", words=says.value, by=_FROM_RECORDS, at=None)
    return field


def _answer(request: HttpRequest, at: AtLine, here: Visit) -> HttpResponse:
    refused, typed = save(request, here, CHECKLIST)
    if refused is not None:
        return _page(request, at, visit(request, here.opened.row.pk), refused, typed)
    messages.success(request, "Saved.")
    return redirect(request.path)


def _sign(request: HttpRequest, at: AtLine, here: Visit) -> HttpResponse:
    refused, typed = save(request, here, CHECKLIST)
    if refused is not None:
        return _page(request, at, visit(request, here.opened.row.pk), refused, typed)
    number = own_number(here, int(request.POST["seen"]) if request.POST.get("seen", "").isdecimal() else None)
    outcome = ledger.record(here.opened.row.pk, c.Sign(by=here.me, step=CHECKLIST, seen=number), now=here.now)
    return _after(request, at, here, outcome, "Signed. The checklist is kept as it is now.")


def _after(request: HttpRequest, at: AtLine, here: Visit, outcome: ledger.Change | Refused, done: str) -> HttpResponse:
    if isinstance(outcome, Refused):
        return _page(request, at, visit(request, here.opened.row.pk), outcome)
    messages.success(request, done)
    return redirect(request.path)


# ------------------------------------------------------------------------------------------------------- the 15 minutes


def _meeting(here: Visit) -> MeetingsView | None:
    return meetings_of(here.opened, here.opened.plan.runbook.steps[MEETING], here.now)


def _meet(request: HttpRequest, at: AtLine, here: Visit) -> HttpResponse:
    """At one of the times that were proposed: whoever holds a role of the meeting is invited."""
    step = here.opened.plan.runbook.steps.get(MEETING)
    view = _meeting(here) if step else None
    if step is None or view is None:
        raise Http404("There is no meeting to arrange.")
    chosen = request.POST.get("at", "")
    if chosen not in {one.at for one in view.free}:
        says = "That time is no longer free for all of them. Choose another."
        return _page(request, at, here, Refused(code="taken", says=says))
    begins = datetime.fromisoformat(chosen)
    command = c.PlanMeeting(
        by=here.me,
        step=MEETING,
        key=secrets.token_hex(8),
        meets_at=begins,
        ends_at=begins + timedelta(minutes=step.minutes or USUAL_MINUTES),
        where=step.where,
        agenda=step.agenda,
        invited=tuple(Invitee(name=one.name, person=one.id) for one in colleagues_of(here.opened, step)),
    )
    outcome = ledger.record(here.opened.row.pk, command, now=here.now)
    return _after(request, at, here, outcome, "Arranged: everybody who comes gets an invitation.")

"""The page of one decision: its table with the rule that applied, and asking for or ruling on an override."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.desk import ledger
from handrail.desk.comments import Subject
from handrail.desk.queries.comments import thread_of
from handrail.desk.queries.decision import decision_view
from handrail.desk.queries.foresight import ForesightView, foresight_view
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.web.commanding import Visit, status_of, visit
from handrail.desk.web.gate import me
from handrail.handoff import commands as c
from handrail.handoff.foreseen import foresee
from handrail.handoff.refusal import Refused

_DONE = {
    "ask": "Asked. It waits for a decision.",
    "approve": "Approved. What follows is shown in the plan.",
    "reject": "Rejected. The decision stays as it was.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, handoff_id: int, name: str) -> HttpResponse:
    at = visit(request, handoff_id)
    if name not in at.opened.plan.runbook.decisions:
        raise Http404("This handoff has no such decision.")
    if request.method != "POST":
        return _page(request, at, name, None)
    do = request.POST.get("do", "")
    outcome = ledger.record(handoff_id, _command(request, at, name, do), now=at.now)
    if isinstance(outcome, Refused):
        return _page(request, visit(request, handoff_id), name, outcome)
    messages.success(request, _DONE[do])
    return redirect("decision", handoff_id, name)


def _command(
    request: HttpRequest, at: Visit, name: str, do: str
) -> c.AskOverride | c.ApproveOverride | c.RejectOverride:
    reason = request.POST.get("reason", "")
    match do:
        case "ask":
            outputs = {
                one.name: request.POST.get(f"o.{one.name}", "")
                for one in at.opened.plan.runbook.decisions[name].outputs
            }
            return c.AskOverride(by=at.me, decision=name, outputs=outputs, reason=reason)
        case "approve":
            return c.ApproveOverride(by=at.me, decision=name, note=reason)
        case "reject":
            return c.RejectOverride(by=at.me, decision=name, reason=reason)
        case _:
            raise Http404("A decision has no such action.")


def _page(request: HttpRequest, at: Visit, name: str, refused: Refused | None) -> HttpResponse:
    context = {
        "handoff": handoff_view(at.opened, at.me, at.now),
        "view": decision_view(at.opened, name, at.me, at.now, request.POST if refused else {}),
        "foreseen": _if_approved(at, name),
        "thread": thread_of(Subject(handoff=at.opened.row.pk, about=f"decision:{name}"), me(request)),
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "typed": request.POST if refused else {},
    }
    return render(request, "handoff/decision.html", context, status=status_of(refused))


def _if_approved(at: Visit, name: str) -> ForesightView | None:
    """What would follow from an override that I may approve."""
    found = foresee(at.opened.plan, at.opened.state, c.ApproveOverride(by=at.me, decision=name), at.now)
    if isinstance(found, Refused):
        return None
    others = tuple(one for one in found.decisions if one.decision != name)  # what is asked for stands above it
    return foresight_view(at.opened, replace(found, decisions=others))

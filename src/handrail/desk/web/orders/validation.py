"""An order's validation: who approves it, what is missing before the customer has it, and doing it here.

One rule: everything is done with the commands of the order's handoff; a refusal is shown in its own words.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import ledger
from handrail.desk.order_states import APPROVAL_STEPS
from handrail.desk.orders.overview import overview
from handrail.desk.orders.sending import send
from handrail.desk.orders.stated import state_json
from handrail.desk.orders.validating import cannot_submit, submit, take_back
from handrail.desk.people import actor_of
from handrail.desk.web.commanding import seen, status_of
from handrail.desk.web.gate import me
from handrail.desk.web.orders.frame import Opened, opened, page
from handrail.handoff import commands as c
from handrail.handoff.refusal import Refused

_DONE = {
    "submit": "Submitted. Whoever is to approve it has been told.",
    "take-back": "Taken back: it can be changed, and is then submitted again.",
    "send": "Sent. What was sent is kept as it is; what became of the mail stands below.",
    "approve": "Approved.",
    "reject": "Rejected. The order is with Sales again.",
    "again": "Asked again.",
}
_IN_THE_HANDOFF = frozenset({"approve", "reject", "again"})


@require_http_methods(["GET", "HEAD", "POST"])
def validation(request: HttpRequest, order_id: int) -> HttpResponse:
    at = opened(request, order_id)
    if request.method != "POST":
        return _shown(request, at)
    do = request.POST.get("do", "")
    if do not in _DONE:
        raise Http404("There is nothing of that name to do.")
    refused = _given(request, at, do)
    if refused is not None:
        return _shown(request, opened(request, order_id), refused)
    messages.success(request, _DONE[do])
    return redirect("order-validation", order_id)


def _shown(request: HttpRequest, at: Opened, refused: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    more: dict[str, object] = {
        "view": overview(at.row, at.order, actor_of(request.user, now), now),
        "cannot_submit": cannot_submit(at.row, at.order),
        "refused": refused,
        "about": request.POST.get("step", "") or request.POST.get("do", ""),
        "typed": request.POST if refused is not None else {},
    }
    return page(request, at, "order-validation", "orders/validation.html", more, status_of(refused))


def _given(request: HttpRequest, at: Opened, do: str) -> Refused | None:
    now, by = timezone.now(), me(request)
    match do:
        case "submit":
            return submit(at.row.pk, by=by, now=now)
        case "send":
            return send(at.row.pk, by=by, now=now)
        case "take-back":
            return take_back(at.row.pk, reason=request.POST.get("reason", ""), by=by, now=now)
        case _:
            return _recorded(request, at, do)


def _recorded(request: HttpRequest, at: Opened, do: str) -> Refused | None:
    now, step = timezone.now(), request.POST.get("step", "")
    if at.row.handoff_id is None or step not in APPROVAL_STEPS:
        raise Http404("There is no such approval.")
    outcome = ledger.record(at.row.handoff_id, _command(request, do, step), now=now)
    return outcome if isinstance(outcome, Refused) else None


def _command(request: HttpRequest, do: str, step: str) -> c.Command:
    by, reason = actor_of(request.user, timezone.now()), request.POST.get("reason", "")
    match do:
        case "approve":
            return c.Approve(by=by, step=step, note=request.POST.get("note", ""), seen=seen(request))
        case "reject":
            return c.Reject(by=by, step=step, reason=reason)
        case _:
            return c.Reopen(by=by, step=step, reason=reason)


@require_safe
def state(request: HttpRequest, order_id: int) -> HttpResponse:
    """Where the order stands, for other systems (S4.3)."""
    return JsonResponse(state_json(opened(request, order_id).row))

"""The territories that are looked at again: what is due, and what came of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import models
from handrail.desk.orders import territories
from handrail.desk.orders.territories import OUTCOMES, USUAL
from handrail.desk.permissions import sees_orders, writes_orders
from handrail.desk.queries.orders import USED, next_territories, territories_due
from handrail.desk.queries.pages import page_number
from handrail.desk.web.gate import me, require
from handrail.desk.web.orders.frame import opened
from handrail.handoff.refusal import Mistake, Refused
from handrail.order import written
from handrail.order.written import Unread


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    require(sees_orders(me(request)))
    today = timezone.now().date()
    context = {
        "page": territories_due(today, page_number(request.GET.get("page", ""))),
        "next": next_territories(today),
        "today": today,
        "cannot_write": writes_orders(request.user),
    }
    return render(request, "orders/territories.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def looked_at(request: HttpRequest, order_id: int) -> HttpResponse:
    """One of them: what is known, what came of the looks before, and what this one showed."""
    at = opened(request, order_id)
    cannot_write, now = writes_orders(request.user), timezone.now()
    if request.method != "POST":
        return _page(request, order_id, {"next": (now.date() + USUAL).isoformat()}, None)
    require(cannot_write)
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:1000] for name in ("outcome", "note", "next")}
    next_on = written.day(given["next"]) if given["next"] else None
    if isinstance(next_on, Unread):
        wrong = Mistake(field="next", says=str(next_on))
        return _page(request, order_id, given, Refused(code="invalid", says=wrong.says, mistakes=(wrong,)))
    refused = territories.record(
        order_id, outcome=given["outcome"], note=given["note"], next_on=next_on, by=me(request), now=now
    )
    if refused is not None:
        return _page(request, order_id, given, refused)
    messages.success(request, f"{at.row.number}: {OUTCOMES[given['outcome']].lower()}.")
    return redirect("order-territories")


def _page(request: HttpRequest, order_id: int, given: dict[str, str], refused: Refused | None) -> HttpResponse:
    at = opened(request, order_id)
    looks = models.AuditEntry.objects.filter(about="order", key=str(order_id), action="checked territory")
    wrong = {one.field: one.says for one in refused.mistakes} if refused else {}
    context = {
        "row": at.row,
        "order": at.order,
        "given": given,
        "refused": refused,
        "wrong": wrong,
        "mistakes": [{"field": one.field, "says": one.says} for one in refused.mistakes] if refused else [],
        "outcomes": OUTCOMES.items(),
        "is_used": at.row.state in USED,
        "looks": looks.order_by("-at", "-pk")[:20],
        "cannot_write": writes_orders(request.user),
    }
    status = 200 if refused is None else 422 if refused.mistakes else 409
    return render(request, "orders/territory.html", context, status=status)

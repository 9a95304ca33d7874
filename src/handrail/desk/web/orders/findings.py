"""What was found with an order: its page, and checking it again against the catalogue that is sold from now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handrail.desk import catalogue as catalogues
from handrail.desk.orders import checking
from handrail.desk.orders.holding import cannot_change
from handrail.desk.permissions import writes_orders
from handrail.desk.queries.order_findings import found_of
from handrail.desk.queries.pages import page_number
from handrail.desk.web.gate import me, require
from handrail.desk.web.orders.frame import opened, page
from handrail.handoff.refusal import Refused


@require_safe
def shown(request: HttpRequest, order_id: int) -> HttpResponse:
    at = opened(request, order_id)
    current = catalogues.current()
    settled = cannot_change(at.row)
    more: dict[str, object] = {
        "found": found_of(at.row, at.order, page_number(request.GET.get("page", ""))),
        "current": current,
        "is_current": current is None or current.pk == at.row.catalogue_id,
        "is_settled": settled is not None,
        "cannot_check": settled or writes_orders(me(request)),
        "order_url": _order_url(order_id),
    }
    return page(request, at, "order-findings", "orders/findings.html", more)


@require_POST
def checked_again(request: HttpRequest, order_id: int) -> HttpResponse:
    at, person = opened(request, order_id), me(request)
    require(writes_orders(person))
    outcome = checking.check_again(at.row.pk, now=timezone.now())
    if isinstance(outcome, Refused):
        messages.warning(request, outcome.says)
    else:
        messages.success(request, _came_of_it(outcome.errors, outcome.warnings))
    return redirect("order-findings", order_id)


def _came_of_it(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return "Checked again: nothing has to be corrected or approved as an exception."
    parts = [
        f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in ((errors, "error"), (warnings, "warning"))
    ]
    return f"Checked again: {' and '.join(parts)}."


def _order_url(order_id: int) -> str:
    try:
        return reverse("order", args=[order_id])
    except NoReverseMatch:
        return ""

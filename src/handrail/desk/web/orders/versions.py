"""The versions of an order: what was submitted each time, and what it touched."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.desk.orders.history import kept_version, versions_of
from handrail.desk.web.orders.frame import opened, page


@require_safe
def versions(request: HttpRequest, order_id: int) -> HttpResponse:
    at = opened(request, order_id)
    return page(request, at, "order-versions", "orders/versions.html", {"versions": versions_of(at.row)})


@require_safe
def version(request: HttpRequest, order_id: int, number: int) -> HttpResponse:
    at = opened(request, order_id)
    kept = kept_version(at.row, number)
    if kept is None:
        raise Http404("This order has no such version.")
    return page(request, at, "order-versions", "orders/version.html", {"kept": kept})

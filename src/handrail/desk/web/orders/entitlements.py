"""What an order gives its customer: what it will give while it is not signed, and how it stands afterwards."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.desk import catalogue, models
from handrail.desk.queries.entitlements import lines_of, uses_of
from handrail.desk.web.entitlements.listed import today_for
from handrail.desk.web.orders.frame import opened, page
from handrail.order.entitlement import bought_by

_MOST = 500  # lines that an order has


@require_safe
def shown(request: HttpRequest, order_id: int) -> HttpResponse:
    at = opened(request, order_id)
    rows = models.Entitlement.objects.filter(order=at.row).select_related("customer__owner", "order")
    found = list(rows.order_by("line")[:_MOST])
    sold_from = catalogue.version(at.row.catalogue_id) if at.row.catalogue_id else catalogue.current_catalogue()
    more: dict[str, object] = {
        "lines": lines_of(found, today_for(request)),
        "uses": uses_of([row.pk for row in found]),
        "will_give": () if found else bought_by(at.order, sold_from),
    }
    return page(request, at, "order-entitlements", "entitlements/order.html", more)

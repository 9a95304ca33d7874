"""The list of orders."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.desk import models
from handrail.desk.permissions import sees_orders, writes_orders
from handrail.desk.web.gate import me, require


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    require(sees_orders(me(request)))
    rows = models.Order.objects.select_related("customer").order_by("-changed_at", "-pk")[:50]
    return render(request, "orders/list.html", {"rows": rows, "cannot_write": writes_orders(request.user)})

"""The frame of an order's pages: who it is for, where it stands, and its pages as tabs."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from handrail.desk import models
from handrail.desk.orders.holding import WRITTEN
from handrail.desk.permissions import sees_orders, writes_orders
from handrail.desk.web.gate import me, require
from handrail.order.purchase import Order
from handrail.order.wire import decode_order

# The pages of an order by the name of their address, in order.
TABS = (
    ("order", "Order"),
    ("order-findings", "Findings"),
    ("order-validation", "Validation"),
    ("order-versions", "Versions"),
    ("order-documents", "Documents"),
    ("order-entitlements", "What was bought"),
)


@dataclass(frozen=True, kw_only=True)
class Opened:
    row: models.Order
    order: Order


@dataclass(frozen=True, kw_only=True)
class Tab:
    title: str
    url: str
    is_here: bool


def opened(request: HttpRequest, order_id: int) -> Opened:
    """For whoever may see orders. Raises `Http404`."""
    require(sees_orders(me(request)))
    rows = models.Order.objects.select_related("customer", "writer", "catalogue").defer("catalogue__content")
    row = rows.filter(pk=order_id).first()
    if row is None:
        raise Http404("There is no such order.")
    return Opened(row=row, order=decode_order(row.content))


def page(
    request: HttpRequest, at: Opened, here: str, template: str, more: dict[str, object], status: int = 200
) -> HttpResponse:
    """`here` is the name of the page's address; the template extends orders/frame.html and fills its block “tab”."""
    context = {
        "row": at.row,
        "order": at.order,
        "tabs": tuple(_tabs(at.row.pk, here)),
        "cannot_write": (cannot_write := writes_orders(request.user)),
        "is_written": cannot_write is None and at.row.state in WRITTEN,
        "here": here,
        **more,
    }
    return render(request, template, context, status=status)


def _tabs(order_id: int, here: str) -> list[Tab]:
    found = []
    for name, title in TABS:
        try:
            url = reverse(name, args=[order_id])
        except NoReverseMatch:
            continue
        found.append(Tab(title=title, url=url, is_here=name == here))
    return found

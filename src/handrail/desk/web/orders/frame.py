"""The frame of an order's pages: who it is for, where it stands, and its pages as tabs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from handrail.desk import models
from handrail.desk.orders.holding import WRITTEN
from handrail.desk.permissions import sees_orders, writes_orders
from handrail.desk.queries.comments import count_of_order
from handrail.desk.web.addresses import address
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
    ("order-comments", "Comments"),
)


@dataclass(frozen=True, kw_only=True)
class Opened:
    row: models.Order
    order: Order


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`count` is how many there are of what it shows, as words; empty where that is not told."""

    title: str
    url: str
    is_here: bool
    count: str


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


def _tabs(order_id: int, here: str) -> Iterator[Tab]:
    counts = {"order-comments": count_of_order(order_id)}
    for name, title in TABS:
        yield Tab(title=title, url=address(name, order_id), is_here=name == here, count=counts.get(name, ""))

"""The orders that customers have, under their link: to read, and as files.

One rule: before an order was sent to them it does not exist here; then they see what was sent, whatever it says now.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.desk.orders.papers import Said, as_submitted, paper_of, with_the_customer
from handrail.desk.papers import Unprinted
from handrail.desk.web.asked import text
from handrail.desk.web.guest import Guest, for_guests
from handrail.desk.web.orders.documents import TYPES, as_file, languages_of


@dataclass(frozen=True, kw_only=True)
class TheirOrder:
    id: int
    number: str
    sent_at: datetime | None


def orders_of(guest: Guest) -> tuple[TheirOrder, ...]:
    """Those of the handoff that they came to; a partner of theirs has none."""
    if guest.contact.side != "customer":
        return ()
    found = with_the_customer(guest.opened.row.pk)
    return tuple(
        TheirOrder(id=order_id, number=one.order.number, sent_at=one.sent_at) for order_id, one in found.items()
    )


@require_safe
@for_guests
def order(request: HttpRequest, guest: Guest, order_id: int) -> HttpResponse:
    said, asked = _said(guest, order_id), text(request.GET, "lang")
    try:
        shown = paper_of(said, asked)
    except Unprinted as unprinted:
        return render(request, "customer/closed.html", {"says": str(unprinted)}, status=503)
    context = {"shown": shown, "guest": guest, "order_id": order_id, "languages": languages_of(shown.language)}
    return render(request, "customer/order.html", context)


@require_safe
@for_guests
def order_file(request: HttpRequest, guest: Guest, order_id: int, kind: str) -> HttpResponse:
    if kind not in TYPES:
        raise Http404("An order is made into no such file.")
    try:
        return as_file(_said(guest, order_id), kind, text(request.GET, "lang"))
    except Unprinted as unprinted:
        return render(request, "customer/closed.html", {"says": str(unprinted)}, status=503)


def _said(guest: Guest, order_id: int) -> Said:
    sent = with_the_customer(guest.opened.row.pk).get(order_id) if guest.contact.side == "customer" else None
    if sent is None:
        raise Http404("No such order was sent to them.")
    return as_submitted(sent.order, sent)

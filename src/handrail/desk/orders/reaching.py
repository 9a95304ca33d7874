"""Whom of a customer is written to about what it bought.

One rule: who is known from a handoff comes first, since somebody there works with them; else who is invoiced.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from handrail.desk import ledger, models
from handrail.handoff.contacts import every_contact
from handrail.order.purchase import Invoice
from handrail.order.wire import decode_order
from handrail.runbook.addresses import is_address

_MOST_HANDOFFS = 3


@dataclass(frozen=True, kw_only=True)
class Reached:
    """`address` is in small letters; `language` is empty where it is not known."""

    name: str
    address: str
    language: str = ""


def contact_of(customer: models.Customer, rows: Iterable[models.Entitlement]) -> Reached | None:
    orders = {row.order.pk: row.order for row in rows if row.order is not None}
    newest = sorted(orders.values(), key=lambda one: -one.pk)
    for handoff_id in _handoffs(customer, newest):
        found = _of_handoff(handoff_id)
        if found is not None:
            return found
    return _invoiced(customer, newest)


def _handoffs(customer: models.Customer, orders: list[models.Order]) -> list[int]:
    """Those that the orders began, and then the last that were begun with the customer and run or have run."""
    own = [one.onward_id for one in orders if one.onward_id is not None]
    rows = models.Handoff.objects.filter(customer=customer).exclude(status=models.Handoff.Status.CANCELLED)
    last = list(rows.order_by("-pk").values_list("pk", flat=True)[:_MOST_HANDOFFS])
    return list(dict.fromkeys((*own[:_MOST_HANDOFFS], *last)))


def _of_handoff(handoff_id: int) -> Reached | None:
    known = ledger.standing(handoff_id)
    for one in every_contact(known.plan, known.handoff):
        if one.side == "customer" and one.email:
            return Reached(name=one.name, address=one.email, language=one.language)
    return None


def _invoiced(customer: models.Customer, orders: list[models.Order]) -> Reached | None:
    for row in orders:
        order = decode_order(row.content)
        if is_address(order.invoice.email):
            return _reached(order.invoice, order.language)
    parties = models.InvoiceParty.objects.filter(customer=customer).order_by("-verified_at")
    content = parties.values_list("content", flat=True).first()
    invoice = _invoice(content) if content else None
    return _reached(invoice, "") if invoice and is_address(invoice.email) else None


def _invoice(content: str) -> Invoice:
    import msgspec

    return msgspec.json.decode(content, type=Invoice)


def _reached(invoice: Invoice, language: str) -> Reached:
    return Reached(name=invoice.name, address=invoice.email.lower(), language=language)

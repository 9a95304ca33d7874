"""Verifying who is invoiced, and offering to the next order what was verified last (S4.17).

One rule: only what is complete and has the form that it should have is verified, and who did it is kept with when.
"""

from dataclasses import replace
from datetime import datetime

import msgspec
from django.db import transaction

from handrail.desk import audit, models
from handrail.desk.orders import checking
from handrail.desk.orders.holding import WRITTEN, held, wrote
from handrail.handoff.refusal import Mistake, Refused
from handrail.order.invoicing import print_of, wrong_with
from handrail.order.purchase import Invoice, Verified

State = models.Order.State
# Until the order leaves.
VERIFIED_IN: frozenset[str] = WRITTEN | {State.VALIDATION, State.APPROVED}


def cannot_verify(row: models.Order, invoice: Invoice) -> Refused | None:
    if row.state not in VERIFIED_IN:
        return Refused(code="state", says=f"This order is {State(row.state).label.lower()}: it has left already.")
    wrong = wrong_with(invoice)
    if not wrong:
        return None
    mistakes = tuple(Mistake(field=one.field, says=one.says) for one in wrong)
    return Refused(code="incomplete", says=" ".join(one.says for one in wrong), mistakes=mistakes)


def verify(order_id: int, *, revision: int, by: models.Person, now: datetime) -> Refused | None:
    """That `by` looked at contact and address as they stand in that revision. Raises `models.Order.DoesNotExist`."""
    with transaction.atomic():
        at = held(order_id)
        if at.row.revision != revision:
            return Refused(code="clash", says="The order was changed since you opened it. Look at it again.")
        invoice = at.order.invoice
        refused = cannot_verify(at.row, invoice)
        if refused is not None:
            return refused
        seen = Verified(at=now, by=by.name, by_id=by.pk, print=print_of(invoice))
        verified = replace(invoice, verified=seen)
        order = replace(at.order, invoice=verified)
        wrote(at.row, order, now)
        if at.row.state in WRITTEN:
            checking.recheck(at.row, order, now=now)
        _keep(at.row.customer_id, verified, by, now)
        name = f"{at.row.number}, {at.row.customer.name}"
        says = "Invoice contact and address."
        audit.write(action="verified", about="order", key=at.row.pk, name=name, says=says, by=audit.person(by), at=now)
    return None


def last_verified(customer_id: int) -> Invoice | None:
    """What was verified last for the customer, with who did and when."""
    rows = models.InvoiceParty.objects.filter(customer=customer_id).order_by("-verified_at")
    content = rows.values_list("content", flat=True).first()
    return msgspec.json.decode(content, type=Invoice) if content else None


def _keep(customer_id: int, invoice: Invoice, by: models.Person, now: datetime) -> None:
    models.InvoiceParty.objects.create(
        customer_id=customer_id,
        content=msgspec.json.encode(invoice).decode(),
        verified_by=by,
        verified_by_name=by.name,
        verified_at=now,
    )

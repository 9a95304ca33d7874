"""Beginning an order, and changing what it says.

One rule: who changes an order says which revision they saw. Another's change in between is a clash, and nothing of
either is lost: the one is kept, and the other is what the page still shows.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from handrail.desk import audit, catalogue, models
from handrail.desk.orders import checking
from handrail.desk.orders.holding import Held, cannot_change, held, wrote
from handrail.handoff.refusal import Refused
from handrail.order import pack
from handrail.order.catalogue import Catalogue
from handrail.order.invoicing import as_verified
from handrail.order.purchase import Buyer, Invoice, Line, Order
from handrail.order.wire import decode_order, encoded

MOST_LINES = 500
NO_CATALOGUE = Refused(code="no-catalogue", says="There is no catalogue yet. CS Operations publishes one first.")


def draft(
    customer_id: int, *, by: models.Person, now: datetime, currency: str, language: str
) -> models.Order | Refused:
    """A new order of the customer, with its starter pack where that is a new one. Raises
    `models.Customer.DoesNotExist`."""
    customer = models.Customer.objects.get(pk=customer_id)
    sold_from = catalogue.current()
    if sold_from is None:
        return NO_CATALOGUE
    known = catalogue.version(sold_from.pk)
    if currency not in known.currencies:
        return Refused(code="currency", says=f"The catalogue has no prices in {currency}.")
    buyer = checking.buyer_of(customer, before=None)
    order = Order(
        number="",
        customer=customer.name,
        currency=currency,
        ordered_on=now.date(),
        new_customer=buyer.is_new,
        customer_kind=buyer.kind if buyer.kind in known.customer_kinds else "",
        country=next(iter(buyer.countries)) if len(buyer.countries) == 1 else "",
        language=language if language in known.languages else known.language,
    )
    return begin(customer, add_pack(order, known, buyer), by=by, now=now)


def add_pack(order: Order, catalogue: Catalogue, buyer: Buyer) -> Order:
    """With the starter pack that the catalogue gives such a customer, and without one that it does not (S4.4)."""
    return pack.with_pack(order, catalogue, buyer)


def begin(
    customer: models.Customer, order: Order, *, by: models.Person, now: datetime, source: str = ""
) -> models.Order:
    """Keep a new order, checked. Without a number of its own it gets the next."""
    with transaction.atomic():
        row = models.Order.objects.create(
            number=order.number or f"new {uuid.uuid4().hex[:20]}",
            customer=customer,
            content=encoded(order),
            currency=order.currency,
            ordered_on=order.ordered_on,
            territory=order.territory,
            territory_check_on=order.territory_check_on,
            writer=by,
            writer_name=by.name,
            source=source[:300],
            created_at=now,
            changed_at=now,
        )
        if not order.number:
            order = replace(order, number=_next_number(row, now))
            row.number, row.content = order.number, encoded(order)
            row.save(update_fields=["number", "content"])
        checking.recheck(row, order, now=now)
        audit.write(
            action="began",
            about="order",
            key=row.pk,
            name=f"{row.number}, {customer.name}",
            says=source,
            changes=audit.changes({}, said(order)),
            by=audit.person(by),
            at=now,
        )
    return row


def write(order_id: int, order: Order, *, revision: int, by: models.Person, now: datetime) -> models.Order | Refused:
    """Keep what it says now, checked anew. `revision` is the one that was changed. Raises
    `models.Order.DoesNotExist`."""
    with transaction.atomic():
        at = held(order_id)
        refused = cannot_change(at.row) or _about(order)
        if refused is not None:
            return refused
        if at.row.revision != revision:
            return Refused(code="clash", says="Somebody changed this order since you opened it.")
        return rewritten(at, order, by=by, now=now)


def rewritten(at: Held, order: Order, *, by: models.Person, now: datetime, source: str = "") -> models.Order:
    """Of an order that is held and may be changed. What is as it was is not written again."""
    order = as_it_is_kept(at, order)
    if order == at.order:
        return at.row
    wrote(at.row, order, now)
    checking.recheck(at.row, order, now=now)
    audit.write(
        action="changed",
        about="order",
        key=at.row.pk,
        name=f"{at.row.number}, {at.row.customer.name}",
        says=source,
        changes=audit.changes(said(at.order), said(order)),
        by=audit.person(by),
        at=now,
    )
    return at.row


def as_it_is_kept(at: Held, order: Order) -> Order:
    """With the number and customer that it has, its lines counted, and its starter pack where it depends on something
    that is new."""
    order = replace(
        pack.numbered(order, order.lines),
        number=at.order.number,
        customer=at.row.customer.name,
        invoice=as_verified(order.invoice),
    )
    asked = (order.new_customer, order.customer_kind)
    if asked == (at.order.new_customer, at.order.customer_kind):
        return order
    known = catalogue.current_catalogue()
    return add_pack(order, known, checking.buyer_of(at.row.customer, before=at.row)) if known is not None else order


def order_of(row: models.Order) -> Order:
    return decode_order(row.content)


def said(order: Order) -> dict[str, str]:
    """What it says, in words, by what they are about: for the audit, and where two have changed the same."""
    return dict(_said(order))


def _said(order: Order) -> Iterator[tuple[str, str]]:
    yield "Currency", order.currency
    yield "Language", order.language
    yield "Ordered on", order.ordered_on.isoformat()
    yield "Begins on", order.starts_on.isoformat() if order.starts_on else ""
    yield "New customer", "yes" if order.new_customer else "no"
    yield "Kind of customer", order.customer_kind
    yield "Country of the customer", order.country
    yield "Territory", order.territory
    yield "Territory is looked at again", order.territory_check_on.isoformat() if order.territory_check_on else ""
    for line in order.lines:
        yield f"Line {line.number}", _line_said(line)
    yield "Invoice", _invoice_said(order.invoice)
    yield "Invoice verified", order.invoice.verified.by if order.invoice.verified else ""
    if order.work is not None:
        yield "Statement of work", order.work.text
        yield "Its author", order.work.author
        yield "Its specialist", order.work.specialist
    yield "Remarks", order.remarks


def _line_said(line: Line) -> str:
    parts = [f"{line.quantity.normalize():f} × {line.sku}"]
    parts += [f"discount {line.discount_percent:f} %"] if line.discount_percent else []
    parts += (
        ["“included”"] if line.included else [f"sold for {line.sold_price:f}"] if line.sold_price is not None else []
    )
    parts += [f"to be used by {line.consume_by.isoformat()}"] if line.consume_by else []
    parts += ["from the starter pack"] if line.from_pack else []
    return ", ".join(parts)


def _invoice_said(invoice: Invoice) -> str:
    where = invoice.address
    parts = (
        invoice.name,
        invoice.email,
        invoice.phone,
        where.company,
        where.street,
        where.district,
        where.postal_code,
        where.city,
        where.area,
        where.sorting_code,
        where.country,
    )
    return ", ".join(one for one in parts if one)


def _about(order: Order) -> Refused | None:
    if len(order.lines) <= MOST_LINES:
        return None
    return Refused(
        code="too-many-lines", says=f"An order has {MOST_LINES} lines at most; this one has {len(order.lines)}."
    )


def _next_number(row: models.Order, now: datetime) -> str:
    """By its key, which no other has; where a file brought an order of that number, with something behind it."""
    plain = f"O-{now.year}-{row.pk:05d}"
    numbers = (plain, *(f"{plain}-{at}" for at in range(2, 100)))
    taken = set(models.Order.objects.filter(number__in=numbers).values_list("number", flat=True))
    return next(one for one in numbers if one not in taken)

"""Sending an order to the customer: only what is approved, as it was approved, with everything that is missing said.

One rule: what the customer gets is the version that was submitted last, and it is kept which one that was. It goes by
mail in the same transaction; where that cannot be, Sales owes it by hand.
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from handrail.desk import audit, ledger, models, uploads
from handrail.desk.order_states import CHANGED, MAIL, SEND, WRITE
from handrail.desk.orders.papers import made
from handrail.desk.orders.validating import as_sales, give, hold, in_one, last_version
from handrail.desk.papers.typesetting import Unprinted
from handrail.desk.people import person_of
from handrail.desk.permissions import writes_orders
from handrail.desk.queries.opened import open_handoff
from handrail.desk.succession import as_operations
from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff.history import Handoff
from handrail.handoff.holders import named
from handrail.handoff.people import Actor
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.order.purchase import Order
from handrail.order.touched import Version, changes
from handrail.order.wire import decode_order
from handrail.runbook.model import Step

_ORDER = "order"  # the piece of evidence
_VERIFIED = "invoice_contact_verified"
_NOT_VERIFIED = (
    "Invoice contact and address are not verified yet: Finance does that on the order’s page, before the order leaves."
)
_WITH_SALES = "It is with Sales: it has to be submitted again."
_NEW = "The order says something else than what was approved: submit it again."


def cannot_send(row: models.Order) -> Refused | None:
    """Everything that is missing before the customer gets it; None where it can be sent now."""
    if row.handoff_id is None:
        return _refused([Mistake(field="state", says="It has not been submitted yet: nobody has approved it.")])
    at = open_handoff(row.handoff_id)
    return not_to_be_sent(at.plan, at.state, decode_order(row.content), last_version(row))


def not_to_be_sent(plan: Plan, handoff: Handoff, order: Order, submitted: Version | None) -> Refused | None:
    """`order` is as it stands now, `submitted` as it was submitted last."""
    if handoff.is_over:
        return Refused(code="over", says="This order’s validation is over: nothing of it is sent any more.")
    if handoff.state_of(SEND) == "done":
        return Refused(code="sent", says="The customer has this order already.")
    missing = list(_missing(plan, handoff, order, submitted))
    return _refused(missing) if missing else None


def _missing(plan: Plan, handoff: Handoff, order: Order, submitted: Version | None) -> Iterator[Mistake]:
    if handoff.hold is not None:
        yield Mistake(field="hold", says="Its validation is on hold: resume it first.")
    if not all(handoff.state_of(name) == "done" for name in (WRITE, CHANGED)):
        yield Mistake(field="state", says=_WITH_SALES)
    for name in plan.runbook.steps[SEND].needs:
        if name not in {WRITE, CHANGED} and handoff.state_of(name) not in {"done", "not needed"}:
            yield Mistake(field=name, says=_not_done(plan, handoff, plan.runbook.steps[name]))
    if handoff.outputs_of("sellable") != {"sellable": "yes"}:
        yield Mistake(field="sellable", says="It cannot be sold as it is.")
    if order.invoice.verified is None:
        yield Mistake(field="invoice", says=_NOT_VERIFIED)
    if submitted is None or changes(submitted, replace(submitted, order=order)):
        yield Mistake(field="changed", says=_NEW)


def _not_done(plan: Plan, handoff: Handoff, step: Step) -> str:
    who = named(plan, handoff, step.asked)
    return f"“{step.title}” is not done yet: it is for {who}."


def _refused(missing: list[Mistake]) -> Refused:
    count = "1 thing is" if len(missing) == 1 else f"{len(missing)} things are"
    says = f"The customer does not get this order yet: {count} missing."
    return Refused(code="not-approved", says=says, mistakes=tuple(missing))


def send(order_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """Raises `models.Order.DoesNotExist`."""
    row = models.Order.objects.select_related("customer").get(pk=order_id)
    refused = writes_orders(by) or cannot_send(row)
    if refused is not None or row.handoff_id is None:
        return refused
    kept = _kept(row, by, now)
    if isinstance(kept, Refused):
        return kept
    return in_one(lambda: _send(row, kept, by, now))


def _kept(row: models.Order, by: models.Person, now: datetime) -> models.Upload | Refused:
    """The order as it is sent, on paper."""
    try:
        content = made(row, "pdf", "")
    except Unprinted as why:
        return Refused(code="unprinted", says=f"The order could not be put on paper: {why}")
    file = SimpleUploadedFile(f"{row.number}.pdf", content)
    return uploads.keep(file, row.handoff_id or 0, by=person_of(by), now=now, source=f"Order {row.number}")


def _send(seen: models.Order, kept: models.Upload, by: models.Person, now: datetime) -> Refused | None:
    at = hold(seen.pk)
    if at.row.content != seen.content or at.row.handoff_id is None:
        return Refused(code="changed", says="The order was changed just now. Look at it again.")
    refused = cannot_send(at.row)
    if refused is not None:
        return refused
    handoff_id, sales = at.row.handoff_id, as_sales(at.row.handoff_id, by)
    give(handoff_id, c.GiveFacts(by=as_operations(by), values={_VERIFIED: "yes"}, source=f"Order {seen.number}"), now)
    attached = c.AddEvidence(
        by=sales, step=SEND, key=secrets.token_hex(8), item=_ORDER, title=kept.name, upload=kept.key
    )
    give(handoff_id, attached, now)
    give(handoff_id, c.Finish(by=sales, step=SEND), now)
    # Whoever of the customer has a page of their own sees it there.
    give(handoff_id, o.ShareAttachment(by=sales, step=SEND, key=attached.key), now)
    uploads.bound(kept)
    _mail(handoff_id, sales, now)
    last = at.row.versions.order_by("-number").first()
    if last is not None:
        models.OrderVersion.objects.filter(pk=last.pk).update(sent_at=now)
        _tell(seen, last, by, now)
    return None


def _mail(handoff_id: int, by: Actor, now: datetime) -> None:
    """To the customer, with the order. What is refused is still to be done, and its step says why."""
    if ledger.standing(handoff_id).handoff.state_of(MAIL) == "open":
        ledger.record_within(handoff_id, c.Send(by=by, step=MAIL), now=now)


def _tell(row: models.Order, version: models.OrderVersion, by: models.Person, now: datetime) -> None:
    audit.write(
        action="sent",
        about="order",
        key=row.pk,
        name=row.number,
        says=f"Version {version.number}, to {row.customer.name}.",
        by=audit.person(by),
        at=now,
    )

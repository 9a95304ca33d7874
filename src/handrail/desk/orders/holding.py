"""Holding an order while it is changed. One rule: its revision rises with every change of what it says."""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.handoff.refusal import Refused
from handrail.order.purchase import Order
from handrail.order.wire import decode_order, encoded

State = models.Order.State
# In these Sales writes it; in all others it stays as it was submitted, until it is returned.
WRITTEN: frozenset[str] = frozenset({State.DRAFT, State.RETURNED})


@dataclass(frozen=True, kw_only=True)
class Held:
    """An order whose row is held until the transaction ends."""

    row: models.Order
    order: Order


def held(order_id: int) -> Held:
    """Until the transaction ends. Raises `models.Order.DoesNotExist`."""
    rows = models.Order.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("customer").get(pk=order_id)
    return Held(row=row, order=decode_order(row.content))


def cannot_change(row: models.Order) -> Refused | None:
    """Why what it says stays as it is."""
    if row.state in WRITTEN:
        return None
    says = f"This order is {State(row.state).label.lower()}: what it says is settled. "
    return Refused(code="state", says=says + "It can be changed once it is returned to Sales.")


def changed(row: models.Order, now: datetime, *fields: str) -> None:
    """Keep the fields that were set, with the revision and when."""
    row.revision, row.changed_at = row.revision + 1, now
    row.save(update_fields=[*fields, "revision", "changed_at"])


def wrote(row: models.Order, order: Order, now: datetime) -> None:
    """Keep another content, with the columns that lists need of it. What was found is another's to keep."""
    row.content, row.currency, row.ordered_on = encoded(order), order.currency, order.ordered_on
    row.territory, row.territory_check_on = order.territory, order.territory_check_on
    changed(row, now, "content", "currency", "ordered_on", "territory", "territory_check_on")

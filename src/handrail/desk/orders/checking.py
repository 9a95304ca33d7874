"""Checking an order against the catalogue that is sold from, and keeping what was found with it.

One rule: what was found stands with the version of the catalogue that it was found by, and with when.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.orders import feasibility
from handrail.desk.orders.buyers import buyer_of as buyer_of
from handrail.desk.orders.holding import cannot_change, held
from handrail.handoff.refusal import Refused
from handrail.order import findings as rules
from handrail.order.finding import Finding
from handrail.order.money import EXACT
from handrail.order.pricing import totals
from handrail.order.purchase import Order
from handrail.order.wire import encoded

_MOST_COUNTED = 32_000
_LARGEST_VALUE = Decimal(10) ** 15

NO_CATALOGUE = Finding(
    rule="no-catalogue",
    severity="error",
    says="No catalogue is published that the order could be held against.",
    remedy="Ask CS Operations to publish one.",
    serves="S4.13",
    outside=True,
)


def recheck(row: models.Order, order: Order, *, now: datetime) -> tuple[Finding, ...]:
    """`row` is held. All that was found, which is kept with it."""
    version = catalogues.current()
    if version is None:
        found: tuple[Finding, ...] = (NO_CATALOGUE,)
    else:
        catalogue = catalogues.version(version.pk)
        room = feasibility.room_for(order, catalogue, now=now, besides=row.pk)
        found = rules.check(order, catalogue, buyer_of(row.customer, before=row), on=now.date(), room=room)
    keep(row, order, found, version, now)
    row.save(update_fields=KEPT)
    return found


def check_again(order_id: int, *, now: datetime) -> models.Order | Refused:
    """Against the catalogue that is sold from now, an order that is written still. Raises `Order.DoesNotExist`."""
    with transaction.atomic():
        at = held(order_id)
        refused = cannot_change(at.row)
        if refused is not None:
            return refused
        recheck(at.row, at.order, now=now)
    return at.row


KEPT = ("catalogue", "findings", "errors", "warnings", "is_outside", "value", "checked_at")


def keep(
    row: models.Order,
    order: Order,
    found: tuple[Finding, ...],
    version: models.CatalogueVersion | None,
    now: datetime,
) -> None:
    """With the row, which the caller saves."""
    row.catalogue, row.findings, row.checked_at = version, encoded(found), now
    row.errors = min(_MOST_COUNTED, sum(one.severity == "error" for one in found))
    row.warnings = min(_MOST_COUNTED, sum(one.severity == "warning" for one in found))
    row.is_outside, row.value = rules.is_outside(found), value_of(order)


def value_of(order: Order) -> Decimal:
    """What the lines are sold for, as far as the column goes: no order that could be sold is beyond it."""
    sold = totals(order).sold
    return max(-_LARGEST_VALUE, min(sold, _LARGEST_VALUE)).quantize(Decimal("0.0001"), context=EXACT)

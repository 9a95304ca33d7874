"""Checking an order against the catalogue that is sold from, and keeping what was found with it.

One rule: what was found stands with the version of the catalogue that it was found by, and with when.
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import ExpressionWrapper, Q, QuerySet
from django.db.models.fields import BooleanField

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.orders import feasibility
from handrail.desk.orders.holding import WRITTEN
from handrail.order import findings as rules
from handrail.order.finding import Finding
from handrail.order.money import EXACT
from handrail.order.pricing import totals
from handrail.order.purchase import Buyer, Order
from handrail.order.wire import encoded

State = models.Order.State
# Orders in these have come to nothing, or to nothing yet.
_UNSOLD = (State.DRAFT, State.RETURNED, State.WITHDRAWN)
_FROM_PACK = '"from_pack":true'
_MOST_EARLIER = 200
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


def buyer_of(customer: models.Customer, *, before: models.Order | None) -> Buyer:
    """As orders, what was bought and what is known of the account say; `before` is the order that is looked at: only
    what was sold before it counts. Three queries."""
    facts = _facts(customer)
    earlier = _earlier(customer, before)
    return Buyer(
        name=customer.name,
        is_new=_is_new(customer, before, bool(earlier), facts),
        kind=facts.get("customer_kind", ""),
        countries=frozenset({facts["country"].upper()} if len(facts.get("country", "")) == 2 else ()),
        has_pack=any(earlier),
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


def _facts(customer: models.Customer) -> dict[str, str]:
    names = ("new_customer", "customer_kind", "country")
    rows = models.CustomerFact.objects.filter(customer=customer, name__in=names).values_list("name", "value")
    return {name: value for name, value in rows if isinstance(value, str)}


def _earlier(customer: models.Customer, before: models.Order | None) -> list[bool]:
    """Of each order that was sold before, whether it brought a starter pack. Of one that is written still, every other
    that was sold is before it."""
    rows: QuerySet[models.Order] = models.Order.objects.filter(customer=customer).exclude(state__in=_UNSOLD)
    if before is not None:
        is_written = before.state in WRITTEN
        rows = rows.exclude(pk=before.pk) if is_written else rows.filter(pk__lt=before.pk)
    has_pack = ExpressionWrapper(Q(content__contains=_FROM_PACK), output_field=BooleanField())
    return list(rows.order_by("-pk").annotate(has_pack=has_pack).values_list("has_pack", flat=True)[:_MOST_EARLIER])


def _is_new(customer: models.Customer, before: models.Order | None, has_earlier: bool, facts: dict[str, str]) -> bool:
    """What is known of the account counts where it says that it is none; else whether it ever bought anything."""
    if has_earlier or facts.get("new_customer") == "no":
        return False
    bought = models.Entitlement.objects.filter(customer=customer)
    if before is not None:
        bought = bought.exclude(order=before)
    return not bought.exists()

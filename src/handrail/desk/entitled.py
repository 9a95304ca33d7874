"""What customers bought, as the pure rules see it, and how it stands.

One rule: it is read as it is; nothing here changes a row.
"""

from collections.abc import Sequence
from datetime import date

from handrail.desk import models
from handrail.order.entitlement import Balance, Bought, balances

MOST_OF_A_CUSTOMER = 1_000


def bought_of(row: models.Entitlement) -> Bought:
    return Bought(
        id=row.pk or 0,
        sku=row.sku,
        title=row.title,
        kind=row.kind,
        unit=row.unit,
        quantity=row.quantity,
        used=row.used,
        priority=row.priority,
        sold_on=row.sold_on,
        starts_on=row.starts_on,
        consume_by=row.consume_by,
        closed=row.closed_at is not None,
    )


def balance_of(customer_id: int, today: date) -> tuple[Balance, ...]:
    """One query."""
    rows = models.Entitlement.objects.filter(customer=customer_id).order_by("customer", "consume_by", "id")
    return balances([bought_of(row) for row in rows[:MOST_OF_A_CUSTOMER]], today)


def balances_of(customer_ids: Sequence[int], today: date) -> dict[int, tuple[Balance, ...]]:
    """By customer, of a few hundred at once. One query."""
    rows: dict[int, list[models.Entitlement]] = {}
    for row in models.Entitlement.objects.filter(customer__in=customer_ids).order_by("customer", "consume_by", "id"):
        rows.setdefault(row.customer_id, []).append(row)
    return {pk: balances([bought_of(row) for row in found], today) for pk, found in rows.items()}

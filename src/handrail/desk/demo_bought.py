"""What the customers of the demo company bought: services of years ago that nobody gave a date, some that are past it
or run out soon, and some that were used.

One rule: all of it is written as an import and a person at the desk would write it.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from handrail.desk import models
from handrail.desk.orders.consuming import Used, What, use
from handrail.desk.orders.entitling import calendar_of, schedule

# By the place of the customer: SKU, title, kind, unit, number, days since it was sold, days until its date (None where
# it has none), how many are used.
_SOLD: tuple[tuple[int, str, str, str, str, str, int, int | None, str], ...] = (
    (0, "WS-KICKOFF", "Kick-off workshop", "workshop", "day", "2", 3_380, None, "1"),
    (0, "TR-ADMIN", "Administrator training", "training", "day", "3", 400, 24, "1"),
    (0, "AU-SETUP", "Setup audit", "audit", "each", "1", 200, 160, "0"),
    (0, "SUB-EDIT", "Editorial Suite", "subscription", "year", "1", 200, None, "0"),
    (1, "", "A day on newsroom planning, as agreed with Ann", "workshop", "day", "1.5", 3_390, None, "0"),
    (1, "TR-ADMIN", "Administrator training", "training", "day", "2", 900, -170, "0"),
    (2, "WS-KICKOFF", "Kick-off workshop", "workshop", "day", "1", 3_200, None, "0"),
    (2, "AU-SETUP", "Setup audit", "audit", "each", "2", 700, -20, "1"),
    (3, "WS-KICKOFF", "Kick-off workshop", "workshop", "day", "4", 2_700, None, "1.5"),
    (3, "", "Search workshop", "workshop", "day", "1", 3_100, None, "0"),
    (4, "TR-ADMIN", "Administrator training", "training", "day", "5", 90, 275, "2"),
    (5, "AU-SETUP", "Setup audit", "audit", "each", "1", 330, 9, "0"),
)


def begin(now: datetime) -> None:
    """Nothing where something was bought already, or nobody is there who could have."""
    customers = list(models.Customer.objects.exclude(owner=None).order_by("pk")[:6])
    if models.Entitlement.objects.exists() or len(customers) < 6:
        return
    with transaction.atomic():
        for place, *sold in _SOLD:
            _write(customers[place], sold, now)


def _write(customer: models.Customer, sold: list[object], now: datetime) -> None:
    sku, title, kind, unit, number, ago, ahead, used = sold
    assert isinstance(ago, int), "It is a number of days."
    today = now.date()
    row = models.Entitlement(
        customer=customer,
        sku=sku,
        title=title,
        kind=kind,
        unit=unit,
        quantity=Decimal(str(number)),
        sold_on=today - timedelta(days=ago),
        consume_by=today + timedelta(days=ahead) if isinstance(ahead, int) else None,
        source="sold-earlier.csv",
        changed_at=now - timedelta(days=30),
    )
    calendar = calendar_of(customer.owner_id)
    schedule(row, calendar, today)
    row.save()
    owner, quantity = customer.owner, Decimal(str(used))
    if owner is not None and quantity:
        on = today - timedelta(days=min(ago - 1, 60))
        was = Used(quantity=quantity, used_on=on, evidence="The list of who was there.", reason="As we had agreed.")
        use(customer.pk, What(id=row.pk), was, by=owner, today=today, now=now)

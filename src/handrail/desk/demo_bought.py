"""What the customers of the demo company bought: services of years ago that nobody gave a date, some that are past it
or run out soon, and some that were used.

One rule: all of it is written as an import and a person at the desk would write it.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from handrail.desk import models
from handrail.desk.orders.consuming import Used, What, use
from handrail.desk.orders.entitling import calendar_of, schedule


class Sold(NamedTuple):
    """`place` is that of the customer; `ago` and `ahead` are days since it was sold and until its date, where it has
    one."""

    place: int
    sku: str
    title: str
    kind: str
    unit: str
    number: str
    ago: int
    ahead: int | None
    used: str


_SOLD = (
    Sold(0, "WS-KICKOFF", "Kick-off workshop", "workshop", "day", "2", 3_380, None, "1"),
    Sold(0, "TR-ADMIN", "Administrator training", "training", "day", "3", 400, 24, "1"),
    Sold(0, "AU-SETUP", "Setup audit", "audit", "each", "1", 200, 160, "0"),
    Sold(0, "SUB-EDIT", "Editorial Suite", "subscription", "year", "1", 200, None, "0"),
    Sold(1, "", "A day on newsroom planning, as agreed with Ann", "workshop", "day", "1.5", 3_390, None, "0"),
    Sold(1, "TR-ADMIN", "Administrator training", "training", "day", "2", 900, -170, "0"),
    Sold(2, "WS-KICKOFF", "Kick-off workshop", "workshop", "day", "1", 3_200, None, "0"),
    Sold(2, "AU-SETUP", "Setup audit", "audit", "each", "2", 700, -20, "1"),
    Sold(3, "WS-KICKOFF", "Kick-off workshop", "workshop", "day", "4", 2_700, None, "1.5"),
    Sold(3, "", "Search workshop", "workshop", "day", "1", 3_100, None, "0"),
    Sold(4, "TR-ADMIN", "Administrator training", "training", "day", "5", 90, 275, "2"),
    Sold(5, "AU-SETUP", "Setup audit", "audit", "each", "1", 330, 9, "0"),
)


def begin(now: datetime) -> None:
    """Nothing where something was bought already, or nobody is there who could have."""
    customers = list(models.Customer.objects.exclude(owner=None).order_by("pk")[:6])
    if models.Entitlement.objects.exists() or len(customers) < 6:
        return
    with transaction.atomic():
        for one in _SOLD:
            _write(customers[one.place], one, now)


def _write(customer: models.Customer, sold: Sold, now: datetime) -> None:
    today = now.date()
    row = models.Entitlement(
        customer=customer,
        sku=sold.sku,
        title=sold.title,
        kind=sold.kind,
        unit=sold.unit,
        quantity=Decimal(sold.number),
        sold_on=today - timedelta(days=sold.ago),
        consume_by=None if sold.ahead is None else today + timedelta(days=sold.ahead),
        source="sold-earlier.csv",
        changed_at=now - timedelta(days=30),
    )
    schedule(row, calendar_of(customer.owner_id), today)
    row.save()
    quantity, on = Decimal(sold.used), today - timedelta(days=min(sold.ago - 1, 60))
    if customer.owner is not None and quantity:
        was = Used(quantity=quantity, used_on=on, evidence="The list of who was there.", reason=_late(row, on))
        use(customer.pk, What(id=row.pk), was, by=customer.owner, today=today, now=now)


def _late(row: models.Entitlement, on: date) -> str:
    return "As we had agreed." if row.consume_by is not None and row.consume_by < on else ""

"""What was bought, as rows: one for each line of a signed order, and what the pure rules make of a row.

One rule: asked twice, it is written once; what a customer has is never taken from it by asking again.
"""

from datetime import date, datetime

from django.db import transaction

from handrail.desk import audit, catalogue, models
from handrail.desk.company import company
from handrail.desk.entitled import bought_of
from handrail.desk.notices import calendar_for
from handrail.desk.orders import telling
from handrail.order.catalogue import Catalogue
from handrail.order.entitlement import Bought, bought_by, next_reminder, written
from handrail.order.wire import decode_order
from handrail.worktime.calendar import Calendar

ABOUT = "entitlement"
_LONGEST_TITLE, _LONGEST_UNIT = 300, 60


def entitle(row: models.Order, *, now: datetime) -> int:
    """What the order gives its customer; how many are new."""
    found = bought_by(decode_order(row.content), _catalogue_of(row))
    with transaction.atomic():
        known = set(models.Entitlement.objects.filter(order=row).values_list("line", flat=True))
        new = [_row(row, one, now) for one in found if one.id not in known]
        if not new:
            return 0
        calendar = calendar_of(row.customer.owner_id)
        for one in new:
            schedule(one, calendar)
        models.Entitlement.objects.bulk_create(new, ignore_conflicts=True)
        says = ", ".join(f"{written(one.quantity)} × {one.title}" for one in new)
        telling.changed([row.customer_id], None, now)
        audit.write(action="gave", about=ABOUT, key=f"order {row.pk}", name=_named(row), says=says, at=now)
    return len(new)


def _named(row: models.Order) -> str:
    return f"Order {row.number}, {row.customer.name}"


def _catalogue_of(row: models.Order) -> Catalogue | None:
    """That which it was checked with last; else the one that is sold from."""
    return catalogue.version(row.catalogue_id) if row.catalogue_id else catalogue.current_catalogue()


def _row(order: models.Order, one: Bought, now: datetime) -> models.Entitlement:
    return models.Entitlement(
        customer_id=order.customer_id,
        order=order,
        line=one.id,
        sku=one.sku[:100],
        title=one.title[:_LONGEST_TITLE],
        kind=one.kind,
        unit=one.unit[:_LONGEST_UNIT],
        quantity=one.quantity,
        sold_on=one.sold_on,
        starts_on=one.starts_on,
        consume_by=one.consume_by,
        changed_at=now,
    )


# ------------------------------------------------------------------------------------------------- a row and its rules


def calendar_of(owner_id: int | None) -> Calendar:
    """On which the days before a date are counted: that of the account's owner, else the company's first."""
    return calendar_for(company(), owner_id or 0)


def schedule(row: models.Entitlement, calendar: Calendar, today: date | None = None) -> None:
    """When it is reminded of next. With `today`, not at all where its date is past by then."""
    one = bought_of(row)
    coming = None if today is not None and one.is_past(today) else next_reminder(one, calendar, row.reminded)
    row.reminds_on = coming.on if coming else None


def name_of(row: models.Entitlement) -> str:
    """In the audit."""
    return f"{row.title}, {row.customer.name}"

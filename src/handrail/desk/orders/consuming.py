"""That something was used: drawn from what the customer bought, with its evidence; and taken back.

One rule: what it is drawn from is held first, in the order of the rows, so that two at once draw one after the other
and neither draws what the other has.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from handrail.desk import audit, models, uploads
from handrail.desk.entitled import bought_of
from handrail.desk.orders import telling
from handrail.desk.orders.entitling import ABOUT, calendar_of, name_of, schedule
from handrail.desk.permissions import records_consumption
from handrail.handoff.refusal import Mistake, Refused
from handrail.order.entitlement import Take, draw, written

LONGEST_EVIDENCE = 800
LONGEST_REASON = 150  # of using what is past its date: it is kept with the evidence
LONGEST_BACK = 500


@dataclass(frozen=True, kw_only=True)
class What:
    """Of which it was used: one entitlement, or all that are one thing, by SKU or where they have none by their
    words."""

    id: int | None = None
    sku: str = ""
    title: str = ""

    def among(self, rows: QuerySet[models.Entitlement]) -> QuerySet[models.Entitlement]:
        if self.id is not None:
            return rows.filter(pk=self.id)
        return rows.filter(sku=self.sku) if self.sku else rows.filter(sku="", title__iexact=self.title)


@dataclass(frozen=True, kw_only=True)
class Used:
    """`evidence` are words or a link; `reason` is why it was used after its date."""

    quantity: Decimal
    used_on: date
    evidence: str = ""
    reason: str = ""
    upload: models.Upload | None = None


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """From which how much was taken; `left` of it afterwards. `together` is what they share."""

    row: models.Entitlement
    quantity: Decimal
    left: Decimal
    together: str


def use(
    customer_id: int, what: What, used: Used, *, by: models.Person, today: date, now: datetime
) -> tuple[Drawn, ...] | Refused:
    """`today` is the day where they are. Raises `models.Customer.DoesNotExist`."""
    customer = models.Customer.objects.get(pk=customer_id)
    refused = records_consumption(by, customer.owner_id) or unfit(used, today)
    if refused is not None:
        return refused
    with transaction.atomic():
        rows = _held(what.among(models.Entitlement.objects.filter(customer=customer)))
        takes = draw([bought_of(row) for row in rows], used.quantity, used.used_on, used.reason)
        if isinstance(takes, Refused):
            return takes
        return _take(rows, takes, used, by, now)


def foreseen(customer_id: int, what: What, used: Used) -> tuple[Take, ...] | Refused:
    """What it would be drawn from as things stand; nothing is held."""
    rows = what.among(models.Entitlement.objects.filter(customer=customer_id))
    return draw([bought_of(row) for row in rows], used.quantity, used.used_on, used.reason)


def unfit(used: Used, today: date) -> Refused | None:
    """All that is wrong with what was written."""
    found = []
    if used.used_on > today:
        found.append(Mistake(field="used_on", says="This day is still to come. Write when it was used."))
    if not used.evidence.strip() and used.upload is None:
        says = "Say by what it is known: words, a link or a file."
        found.append(Mistake(field="evidence", says=says))
    for field, text, longest in (
        ("evidence", used.evidence, LONGEST_EVIDENCE),
        ("reason", used.reason, LONGEST_REASON),
    ):
        if len(text) > longest:
            found.append(Mistake(field=field, says=f"Write at most {longest} characters."))
    return Refused(code="unfit", says=" ".join(one.says for one in found), mistakes=tuple(found)) if found else None


def _held(rows: QuerySet[models.Entitlement]) -> list[models.Entitlement]:
    """Until the transaction ends."""
    held = rows.select_for_update(of=("self",), no_key=True)
    return list(held.select_related("customer").order_by("pk"))


def held(ids: Collection[int]) -> list[models.Entitlement]:
    return _held(models.Entitlement.objects.filter(pk__in=ids))


def _take(
    rows: list[models.Entitlement], takes: tuple[Take, ...], used: Used, by: models.Person, now: datetime
) -> tuple[Drawn, ...]:
    by_id, together, found = {row.pk: row for row in rows}, secrets.token_hex(8), []
    for one in takes:
        row = by_id[one.id]
        _keep(row, row.used + one.quantity, "used", _evidence(used), by, now)
        models.Consumption.objects.create(
            entitlement=row,
            quantity=one.quantity,
            used_on=used.used_on,
            evidence=_evidence(used),
            upload=used.upload,
            together=together,
            by=by,
            by_name=by.name,
            at=now,
        )
        found.append(Drawn(row=row, quantity=one.quantity, left=bought_of(row).left, together=together))
    telling.changed([row.customer_id for row in rows], by, now)
    if used.upload is not None:
        uploads.bound(used.upload)
    return tuple(found)


def _evidence(used: Used) -> str:
    reason = f" Used after its date: {used.reason.strip()}" if used.reason.strip() else ""
    return f"{used.evidence.strip()}{reason}".strip()


def _keep(row: models.Entitlement, quantity: Decimal, action: str, says: str, by: models.Person, now: datetime) -> None:
    changes = {"Used": [written(row.used), written(quantity)]}
    row.used, row.changed_at = quantity, now
    calendar = calendar_of(row.customer.owner_id)
    schedule(row, calendar, calendar.day_of(now))
    row.save(update_fields=["used", "reminds_on", "changed_at"])
    audit.write(
        action=action,
        about=ABOUT,
        key=row.pk,
        name=name_of(row),
        says=says,
        changes=changes,
        by=audit.person(by),
        at=now,
    )


def take_back(customer_id: int, together: str, reason: str, *, by: models.Person, now: datetime) -> Decimal | Refused:
    """All that was recorded together; how much of it there is again."""
    refused = _cannot_take_back(customer_id, reason, by)
    if refused is not None:
        return refused
    with transaction.atomic():
        consumed = models.Consumption.objects.filter(together=together, entitlement__customer=customer_id)
        rows = {row.pk: row for row in held(list(consumed.values_list("entitlement", flat=True)))}
        found = list(consumed.filter(undone_at=None).order_by("pk"))
        if not found:
            return Refused(code="gone", says="It is taken back already.")
        for one in found:
            row = rows[one.entitlement_id]
            _keep(row, row.used - one.quantity, "took back", reason.strip(), by, now)
        telling.changed([customer_id], by, now)
        consumed.filter(pk__in=[one.pk for one in found]).update(
            undone_at=now, undone_by_name=by.name, undone_reason=reason.strip()
        )
        return sum((one.quantity for one in found), Decimal(0))


def _cannot_take_back(customer_id: int, reason: str, by: models.Person) -> Refused | None:
    owner = models.Customer.objects.values_list("owner_id", flat=True).get(pk=customer_id)
    refused = records_consumption(by, owner)
    if refused is not None:
        return refused
    if not reason.strip() or len(reason) > LONGEST_BACK:
        says = f"Write at most {LONGEST_BACK} characters." if reason.strip() else "Say why it is taken back."
        return Refused(code="no-reason", says=says, mistakes=(Mistake(field="back_reason", says=says),))
    return None

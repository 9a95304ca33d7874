"""Keeping the orders of a file: drafts are begun and changed, what is settled is refused, and it says which.

One rule: each order is looked at again when it is kept, held; what somebody did since the preview counts.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from handrail.desk import audit, catalogue, models
from handrail.desk.orders import checking, drafting
from handrail.desk.orders.holding import held
from handrail.desk.orders.importing import APPLYING, DONE, PREVIEW, Entry, customer_of, entry_of, open_file
from handrail.desk.orders.territories import USUAL
from handrail.order.file.problem import Problem
from handrail.order.file.reading import FileOrder
from handrail.order.purchase import Order

MOST_AT_ONCE = 50  # in a request; more are long work
_MOST_TOLD = 500


def begin(file_id: int, *, by: models.Person, now: datetime) -> bool:
    """Whether it is ours to do: nobody did it before."""
    with transaction.atomic():
        row = models.OrderFile.objects.select_for_update(of=("self",), no_key=True).get(pk=file_id)
        if row.report.get("state") != PREVIEW:
            return False
        row.report = {"state": APPLYING, "counts": {}, "told": []}
        row.save(update_fields=["report"])
        says = f"Orders of {row.file_name}."
        audit.write(
            action="imported",
            about="order file",
            key=row.pk,
            name=row.file_name,
            says=says,
            by=audit.person(by),
            at=now,
        )
    return True


def apply(file_id: int, start: int, most: int, *, by: models.Person, now: datetime) -> tuple[int, int]:
    """Keep up to so many of its orders from one place on: where to go on, and how many there are."""
    row = models.OrderFile.objects.select_related("by").defer("content").get(pk=file_id)
    orders = open_file(row).filed.orders
    with transaction.atomic():
        told = [applied(one, row, by=by, now=now) for one in orders[start : start + most]]
        _tell(row, told)
    return min(start + most, len(orders)), len(orders)


def finish(file_id: int, *, now: datetime) -> None:
    with transaction.atomic():
        row = models.OrderFile.objects.select_for_update(of=("self",), no_key=True).get(pk=file_id)
        opened = open_file(row)
        waits = len(opened.filed.waiting)
        row.report = {**row.report, "state": DONE, "at": now.isoformat(), "waiting": waits}
        row.save(update_fields=["report"])


def applied(one: FileOrder, file: models.OrderFile, *, by: models.Person, now: datetime) -> Entry:
    """One order. What another brings at the same moment is theirs."""
    customer = customer_of(one)
    if isinstance(customer, Problem):
        return Entry(sort="waits", number=one.order.number, where=one.where, says=str(customer))
    try:
        with transaction.atomic():
            return _kept(one, customer, file, by, now)
    except IntegrityError:
        says = "Somebody else brought an order of this number at the same moment."
        return Entry(sort="refused", number=one.order.number, where=one.where, customer=customer.name, says=says)


def _kept(one: FileOrder, customer: models.Customer, file: models.OrderFile, by: models.Person, now: datetime) -> Entry:
    source = f"{file.file_name} (file {file.pk})"
    there = models.Order.objects.filter(number=one.order.number).values_list("pk", flat=True).first()
    if there is None:
        entry = entry_of(one, customer, None)
        assert entry.order is not None
        begun = drafting.begin(customer, _as_new(one, entry.order, customer), by=by, now=now, source=source)
        return replace(entry, order_id=begun.pk)
    at = held(there)
    entry = entry_of(one, customer, at.row)
    if entry.sort == "changed" and entry.order is not None:
        drafting.rewritten(at, entry.order, by=by, now=now, source=source)
    return entry


def _as_new(one: FileOrder, order: Order, customer: models.Customer) -> Order:
    """What the file does not say of a new order is what the desk knows of its customer; and its starter pack."""
    known = catalogue.current_catalogue()
    buyer = checking.buyer_of(customer, before=None)
    if "new_customer" not in one.said:
        order = replace(order, new_customer=buyer.is_new)
    if "customer_kind" not in one.said:
        order = replace(order, customer_kind=buyer.kind)
    if order.territory and "territory_check_on" not in one.said:
        order = replace(order, territory_check_on=order.ordered_on + USUAL)
    return drafting.add_pack(order, known, buyer) if known is not None else order


def _tell(row: models.OrderFile, told: list[Entry]) -> None:
    fresh = models.OrderFile.objects.select_for_update(of=("self",), no_key=True).only("report").get(pk=row.pk)
    counts: dict[str, int] = dict(fresh.report.get("counts", {}))
    lines: list[list[Any]] = list(fresh.report.get("told", []))
    for one in told:
        counts[one.sort] = counts.get(one.sort, 0) + 1
        if len(lines) < _MOST_TOLD:
            lines.append([one.sort, one.number, one.customer, one.says, one.order_id])
    fresh.report = {**fresh.report, "counts": counts, "told": lines}
    fresh.save(update_fields=["report"])

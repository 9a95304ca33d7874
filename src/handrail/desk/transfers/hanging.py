"""What hangs on accounts: gathered for many lines at once, whoever holds it.

One rule: a constant number of queries for the lines that are asked for, and nothing that is found is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from handrail.book.manifest import Hanging
from handrail.desk import models


def hanging_on(lines: Sequence[models.TransferLine], *, now: datetime) -> dict[int, tuple[Hanging, ...]]:
    """By the line's id."""
    found: dict[int, list[Hanging]] = {line.pk: [] for line in lines}
    by_customer = {line.customer_id: line for line in lines if line.customer_id}
    by_giver = {line.giver_id: line for line in lines if line.giver_id and not line.customer_id}
    for line in by_customer.values():
        if line.customer is not None:
            owner = line.customer.owner_id
            found[line.pk].append(
                Hanging(sort="account", ref=str(line.customer_id), title=line.customer.name, holder=owner)
            )
    for record in _records(by_customer, by_giver):
        line_of = by_customer.get(record.customer_id or 0) or by_giver.get(record.owner_id or 0)
        if line_of is not None:
            found[line_of.pk].extend(_of_record(record))
    for seat in _seats(by_customer):
        found[by_customer[seat.handoff.customer_id].pk].append(_of_seat(seat))
    return {line: tuple(things) for line, things in found.items()}


def _records(customers: Iterable[int], givers: Iterable[int]) -> Iterator[models.CrmRecord]:
    yield from models.CrmRecord.objects.filter(customer__in=list(customers)).order_by(
        "customer", "sort", "-is_open", "id"
    )
    yield from models.CrmRecord.objects.filter(owner__in=list(givers), customer=None).order_by("sort", "id")


def _of_record(record: models.CrmRecord) -> Iterator[Hanging]:
    yield Hanging(
        sort=record.sort,  # type: ignore[arg-type]
        ref=record.key,
        title=record.title or record.key,
        holder=record.owner_id,
        is_over=not record.is_open,
        over_on=record.closed_on,
        amount=int(record.amount * Decimal(100)) if record.amount is not None else None,
        stage=record.stage,
    )


def _seats(customers: Iterable[int]) -> Iterator[models.Seat]:
    # The handoff that accompanies the account in its transfer has both its owners in roles of their own.
    rows = models.Seat.objects.filter(
        handoff__customer__in=list(customers), handoff__status="running", handoff__transfer_lines=None
    )
    yield from rows.select_related("handoff__runbook_version").order_by("handoff_id", "role")


def _of_seat(seat: models.Seat) -> Hanging:
    return Hanging(
        sort="role",
        ref=f"{seat.handoff_id}/{seat.role}",
        title=seat.role,
        holder=seat.person_id,
        place=seat.handoff.runbook_version.title,
        role=seat.role,
    )

"""Transfers whose day has come: those that move by themselves, and those that return.

One rule: both are begun as long work, once, in the name of whoever said so; what is begun needs no day any more.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from handrail.desk import audit, models
from handrail.desk.long_work import flipping, taking_back
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers import holding, sharing
from handrail.handoff.refusal import Mistake, Refused

log = logging.getLogger(__name__)

_STATE = models.Transfer.State


def begin_due(now: datetime) -> int:
    """Begin what is due, and end what was shared for a while; how many things were done."""
    return sum(1 for one in _due(now) if _begun(*one, now)) + sharing.end_due(now)


def _due(now: datetime) -> Iterator[tuple[int, bool]]:
    """Each with whether it returns."""
    today = now.date()
    moving = models.Transfer.objects.filter(state=_STATE.ASKED, effective_date__lte=today, moves_by__isnull=False)
    yield from ((pk, False) for pk in moving.values_list("pk", flat=True)[:10])
    back = models.Transfer.objects.filter(state=_STATE.MOVED, returns_on__lte=today, returned_at=None)
    yield from ((pk, True) for pk in back.values_list("pk", flat=True)[:10])


def _begun(transfer_id: int, returns: bool, now: datetime) -> bool:
    """Where it cannot begin, it is left to people: what was agreed stays, and is not tried over and over."""
    with transaction.atomic():
        transfer = holding.held(transfer_id)
        if flipping.under_way(transfer_id) is not None:
            return False
        by = _in_whose_name(transfer)
        if by is None:
            return False
        if returns:
            outcome = taking_back.begin(transfer_id, None, by=by, now=now, returns=True)
        else:
            outcome = flipping.begin(transfer_id, by=by, now=now)
        if isinstance(outcome, Refused):
            _let_be(transfer, returns, outcome, now)
        return True


def _in_whose_name(transfer: models.Transfer) -> models.Person | None:
    """Whoever said so, or made it; else anybody who may."""
    wanted = [pk for pk in (transfer.moves_by_id, transfer.by_id) if pk is not None]
    rows = {row.pk: row for row in models.Person.objects.filter(pk__in=wanted, is_active=True)}
    known = (rows[pk] for pk in wanted if pk in rows and makes_transfers(rows[pk]) is None)
    found = next(known, None)
    return found or models.Person.objects.filter(is_operations=True, is_active=True).order_by("pk").first()


def _let_be(transfer: models.Transfer, returns: bool, why: Refused, now: datetime) -> None:
    log.info("Transfer %s does not begin by itself: %s", transfer.pk, why.says)
    if returns:
        transfer.returned_at = now
        holding.changed(transfer, now, "returned_at")
    else:
        transfer.moves_by = None
        holding.changed(transfer, now, "moves_by")


# ----------------------------------------------------------------------------------------------------------- by hand


def move_on_its_day(transfer_id: int, wanted: bool, *, by: models.Person, now: datetime) -> Refused | None:
    """Whether it moves by itself on its effective date. Raises `models.Transfer.DoesNotExist`."""
    with transaction.atomic():
        transfer = holding.held(transfer_id)
        refused = makes_transfers(by) or (flipping.why_not(transfer) if wanted else None)
        if refused is not None:
            return refused
        transfer.moves_by = by if wanted else None
        holding.changed(transfer, now, "moves_by")
        action = "moves on its day" if wanted else "no longer moves on its day"
        audit.write(action=action, about="transfer", key=transfer.pk, name=transfer.title, by=audit.person(by), at=now)
    return None


def return_on(transfer_id: int, day: date | None, *, by: models.Person, now: datetime) -> Refused | None:
    """When it returns; None where it is for good. Raises `models.Transfer.DoesNotExist`."""
    if day is not None and day <= now.date():
        says = "Choose a day to come, or take it back now."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="returns_on", says=says),))
    with transaction.atomic():
        transfer = holding.held(transfer_id)
        if (refused := makes_transfers(by)) is not None:
            return refused
        if transfer.returned_at is not None:
            return Refused(code="over", says="It has returned already.")
        was = transfer.returns_on
        transfer.returns_on = day
        holding.changed(transfer, now, "returns_on")
        changes = {"Returns on": [str(was or "for good"), str(day or "for good")]}
        audit.write(
            action="changed",
            about="transfer",
            key=transfer.pk,
            name=transfer.title,
            changes=changes,
            by=audit.person(by),
            at=now,
        )
    return None

"""Moving the accounts of a transfer as long work: at once, or by itself on its effective date.

One rule: it is begun once at a time, and goes on from the lines that are accepted still, whatever happened to whoever
was at it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from handrail.book.transfer import Line, cannot_move
from handrail.desk import models
from handrail.desk.long_work import beginning
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers import flipping, holding, telling_moves
from handrail.desk.transfers.flipping import Done, Place
from handrail.handoff.refusal import Refused

NAME = "flip"
_LINE = models.TransferLine.State
_RUNNING = "Accounts of this transfer are being moved just now. Wait until it is done."


def begin(transfer_id: int, *, by: models.Person, now: datetime) -> models.LongWork | Refused:
    """Lines that could not be moved are tried again. Raises `models.Transfer.DoesNotExist`."""
    with transaction.atomic():
        transfer = holding.held(transfer_id)
        refused = makes_transfers(by) or why_not(transfer)
        if refused is not None:
            return refused
        lines = models.TransferLine.objects.filter(transfer=transfer)
        lines.filter(state=_LINE.FAILED).update(state=_LINE.ACCEPTED)
        total = lines.filter(state=_LINE.ACCEPTED).count()
        transfer.state = models.Transfer.State.MOVING
        holding.changed(transfer, now, "state")
        title = f"Move accounts: {transfer.title}"
        work = beginning.begin(NAME, title, {"transfer": transfer.pk}, by=by, now=now, total=total)
        models.TransferWork.objects.create(transfer=transfer, work=work, does=NAME)
    return work


def why_not(transfer: models.Transfer) -> Refused | None:
    """Why its accounts do not move now, whoever asks."""
    if under_way(transfer.pk) is not None:
        return Refused(
            code="running", says="Accounts of this transfer are being moved just now. Wait until it is done."
        )
    lines = models.TransferLine.objects.filter(transfer=transfer, state__in=[_LINE.ACCEPTED, _LINE.FAILED])
    some = [Line(id=0, name="", state="accepted", receiver=None)] if lines.exists() else []
    return cannot_move(transfer.state, some)  # type: ignore[arg-type]  # the states are those of the model


def under_way(transfer_id: int) -> models.LongWork | None:
    """What is being done to it: moved, taken back or looked at."""
    rows = models.LongWork.objects.filter(transfer_work__transfer=transfer_id, next_at__isnull=False)
    return rows.exclude(sort="look").order_by("-pk").first()


def place_of(work: models.LongWork) -> Place:
    written: dict[str, Any] = work.place
    return Place(after=written.get("after", 0), each=tuple(written.get("each", ())))


def bit_of(work: models.LongWork, done: Done) -> Bit:
    """`done` of the work are the lines that were looked at."""
    place = {"after": done.place.after, "each": list(done.place.each)} if done.place else None
    count = work.done + done.moved + len(done.failed)
    return Bit(place=place, done=count, total=work.total, report=flipping.report_of(work.report, done))


def _bit(work: models.LongWork, now: datetime) -> Bit:
    done = flipping.flip(work.asks["transfer"], place_of(work), by=work.by, now=now)
    if done.place is None:
        telling_moves.tell_moved(work.asks["transfer"], now)
    return bit_of(work, done)


def outcome_of(work: models.LongWork, did: str) -> str:
    """`Moved: 38 accounts with 412 things. Could not be moved: 2.`"""
    moved, failed, items = (work.report.get(name, 0) for name in ("moved", "failed", "items"))
    accounts, things = "account" if moved == 1 else "accounts", "thing" if items == 1 else "things"
    says = f"{did}: {moved:,} {accounts} with {items:,} {things}."
    return f"{says} Could not be {did.lower()}: {failed:,}." if failed else says


SORT = Sort(name=NAME, bit=_bit, outcome=lambda work: outcome_of(work, "Moved"))

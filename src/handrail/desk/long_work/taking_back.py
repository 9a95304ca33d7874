"""Taking a transfer back as long work, as a whole or some of its lines; and giving back what was for a while only.

One rule: it goes on from the lines that have moved still, whatever happened to whoever was at it.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from handrail.book.transfer import Line, cannot_undo
from handrail.desk import models
from handrail.desk.long_work import beginning
from handrail.desk.long_work.flipping import bit_of, outcome_of, place_of, under_way
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers import holding, taking_back, telling_moves
from handrail.desk.transfers.taking_back import Back
from handrail.handoff.refusal import Refused

NAME = "take back"
_LINE = models.TransferLine.State
_RUNNING = "Accounts of this transfer are being moved just now. Wait until it is done."


def begin(
    transfer_id: int, line_ids: Collection[int] | None, *, by: models.Person, now: datetime, returns: bool = False
) -> models.LongWork | Refused:
    """Those lines, or all that moved; `returns` where it comes back as agreed. Raises `models.Transfer.DoesNotExist`
    where there is no such transfer."""
    with transaction.atomic():
        transfer = holding.held(transfer_id)
        lines = _moved(transfer_id, line_ids)
        refused = makes_transfers(by) or why_not(transfer, line_ids)
        if refused is not None:
            return refused
        title = f"{'Return' if returns else 'Take back'}: {transfer.title}"
        asks = {"transfer": transfer.pk, "returns": returns, "lines": sorted(line_ids) if line_ids else None}
        work = beginning.begin(NAME, title, asks, by=by, now=now, total=lines.count())
        models.TransferWork.objects.create(transfer=transfer, work=work, does="return" if returns else "undo")
        holding.changed(transfer, now)
    return work


def why_not(transfer: models.Transfer, line_ids: Collection[int] | None = None) -> Refused | None:
    if under_way(transfer.pk) is not None:
        return Refused(code="running", says=_RUNNING)
    some = [Line(id=0, name="", state="moved", receiver=None)] if _moved(transfer.pk, line_ids).exists() else []
    return cannot_undo(some)


def _moved(transfer_id: int, line_ids: Collection[int] | None) -> QuerySet[models.TransferLine]:
    rows = models.TransferLine.objects.filter(transfer=transfer_id, state=_LINE.MOVED)
    return rows if line_ids is None else rows.filter(pk__in=list(line_ids))


def _bit(work: models.LongWork, now: datetime) -> Bit:
    asks, transfer_id = work.asks, work.asks["transfer"]
    back = Back(lines=asks["lines"], state="returned" if asks["returns"] else "undone", on=_day(work, now))
    done = taking_back.take_back(transfer_id, back, place_of(work), by=work.by, now=now)
    if done.place is None:
        if asks["returns"]:
            models.Transfer.objects.filter(pk=transfer_id, returned_at=None).update(returned_at=now)
        telling_moves.tell_back(transfer_id, work.pk, now)
    return bit_of(work, done)


def _day(work: models.LongWork, now: datetime) -> date:
    """From which sales are whose they were: what returns does so on the day that was agreed, where that has come."""
    agreed = models.Transfer.objects.values_list("returns_on", flat=True).get(pk=work.asks["transfer"])
    return min(agreed, now.date()) if work.asks["returns"] and agreed else now.date()


SORT = Sort(name=NAME, bit=_bit, outcome=lambda work: outcome_of(work, "Taken back"))

"""The dry run of a transfer that is too large to be looked at while somebody waits: what would move, or go back.

One rule: it counts and writes nothing but what it counted, which says at which revision of the transfer that was.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.long_work import beginning
from handrail.desk.long_work.sort import Bit, Sort
from handrail.desk.permissions import makes_transfers
from handrail.desk.transfers import foreseeing
from handrail.desk.transfers.foreseeing import Does
from handrail.handoff.refusal import Refused

NAME = "look"
_AT_ONCE = 200
_STATES: dict[Does, tuple[str, ...]] = {"flip": ("accepted", "failed"), "back": ("moved",)}


def wanted(transfer_id: int, does: Does) -> QuerySet[models.TransferLine]:
    """The lines that would move, or go back."""
    return models.TransferLine.objects.filter(transfer=transfer_id, state__in=_STATES[does])


def begin(transfer_id: int, does: Does, *, by: models.Person, now: datetime) -> models.LongWork | Refused:
    """The one that is under way, where one is. Raises `models.Transfer.DoesNotExist`."""
    with transaction.atomic():
        transfer = models.Transfer.objects.get(pk=transfer_id)
        if (refused := makes_transfers(by)) is not None:
            return refused
        asks = {"transfer": transfer_id, "does": does, "revision": transfer.revision}
        if (standing := beginning.under_way(NAME, **asks)) is not None:
            return standing
        title = f"Look at {'moving' if does == 'flip' else 'taking back'}: {transfer.title}"
        work = beginning.begin(NAME, title, asks, by=by, now=now, total=wanted(transfer_id, does).count())
        models.TransferWork.objects.create(transfer=transfer, work=work, does=f"look {does}")
    return work


def last(transfer: models.Transfer, does: Does) -> models.LongWork | None:
    """The last look, where nothing changed since."""
    rows = models.LongWork.objects.filter(transfer_work__transfer=transfer.pk, transfer_work__does=f"look {does}")
    work = rows.order_by("-pk").first()
    return work if work is not None and work.asks["revision"] == transfer.revision else None


def _bit(work: models.LongWork, now: datetime) -> Bit:
    does: Does = work.asks["does"]
    transfer = models.Transfer.objects.get(pk=work.asks["transfer"])
    rows = wanted(transfer.pk, does).filter(pk__gt=work.place.get("after", 0)).select_related("giver", "receiver")
    lines = list(rows.order_by("pk")[:_AT_ONCE])
    report = foreseeing.together(work.report, foreseeing.foreseen(lines, does, transfer, now))
    place = {"after": lines[-1].pk} if len(lines) == _AT_ONCE else None
    return Bit(place=place, done=work.done + len(lines), total=work.total, report=report)


def _outcome(work: models.LongWork) -> str:
    found = foreseeing.shown(work.report)
    verb = "move" if work.asks["does"] == "flip" else "go back"
    return f"{found.moves:,} things would {verb}, {found.stays:,} stay. In the way: {found.blocked:,}."


SORT = Sort(name=NAME, bit=_bit, outcome=_outcome)

"""What of transfers somebody has to answer, and what of theirs was refused and needs another owner.

One rule: transfers that are with their receivers are few; their lines are counted by an index, never read.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Q

from handrail.desk import models
from handrail.desk.queries.due import Due, due

MOST = 20

LineState = models.TransferLine.State


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`of` is whose answer it is, where that is somebody for whom the reader stands in."""

    transfer_id: int
    title: str
    count: int
    giver: str
    due: Due | None
    of: str = ""
    of_id: int | None = None

    @property
    def words(self) -> str:
        return "1 account" if self.count == 1 else f"{self.count:,} accounts"


def to_answer(person_id: int, stands_in_for: Collection[int], now: datetime) -> tuple[Waiting, ...]:
    """Accounts that wait for an answer of the person, or of those for whom they stand in."""
    people = [person_id, *stands_in_for]
    rows = models.TransferLine.objects.filter(
        Q(receiver__in=people, state=LineState.ASKED), transfer__state=models.Transfer.State.ASKED
    )
    counted = rows.order_by().values("transfer", "receiver", "receiver__name").annotate(lines=Count("pk"))
    found = list(counted[:MOST])
    transfers = _transfers({one["transfer"] for one in found})
    return tuple(
        Waiting(
            transfer_id=one["transfer"],
            title=transfers[one["transfer"]].title,
            count=one["lines"],
            giver=_giver(transfers[one["transfer"]]),
            due=_due(transfers[one["transfer"]], now),
            of="" if one["receiver"] == person_id else one["receiver__name"],
            of_id=None if one["receiver"] == person_id else one["receiver"],
        )
        for one in sorted(found, key=lambda one: (one["transfer"], one["receiver"] != person_id))
    )


def refused(person_id: int, now: datetime) -> tuple[Waiting, ...]:
    """Refused accounts of the transfers that they prepared, or whose giver is of a team that they lead."""
    theirs = Q(by=person_id) | Q(giver__team__lead=person_id)
    with_receivers = models.Transfer.objects.filter(theirs, state=models.Transfer.State.ASKED).order_by("-changed_at")
    transfers = {row.pk: row for row in with_receivers.select_related("giver")[:MOST]}
    if not transfers:
        return ()
    lines = models.TransferLine.objects.filter(transfer__in=transfers, state=LineState.REFUSED)
    counts = dict(lines.order_by().values_list("transfer").annotate(lines=Count("pk")))
    return tuple(
        Waiting(transfer_id=key, title=row.title, count=counts[key], giver=_giver(row), due=_due(row, now))
        for key, row in transfers.items()
        if counts.get(key)
    )


def _transfers(ids: Collection[int]) -> dict[int, models.Transfer]:
    return models.Transfer.objects.select_related("giver").in_bulk(list(ids)) if ids else {}


def _giver(transfer: models.Transfer) -> str:
    return transfer.giver.name if transfer.giver else "Several people"


def _due(transfer: models.Transfer, now: datetime) -> Due | None:
    return due(datetime.combine(transfer.effective_date, time.min, now.tzinfo), "UTC", now)

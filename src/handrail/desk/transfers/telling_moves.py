"""Telling people of a transfer that moved, or came back: one notice each, however many accounts it was.

One rule: it is written in the transaction that ends it.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, QuerySet

from handrail.desk import models
from handrail.desk.transfers.telling import WHOLE, Told, tell


def tell_moved(transfer_id: int, now: datetime) -> None:
    """Whoever got something in it, and whoever gave."""
    transfer = models.Transfer.objects.get(pk=transfer_id)
    moved = models.TransferLine.objects.filter(transfer=transfer, state="moved")
    got = {pk: f"{_accounts(count)} of it {_is(count)} yours now." for pk, count in _counted(moved, "receiver")}
    gave = {pk: f"{_accounts(count)} of yours {_has(count)} gone to others." for pk, count in _counted(moved, "giver")}
    _tell(transfer, "moved", f"Moved: {transfer.title}", {**gave, **got}, now)


def tell_back(transfer_id: int, work_id: int, now: datetime) -> None:
    """That accounts are back with whom they came from: both sides."""
    transfer = models.Transfer.objects.get(pk=transfer_id)
    back = models.TransferLine.objects.filter(transfer=transfer, state__in=["returned", "undone"])
    gave = {pk: f"{_accounts(count)} of it {_has(count)} gone back." for pk, count in _counted(back, "receiver")}
    got = {pk: f"{_accounts(count)} of it {_is(count)} yours again." for pk, count in _counted(back, "giver")}
    _tell(transfer, f"back{work_id}", f"Back: {transfer.title}", {**gave, **got}, now)


def _counted(lines: QuerySet[models.TransferLine], whom: str) -> Iterator[tuple[int, int]]:
    rows = lines.exclude(**{whom: None}).order_by().values_list(whom).annotate(count=Count("*"))
    yield from rows


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count:,} accounts"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _tell(transfer: models.Transfer, key: str, title: str, whys: dict[int, str], now: datetime) -> None:
    place, key = f"{transfer.pk} {WHOLE}", f"transfer{transfer.pk}:{key}"
    told = (Told(person_id=pk, key=key, sort="told", title=title, why=why, place=place) for pk, why in whys.items())
    tell(told, now=now)

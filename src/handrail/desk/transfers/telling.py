"""Telling people of a transfer that moved, or came back: one notice each, however many accounts it was.

One rule: it is written in the transaction that ends it, and nobody is told twice of the same.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, QuerySet

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.notices import Reader, readers

Mail = models.Notice.Mail

_SORT = "told"


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
    known = readers(whys, company(), now) if whys else {}
    rows = [_notice(transfer, key, title, pk, whys[pk], reader, now) for pk, reader in known.items()]
    models.Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _notice(
    transfer: models.Transfer, key: str, title: str, person: int, why: str, reader: Reader, now: datetime
) -> models.Notice:
    mail_at = reader.mailed_at(_SORT, now)
    return models.Notice(
        person_id=person,
        key=f"transfer{transfer.pk}:{key}",
        sort=_SORT,
        about="transfer",
        name=str(transfer.pk),
        title=title,
        why=why,
        at=now,
        mail=Mail.QUEUED if mail_at else Mail.NONE,
        mail_at=mail_at,
    )

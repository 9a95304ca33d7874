"""Notices about transfers: that accounts wait for an answer, and what was answered.

One rule: told in the transaction of what it tells. One notice for each person and thing: what is new replaces it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.notices import Reader, readers
from handrail.handoff.notices import ACTING

Mail = models.Notice.Mail
ABOUT = "transfer"
WHOLE = "whole"  # leads to the transfer itself


@dataclass(frozen=True, kw_only=True)
class Told:
    """`place` is which part of the transfer it leads to: its id, and after a space what is shown of it."""

    person_id: int
    key: str
    sort: str
    title: str
    why: str
    place: str
    due_at: datetime | None = None
    on_behalf_of: int | None = None


def tell(told: Iterable[Told], *, now: datetime) -> None:
    """Whoever is away is told too, and their delegate with them; nobody who has left."""
    rows = list(told)
    if not rows:
        return
    known = readers({one.person_id for one in rows}, company(), now)
    delegates = {one.delegate for one in known.values() if one.delegate is not None}
    known |= readers(delegates - known.keys(), company(), now) if delegates - known.keys() else {}
    rows += list(_handed_on(rows, known))
    models.Notice.objects.bulk_create(
        [_row(one, known[one.person_id], now) for one in rows if one.person_id in known],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["person", "key"],
        update_fields=["sort", "name", "title", "why", "due_at", "at", "seen_at", "over_at", "mail", "mail_at"],
    )


def _handed_on(rows: Iterable[Told], known: dict[int, Reader]) -> Iterator[Told]:
    for one in rows:
        reader = known.get(one.person_id)
        delegate = reader.delegate if reader else None
        if one.sort in ACTING and delegate in known and not known[delegate].is_away:
            yield replace(one, person_id=delegate, key=f"{one.key}.for{one.person_id}", on_behalf_of=one.person_id)


def _row(one: Told, reader: Reader, now: datetime) -> models.Notice:
    mail_at = reader.mailed_at(one.sort, now)
    return models.Notice(
        person_id=one.person_id,
        key=one.key,
        sort=one.sort,
        about=ABOUT,
        name=one.place,
        title=one.title[:1000],
        why=one.why[:1000],
        due_at=one.due_at,
        on_behalf_of_id=one.on_behalf_of,
        at=now,
        mail=Mail.QUEUED if mail_at else Mail.NONE,
        mail_at=mail_at,
    )


def tell_no_more(key: str, people: Collection[int], *, now: datetime) -> None:
    """What asked something of these people is over, for whoever stands in for them too."""
    stand_ins = models.Absence.objects.filter(person__in=people, delegate__isnull=False)
    whose = {*people, *stand_ins.values_list("delegate_id", flat=True)}
    keys = [key, *(f"{key}.for{one}" for one in people)]
    over = models.Notice.objects.filter(person__in=whose, key__in=keys, over_at=None)
    over.filter(mail=Mail.QUEUED).update(mail=Mail.DROPPED, mail_at=None)
    over.update(over_at=now)


def key_of_asking(transfer_id: int) -> str:
    return f"transfer{transfer_id}.ask"

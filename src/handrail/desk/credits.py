"""Whose sale an opportunity is, and since when: the rows that tell it.

One rule: a row is never rewritten, only ended: on the day on which the next one begins. At most one of an opportunity
is open. Doing it again changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import Q, QuerySet

from handrail.desk import models

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Moved:
    """That the credit for an opportunity passed from one person to another; nobody is None."""

    record_id: int
    was: int | None
    now: int | None


def follow(keys: Iterable[str], *, source: str, now: datetime) -> None:
    """The credit for the opportunities of these keys is their owners'. Where nobody has it yet it is so since the
    opportunity was opened, else from today on."""
    rows = models.CrmRecord.objects.filter(sort=models.CrmRecord.Sort.OPPORTUNITY, key__in=list(keys))
    records = list(rows.only("pk", "owner_id", "opened_on", "closed_on").order_by("pk"))
    began = set(
        models.Credit.objects.filter(record__in=[row.pk for row in records]).values_list("record_id", flat=True)
    )
    today = now.date()
    models.Credit.objects.bulk_create(
        [
            models.Credit(record=row, person_id=row.owner_id, since=_first_day(row, today), source=source[:400])
            for row in records
            if row.pk not in began and row.owner_id is not None
        ],
        ignore_conflicts=True,
    )
    later = {row.pk: row.owner_id for row in records if row.pk in began}
    pass_on(later, on=today, source=source)


def _first_day(row: models.CrmRecord, today: date) -> date:
    days = [one for one in (row.opened_on, row.closed_on) if one is not None]
    return min(days, default=today)


def pass_on(people: Mapping[int, int | None], *, on: date, source: str) -> list[Moved]:
    """By opportunity whose its credit is from that day on, None where nobody's. What is so already stays, untold."""
    moved: list[Moved] = []
    rest = iter(sorted(people.items()))
    while chunk := dict(islice(rest, CHUNK)):
        moved += _pass_on(chunk, on, source)
    return moved


def _pass_on(people: Mapping[int, int | None], on: date, source: str) -> list[Moved]:
    rows = models.Credit.objects.filter(record__in=people, until=None).order_by("record_id")
    standing = {row.record_id: row for row in rows}
    moved = [
        Moved(record_id=pk, was=standing[pk].person_id if pk in standing else None, now=person)
        for pk, person in people.items()
        if (standing[pk].person_id if pk in standing else None) != person
    ]
    ended = [standing[one.record_id] for one in moved if one.record_id in standing]
    for row in ended:
        row.until = max(row.since, on)
    models.Credit.objects.bulk_update(ended, ["until"])
    models.Credit.objects.bulk_create(
        [
            models.Credit(
                record_id=one.record_id,
                person_id=one.now,
                since=_day_of(standing.get(one.record_id), on),
                source=source[:400],
            )
            for one in moved
            if one.now is not None
        ]
    )
    return moved


def _day_of(before: models.Credit | None, on: date) -> date:
    """One follows the other without a gap."""
    return before.until if before is not None and before.until is not None else on


def held_on(day: date) -> "QuerySet[models.Credit]":
    """Who has the credit for what on that day."""
    return models.Credit.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


def holder_on(record_ids: Sequence[int], day: date) -> dict[int, int]:
    """By opportunity whose its credit is on that day; nobody's are left out."""
    return dict(
        held_on(day).filter(record__in=record_ids).order_by("since", "pk").values_list("record_id", "person_id")
    )

"""The list of transfers: searched, filtered, sorted, a page at a time or all of it for a file.

One rule: whoever prepares no transfers sees those in which they give or get something, and no others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, Q, QuerySet

from handrail.book.transfer import OPEN_LINES
from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.permissions import makes_transfers
from handrail.desk.prepared import prepared
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.transfer_lines import name_of

SORTS = ("changed", "effective", "title")
OPEN = "open"
_COLUMNS = (
    "id",
    "title",
    "reason",
    "giver_id",
    "effective_date",
    "returns_on",
    "returned_at",
    "state",
    "by_name",
    "changed_at",
)
_CHUNK = 500
_SORTED = {"changed": "changed_at", "effective": "effective_date", "title": "title"}
_State = models.TransferLine.State
_ANSWERED = (_State.ACCEPTED, _State.REFUSED)
_MOVED = (_State.MOVED, _State.RETURNED)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`state` is one of a transfer's, or `OPEN` for those that are not over; `giver` an id."""

    text: str = ""
    state: str = ""
    reason: str = ""
    giver: str = ""
    sort: str = "-changed"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.state or self.reason or self.giver)


@dataclass(frozen=True, kw_only=True)
class TransferRow:
    """`lines` are those that are not left out; of those so many are `answered`, and so many have `moved`."""

    id: int
    title: str
    reason: str
    giver: str
    giver_id: int | None
    effective_date: date
    returns_on: date | None
    returned_at: datetime | None
    state: str
    by: str
    changed_at: datetime
    lines: int
    answered: int
    moved: int

    @property
    def looks(self) -> str:
        """Its state; of one that moved and of which nothing is where it was put, `undone`."""
        return "undone" if self.state == "moved" and not self.moved else self.state


def transfers(person: models.Person, wanted: Wanted, number: int) -> Page[TransferRow]:
    return page_of(_found(person, wanted).values(*_COLUMNS), number, _rows)


def all_transfers(person: models.Person, wanted: Wanted) -> Iterator[TransferRow]:
    rows = _found(person, wanted).values(*_COLUMNS).iterator(chunk_size=_CHUNK)
    while taken := list(islice(rows, _CHUNK)):
        yield from _rows(taken)


def _found(person: models.Person, wanted: Wanted) -> QuerySet[models.Transfer]:
    rows = models.Transfer.objects.all()
    if makes_transfers(person) is not None:
        rows = rows.filter(_with(person.pk))
    if wanted.text:
        rows = rows.filter(title__icontains=wanted.text)
    if wanted.state:
        states = ("draft", "asked", "moving") if wanted.state == OPEN else (wanted.state,)
        rows = rows.filter(state__in=states)
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if wanted.giver:
        rows = rows.filter(giver=int(wanted.giver))
    sign = "-" if wanted.sort.startswith("-") else ""
    return rows.order_by(f"{sign}{_SORTED[wanted.sort.lstrip('-')]}", f"{sign}id")


def _with(person_id: int) -> Q:
    """Those in which the person gives, or is asked to get something. Whoever was only proposed sees nothing yet."""
    gives = models.TransferLine.objects.filter(giver=person_id).exclude(state=_State.DROPPED)
    gets = models.TransferLine.objects.filter(receiver=person_id).exclude(state__in=[_State.DROPPED, _State.PROPOSED])
    return Q(giver=person_id) | Q(pk__in=gives.values("transfer")) | Q(pk__in=gets.values("transfer"))


def takes_part(person_id: int, transfer_id: int) -> bool:
    return models.Transfer.objects.filter(_with(person_id), pk=transfer_id).exists()


def sees_any(person: models.Person) -> bool:
    """Whether there is a section of transfers for them: whoever leads a team or is CS Operations, gives or gets."""
    if person.is_operations:
        return True
    leads = models.Team.objects.filter(lead=person.pk)
    gives = models.TransferLine.objects.filter(giver=person.pk)
    gets = models.TransferLine.objects.filter(receiver=person.pk)
    given = models.Transfer.objects.filter(giver=person.pk)
    return models.Person.objects.filter(
        Exists(leads) | Exists(gives) | Exists(gets) | Exists(given), pk=person.pk
    ).exists()


def _rows(taken: list[dict[str, Any]]) -> tuple[TransferRow, ...]:
    members, counted = company().members, _counted([one["id"] for one in taken])
    return tuple(
        TransferRow(
            id=one["id"],
            title=one["title"],
            reason=models.Transfer.Reason(one["reason"]).label,
            giver=name_of(one["giver_id"], members),
            giver_id=one["giver_id"],
            effective_date=one["effective_date"],
            returns_on=one["returns_on"],
            returned_at=one["returned_at"],
            state=one["state"],
            by=one["by_name"],
            changed_at=one["changed_at"],
            lines=_sum(counted, one["id"], tuple(set(_State) - {_State.DROPPED})),
            answered=_sum(counted, one["id"], _ANSWERED),
            moved=_sum(counted, one["id"], _MOVED),
        )
        for one in taken
    )


def _sum(counted: Mapping[tuple[int, str], int], transfer_id: int, states: tuple[str, ...]) -> int:
    return sum(counted.get((transfer_id, state), 0) for state in states)


def _counted(transfer_ids: list[int]) -> dict[tuple[int, str], int]:
    """Which an index answers alone."""
    rows = models.TransferLine.objects.filter(transfer__in=transfer_ids).order_by()
    counts = rows.values_list("transfer_id", "state").annotate(count=Count("*"))
    return {(transfer, state): count for transfer, state, count in counts}


def open_transfer_of(customer_id: int) -> tuple[int, str] | None:
    """The transfer that is not over and has the account, with its title."""
    return next(iter(_open_lines(customer_id)), None)


@prepared
def _open_lines(customer_id: int) -> QuerySet[models.TransferLine, tuple[int, str]]:
    open_ones = {"state__in": OPEN_LINES, "transfer__state__in": ("draft", "asked", "moving")}
    lines = models.TransferLine.objects.filter(customer=customer_id, **open_ones).order_by("pk")
    return lines.values_list("transfer", "transfer__title")[:1]

"""The lines of a transfer: filtered, sorted, a page at a time or all of them for a file.

One rule: people are named from the company that is in memory; a page of lines is as few questions as one line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.folding import words_of
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.search import of_customers_named
from handrail.handoff.company import Member

SIZE = 50
SORTS = ("added", "account", "mrr", "receiver")
NOBODY, ANY_WAY = "nobody", "none"
_CHUNK = 1_000
_COLUMNS = (
    "id",
    "customer_id",
    "customer__name",
    "customer__key",
    "giver_id",
    "is_owned",
    "receiver_id",
    "pool__name",
    "is_pinned",
    "way",
    "rule",
    "why",
    "next_best",
    "state",
    "answer",
    "answer_note",
    "says",
    "measures",
    "sheet",
    "handoff_id",
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is asked for. `receiver` and `giver` are ids, or `NOBODY`; `way` one of the decision's, or
    `ANY_WAY` where none was found. Those that are left out show only where they are asked for."""

    text: str = ""
    way: str = ""
    state: str = ""
    receiver: str = ""
    giver: str = ""
    sort: str = "added"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.way or self.state or self.receiver or self.giver)


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """`mrr` is in cents, None where it is not known; `sheet` is what the spreadsheet says of the account."""

    id: int
    customer_id: int | None
    name: str
    key: str
    giver: str
    giver_id: int | None
    is_owned: bool
    receiver: str
    receiver_id: int | None
    pool: str
    is_pinned: bool
    way: str
    rule: str
    why: str
    next_best: str
    state: str
    answer: str
    answer_note: str
    says: str
    mrr: int | None
    handoff_id: int | None
    sheet: Mapping[str, Any] = field(default_factory=dict)


def lines(transfer_id: int, wanted: Wanted, number: int) -> Page[LineRow]:
    return page_of(_ordered(transfer_id, wanted).values(*_COLUMNS), number, _rows, size=SIZE)


def all_lines(transfer_id: int, wanted: Wanted) -> Iterator[tuple[LineRow, ...]]:
    """Read bit by bit."""
    rows = _ordered(transfer_id, wanted).values(*_COLUMNS).iterator(chunk_size=_CHUNK)
    while taken := list(islice(rows, _CHUNK)):
        yield _rows(taken)


def wanted_lines(transfer_id: int, wanted: Wanted) -> QuerySet[models.TransferLine]:
    """In no order."""
    rows = models.TransferLine.objects.filter(transfer=transfer_id)
    if wanted.text and words_of(wanted.text):
        rows = of_customers_named(rows, "customer", wanted.text)
    if wanted.way:
        rows = rows.filter(way="" if wanted.way == ANY_WAY else wanted.way)
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=models.TransferLine.State.DROPPED)
    if wanted.receiver:
        rows = rows.filter(_is_for(wanted.receiver))
    if wanted.giver:
        rows = rows.filter(giver__isnull=True) if wanted.giver == NOBODY else rows.filter(giver=int(wanted.giver))
    return rows


def _is_for(receiver: str) -> Q:
    if receiver == NOBODY:
        return Q(receiver__isnull=True, pool__isnull=True)
    return Q(receiver=int(receiver))


def _ordered(transfer_id: int, wanted: Wanted) -> QuerySet[models.TransferLine]:
    rows = wanted_lines(transfer_id, wanted)
    down = wanted.sort.startswith("-")
    match wanted.sort.lstrip("-"):
        case "account":
            place = F("customer__sort_name")
        case "mrr":
            rows = rows.annotate(mrr=Cast(KT("measures__mrr"), BigIntegerField()))
            place = F("mrr")
        case "receiver":
            place = F("receiver__name")
        case _:
            return rows.order_by("-id" if down else "id")
    return rows.order_by(place.desc(nulls_last=True) if down else place.asc(nulls_last=True), "id")


def _rows(taken: list[dict[str, Any]]) -> tuple[LineRow, ...]:
    members = company().members
    return tuple(_row(one, members) for one in taken)


def _row(one: dict[str, Any], members: Mapping[int, Member]) -> LineRow:
    measures = one["measures"] or {}
    return LineRow(
        id=one["id"],
        customer_id=one["customer_id"],
        name=one["customer__name"] or "On no account",
        key=one["customer__key"] or "",
        giver=name_of(one["giver_id"], members),
        giver_id=one["giver_id"],
        is_owned=one["is_owned"],
        receiver=name_of(one["receiver_id"], members),
        receiver_id=one["receiver_id"],
        pool=one["pool__name"] or "",
        is_pinned=one["is_pinned"],
        way=one["way"],
        rule=one["rule"],
        why=one["why"],
        next_best=one["next_best"],
        state=one["state"],
        answer=one["answer"],
        answer_note=one["answer_note"],
        says=one["says"],
        mrr=measures.get("mrr"),
        handoff_id=one["handoff_id"],
        sheet=one["sheet"] or {},
    )


def name_of(person_id: int | None, members: Mapping[int, Member]) -> str:
    """Who has left keeps their name, and is told to have left; empty is nobody."""
    found = members.get(person_id) if person_id is not None else None
    return "" if found is None else found.name if found.is_active else f"{found.name} (left)"

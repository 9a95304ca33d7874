"""Everything that hangs on accounts, gathered for many lines at once: the account, what other systems have on it, whose
sale each opportunity is, and what its handoffs have.

One rule: the number of queries does not grow with the lines, and whatever is found is in the manifest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from handrail.book.manifest import Hanging
from handrail.desk import models
from handrail.desk.transfers.hanging_in_handoffs import InHandoff, in_handoffs

CHUNK = 500

Record = tuple[int, str, int | None, int | None, str, str, str, bool, date | None, date | None, Decimal | None, str]
"""id, sort, customer, owner, key, title, stage, is_open, opened_on, closed_on, amount, about."""
_RECORD = (
    "pk",
    "sort",
    "customer_id",
    "owner_id",
    "key",
    "title",
    "stage",
    "is_open",
    "opened_on",
    "closed_on",
    "amount",
    "about",
)
_OPPORTUNITY = models.CrmRecord.Sort.OPPORTUNITY.value


@dataclass(frozen=True, kw_only=True)
class _Found:
    """By customer, or by giver what is on no account; `credits` by record, with whose it is and since when."""

    accounts: Mapping[int, tuple[str, int | None]]
    records: Mapping[int | None, Sequence[Record]]
    loose: Mapping[int | None, Sequence[Record]] = field(default_factory=dict)
    credits: Mapping[int, tuple[int, int, date]]
    handoffs: Mapping[int, Sequence[InHandoff]]


def hanging_on(lines: Sequence[models.TransferLine], *, now: datetime) -> dict[int, tuple[Hanging, ...]]:
    """By line's id; a line's own things come in the order in which they are read: the account first."""
    found: dict[int, tuple[Hanging, ...]] = {}
    for at in range(0, len(lines), CHUNK):
        chunk = lines[at : at + CHUNK]
        gathered = _gathered(chunk, now)
        found |= {line.pk: tuple(_on_line(line, gathered)) for line in chunk}
    return found


def _gathered(lines: Sequence[models.TransferLine], now: datetime) -> _Found:
    customers = sorted({line.customer_id for line in lines if line.customer_id is not None})
    accounts = models.Customer.objects.filter(pk__in=customers).values_list("pk", "name", "owner_id")
    records = _records(customer__in=customers) if customers else []
    givers = {line.giver_id for line in lines if line.customer_id is None and line.giver_id is not None}
    loose = _records(customer=None, owner__in=givers) if givers else []
    return _Found(
        accounts={pk: (name, owner) for pk, name, owner in accounts},
        records=_by(records, 2),
        loose=_by(loose, 3),
        credits=_credits(pk for pk, sort, *_ in (*records, *loose) if sort == _OPPORTUNITY),
        handoffs=in_handoffs(customers, now),
    )


def _records(**where: Any) -> list[Record]:
    rows = models.CrmRecord.objects.filter(**where).order_by("customer", "sort", "-is_open", "pk")
    return list(rows.values_list(*_RECORD))


def _by(rows: Iterable[Record], column: int) -> dict[int | None, list[Record]]:
    found: dict[int | None, list[Record]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)  # type: ignore[arg-type]
    return found


def _credits(record_ids: Iterable[int]) -> dict[int, tuple[int, int, date]]:
    rows = models.Credit.objects.filter(record__in=list(record_ids), until=None)
    return {record: (pk, person, since) for record, pk, person, since in rows.values_list(*_CREDIT)}


_CREDIT = ("record_id", "pk", "person_id", "since")


def _on_line(line: models.TransferLine, found: _Found) -> Iterator[Hanging]:
    if line.customer_id is None:
        yield from _of_records(found.loose.get(line.giver_id, ()), found)
        return
    name, owner = found.accounts[line.customer_id]
    mrr = line.measures.get("mrr")
    yield Hanging(sort="account", ref=str(line.customer_id), title=name, holder=owner, amount=mrr)
    yield from _of_records(found.records.get(line.customer_id, ()), found)
    for handoff in found.handoffs.get(line.customer_id, ()):
        for thing in handoff.hanging(line.giver_id, owner):
            is_own = handoff.id == line.handoff_id
            yield replace(thing, data={**thing.data, "of_transfer": "yes"}) if is_own else thing


def _of_records(records: Iterable[Record], found: _Found) -> Iterator[Hanging]:
    for row in records:
        yield _record(row)
        if row[1] == _OPPORTUNITY:
            yield _credit(row, found.credits.get(row[0]))


def _record(row: Record) -> Hanging:
    pk, sort, _, owner, key, title, stage, is_open, _, closed_on, amount, about = row
    return Hanging(
        sort=sort,  # type: ignore[arg-type]  # the sorts of records are sorts of what hangs on an account
        ref=str(pk),
        title=title or key,
        holder=owner,
        is_over=not is_open,
        over_on=closed_on,
        amount=_cents(amount),
        stage=stage,
        place=about,
        data={"record": str(pk)},
    )


def _credit(row: Record, credit: tuple[int, int, date] | None) -> Hanging:
    """Where nobody wrote down whose sale it is, it is its owner's, since it was opened."""
    pk, _, _, owner, key, title, stage, is_open, opened_on, closed_on, amount, _ = row
    data = {"record": str(pk), "since": str(opened_on or closed_on or "")}
    if credit is not None:
        data = {"record": str(pk), "credit": str(credit[0]), "since": str(credit[2])}
    return Hanging(
        sort="credit",
        ref=str(pk),
        title=title or key,
        holder=credit[1] if credit else owner,
        is_over=not is_open,
        over_on=closed_on,
        amount=_cents(amount),
        stage=stage,
        data=data,
    )


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)

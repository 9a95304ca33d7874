"""What customers bought and have not used: the list of all of it, the balance of one customer, and what was used.

One rule: every order of the list follows an index of what is left, so that what is over costs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from handrail.desk import models
from handrail.desk.entitled import MOST_OF_A_CUSTOMER, bought_of
from handrail.desk.queries.pages import SIZE, Page, page_of
from handrail.desk.queries.search import customers_named
from handrail.order.entitlement import BY_TIME, RUNNING_OUT_DAYS, State, state

NOBODY = "nobody"
SORTS = ("date", "sold")
STATES: Mapping[str, str] = {
    "undated": "Without a date",
    "past": "Past its date",
    "undated or past": "Without a date or past it",
    "running out": "Running out",
}
_CHUNK = 1_000
_MOST_DAYS = 3_660


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is asked for; what is empty asks for nothing in particular. `owner` is a person's id, or `NOBODY`;
    `days` is within how many it runs out."""

    text: str = ""
    customer: int | None = None
    owner: str = ""
    kind: str = ""
    state: str = ""
    days: int = RUNNING_OUT_DAYS
    sort: str = "date"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.customer or self.owner or self.kind or self.state)

    @property
    def owner_id(self) -> int | None:
        return int(self.owner) if self.owner and self.owner != NOBODY else None


def wanted_of_json(written: dict[str, Any]) -> Wanted:
    return Wanted(**written)


def days_of(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else RUNNING_OUT_DAYS
    return min(max(number, 1), _MOST_DAYS)


@dataclass(frozen=True, kw_only=True)
class Line:
    id: int
    customer_id: int
    customer: str
    owner: str
    title: str
    sku: str
    kind: str
    unit: str
    quantity: Decimal
    used: Decimal
    left: Decimal
    sold_on: date
    starts_on: date | None
    consume_by: date | None
    state: State
    order_id: int | None
    order: str
    source: str
    closed_as: str


# ----------------------------------------------------------------------------------------------------------- the list


def wanted_entitlements(wanted: Wanted, today: date) -> QuerySet[models.Entitlement]:
    """Of which something is left to call for, in no order."""
    rows = models.Entitlement.objects.filter(closed_at=None, used__lt=F("quantity")).exclude(kind__in=BY_TIME)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    return _in_state(_of_whom(rows, wanted), wanted, today)


def _of_whom(rows: QuerySet[models.Entitlement], wanted: Wanted) -> QuerySet[models.Entitlement]:
    if wanted.customer is not None:
        rows = rows.filter(customer=wanted.customer)
    if wanted.text:
        rows = rows.filter(customer__in=customers_named(wanted.text))
    if wanted.owner:
        rows = rows.filter(customer__owner=None if wanted.owner == NOBODY else wanted.owner_id)
    return rows


def _in_state(rows: QuerySet[models.Entitlement], wanted: Wanted, today: date) -> QuerySet[models.Entitlement]:
    match wanted.state:
        case "undated":
            return rows.filter(consume_by=None)
        case "past":
            return rows.filter(consume_by__lt=today)
        case "undated or past":
            return rows.filter(consume_by=None) | rows.filter(consume_by__lt=today)
        case "running out":
            return rows.filter(consume_by__gte=today, consume_by__lte=today + timedelta(days=wanted.days))
        case _:
            return rows


def _parts(wanted: Wanted, today: date) -> list[QuerySet[models.Entitlement]]:
    """In order. Those with a date and those without follow an index each: what comes first by the date is followed by
    what has none, the oldest sale first."""
    sign = "-" if wanted.sort.startswith("-") else ""
    rows = wanted_entitlements(wanted, today)
    by_sale = (f"{sign}sold_on", f"{sign}id")
    if wanted.sort.endswith("sold") or wanted.state == "undated":
        return [rows.order_by(*by_sale)]
    dated = rows.filter(consume_by__isnull=False).order_by(f"{sign}consume_by", f"{sign}id")
    if wanted.state in {"past", "running out"}:
        return [dated]
    return [dated, rows.filter(consume_by=None).order_by("sold_on", "id")]


def entitlements(wanted: Wanted, today: date, number: int) -> Page[Line]:
    parts = [_shown(one) for one in _parts(wanted, today)]

    def show(taken: list[models.Entitlement]) -> tuple[Line, ...]:
        return lines_of(taken, today)

    return page_of(_Both(*parts), number, show) if len(parts) > 1 else page_of(parts[0], number, show)  # type: ignore[arg-type]


class _Both:
    """The rows of two questions, one after the other, as far as a page asks of them."""

    def __init__(self, first: QuerySet[models.Entitlement], second: QuerySet[models.Entitlement]) -> None:
        self._first, self._second = first, second

    def __getitem__(self, at: slice) -> list[models.Entitlement]:
        taken = list(self._first[at])
        count = at.stop - at.start
        if len(taken) == count:
            return taken
        # Counted in its order, which follows an index: of a few among many, a database may else look at all.
        skipped = max(0, at.start - self._first[: at.start + 1].count()) if at.start and not taken else 0
        return taken + list(self._second[skipped : skipped + count - len(taken)])

    def order_by(self) -> "_Counted":
        return _Counted(self._first, self._second)


class _Counted:
    """How many rows both have, up to an end."""

    def __init__(self, first: QuerySet[models.Entitlement], second: QuerySet[models.Entitlement]) -> None:
        self._first, self._second = first, second
        self._most = SIZE

    def __getitem__(self, at: slice) -> "_Counted":
        self._most = at.stop
        return self

    def count(self) -> int:
        found = self._first.order_by()[: self._most].count()
        rest = self._most - found
        return found + (self._second.order_by()[:rest].count() if rest else 0)


def all_entitlements(wanted: Wanted, today: date) -> Iterator[Line]:
    """Every one that is wanted, read bit by bit."""
    for part in _parts(wanted, today):
        for row in _shown(part).iterator(chunk_size=_CHUNK):
            yield _line(row, today)


def _shown(rows: QuerySet[models.Entitlement]) -> QuerySet[models.Entitlement]:
    return rows.select_related("customer__owner", "order").only(*_COLUMNS)


_COLUMNS = (
    *(one.attname for one in models.Entitlement._meta.concrete_fields),
    "customer__name",
    "customer__owner__name",
    "order__number",
)


def first_of(wanted: Wanted, today: date, most: int) -> list[models.Entitlement]:
    """The first few of those that are wanted, in their order, for a preview."""
    found: list[models.Entitlement] = []
    for part in _parts(wanted, today):
        found += list(part.select_related("customer")[: most - len(found)])
        if len(found) >= most:
            break
    return found


def count_text(wanted: Wanted, today: date, most: int = 1_000) -> str:
    """`1,000+` where there are more."""
    count = sum(part.order_by()[: most + 1].count() for part in _parts(wanted, today))
    return f"{most:,}+" if count > most else f"{count:,}"


def lines_of(rows: Iterable[models.Entitlement], today: date) -> tuple[Line, ...]:
    return tuple(_line(row, today) for row in rows)


def _line(row: models.Entitlement, today: date) -> Line:
    one = bought_of(row)
    return Line(
        id=row.pk,
        customer_id=row.customer_id,
        customer=row.customer.name,
        owner=row.customer.owner.name if row.customer.owner else "",
        title=row.title,
        sku=row.sku,
        kind=row.kind,
        unit=row.unit,
        quantity=row.quantity,
        used=row.used,
        left=one.left,
        sold_on=row.sold_on,
        starts_on=row.starts_on,
        consume_by=row.consume_by,
        state=state(one, today),
        order_id=row.order_id,
        order=row.order.number if row.order else "",
        source=row.source,
        closed_as=row.closed_as,
    )


# ------------------------------------------------------------------------------------------------------ one customer


def rows_of_customer(customer_id: int) -> list[models.Entitlement]:
    """All that it ever bought, what is to be used first before the rest. One query."""
    rows = models.Entitlement.objects.filter(customer=customer_id).select_related("customer__owner", "order")
    return list(rows.only(*_COLUMNS).order_by("customer", "consume_by", "id")[:MOST_OF_A_CUSTOMER])


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one use took from one entitlement."""

    entitlement_id: int
    title: str
    quantity: Decimal
    sold_on: date
    consume_by: date | None


@dataclass(frozen=True, kw_only=True)
class Use:
    """What was recorded together. `upload` is a file of it, with the handoff that it hangs on."""

    together: str
    title: str
    quantity: Decimal
    used_on: date
    evidence: str
    upload: models.Upload | None
    by: str
    at: datetime
    parts: tuple[Part, ...]
    undone_at: datetime | None
    undone_by: str
    undone_reason: str


def uses_of(entitlement_ids: Sequence[int], most: int = 200) -> tuple[Use, ...]:
    """What was used of these, the newest first."""
    rows = models.Consumption.objects.filter(entitlement__in=entitlement_ids)
    found: dict[str, list[models.Consumption]] = {}
    for row in rows.select_related("entitlement", "upload").order_by("-used_on", "-id")[:most]:
        found.setdefault(row.together or f"c{row.pk}", []).append(row)
    return tuple(_use(some) for some in found.values())


def _use(some: list[models.Consumption]) -> Use:
    first = some[0]
    parts = [
        Part(
            entitlement_id=one.entitlement_id,
            title=one.entitlement.title,
            quantity=one.quantity,
            sold_on=one.entitlement.sold_on,
            consume_by=one.entitlement.consume_by,
        )
        for one in reversed(some)
    ]
    return Use(
        together=first.together,
        title=first.entitlement.title,
        quantity=sum((one.quantity for one in some), Decimal(0)),
        used_on=first.used_on,
        evidence=first.evidence,
        upload=first.upload,
        by=first.by_name,
        at=first.at,
        parts=tuple(parts),
        undone_at=first.undone_at,
        undone_by=first.undone_by_name,
        undone_reason=first.undone_reason,
    )


@dataclass(frozen=True, kw_only=True)
class OutcomeLine:
    entitlement_id: int
    customer_id: int
    customer: str
    title: str
    state: str
    says: str


def outcomes(work: models.LongWork, wanted_state: str, number: int) -> Page[OutcomeLine]:
    rows = models.WorkedEntitlement.objects.filter(work=work, state=wanted_state).order_by("entitlement")
    shown = rows.select_related("entitlement__customer")
    return page_of(
        shown,
        number,
        lambda taken: tuple(
            OutcomeLine(
                entitlement_id=one.entitlement_id,
                customer_id=one.entitlement.customer_id,
                customer=one.entitlement.customer.name,
                title=one.entitlement.title,
                state=one.state,
                says=one.says,
            )
            for one in taken
        ),
    )

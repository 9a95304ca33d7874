"""The list of orders: searched, filtered, sorted, a page at a time or all of it for a file; and what they come to.

One rule: nothing is summed over currencies, and nothing is summed or counted without an end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.db import connection
from django.db.models import Q, QuerySet

from handrail.desk import models
from handrail.desk.queries.pages import SIZE, Page, page_of, read_in_order
from handrail.desk.queries.search import few_named, is_named, is_seen_to_be_named
from handrail.order.money import total

SORTS = ("number", "changed")
STATES: tuple[tuple[str, str], ...] = tuple((str(value), str(label)) for value, label in models.Order.State.choices)
# The customer has these, and may use what was sold with them.
USED = (models.Order.State.SENT, models.Order.State.SIGNED, models.Order.State.TAKEN_OVER)
_COLUMNS = (
    "number",
    "customer_id",
    "state",
    "currency",
    "value",
    "ordered_on",
    "errors",
    "warnings",
    "is_outside",
    "territory",
    "territory_check_on",
    "writer_name",
    "changed_at",
    "customer__name",
)
_MOST_NAMED = 2_000
_MOST_NUMBERED = 500
_LAST = "\U0010ffff"
_CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is asked for; an empty text asks for nothing in particular. `writer` is a person's id; `outside`
    whether only those are wanted that are not wholly in the catalogue; `due_on` the day by which a look at the
    territory is due, None where that is not asked."""

    text: str = ""
    state: str = ""
    writer: int | None = None
    currency: str = ""
    outside: bool = False
    due_on: date | None = None
    customer: int | None = None
    sort: str = "-changed"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.state or self.writer or self.currency or self.outside or self.due_on)


@dataclass(frozen=True, kw_only=True)
class _LookedUp:
    """The ids of the orders whose number begins so, and of the customers who are called so; None where these are
    many."""

    numbered: list[int]
    customers: list[int] | None


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    id: int
    number: str
    customer: str
    customer_id: int
    state: str
    currency: str
    value: Decimal
    ordered_on: date
    errors: int
    warnings: int
    is_outside: bool
    territory: str
    territory_check_on: date | None
    writer: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Of orders in one currency."""

    currency: str
    orders: int
    value: Decimal


def orders(wanted: Wanted, number: int) -> Page[OrderRow]:
    known = _look_up(wanted.text)
    counted, rows = _found(wanted, known), _in_order(_found(wanted, known, in_order=True), wanted.sort)
    taken = _read_whole(rows, (number - 1) * SIZE, SIZE + 1) if wanted.text else None
    return page_of(rows, number, _rows, size=SIZE, counted=counted, taken=taken)


def _read_whole(rows: QuerySet[models.Order], start: int, count: int) -> list[models.Order]:
    """Of perhaps a thousand that are found in no order only those of the page are read whole."""
    ids = list(rows.values_list("pk", flat=True)[start : start + count])
    return read_in_order(models.Order.objects.select_related("customer").only(*_COLUMNS), ids)


def all_orders(wanted: Wanted) -> Iterator[OrderRow]:
    """Read bit by bit."""
    rows = _in_order(_found(wanted), wanted.sort).iterator(chunk_size=_CHUNK)
    while taken := list(islice(rows, _CHUNK)):
        yield from _rows(taken)


def sums(wanted: Wanted) -> tuple[Sum, ...]:
    """What they come to, by currency; of lists that are not beyond counting."""
    by: dict[str, list[Decimal]] = {}
    for currency, value in _found(wanted).order_by("currency").values_list("currency", "value"):
        by.setdefault(currency, []).append(value)
    return tuple(Sum(currency=code, orders=len(each), value=total(each)) for code, each in sorted(by.items()))


def orders_of_customer(customer_id: int, most: int = 5) -> tuple[OrderRow, ...]:
    """The last ones, with one more than that where there are more."""
    rows = models.Order.objects.filter(customer=customer_id).order_by("-pk").select_related("customer")
    return _rows(list(rows.only(*_COLUMNS)[: most + 1]))


def territories_due(day: date, number: int) -> Page[OrderRow]:
    """Those whose use is looked at again by that day, the longest due first."""
    rows = _used().filter(territory_check_on__lte=day)
    shown = rows.select_related("customer").only(*_COLUMNS).order_by("territory_check_on", "pk")
    return page_of(shown, number, _rows, counted=rows)


def next_territories(day: date, most: int = 10) -> tuple[OrderRow, ...]:
    """The first few that are due after that day."""
    rows = _used().filter(territory_check_on__gt=day)
    return _rows(list(rows.select_related("customer").only(*_COLUMNS).order_by("territory_check_on", "pk")[:most]))


def _used() -> QuerySet[models.Order]:
    return models.Order.objects.filter(territory_check_on__isnull=False, state__in=USED)


def _found(wanted: Wanted, known: _LookedUp | None = None, *, in_order: bool = False) -> QuerySet[models.Order]:
    """`in_order` where the first in some order are taken of them."""
    rows = models.Order.objects.select_related("customer").only(*_COLUMNS)
    if wanted.text:
        rows = rows.filter(_named(wanted.text, known or _look_up(wanted.text), in_order=in_order))
    if wanted.customer:
        rows = rows.filter(customer=wanted.customer)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.writer:
        rows = rows.filter(writer=wanted.writer)
    if wanted.currency:
        rows = rows.filter(currency=wanted.currency)
    if wanted.outside:
        rows = rows.filter(is_outside=True)
    if wanted.due_on:
        rows = rows.filter(territory_check_on__isnull=False, territory_check_on__lte=wanted.due_on, state__in=USED)
    return rows


def _look_up(text: str) -> _LookedUp:
    if not text:
        return _LookedUp(numbered=[], customers=[])
    named = _begins_with(text) | _begins_with(text.upper())  # as numbers mostly are written
    numbered = models.Order.objects.filter(named).order_by("number").values_list("pk", flat=True)
    return _LookedUp(numbered=list(numbered[:_MOST_NUMBERED]), customers=few_named(text, _MOST_NAMED))


def _named(text: str, known: _LookedUp, *, in_order: bool) -> Q:
    """Whose number begins so, or whose customer is called so."""
    if known.customers is not None:
        named = Q(customer__among=known.customers)
    else:
        named = (is_seen_to_be_named if in_order else is_named)("customer", text) or Q(pk__in=())
    return (named | Q(pk__among=known.numbered)) if known.numbered else named


def _begins_with(number: str) -> Q:
    """In the form that each database answers from its index."""
    if connection.vendor == "sqlite":
        return Q(number__gte=number, number__lt=number + _LAST)
    return Q(number__startswith=number)


def _in_order(rows: QuerySet[models.Order], sort: str) -> QuerySet[models.Order]:
    sign = "-" if sort.startswith("-") else ""
    column = "number" if sort.endswith("number") else "changed_at"
    return rows.order_by(f"{sign}{column}", f"{sign}pk")


def _rows(taken: list[models.Order]) -> tuple[OrderRow, ...]:
    return tuple(_row(row) for row in taken)


def _row(row: models.Order) -> OrderRow:
    return OrderRow(
        id=row.pk,
        number=row.number,
        customer=row.customer.name,
        customer_id=row.customer_id,
        state=row.state,
        currency=row.currency,
        value=row.value,
        ordered_on=row.ordered_on,
        errors=row.errors,
        warnings=row.warnings,
        is_outside=row.is_outside,
        territory=row.territory,
        territory_check_on=row.territory_check_on,
        writer=row.writer_name,
        changed_at=row.changed_at,
    )

"""The list of customers: searched, filtered, sorted by folded name, a page at a time or all of it for a file.

One rule: every order follows an index, and what a page adds to its rows is asked for all of them at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from handrail.desk import models
from handrail.desk.queries.pages import MOST_COUNTED, SIZE, Page, page_of
from handrail.desk.queries.search import Met, beginning_with, customers_named, few_named, first_named

SORTS = ("name", "changed")
NOBODY = "nobody"
SHOWN_RUNNING = 3
MOST_SORTED = 6_000  # words at the end of the alphabet are met late
LOOKED_AT = 8_000
_COLUMNS = ("key", "name", "changed_at", "owner_id")
_CHUNK = 1_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is asked for; an empty text asks for nothing in particular. `owner` is a person's id, or `NOBODY`;
    `team` the key of the owner's team; `idle` customers have no handoff that runs."""

    text: str = ""
    owner: str = ""
    team: str = ""
    idle: bool = False
    sort: str = "name"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.owner or self.team or self.idle)

    @property
    def owner_id(self) -> int | None:
        return int(self.owner) if self.owner and self.owner != NOBODY else None


@dataclass(frozen=True, kw_only=True)
class RunningLine:
    handoff_id: int
    runbook: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """`running` are the first few of so many handoffs that run."""

    id: int
    key: str
    name: str
    owner: str
    owner_id: int | None
    owner_email: str
    changed_at: datetime
    running: tuple[RunningLine, ...]
    running_count: int

    @property
    def more(self) -> int:
        return self.running_count - len(self.running)


def customers(wanted: Wanted, number: int) -> Page[CustomerRow]:
    if wanted.text and not _is_narrowed(wanted):
        return _named(wanted, number)
    return page_of(_found(wanted).only(*_COLUMNS), number, _rows)


def _named(wanted: Wanted, number: int) -> Page[CustomerRow]:
    """By a name alone. Few are looked up and sorted; of more than are counted the first of any order are mostly met
    soon. Where they are not, the word is mostly the first of a name, and they stand together further on."""
    few = few_named(wanted.text, MOST_COUNTED)
    if few is not None:
        rows = _found(wanted, are_many=False, few=few)
        return page_of(rows.only(*_COLUMNS), number, _rows, size=SIZE, total=len(few))
    count = number * SIZE + 1
    met = first_named(wanted.text, *_order(wanted), count, looked_at=LOOKED_AT, most=MOST_SORTED + 1)
    rows = _found(wanted, are_many=False, few=met.ids) if len(met.ids) == count else _further_on(wanted, met)
    return page_of(rows.only(*_COLUMNS), number, _rows, size=SIZE, total=MOST_COUNTED + 1)


def _further_on(wanted: Wanted, met: Met) -> QuerySet[models.Customer]:
    if met.beginning == met.in_all <= MOST_SORTED:  # whoever begins so has the words: these are all
        return _in_order(beginning_with(wanted.text), *_order(wanted), are_many=wanted.sort.endswith("name"))
    return _found(wanted, are_many=met.in_all > MOST_SORTED)


def _order(wanted: Wanted) -> tuple[str, str]:
    """The column, and a minus where it goes downwards."""
    column = "changed_at" if wanted.sort.endswith("changed") else "sort_name"
    return column, "-" if wanted.sort.startswith("-") else ""


def _is_narrowed(wanted: Wanted) -> bool:
    """By anything but a name."""
    return bool(wanted.owner or wanted.team or wanted.idle)


def all_customers(wanted: Wanted) -> Iterator[tuple[CustomerRow, int]]:
    """Every customer that is wanted, with how many handoffs of it run, read bit by bit."""
    rows = _found(wanted).only(*_COLUMNS).iterator(chunk_size=_CHUNK)
    while taken := list(islice(rows, _CHUNK)):
        counted = _running(row.pk for row in taken).values_list("customer").annotate(Count("pk")).order_by()
        running, owners = dict(counted), _owners(taken)
        yield from ((_row(row, owners, []), running.get(row.pk, 0)) for row in taken)


def wanted_customers(wanted: Wanted, few: list[int] | None = None) -> QuerySet[models.Customer]:
    """Those that are wanted, in no order; `few` are the ids that the text names, where they are known: asked for by a
    condition, a database may look through all customers for them."""
    rows = customers_named(wanted.text) if wanted.text else models.Customer.objects.all()
    if few is not None:
        rows = models.Customer.objects.filter(pk__among=few)
    if wanted.owner:
        rows = rows.filter(owner__isnull=True) if wanted.owner == NOBODY else rows.filter(owner=wanted.owner_id)
    if wanted.team:
        rows = rows.filter(owner__in=models.Person.objects.filter(team__key=wanted.team))
    if wanted.idle:
        running = models.Handoff.objects.filter(customer=OuterRef("pk"), status=models.Handoff.Status.RUNNING)
        rows = rows.filter(~Exists(running))
    return rows


def _found(wanted: Wanted, *, are_many: bool | None = None, few: list[int] | None = None) -> QuerySet[models.Customer]:
    """`are_many` is None where it is not known."""
    return _in_order(wanted_customers(wanted, few), *_order(wanted), are_many=are_many if wanted.text else True)


def named(text: str) -> QuerySet[models.Customer]:
    """Those of whose words some begin so, by name."""
    return _in_order(customers_named(text), "sort_name")


def _in_order(
    rows: QuerySet[models.Customer], column: str, sign: str = "", *, are_many: bool | None = None
) -> QuerySet[models.Customer]:
    """Few are sorted once they are found: a database that knows the order beforehand may go through all customers in
    it. Of very many the first of any order are soon met."""
    if are_many is None:
        are_many = rows.order_by().values("pk")[: MOST_SORTED + 1].count() > MOST_SORTED
    if not are_many:
        rows, column = rows.alias(place=Coalesce(column, column)), "place"
    return rows.order_by(f"{sign}{column}", f"{sign}id")


def _running(customer_ids: Iterable[int]) -> QuerySet[models.Handoff]:
    return models.Handoff.objects.filter(customer__in=list(customer_ids), status=models.Handoff.Status.RUNNING)


def _rows(taken: list[models.Customer]) -> tuple[CustomerRow, ...]:
    running: dict[int, list[RunningLine]] = {}
    rows = _running(row.pk for row in taken).order_by("started_at", "id")
    for handoff, customer, title, stage in rows.values_list("id", "customer_id", "runbook_version__title", "stage"):
        running.setdefault(customer, []).append(RunningLine(handoff_id=handoff, runbook=title, stage=stage))
    owners = _owners(taken)
    return tuple(_row(row, owners, running.get(row.pk, [])) for row in taken)


def _owners(taken: list[models.Customer]) -> dict[int, models.Person]:
    """Looked up for the rows that are shown; those that are skipped before them need none."""
    rows = models.Person.objects.filter(pk__in={row.owner_id for row in taken if row.owner_id})
    return {row.pk: row for row in rows.only("name", "email", "is_active")}


def _row(row: models.Customer, owners: dict[int, models.Person], running: list[RunningLine]) -> CustomerRow:
    owner = owners.get(row.owner_id or 0)
    return CustomerRow(
        id=row.pk,
        key=row.key,
        name=row.name,
        owner=owner_words(owner),
        owner_id=row.owner_id,
        owner_email=owner.email if owner else "",
        changed_at=row.changed_at,
        running=tuple(running[:SHOWN_RUNNING]),
        running_count=len(running),
    )


def owner_words(owner: models.Person | None) -> str:
    """Who has left keeps their name, and is told to have left."""
    return "" if owner is None else owner.name if owner.is_active else f"{owner.name} (left)"

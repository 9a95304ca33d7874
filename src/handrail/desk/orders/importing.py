"""Files of orders: kept as they came, read anew each time, and held against what the desk has.

One rule: nothing of a file is kept before somebody has seen what it would do; what waits in it holds up nothing else.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Literal

from django.db.models import QuerySet

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.imports.limits import MOST_BYTES, MOST_ROWS
from handrail.desk.imports.sheet import Sheet, read
from handrail.desk.orders.holding import WRITTEN, cannot_change
from handrail.order.catalogue import Catalogue
from handrail.order.file.columns import Guess, guess, missing_of
from handrail.order.file.document import FileRow, looks_like_json, read_document
from handrail.order.file.merging import merged
from handrail.order.file.problem import Problem
from handrail.order.file.reading import Filed, FileOrder, Waiting, orders_of
from handrail.order.purchase import Order
from handrail.order.wire import decode_order

PREVIEW, APPLYING, DONE = "preview", "applying", "done"
_AT_ONCE = 500

# What becomes of an order of a file: a draft is begun or changed, stays, is refused since it is settled, or waits.
Sort = Literal["new", "changed", "same", "refused", "waits"]


_NOTHING = Filed(orders=(), waiting=(), problems=())


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file as it is understood. `wrong` are problems of the file as a whole, with which nothing of it is read."""

    filed: Filed = _NOTHING
    notes: tuple[str, ...] = ()
    wrong: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An order of the file: what becomes of it. `order` is what would be kept; `order_id` is of the one that is there
    already, `customer_id` that of its customer; neither where there is none."""

    sort: Sort
    number: str
    where: str
    customer: str = ""
    says: str = ""
    order: Order | None = None
    order_id: int | None = None
    customer_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Looked:
    """All of a file held against the desk: `problems` are those of the file, and of customers that nobody knows."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    def count(self, sort: Sort) -> int:
        return sum(one.sort == sort for one in self.entries)


def receive(
    content: bytes, file_name: str, *, by: models.Person, now: datetime
) -> models.OrderFile | tuple[Problem, ...]:
    """Keep a file that can be read."""
    if len(content) > MOST_BYTES:
        says = f"The file is larger than {MOST_BYTES // 1024 // 1024} MB, the most that is read."
        return (Problem(says=says, mend="Split it."),)
    known = catalogues.current_catalogue()
    if known is None:
        return (Problem(says="There is no catalogue yet.", mend="CS Operations publishes one first."),)
    opened = _opened(content, known, now.date())
    if opened.wrong:
        return opened.wrong
    name = "".join(one for one in file_name if one.isprintable()).strip()[:200]
    return models.OrderFile.objects.create(
        file_name=name or "orders",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        report={"state": PREVIEW},
        by=by,
        at=now,
    )


def files() -> QuerySet[models.OrderFile]:
    """Those of orders; files of what was sold earlier are kept beside them."""
    return models.OrderFile.objects.exclude(report__has_key="contents")


def open_file(row: models.OrderFile) -> Opened:
    """As it is understood with the catalogue that is sold from now."""
    version = catalogues.current()
    if version is None:
        return Opened(wrong=(Problem(says="There is no catalogue.", mend="CS Operations publishes one first."),))
    return _of_file(row.pk, row.sha256, version.pk, row.at.date())


@lru_cache(maxsize=2)
def _of_file(file_id: int, sha256: str, version_id: int, day: date) -> Opened:
    """Kept, since a page and each bit of long work ask for it; the hash is the cache's key, as a file never changes."""
    content = models.OrderFile.objects.values_list("content", flat=True).get(pk=file_id)
    return _opened(bytes(content), catalogues.version(version_id), day)


def _opened(content: bytes, catalogue: Catalogue, day: date) -> Opened:
    if looks_like_json(content):
        return _of_document(content, catalogue, day)
    sheet = read(content)
    if isinstance(sheet, tuple):
        return Opened(wrong=tuple(Problem(says=one.says, mend=one.mend) for one in sheet))
    known = guess(sheet.headers)
    wrong = tuple(_about_columns(known))
    if wrong:
        return Opened(wrong=wrong, notes=sheet.notes)
    filed = orders_of(_rows(sheet, known.places), known.places, catalogue, day)
    return Opened(filed=filed, notes=(*sheet.notes, *_ignored(known.ignored)))


def _of_document(content: bytes, catalogue: Catalogue, day: date) -> Opened:
    document = read_document(content, MOST_ROWS)
    if not document.rows:
        return Opened(wrong=tuple(document.problems))
    missing = tuple(_missing(one.title) for one in missing_of(document.names))
    if missing:
        return Opened(wrong=missing)
    filed = orders_of(document.rows, document.names, catalogue, day)
    if document.problems:
        filed = _without(filed, document.problems)
    return Opened(filed=filed, notes=tuple(_ignored(document.ignored)))


def _without(filed: Filed, problems: list[Problem]) -> Filed:
    """What is wrong with the document keeps the orders waiting in which it is."""
    places = {one.where.partition(",")[0] for one in problems}
    waits = [one for one in filed.orders if one.where.partition(",")[0] in places]
    waiting = (Waiting(order=one, problems=1) for one in waits)
    return Filed(
        orders=tuple(one for one in filed.orders if one not in waits),
        waiting=(*filed.waiting, *waiting),
        problems=(*problems, *filed.problems),
    )


def _rows(sheet: Sheet, places: Mapping[str, int]) -> Iterator[FileRow]:
    for row in sheet.rows:
        where = f"{sheet.unit} {row.number}"
        fault = f"It has {len(row.cells)} cells, all others {sheet.width}." if row.ragged else ""
        cells = {name: row.cells[at] for name, at in places.items() if at < len(row.cells)}
        yield FileRow(where=where, cells=cells, fault=fault)


def _about_columns(known: Guess) -> Iterator[Problem]:
    yield from (_missing(one.title) for one in known.missing)
    for header in known.twice:
        says = f"Two columns mean the same; one of them is “{header[:60]}”."
        yield Problem(says=says, mend="Leave one of them, or call the other something else.")


def _missing(title: str) -> Problem:
    mend = "Name it so in the first row; the template shows all columns."
    return Problem(says=f"There is no column “{title}”.", mend=mend)


def _ignored(names: Iterable[str]) -> Iterator[str]:
    listed = [f"“{one[:60]}”" for one in islice(names, 20)]
    if listed:
        yield f"Not read, since nothing here is called so: {', '.join(listed)}."


def look(opened: Opened) -> Looked:
    """What would become of each order. As many queries as there are hundreds of orders."""
    orders, waiting = opened.filed.orders, opened.filed.waiting
    customers = _Customers((*orders, *(one.order for one in waiting)))
    rows = _standing(one.order.number for one in orders)
    entries, problems = [], list(opened.filed.problems)
    for one in orders:
        found = customers(one)
        if isinstance(found, Problem):
            problems.append(found)
            entries.append(Entry(sort="waits", number=one.order.number, where=one.where, says=found.says))
        else:
            entries.append(entry_of(one, found, rows.get(one.order.number)))
    for waits in waiting:
        file, count = waits.order, waits.problems
        known = customers(file) if file.customer_key or file.order.customer else None
        if isinstance(known, Problem):
            problems.append(known)
            count += 1
        says = f"{count} problem{'' if count == 1 else 's'}"
        entries.append(Entry(sort="waits", number=file.order.number, where=file.where, says=says))
    return Looked(entries=tuple(entries), problems=tuple(problems))


def entry_of(one: FileOrder, customer: models.Customer, row: models.Order | None) -> Entry:
    """`row` is the order of that number, where there is one."""
    was = decode_order(row.content) if row is not None else None
    order = merged(one, was, customer.name)
    sort: Sort = "new" if row is None else "same" if order == was else "changed"
    says = ""
    if row is not None and row.customer_id != customer.pk:
        sort, says = "refused", f"There is an order of this number already, and it is {row.customer.name}’s."
    elif row is not None and sort == "changed" and row.state not in WRITTEN:
        refused = cannot_change(row)
        sort, says = "refused", refused.says if refused else ""
    return Entry(
        sort=sort,
        number=order.number,
        where=one.where,
        customer=customer.name,
        says=says,
        order=order,
        order_id=row.pk if row is not None else None,
        customer_id=customer.pk,
    )


class _Customers:
    """Of a file, by key or name, looked up all at once."""

    def __init__(self, orders: Iterable[FileOrder]) -> None:
        several = tuple(orders)
        keys = {one.customer_key for one in several if one.customer_key}
        names = {one.order.customer for one in several if not one.customer_key}
        self.by_key = {row.key: row for row in _found("key", keys)}
        self.by_name: dict[str, list[models.Customer]] = {}
        for row in _found("name", names):
            self.by_name.setdefault(row.name, []).append(row)

    def __call__(self, one: FileOrder) -> models.Customer | Problem:
        key, name = one.customer_key, one.order.customer
        if key:
            found = self.by_key.get(key)
            return found or _unknown(one, "Customer key", key, f"No customer has the key “{key[:80]}”.")
        named = self.by_name.get(name, [])
        if len(named) == 1:
            return named[0]
        if named:
            keys = ", ".join(row.key for row in named[:5])
            return _unknown(one, "Customer", name, f"{len(named)} customers are called “{name[:80]}”: {keys}.")
        return _unknown(one, "Customer", name, f"No customer is called “{name[:80]}”.")


def _unknown(one: FileOrder, column: str, value: str, says: str) -> Problem:
    mend = "Write its key as the CRM has it, or import the customer first."
    return Problem(where=one.where, column=column, order=one.order.number, value=value[:80], says=says, mend=mend)


def customer_of(one: FileOrder) -> models.Customer | Problem:
    return _Customers((one,))(one)


def _found(column: str, values: Iterable[str]) -> Iterator[models.Customer]:
    rows: QuerySet[models.Customer] = models.Customer.objects.only("key", "name")
    for some in _in_parts(values):
        yield from rows.filter(**{f"{column}__in": some})


def _standing(numbers: Iterable[str]) -> dict[str, models.Order]:
    rows = models.Order.objects.select_related("customer").only("number", "content", "state", "customer__name")
    return {row.number: row for some in _in_parts(numbers) for row in rows.filter(number__in=some)}


def _in_parts(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(dict.fromkeys(values))
    while some := list(islice(rest, _AT_ONCE)):
        yield some

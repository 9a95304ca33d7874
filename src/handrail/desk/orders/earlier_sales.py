"""What was sold before orders were written here, read from a file: CSV or XLSX, a row for each thing that was sold.

One rule: every row that cannot be read is told with what would mend it, and the others are taken; a file that is read
twice brings nothing twice.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from handrail.desk import audit, catalogue, models
from handrail.desk.folding import sort_words
from handrail.desk.imports.crm_cells import day_of
from handrail.desk.imports.mapping import folded
from handrail.desk.imports.problem import Problem, printable, quoted
from handrail.desk.imports.sheet import Row, Sheet, read
from handrail.desk.orders import telling
from handrail.desk.orders.entitling import ABOUT, calendar_of, schedule
from handrail.order.catalogue import KINDS, Catalogue
from handrail.order.entitlement import USUAL_PRIORITY
from handrail.runbook.kinds import Number, Unfit, read_scalar

CONTENTS = "entitlements"
# The columns, with the words by which each is known.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "account", "customer name", "account name", "account id", "key"),
    "sku": ("sku", "product code", "article", "item"),
    "what": ("what", "title", "product", "service", "description", "words"),
    "kind": ("kind", "type"),
    "unit": ("unit",),
    "sold on": ("sold on", "sold", "order date", "date sold", "bought on"),
    "quantity": ("quantity", "number", "amount", "qty", "bought"),
    "used": ("used", "consumed", "delivered"),
    "priority": ("priority", "use first"),
    "consume by": ("consume by", "use by", "expires", "expires on", "valid until"),
}
_MOST = Decimal(10) ** 11
_PRIORITY = re.compile(r"[0-9]{1,3}")
_ALL_AT_ONCE = 500
_MOST_TOLD = 1_000


@dataclass(frozen=True, kw_only=True)
class Sale:
    row: int
    customer_id: int
    customer: str
    sku: str
    title: str
    kind: str
    unit: str
    sold_on: date
    quantity: Decimal
    used: Decimal
    consume_by: date | None
    priority: int = USUAL_PRIORITY

    @property
    def key(self) -> tuple[int, str, str, date, Decimal]:
        return (self.customer_id, self.sku, self.title.casefold(), self.sold_on, self.quantity)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`of` is how many rows the file has."""

    sales: tuple[Sale, ...]
    problems: tuple[Problem, ...]
    of: int


def read_sales(content: bytes, today: date) -> Reading:
    sheet = read(content)
    if isinstance(sheet, tuple):
        return Reading(sales=(), problems=sheet, of=0)
    places = _places(sheet)
    missing = _missing(places)
    if missing:
        return Reading(sales=(), problems=(missing,), of=len(sheet.rows))
    rows = [_Cells(row=row, sheet=sheet, places=places, today=today) for row in sheet.rows]
    customers, sold = _customers(rows), catalogue.current_catalogue()
    sales: list[Sale] = []
    problems: list[Problem] = []
    for row in rows:
        found = row.sale(customers, sold)
        if isinstance(found, Sale):
            sales.append(found)
        else:
            problems += found
    return Reading(sales=tuple(sales), problems=tuple(problems), of=len(rows))


def _places(sheet: Sheet) -> dict[str, int]:
    """The columns of the file by our names."""
    headers = [folded(one) for one in sheet.headers]
    found: dict[str, int] = {}
    for name, words in COLUMNS.items():
        at = next((headers.index(folded(word)) for word in words if folded(word) in headers), None)
        if at is not None and at not in found.values():
            found[name] = at
    return found


def _missing(places: Mapping[str, int]) -> Problem | None:
    needed = [name for name in ("customer", "sold on", "quantity") if name not in places]
    if "sku" not in places and "what" not in places:
        needed.append("sku or what")
    if not needed:
        return None
    says = f"The file has no column “{'”, “'.join(needed)}”."
    mend = "Name its columns as the template does; the first row has the names."
    return Problem(code="no-column", says=says, mend=mend, loses="the file")


@dataclass(frozen=True, kw_only=True)
class _Customers:
    by_key: Mapping[str, models.Customer]
    by_name: Mapping[str, list[models.Customer]]

    def found(self, said: str) -> models.Customer | str:
        """Or why there is none."""
        row = self.by_key.get(said)
        alike = self.by_name.get(sort_words(said), []) if row is None else [row]
        if len(alike) == 1:
            return alike[0]
        return f"More than one customer is called {quoted(said)}." if alike else f"No customer is {quoted(said)}."


def _customers(rows: Sequence["_Cells"]) -> _Customers:
    said = list({row.text("customer") for row in rows} - {""})
    by_key: dict[str, models.Customer] = {}
    by_name: dict[str, list[models.Customer]] = {}
    for at in range(0, len(said), _ALL_AT_ONCE):
        some = said[at : at + _ALL_AT_ONCE]
        known = models.Customer.objects.only("key", "name", "sort_name", "owner_id")
        by_key |= {row.key: row for row in known.filter(key__in=some)}
        for row in known.filter(sort_name__in=[sort_words(one) for one in some]):
            by_name.setdefault(row.sort_name, []).append(row)
    return _Customers(by_key=by_key, by_name=by_name)


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """One row, as it is read."""

    row: Row
    sheet: Sheet
    places: Mapping[str, int]
    today: date

    def text(self, name: str) -> str:
        at = self.places.get(name)
        return printable(self.row.cells[at]) if at is not None and not self.row.ragged else ""

    def sale(self, customers: _Customers, sold: Catalogue | None) -> Sale | list[Problem]:
        """Or all that is wrong with it."""
        if self.row.ragged:
            says = f"This {self.sheet.unit} has more or fewer cells than the others."
            return [Problem(row=self.row.number, code="ragged", says=says, mend="Mend it.", loses="the row")]
        problems: list[Problem] = []
        customer = customers.found(self.text("customer")) if self.text("customer") else "The customer is missing."
        if isinstance(customer, str):
            problems.append(self._wrong("customer", customer, "Write its key or its whole name as it is here."))
        sold_on = self._day("sold on", problems, needed=True)
        consume_by = self._day("consume by", problems)
        quantity = self._number("quantity", problems)
        used = self._number("used", problems, least=Decimal(0)) if self.text("used") else Decimal(0)
        problems += self._together(sold_on, consume_by, quantity, used)
        if problems or isinstance(customer, str) or sold_on is None or quantity is None or used is None:
            return problems
        sku, product = self.text("sku")[:100], sold.products.get(self.text("sku")) if sold else None
        title = self.text("what") or (product.title(sold.language, sold.language) if product and sold else sku)
        return Sale(
            row=self.row.number,
            customer_id=customer.pk,
            customer=customer.name,
            sku=sku,
            title=title[:300],
            kind=self._kind(product.kind if product else "", title),
            unit=(self.text("unit") or (product.unit if product else ""))[:60],
            sold_on=sold_on,
            quantity=quantity,
            used=used,
            consume_by=consume_by,
            priority=int(self.text("priority") or USUAL_PRIORITY),
        )

    def _together(
        self, sold_on: date | None, consume_by: date | None, quantity: Decimal | None, used: Decimal | None
    ) -> Iterator[Problem]:
        """What is wrong between the cells."""
        if not self.text("sku") and not self.text("what"):
            yield self._wrong("what", "It does not say what was sold.", "Write a SKU or words.")
        if self.text("kind") and folded(self.text("kind")) not in {folded(one) for one in KINDS}:
            yield self._wrong("kind", f"{quoted(self.text('kind'))} is no kind.", f"Write one of: {', '.join(KINDS)}.")
        if self.text("priority") and not _PRIORITY.fullmatch(self.text("priority")):
            yield self._wrong(
                "priority",
                f"{quoted(self.text('priority'))} is no priority.",
                "Write a number from 0 to 999; the lower is used first.",
            )
        if sold_on is not None and sold_on > self.today:
            yield self._wrong("sold on", f"{sold_on} is still to come.", "Write the day on which it was sold.")
        if sold_on is not None and consume_by is not None and consume_by < sold_on:
            yield self._wrong("consume by", f"{consume_by} is before it was sold.", "Mend one of the two days.")
        if quantity is not None and used is not None and used > quantity:
            yield self._wrong("used", "More was used than was sold.", "Mend one of the two numbers.")

    def _kind(self, by_catalogue: str, title: str) -> str:
        """What the row says, else the catalogue, else a word of what it is called."""
        said = next((one for one in KINDS if folded(one) == folded(self.text("kind"))), "")
        called = next((one for one in KINDS if folded(one) in folded(title)), "other")
        return said or by_catalogue or called

    def _day(self, name: str, problems: list[Problem], *, needed: bool = False) -> date | None:
        said = self.text(name)
        if not said:
            problems += [self._wrong(name, "The day is missing.", "Write it like 2017-05-31.")] if needed else []
            return None
        found = day_of(said)
        if isinstance(found, Unfit):
            problems.append(self._wrong(name, f"{quoted(said)} is no day.", "Write it like 2017-05-31."))
            return None
        return found

    def _number(self, name: str, problems: list[Problem], least: Decimal | None = None) -> Decimal | None:
        said = self.text(name)
        found = read_scalar(Number(), said) if said else None
        fits = isinstance(found, Decimal) and abs(found) < _MOST and found == found.quantize(Decimal("0.0001"))
        if isinstance(found, Decimal) and fits and (found > 0 or found == least):
            return found
        says = f"{quoted(said)} is no number that could be sold." if said else "The number is missing."
        problems.append(self._wrong(name, says, "Write it like 12 or 1.5, with four decimal places at most."))
        return None

    def _wrong(self, name: str, says: str, mend: str) -> Problem:
        at = self.places.get(name)
        column = self.sheet.headers[at] if at is not None else ""
        return Problem(
            row=self.row.number, column=column, value=self.text(name), code=name, says=says, mend=mend, loses="the row"
        )


# ------------------------------------------------------------------------------------------------------------ writing


def here_already(sales: Sequence[Sale], file: models.OrderFile) -> set[int]:
    """The rows of those that are known already: from this row when the file was read before, or from another file."""
    rows = models.Entitlement.objects.filter(order=None, customer__in={one.customer_id for one in sales})
    known: dict[tuple[int, str, str, date, Decimal], set[str]] = {}
    for pk, sku, title, sold_on, quantity, source in rows.values_list(
        "customer_id", "sku", "title", "sold_on", "quantity", "source"
    ):
        known.setdefault((pk, sku, title.casefold(), sold_on, quantity), set()).add(source)
    return {one.row for one in sales if any(_is_from_elsewhere(source, one, file) for source in known.get(one.key, ()))}


def _is_from_elsewhere(source: str, sale: Sale, file: models.OrderFile) -> bool:
    return source == source_of(file, sale.row) or not source.startswith(_begins(file))


def source_of(file: models.OrderFile, row: int) -> str:
    return f"{_begins(file)}{row}"


def _begins(file: models.OrderFile) -> str:
    return f"{file.file_name[:250]}, row "


def write(
    sales: Sequence[Sale], file: models.OrderFile, *, by: models.Person, now: datetime
) -> tuple[int, tuple[Problem, ...]]:
    """A few hundred at once; how many are new, and what is told of the others."""
    with transaction.atomic():
        known = here_already(sales, file)
        new = [one for one in sales if one.row not in known]
        rows = _rows(new, file, now)
        models.Entitlement.objects.bulk_create(rows)
        models.Consumption.objects.bulk_create([_consumption(row, by, now) for row in rows if row.used])
        if rows:
            telling.changed([row.customer_id for row in rows], by, now)
            audit.write(
                action="imported",
                about=ABOUT,
                key=f"file {file.pk}",
                name=file.file_name,
                says=f"{len(rows):,} that were sold earlier.",
                by=audit.person(by),
                at=now,
            )
    return len(rows), tuple(told_already(one) for one in sales if one.row in known)


def _rows(sales: Sequence[Sale], file: models.OrderFile, now: datetime) -> list[models.Entitlement]:
    owners = dict(
        models.Customer.objects.filter(pk__in={one.customer_id for one in sales}).values_list("pk", "owner_id")
    )
    rows = []
    for one in sales:
        row = models.Entitlement(
            customer_id=one.customer_id,
            sku=one.sku,
            title=one.title,
            kind=one.kind,
            unit=one.unit,
            quantity=one.quantity,
            used=one.used,
            priority=one.priority,
            sold_on=one.sold_on,
            consume_by=one.consume_by,
            source=source_of(file, one.row),
            changed_at=now,
        )
        calendar = calendar_of(owners.get(one.customer_id))
        schedule(row, calendar, calendar.day_of(now))
        rows.append(row)
    return rows


def _consumption(row: models.Entitlement, by: models.Person, now: datetime) -> models.Consumption:
    """On which day nobody knows: that of the import is told so."""
    return models.Consumption(
        entitlement=row,
        quantity=row.used,
        used_on=now.date(),
        evidence=f"Used before it came here, on a day that is not known. {row.source}",
        together=f"i{row.pk}",
        by=by,
        by_name=by.name,
        at=now,
    )


def told_already(one: Sale) -> Problem:
    return Problem(
        row=one.row,
        value=one.title,
        code="here",
        says=f"{quoted(one.title)} of {one.customer}, sold on {one.sold_on}, is here already.",
        mend="Nothing is to be done; it is left as it is.",
        loses="the row",
    )


def told(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """For the report of the file: the first of them."""
    return [
        {"row": one.row, "column": one.column, "value": one.value, "says": one.says, "mend": one.mend}
        for one in problems[:_MOST_TOLD]
    ]

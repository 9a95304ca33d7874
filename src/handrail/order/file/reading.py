"""The orders that the rows of a file are, and everything that is wrong with them.

One rule: a row that cannot be read for certain keeps its whole order waiting, and says why; all others can be kept.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from handrail.order import written
from handrail.order.catalogue import Catalogue
from handrail.order.file.columns import BY_NAME, COLUMNS
from handrail.order.file.document import Exact, FileRow
from handrail.order.file.problem import Problem, printable
from handrail.order.money import is_currency, is_whole, smallest
from handrail.order.pricing import priced
from handrail.order.purchase import Address, Invoice, Line, Order, StatementOfWork
from handrail.order.written import Unread, quoted

MOST_LINES = 500
_LONGEST = 300
_LONGEST_TEXT = 20_000
_LONG = frozenset({"statement_of_work", "remarks", "description"})
_INCLUDED = frozenset({"included", "incl.", "incl", "inclusive", "inklusive", "inkl.", "inclus", "incluido"})
_HEAD = tuple(one.name for one in COLUMNS if one.of == "order")

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class FileOrder:
    """An order that can be kept. `said` are the columns that the file has: what it does not say stays as it is."""

    order: Order
    customer_key: str
    where: str
    said: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An order that waits until so many problems are mended; `order` is what could be read of it."""

    order: FileOrder
    problems: int


@dataclass(frozen=True, kw_only=True)
class Filed:
    orders: tuple[FileOrder, ...]
    waiting: tuple[Waiting, ...]
    problems: tuple[Problem, ...]


def orders_of(rows: Iterable[FileRow], said: Iterable[str], catalogue: Catalogue, today: date) -> Filed:
    """`said` are the names of the columns that the file has, `today` the day of orders that say none."""
    problems: list[Problem] = []
    groups: dict[str, list[FileRow]] = {}
    for row in rows:
        number = printable(row.cells.get("number", ""))
        if not number or len(number) > 40:
            says = "The number of the order is missing." if not number else "The number has more than 40 characters."
            problems.append(Problem(where=row.where, column="Order", value=number[:80], says=says, mend="Write it."))
        else:
            groups.setdefault(number, []).append(row)
    orders, waiting = [], []
    columns = frozenset(said)
    for number, group in groups.items():
        reading = _Reading(number=number, rows=group, catalogue=catalogue)
        order = reading.order(today)
        key = printable(reading.head.get("customer_key", ""))
        said_here = columns if reading.head.get("ordered_on") else columns - {"ordered_on"}  # then it is only supposed
        read = FileOrder(order=order, customer_key=key, where=group[0].where, said=said_here)
        problems += reading.problems
        if reading.problems:
            waiting.append(Waiting(order=read, problems=len(reading.problems)))
        else:
            orders.append(read)
    return Filed(orders=tuple(orders), waiting=tuple(waiting), problems=tuple(problems))


@dataclass(kw_only=True)
class _Reading:
    """One order. `head` is what all its rows say together, `places` where each of that stands first."""

    number: str
    rows: list[FileRow]
    catalogue: Catalogue
    problems: list[Problem] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def order(self, today: date) -> Order:
        self._gather()
        text = self._text
        currency = self._currency()
        ordered_on = self._of_head("ordered_on", written.day) or today
        order = Order(
            number=self.number,
            customer=text("customer"),
            currency=currency,
            ordered_on=ordered_on,
            new_customer=bool(self._of_head("new_customer", written.yes_or_no)),
            customer_kind=text("customer_kind"),
            country=text("country").upper(),
            language=text("language").lower() or self.catalogue.language,
            territory=text("territory"),
            territory_check_on=self._of_head("territory_check_on", written.day),
            starts_on=self._of_head("starts_on", written.day),
            invoice=self._invoice(),
            work=self._work(),
            remarks=text("remarks"),
        )
        if not text("customer") and not text("customer_key"):
            self._wrong(self.rows[0].where, "customer", "", "Nobody knows whose order it is.", "Write its key or name.")
        if len(self.rows) > MOST_LINES:
            says = f"The order has {len(self.rows):,} lines; it has {MOST_LINES} at most."
            self._wrong(self.rows[0].where, "number", "", says, "Make several orders of it.")
            return order
        return replace(order, lines=tuple(self._line(at, row, order) for at, row in enumerate(self.rows, start=1)))

    def _gather(self) -> None:
        """What the order as a whole says; where two rows say two things, that is told."""
        for row in self.rows:
            if row.fault:
                self._wrong(row.where, "", "", row.fault, "Mend the row.")
            for name in _HEAD:
                self._take(row, name)

    def _take(self, row: FileRow, name: str) -> None:
        cell = row.cells.get(name, "").strip()
        if not cell:
            return
        if name not in self.head:
            written = row.cells[name]
            self.head[name], self.places[name] = written if isinstance(written, Exact) else cell, row.where
        elif cell != self.head[name]:
            says = f"It is {quoted(cell)} here and {quoted(self.head[name])} on {self.places[name]}."
            self._wrong(row.where, name, cell, says, "An order has one; leave the other rows empty.")

    def _line(self, at: int, row: FileRow, order: Order) -> Line:
        sold = row.cells.get("sold_price", "").strip()
        included = sold.casefold() in _INCLUDED
        sku = self._short(row, "sku")
        if not sku:
            self._wrong(row.where, "sku", "", "The SKU is missing.", "Write it as in the catalogue.")
        quantity = self._number(row, "quantity")
        if quantity is None and not row.cells.get("quantity", "").strip():
            self._wrong(row.where, "quantity", "", "The quantity is missing.", "Write how many.")
        line = Line(
            number=at,
            sku=sku,
            quantity=quantity if quantity is not None else Decimal(1),
            description=self._short(row, "description"),
            list_price=self._amount(row, "list_price", order.currency),
            discount_percent=self._of(row, "discount_percent", lambda cell: _number_or(cell, written.percent)),
            discount=self._amount(row, "discount", order.currency),
            sold_price=None if included else self._amount(row, "sold_price", order.currency),
            included=included,
            consume_by=self._of(row, "consume_by", written.day),
        )
        return completed(line, order, self.catalogue)

    def _invoice(self) -> Invoice:
        text = self._text
        where = Address(
            country=text("invoice_country").upper(),
            company=text("invoice_company"),
            street=text("invoice_street"),
            city=text("invoice_city"),
            postal_code=text("invoice_postal_code"),
            area=text("invoice_area"),
        )
        return Invoice(
            name=text("invoice_name"), email=text("invoice_email"), phone=text("invoice_phone"), address=where
        )

    def _work(self) -> StatementOfWork | None:
        said = StatementOfWork(
            text=self._text("statement_of_work"), author=self._text("author"), specialist=self._text("specialist")
        )
        return said if said != StatementOfWork(text="") else None

    def _currency(self) -> str:
        code = self._text("currency").upper()
        if not code:
            self._wrong(self.rows[0].where, "currency", "", "The currency is missing.", "Write EUR, USD, JPY…")
        elif not is_currency(code):
            says = f"{quoted(code)} is the code of no currency."
            self._wrong(self.places["currency"], "currency", code, says, "Write EUR, USD, JPY…")
            return ""
        return code

    def _text(self, name: str) -> str:
        """Of the order as a whole, in one line unless it is long by nature."""
        return self._fitting(name, self.head.get(name, ""), self.places.get(name, ""))

    def _short(self, row: FileRow, name: str) -> str:
        return self._fitting(name, row.cells.get(name, ""), row.where)

    def _fitting(self, name: str, cell: str, where: str) -> str:
        longest = _LONGEST_TEXT if name in _LONG else _LONGEST
        text = printable(cell, keeps_lines=name in _LONG)
        if len(text) > longest:
            says = f"It has {len(text):,} characters; {longest:,} are kept at most."
            self._wrong(where, name, text[:40], says, "Shorten it.")
        return text[:longest]

    def _number(self, row: FileRow, name: str) -> Decimal | None:
        return self._of(row, name, lambda cell: _number_or(cell, written.number))

    def _amount(self, row: FileRow, name: str, currency: str) -> Decimal | None:
        if not currency:
            return None  # that is told already
        read = self._of(row, name, lambda cell: _number_or(cell, lambda one: written.amount(one, currency)))
        if read is not None and name != "list_price" and not is_whole(read, currency):
            says = f"{read} cannot be paid in {currency}."
            mend = f"The smallest amount is {smallest(currency)}: round it."
            self._wrong(row.where, name, row.cells.get(name, ""), says, mend)
        return read

    def _of_head(self, name: str, read: Callable[[str], Value | Unread]) -> Value | None:
        return self._read(name, self.head.get(name, ""), self.places.get(name, ""), read)

    def _of(self, row: FileRow, name: str, read: Callable[[str], Value | Unread]) -> Value | None:
        return self._read(name, row.cells.get(name, ""), row.where, read)

    def _read(self, name: str, cell: str, where: str, read: Callable[[str], Value | Unread]) -> Value | None:
        if not cell.strip():
            return None
        found = read(cell)
        if isinstance(found, Unread):
            self._wrong(where, name, cell, found.says, found.mend)
            return None
        return found

    def _wrong(self, where: str, name: str, value: str, says: str, mend: str) -> None:
        column = BY_NAME[name].title if name in BY_NAME else ""
        shown = printable(value)[:80]
        self.problems.append(Problem(where=where, column=column, order=self.number, value=shown, says=says, mend=mend))


def completed(line: Line, order: Order, catalogue: Catalogue) -> Line:
    """With what follows where nothing is written. What is written stays, be it right or wrong."""
    product = catalogue.products.get(line.sku)
    if not order.currency:
        return line
    follows = priced(line, product, order.currency, order.ordered_on, language=order.language)
    kept: Mapping[str, Any] = {
        name: getattr(line, name)
        for name in ("list_price", "discount_percent", "discount", "sold_price", "consume_by")
        if getattr(line, name) is not None
    }
    return replace(follows, **kept)


def _number_or(cell: str, read: Callable[[str], Decimal | Unread]) -> Decimal | Unread:
    """What JSON writes as a number has a decimal point and nothing else."""
    if not isinstance(cell, Exact):
        return read(cell)
    try:
        exact = Decimal(cell)
    except InvalidOperation:
        return read(cell)
    if exact and abs(exact.adjusted()) > written.LONGEST:
        return read(cell)
    text = f"{exact:f}"
    return read(f"{text}0" if "." in text else text)

"""A file of products, read: what each product would be, and every row's problem.

One rule: a product with a problem is not taken in, and stays as it is. What a file has no column for, or an empty cell,
stays as well; `(none)` takes something away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from handrail.desk.catalogue_file.cells import READ, Fault, is_nothing
from handrail.desk.catalogue_file.columns import DESCRIPTION, PRICE, TITLE, Column, column_of
from handrail.desk.catalogue_file.writing import begins_a_formula
from handrail.desk.imports.problem import Loses, Problem, listed, quoted
from handrail.desk.imports.sheet import Row, Sheet, read
from handrail.order.catalogue import Catalogue, ListPrice, Product, Tier
from handrail.order.catalogue_difference import Change, product_difference
from handrail.order.product_checks import product_problems, sku_fault

# What a row says of prices, by the keys of its columns; None takes a price away.
_Said = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ProductsRead:
    """`new` and `changed` are what taking it in would write; `same` how many stay as they are; `missing` how many
    products of the catalogue are not in the file, and stay."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    new: tuple[Product, ...] = ()
    changed: tuple[tuple[Product, tuple[Change, ...]], ...] = ()
    same: int = 0
    refused: int = 0
    missing: int = 0

    @property
    def wanted(self) -> tuple[Product, ...]:
        return (*self.new, *(product for product, _ in self.changed))


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The rows of one SKU, each as cells by the keys of their columns."""

    sku: str
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_products(content: bytes, catalogue: Catalogue, teams: frozenset[str], *, on: date) -> ProductsRead:
    sheet = read(content)
    if not isinstance(sheet, Sheet):
        return ProductsRead(problems=sheet)
    columns = tuple(column_of(header) for header in sheet.headers)
    wrong = tuple(_about_columns(sheet, columns))
    if wrong:
        return ProductsRead(problems=wrong)
    ignored = [header for header, one in zip(sheet.headers, columns, strict=True) if one is None]
    notes = (*sheet.notes, *([f"Columns that mean nothing here are left out: {listed(ignored)}."] if ignored else []))
    problems: list[Problem] = list(_ragged(sheet))
    grouped, strange = _grouped(sheet, columns)
    problems += strange
    known = tuple(one for one in columns if one is not None)
    made = _Making(catalogue=catalogue, columns=known, teams=teams, on=on)
    products = []
    for one in grouped:
        product, found = made.product(one)
        problems += found
        products += [product] if product is not None else []
    return _compared(catalogue, products, problems, notes, {one.sku for one in grouped})


def _about_columns(sheet: Sheet, columns: tuple[Column | None, ...]) -> Iterator[Problem]:
    keys = [one.key for one in columns if one is not None]
    if "sku" not in keys:
        says = "No column is called SKU, so that nobody can tell the products apart."
        yield _file("no-sku-column", says, "Call the column SKU; the template shows all of them.")
    for key in dict.fromkeys(one for one in keys if keys.count(one) > 1):
        twice = [header for header, one in zip(sheet.headers, columns, strict=True) if one and one.key == key]
        says = f"{len(twice)} columns mean the same: {listed(quoted(one) for one in twice)}."
        yield _file("column-twice", says, "Leave one of them out.")


def _ragged(sheet: Sheet) -> Iterator[Problem]:
    for row in sheet.rows:
        if row.ragged:
            says = f"This {sheet.unit} has {len(row.cells)} cells where the file has {sheet.width}."
            mend = "See whether a text with a comma lacks its quotation marks."
            yield Problem(row=row.number, code="ragged", says=says, mend=mend, loses="the row")


def _grouped(sheet: Sheet, columns: tuple[Column | None, ...]) -> tuple[list[_Rows], list[Problem]]:
    is_text = sheet.unit == "line"
    found: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    strange = []
    for row in sheet.rows:
        if row.ragged or not any(row.cells):
            continue
        cells = _cells(row, columns, is_text=is_text)
        sku = cells["sku"]
        fault = sku_fault(sku) if sku else "The SKU is missing."
        if fault:
            mend = "Write it like WS-KICKOFF." if sku else "Write it in each row of the product."
            strange.append(_problem(row.number, "SKU", sku, "sku", fault, mend))
        else:
            found.setdefault(sku, []).append((row.number, cells))
    return [_Rows(sku=sku, rows=tuple(rows)) for sku, rows in found.items()], strange


def _cells(row: Row, columns: tuple[Column | None, ...], *, is_text: bool) -> dict[str, str]:
    """Of a CSV file, without the apostrophe that writing put before what would be a formula."""
    return {
        column.key: cell[1:] if is_text and cell.startswith("'") and begins_a_formula(cell) else cell
        for column, cell in zip(columns, row.cells, strict=True)
        if column is not None
    }


@dataclass(frozen=True, kw_only=True)
class _Making:
    catalogue: Catalogue
    columns: tuple[Column, ...]
    teams: frozenset[str]
    on: date

    def product(self, one: _Rows) -> tuple[Product | None, list[Problem]]:
        problems: list[Problem] = []
        before = self.catalogue.products.get(one.sku)
        own = self._own(one, problems)
        priced = self._priced(one, problems)
        if before is None and "kind" not in own and not problems:
            says = f"{one.sku} is new, and nothing says of what kind it is."
            problems.append(_problem(one.rows[0][0], "Kind", "", "no-kind", says, "Write its kind."))
        if problems:
            return None, problems
        product = self._merged(before or Product(sku=one.sku, kind="other", titles={}), own)
        if priced:
            product = _with_prices(product, priced, self.columns, self.on)
        problems = list(self._judged(one, product))
        return (None if problems else product), problems

    def _own(self, one: _Rows, problems: list[Problem]) -> dict[str, Any]:
        """What the product's own cells say, by the columns' keys; those of all its rows agree."""
        found: dict[str, Any] = {}
        for column in self.columns:
            if column.group == "price" or column.name == "sku":
                continue
            said = {cells[column.key]: number for number, cells in reversed(one.rows) if cells[column.key]}
            said = dict(sorted(said.items(), key=lambda each: each[1]))
            if len(said) > 1:
                says = f"{column.header} of {one.sku} is {listed([quoted(each) for each in said])} in different rows."
                mend = "Write it once, or the same in each row."
                problems.append(_problem(one.rows[0][0], column.header, "", "differs", says, mend))
                continue
            if not said:
                continue
            ((text, row),) = said.items()
            value = READ[column.name]("" if is_nothing(text) and column.name != "kind" else text)
            if isinstance(value, Fault):
                problems.append(_problem(row, column.header, text, column.name, value.says, value.mend))
            elif column.name == "team" and value and value not in self.teams:
                says, mend = (
                    f"There is no team with the key {quoted(value)}.",
                    f"Take one of {listed(sorted(self.teams))}.",
                )
                problems.append(_problem(row, column.header, text, "team", says, mend))
            else:
                found[column.key] = value
        return found

    def _priced(self, one: _Rows, problems: list[Problem]) -> list[_Said]:
        """What each row says of prices; rows that say nothing of them are left out."""
        found = []
        for row, cells in one.rows:
            said: _Said = {}
            for column in self.columns:
                if column.group == "price" and cells[column.key]:
                    said[column.key] = _price_cell(row, column, cells[column.key], problems)
            fault = _about_prices(said) if said else None
            if fault:
                problems.append(_problem(row, fault[0], "", "price-row", fault[1].says, fault[1].mend))
            if said:
                found.append(said)
        return found

    def _merged(self, product: Product, own: Mapping[str, Any]) -> Product:
        words: dict[str, dict[str, str]] = {
            TITLE: dict(product.titles),
            DESCRIPTION: dict(product.descriptions),
        }
        plain = {}
        for column in self.columns:
            if column.key not in own:
                continue
            if column.name in words:
                words[column.name][column.of] = own[column.key]
            else:
                plain[column.name] = own[column.key]
        if not plain.get("unit", "unit"):
            plain["unit"] = "each"
        titles, descriptions = ({key: text for key, text in one.items() if text} for one in words.values())
        return replace(product, titles=titles, descriptions=descriptions, **plain)

    def _judged(self, one: _Rows, product: Product) -> Iterator[Problem]:
        for found in product_problems(product, self.catalogue, on=self.on):
            if found.severity == "error":
                row = one.rows[0][0]
                yield _problem(
                    row, _HEADERS.get(found.field, ""), "", found.code, f"{one.sku}: {found.says}", found.mend
                )


_HEADERS = {
    "sku": "SKU",
    "kind": "Kind",
    "unit": "Unit",
    "titles": "Title",
    "quantities": "Sold in",
    "prices": "Price",
    "tiers": "Above",
    "consume_within_days": "Use up within days",
    "effort_hours": "Hours of work",
}


def _price_cell(row: int, column: Column, text: str, problems: list[Problem]) -> Any:
    """What the cell says, or why it cannot be read, which is told too; None where it takes something away."""
    value = None if is_nothing(text) else READ[column.name](text)
    if isinstance(value, Fault):
        problems.append(_problem(row, column.header, text, column.name, value.says, value.mend))
    return value


def _about_prices(said: Mapping[str, Any]) -> tuple[str, Fault] | None:
    """What is wrong with a row's prices as a whole."""
    is_tier = "above" in said
    if is_tier and ("valid_from" in said or "valid_until" in said):
        says = "A row is a threshold or a list price with its days; this one is both."
        return "Above", Fault(says=says, mend="Take the number or the days away.")
    if not any(key.startswith(PRICE) for key in said):
        return "Price", Fault(says="The row has a threshold or days, and no price.", mend="Write a price, or nothing.")
    return None


def _with_prices(product: Product, priced: list[_Said], columns: tuple[Column, ...], on: date) -> Product:
    """In the currencies that its rows speak of, what they say; others stay as they are. Where the file has no column
    for days, a price keeps those of the one that it takes the place of, or begins today."""
    currencies = {code for said in priced for code in _amounts(said)}
    has_days = any(one.name == "valid_from" for one in columns)
    days = {} if has_days else {one.currency: (one.valid_from, one.valid_until) for one in product.prices}
    prices = [one for one in product.prices if one.currency not in currencies]
    tiers: dict[int, dict[str, Decimal]] = {
        one.above: {code: amount for code, amount in one.prices.items() if code not in currencies}
        for one in product.tiers
    }
    for said in priced:
        amounts = {code: amount for code, amount in _amounts(said).items() if amount is not None}
        if said.get("above") is not None:
            tiers.setdefault(said["above"], {}).update(amounts)
            continue
        for code, amount in amounts.items():
            since, until = days.get(code, (said.get("valid_from") or on, said.get("valid_until")))
            prices.append(ListPrice(currency=code, amount=amount, valid_from=since, valid_until=until))
    return replace(
        product,
        prices=tuple(sorted(prices, key=lambda one: (one.valid_from, one.currency))),
        tiers=tuple(Tier(above=above, prices=by) for above, by in sorted(tiers.items()) if by),
    )


def _amounts(said: _Said) -> dict[str, Decimal | None]:
    return {key.removeprefix(f"{PRICE} "): value for key, value in said.items() if key.startswith(PRICE)}


def _compared(
    catalogue: Catalogue, products: list[Product], problems: list[Problem], notes: tuple[str, ...], named: set[str]
) -> ProductsRead:
    new = tuple(one for one in products if one.sku not in catalogue.products)
    changed, same = [], 0
    for product in products:
        before = catalogue.products.get(product.sku)
        changes = product_difference(before, product) if before else ()
        changed += [(product, changes)] if changes else []
        same += 1 if before and not changes else 0
    return ProductsRead(
        problems=tuple(sorted(problems, key=lambda one: one.row)),
        notes=notes,
        new=new,
        changed=tuple(changed),
        same=same,
        refused=len(named) - len(products),
        missing=len(catalogue.products.keys() - named),
    )


def _problem(row: int, column: str, value: str, code: str, says: str, mend: str, loses: Loses = "the row") -> Problem:
    return Problem(row=row, column=column, value=value, code=code, says=says, mend=mend, loses=loses)


def _file(code: str, says: str, mend: str) -> Problem:
    return Problem(code=code, says=says, mend=mend, loses="the file")

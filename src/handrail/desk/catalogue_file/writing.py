"""Products as the rows of a file, CSV or XLSX.

One rule: no cell is ever a formula; what would begin one in a CSV file has an apostrophe before it, which reading takes
away again.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from handrail.desk.catalogue_file.columns import PRICE, Column, columns_of
from handrail.order.catalogue import Catalogue, Product

BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DIGITS_OF_A_SPREADSHEET = 15


def as_csv(catalogue: Catalogue) -> bytes:
    columns, written = columns_of(catalogue), io.StringIO()
    rows = csv.writer(written)
    rows.writerow([one.header for one in columns])
    for row in _rows(catalogue.products.values(), columns):
        rows.writerow([_harmless(_text(cell)) for cell in row])
    return _BYTE_ORDER_MARK + written.getvalue().encode()


def as_xlsx(catalogue: Catalogue) -> bytes:
    """Each header has a note on what its cells hold."""
    import xlsxwriter

    columns, written = columns_of(catalogue), io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        heading, text = (book.add_format({"num_format": "@", **more}) for more in ({"bold": True, "bottom": 1}, {}))
        sheet = book.add_worksheet("Catalogue")
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, max(12, len(column.header) + 3), None if column.name == PRICE else text)
            sheet.write_string(0, at, column.header, heading)
            sheet.write_comment(0, at, column.says)
        for number, row in enumerate(_rows(catalogue.products.values(), columns), start=1):
            for at, cell in enumerate(row):
                _write(sheet, (number, at), cell, text)
    return written.getvalue()


def _write(sheet: Any, place: tuple[int, int], cell: "Cell", text: Any) -> None:
    """As a number only where a spreadsheet holds all of its digits."""
    if isinstance(cell, Decimal) and len(cell.as_tuple().digits) <= _DIGITS_OF_A_SPREADSHEET:
        sheet.write_number(*place, float(cell))
    elif cell not in (None, ""):
        sheet.write_string(*place, _text(cell), text)


def _harmless(cell: str) -> str:
    """What reading takes one apostrophe from is given one, whatever it begins with."""
    return f"'{cell}" if begins_a_formula(cell) else cell


def begins_a_formula(cell: str) -> bool:
    return cell.lstrip("'").lstrip(" \u00a0").startswith(BEGIN_A_FORMULA)


Cell = str | int | bool | Decimal | date | None


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case Decimal():
            return f"{cell:f}"
        case _:
            return str(cell)


_Price = dict[str, Cell]


def _rows(products: Iterable[Product], columns: tuple[Column, ...]) -> Iterator[list[Cell]]:
    for product in products:
        prices = list(_prices(product)) or [{}]
        for number, price in enumerate(prices):
            yield [_cell(product, price, column, is_first=not number) for column in columns]


def _cell(product: Product, price: _Price, column: Column, *, is_first: bool) -> Cell:
    if column.group == "price":
        return price.get(column.key)
    if column.name == "sku":
        return product.sku
    return _of_product(product, column) if is_first else None


def _of_product(product: Product, column: Column) -> Cell:
    match column.name:
        case "title":
            return product.titles.get(column.of, "")
        case "description":
            return product.descriptions.get(column.of, "")
        case "quantities":
            return "; ".join(str(one) for one in product.quantities)
        case "pricing":
            return product.pricing if product.tiers else ""
        case name:
            value: Cell = getattr(product, name)
            return value


def _prices(product: Product) -> Iterator[_Price]:
    """A row for each threshold, or for each time in which prices are valid."""
    for tier in product.tiers:
        yield {"above": tier.above, **{f"{PRICE} {code}": amount for code, amount in tier.prices.items()}}
    times: dict[tuple[date, date], _Price] = {}
    for one in product.prices:
        row = times.setdefault((one.valid_from, one.valid_until or date.max), {})
        if f"{PRICE} {one.currency}" in row:  # twice at the same time: wrong, and kept
            yield {"valid_from": one.valid_from, "valid_until": one.valid_until, f"{PRICE} {one.currency}": one.amount}
            continue
        row |= {"valid_from": one.valid_from, "valid_until": one.valid_until, f"{PRICE} {one.currency}": one.amount}
    yield from (times[begins] for begins in sorted(times))

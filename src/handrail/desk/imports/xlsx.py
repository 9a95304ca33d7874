"""Rows from an XLSX workbook: unpacked and measured first (`workbook_parts`), then read by calamine, then written as
the texts that a CSV export of it would hold.

One rule: calamine sees only what was measured. It takes memory for the rectangle that a sheet spans, so that two cells
in opposite corners would end the process.
"""

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from handrail.desk.imports.limits import MOST_CELLS
from handrail.desk.imports.problem import Problem, listed, quoted
from handrail.desk.imports.records import Records
from handrail.desk.imports.workbook_parts import Parts, unpack

MAGIC = b"PK\x03\x04"
OLD_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of encrypted .xlsx

Cell = str | int | float | bool | date | datetime | time | timedelta


def records(content: bytes, title: str = "") -> Records | Problem:
    parts = unpack(content)
    if isinstance(parts, Problem):
        return parts
    try:
        return _records(parts, title)
    except CalamineError as error:
        return damaged(str(error))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust raises where it gives up; no class to name
            raise
        return damaged(str(error))


def damaged(why: str) -> Problem:
    return Problem(
        code="damaged",
        says=f"The spreadsheet is damaged and cannot be read ({quoted(why)}).",
        mend="Open it in the spreadsheet program, save it again as .xlsx and import that.",
        loses="the file",
    )


def _records(parts: Parts, title: str) -> Records | Problem:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(parts.repacked()))
    names = _sheet_names(workbook)
    chosen = _choose(workbook, parts, names, title)
    if chosen is None:
        says = f"The workbook has no sheet named {quoted(title)}." if title else "Every sheet of the workbook is empty."
        return Problem(code="no-sheet", says=says, mend="Choose another file or sheet.", loses="the file")
    if isinstance(chosen, Problem):
        return chosen
    others = tuple(name for name in names if name != chosen.name and parts.extent_of(name).cells)
    return Records(
        rows=tuple(_rows(chosen, parts.errors_of(chosen.name))),
        unit="row",
        notes=_notes(chosen.name, others),
        title=chosen.name,
        others=others,
    )


def _sheet_names(workbook: CalamineWorkbook) -> list[str]:
    """Visible worksheets first: a hidden one is read only where there is nothing else, or where it is asked for."""
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return [sheet.name for sheet in sorted(sheets, key=lambda one: one.visible != SheetVisibleEnum.Visible)]


def _choose(workbook: CalamineWorkbook, parts: Parts, names: list[str], title: str) -> CalamineSheet | Problem | None:
    for name in names:
        if title and name != title:
            continue
        extent = parts.extent_of(name)
        if extent.area > MOST_CELLS:
            return _too_wide(name, extent.rows, extent.columns)
        if extent.cells or title:
            return workbook.get_sheet_by_name(name)
    return None


def _too_wide(name: str, rows: int, columns: int) -> Problem:
    return Problem(
        code="too-large",
        says=f"The sheet {quoted(name)} spans {rows:,} rows and {columns:,} columns: too many cells to read.",
        mend="Delete what stands far below or to the right of the customers, or copy them into a new workbook.",
        loses="the file",
    )


def _notes(name: str, others: tuple[str, ...]) -> tuple[str, ...]:
    if not others:
        return ()
    more = listed(quoted(one) for one in others)
    return (f"Read from the sheet {quoted(name)}. There is more, which was not read, in: {more}.",)


def _rows(sheet: CalamineSheet, errors: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for row, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        yield row, tuple(errors.get((row, column)) or text_of(cell) for column, cell in enumerate(cells, start=1))


def text_of(cell: Cell) -> str:
    """The text that `kinds.read` understands: 2027-03-01, 5000, 4999.99, yes."""
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "yes" if cell else "no"
        case int():
            return str(cell)
        case float():
            return _number(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ", "seconds")
        case date():
            return cell.isoformat()
        case time():
            return cell.isoformat("minutes")
        case timedelta():
            return str(cell)


def _number(value: float) -> str:
    """Fifteen digits, which is what a spreadsheet shows and means: 0.1 + 0.2 is 0.3, 5000.0 is 5000."""
    if value != value or value in (float("inf"), float("-inf")):
        return "#NUM!"
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

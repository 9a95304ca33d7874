"""A file of rows as everything after it sees it: headers, and rows with the numbers that their author knows them by.

One rule: reading answers with a `Sheet` or with problems, whatever the bytes are; it never raises.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from handrail.desk.imports import csv_text, xlsx
from handrail.desk.imports.limits import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from handrail.desk.imports.problem import Problem, listed, quoted
from handrail.desk.imports.records import Records


@dataclass(frozen=True, kw_only=True)
class Row:
    """`number` is the line on which the row begins (CSV) or the row of the spreadsheet; `cells` are one for each
    header. A `ragged` row has more or fewer than the file's other rows; its cells are whatever it has."""

    number: int
    cells: tuple[str, ...]
    ragged: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`headers` are distinct: an empty or repeated one carries the column's letter, which `letters` has for all.
    `width` is how many cells a whole row has in the file, with columns in which nothing stands at all. `notes` are
    sentences on how the file was understood; `others` further sheets that could be read instead of `title`."""

    headers: tuple[str, ...]
    letters: tuple[str, ...]
    width: int
    rows: tuple[Row, ...]
    unit: Literal["line", "row"]
    notes: tuple[str, ...] = ()
    title: str = ""
    others: tuple[str, ...] = ()

    def samples(self, column: int, most: int = 3) -> tuple[str, ...]:
        """The first different values of a column, from rows that have all their cells."""
        found: dict[str, None] = {}
        for row in self.rows:
            if not row.ragged and row.cells[column]:
                found[row.cells[column]] = None
            if len(found) == most:
                break
        return tuple(found)


def read(content: bytes, title: str = "") -> Sheet | tuple[Problem, ...]:
    """`title` chooses a sheet of a workbook; without it the first visible one that is not empty."""
    if not content.strip():
        return (_file("empty", "The file is empty.", "Export it again and choose the new file."),)
    if len(content) > MOST_BYTES:
        return (too_large(),)
    taken = _records(content, title)
    return (taken,) if isinstance(taken, Problem) else _sheet(taken)


def too_large() -> Problem:
    says = f"The file is larger than {MOST_BYTES // 1024 // 1024} MB, the most that is read."
    return _file("too-large", says, "Leave out columns that are not needed, or split the file.")


def _records(content: bytes, title: str) -> Records | Problem:
    if content.startswith(xlsx.MAGIC):
        return xlsx.records(content, title)
    return foreign(content) or csv_text.records(content)


_FOREIGN = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "a text document (RTF)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"Rar!": "a compressed archive",
}
_MARKUP = re.compile(rb"\s*<(\?xml|!doctype|html|table|\w+:?workbook)", re.IGNORECASE)
SAVE_AS = "Open it in the spreadsheet program and save it as .xlsx or as CSV (UTF-8), then import that."


def foreign(content: bytes) -> Problem | None:
    """What the file is where it is neither CSV nor XLSX: told by its first bytes, not by its name."""
    if content.startswith(xlsx.OLD_MAGIC):
        return _old_spreadsheet(content)
    if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")[:200]):
        return _file("markup", "The file is a web page or XML document, whatever its name says.", SAVE_AS)
    kind = next((kind for magic, kind in _FOREIGN.items() if content.startswith(magic)), None)
    return _file("foreign", f"The file is {kind}, not a table.", SAVE_AS) if kind else None


def _old_spreadsheet(content: bytes) -> Problem:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _file(
            "protected",
            "The spreadsheet is protected with a password.",
            "Save a copy without the password, and import that.",
        )
    return _file("old-format", "The file has the old format of Excel (.xls) or of another Office program.", SAVE_AS)


def _sheet(taken: Records) -> Sheet | tuple[Problem, ...]:
    filled = [(number, cells) for number, cells in taken.rows if any(cells)]
    if not filled:
        return (_file("empty", "There is nothing in the file but blank rows.", "Export it again."),)
    (at, first), below = filled[0], filled[1:]
    width = _width(first, below)
    whole = [cells for _, cells in below if len(cells) == width]
    columns = [at for at, header in enumerate(first) if header or any(cells[at] for cells in whole)]
    headers = tuple(" ".join(first[at].split()) for at in columns)
    problem = _about_headers(headers, at, taken.unit) or _about_rows(below)
    if problem:
        return (problem,)
    letters = tuple(letter(column) for column in columns)
    named = _distinct(headers, letters)
    return Sheet(
        headers=named,
        letters=letters,
        width=width,
        rows=tuple(_row(number, cells, columns, width) for number, cells in below),
        unit=taken.unit,
        notes=(*taken.notes, *_header_notes(headers, named, letters, f"{taken.unit} {at}")),
        title=taken.title,
        others=taken.others,
    )


def _row(number: int, cells: tuple[str, ...], columns: list[int], width: int) -> Row:
    if len(cells) != width:
        return Row(number=number, cells=cells, ragged=True)
    return Row(number=number, cells=tuple(cells[column] for column in columns))


def _width(first: tuple[str, ...], below: list[tuple[int, tuple[str, ...]]]) -> int:
    """How many cells a whole row has: as many as the header, or more where most rows end with the same empty cells."""
    usual = Counter(len(cells) for _, cells in below).most_common(1)[0][0] if below else len(first)
    surplus = any(any(cells[len(first) :]) for _, cells in below if len(cells) == usual)
    return len(first) if usual <= len(first) or surplus else usual


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[-+$€£]?[\d.,]+")


def _about_headers(headers: tuple[str, ...], at: int, unit: str) -> Problem | None:
    if len(headers) > MOST_COLUMNS:
        says = f"The file has {len(headers):,} columns; at most {MOST_COLUMNS} are read."
        return _file("too-many-columns", says, "Leave out columns that are not needed.")
    like_data = [cell for cell in headers if _EMAIL.fullmatch(cell) or _NUMBER.fullmatch(cell)]
    if any("@" in cell for cell in like_data) or len(like_data) * 2 > len(headers):
        return Problem(
            row=at,
            value=like_data[0],
            code="no-header",
            says=f"The first {unit} should name the columns, but {quoted(like_data[0])} looks like a value.",
            mend="Put a row with the columns' names above the first customer.",
            loses="the file",
        )
    return None


def _about_rows(below: list[tuple[int, tuple[str, ...]]]) -> Problem | None:
    if not below:
        return _file("no-rows", "The file names its columns but has no row below them.", "Export it with its rows.")
    if len(below) > MOST_ROWS:
        says = f"The file has {len(below):,} rows; at most {MOST_ROWS:,} are imported at once."
        return _file("too-many-rows", says, "Split the file.")
    return None


def _distinct(headers: tuple[str, ...], letters: tuple[str, ...]) -> tuple[str, ...]:
    times = Counter(header.casefold() for header in headers)
    named: list[str] = []
    for header, place in zip(headers, letters, strict=True):
        plain = header[:200]
        repeated = times[header.casefold()] > 1 or plain in named
        named.append(f"{plain} (column {place})".strip() if not plain or repeated else plain)
    return tuple(named)


def _header_notes(
    headers: tuple[str, ...], named: tuple[str, ...], letters: tuple[str, ...], where: str
) -> Iterable[str]:
    repeated = [name for header, name in zip(headers, named, strict=True) if header and name != header[:200]]
    if repeated:
        yield f"Columns with the same name ({where}) are told apart by their letters: {listed(repeated)}."
    unnamed = [place for header, place in zip(headers, letters, strict=True) if not header]
    if unnamed:
        column, has = ("Column", "has") if len(unnamed) == 1 else ("Columns", "have")
        yield f"{column} {listed(unnamed)} {has} no name ({where})."


def letter(column: int) -> str:
    """The letters that a spreadsheet shows above the column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _file(code: str, says: str, mend: str) -> Problem:
    return Problem(code=code, says=says, mend=mend, loses="the file")

"""Whether a workbook is small enough to be opened: room is made for every cell up to the last one, empty or not.

One rule: what is measured is what the file holds, not what it says of itself.
"""

import io
import re
import zipfile
import zlib

from handrail.runbook.exchange import LARGEST_BYTES

MOST_ROWS = 20_000
MOST_COLUMNS = 400
MOST_SHEETS = 100
LARGEST_PART = 50_000_000

_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)")
_PLACE = re.compile(rb'\br\s*=\s*["\']([A-Za-z]{0,4})(\d{1,9})["\']')
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def refusal(content: bytes) -> str | None:
    """Why the workbook is not opened; None where it may be."""
    if len(content) > LARGEST_BYTES:
        return f"The file is larger than {LARGEST_BYTES:,} bytes, the most that is read."
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _refusal_of_parts(archive)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zlib.error):
        return "The file is no workbook: it cannot be unpacked."


def _refusal_of_parts(archive: zipfile.ZipFile) -> str | None:
    parts = [part for part in archive.infolist() if part.filename.lower().endswith((".xml", ".rels"))]
    sheets = [part for part in parts if "worksheets/" in part.filename.lower()]
    if len(sheets) > MOST_SHEETS:
        return f"The workbook has {len(sheets)} sheets; at most {MOST_SHEETS} are read."
    left = LARGEST_PART
    for part in parts:
        with archive.open(part) as opened:
            text = opened.read(left + 1)
        left -= len(text)
        if left < 0:
            return f"Unpacked, the workbook is larger than {LARGEST_PART:,} bytes, the most that is read."
        if _DOCTYPE.search(text):
            return "The workbook declares a document type, which no spreadsheet program writes."
        if why := _refusal_of_cells(text):
            return why
    return None


def _refusal_of_cells(text: bytes) -> str | None:
    """Rows and cells without a place count on from the one before."""
    row = column = 0
    for found in _ROW_OR_CELL.finditer(text):
        place = _PLACE.search(found[2])
        if found[1] == b"row":
            row, column = int(place[2]) if place else row + 1, 0
        elif place:
            row, column = int(place[2]), _column(place[1])
        else:
            column += 1
        if row > MOST_ROWS or column > MOST_COLUMNS:
            where = f"row {row:,}, column {column:,}"
            return f"A sheet has something in {where}; at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns are read."
    return None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number

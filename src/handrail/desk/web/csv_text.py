"""Rows as the text of a CSV file that a spreadsheet opens without harm.

One rule: no cell of ours is ever a formula. A cell that would begin one has an apostrophe put before it.
"""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

_BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for something older than UTF-8


def csv_lines(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow(_harmless(cell) for cell in row)
        yield line.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_BEGIN_A_FORMULA) else cell

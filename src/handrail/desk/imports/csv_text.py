"""Rows from CSV, whatever wrote it: the encoding, the delimiter, then the records with the line each begins on.

One rule: what had to be guessed is said in a note; what cannot be read for certain is refused.
"""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice

from handrail.desk.imports.limits import MOST_BYTES
from handrail.desk.imports.problem import Problem, quoted
from handrail.desk.imports.records import Records

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

SAVE_AS_UTF8 = "Save it as CSV UTF-8, or as .xlsx, and import that."

# A line that no file has (NUL is refused): where it ends up inside a record, a quotation mark was never closed.
_END = "\0"
_LINES_TO_JUDGE = 200

# Of the process: Python's reader would raise on a longer cell. The file's own limit bounds it here.
csv.field_size_limit(MOST_BYTES)


def records(content: bytes) -> Records | Problem:
    decoded = _decoded(content)
    if isinstance(decoded, Problem):
        return decoded
    text, notes = decoded
    if "\0" in text:
        says = "The file holds NUL characters: it is not text, or it is UTF-16 without the mark that says so."
        return _refused("not-text", says, SAVE_AS_UTF8)
    named, skipped = _named_delimiter(text)
    delimiter = named or _delimiter(text)
    rows = tuple(_rows(text, delimiter, skipped))
    problem = _about(rows)
    if problem:
        return problem
    if rows[-1][1] != (_END,):
        return _never_closed(*rows[-1])
    return Records(rows=rows[:-1], unit="line", notes=notes)


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]] | Problem:
    """The text, and what had to be assumed to get it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(content, "utf-16", ()) or _refused(
            "not-text", "The file begins like UTF-16 text, but is not.", SAVE_AS_UTF8
        )
    found = _as(content, "utf-8-sig", ())
    if found:
        return found
    note = "The file is not UTF-8; it was read as Windows-1252. See that accented letters look right in the preview."
    return _as(content, "cp1252", (note,)) or _refused(
        "not-text", "The file is neither UTF-8, UTF-16 nor Windows-1252 text.", SAVE_AS_UTF8
    )


def _as(content: bytes, encoding: str, notes: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    try:
        return content.decode(encoding), notes
    except UnicodeDecodeError:
        return None


def _named_delimiter(text: str) -> tuple[str | None, int]:
    """Excel's own first line, `sep=;`, and how many lines it takes."""
    first = text[:10].splitlines()[0] if text[:10].strip() else ""
    if first.casefold().startswith("sep=") and first[4:] in DELIMITERS:
        return first[4:], 1
    return None, 0


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the same number of cells (more than one) most consistently."""
    return max(DELIMITERS, key=lambda one: _consistency(text, one))


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    sample = islice(_reader(text, delimiter), _LINES_TO_JUDGE)
    widths = [len(cells) for cells in sample if any(cells)]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    """Without the sentinel, for judging only."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each record with the line on which it begins; the last one holds the sentinel."""
    ended = text if text.endswith(("\n", "\r")) else text + "\n"
    lines = islice(io.StringIO(ended, newline=""), skipped, None)
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    begins = 1 + skipped
    for cells in reader:
        yield begins, tuple(cell.strip() for cell in cells)
        begins = reader.line_num + 1 + skipped


def _about(rows: tuple[tuple[int, tuple[str, ...]], ...]) -> Problem | None:
    if len(rows) < 3 or any(len(cells) > 1 for _, cells in rows):
        return None
    says = "Every line of the file is one cell: no comma, semicolon, tab or vertical bar parts it into columns."
    return _refused("one-column", says, "Export it with a comma between the columns.")


def _never_closed(line: int, cells: tuple[str, ...]) -> Problem:
    start = cells[-1].replace(_END, "")
    return Problem(
        row=line,
        value=start,
        code="open-quote",
        says=f"On line {line} a quotation mark opens a cell ({quoted(start[:40])}) and is never closed.",
        mend="Close it, or write two of them where one is meant, and import the file again.",
        loses="the file",
    )


def _refused(code: str, says: str, mend: str) -> Problem:
    return Problem(code=code, says=says, mend=mend, loses="the file")

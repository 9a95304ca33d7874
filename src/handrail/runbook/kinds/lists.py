"""Lists: records under columns, and several values of one kind; how they are read, written and spoken.

One rule: a record is known by its first column, so no two of a list have the same in it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from handrail.runbook.kinds.declared import MOST_RECORDS, Kind, Record, Records, Scalar, Several, Written
from handrail.runbook.kinds.scalars import read_scalar, spoken_scalar, write_scalar
from handrail.runbook.kinds.unfit import Unfit, quoted

# ---------------------------------------------------------------------------------------------------------- records


def read_records(kind: Records, written: Written) -> tuple[Record, ...] | Unfit:
    if isinstance(written, str):
        return Unfit("This is a list: it takes rows, not one text.")
    if len(written) < kind.at_least:
        return Unfit(f"{_count(len(written))} listed; at least {kind.at_least} must be.")
    if len(written) > MOST_RECORDS:
        return Unfit(f"{_count(len(written))} listed; at most {MOST_RECORDS} are kept.")
    rows = [_read_record(kind, number, row) for number, row in enumerate(written, start=1)]
    sound = [row for row in rows if not isinstance(row, Unfit)]
    mistakes = [row.says for row in rows if isinstance(row, Unfit)]
    mistakes = mistakes or list(_named_twice(kind, sound))
    return Unfit(" ".join(mistakes)) if mistakes else tuple(sound)


def _count(rows: int) -> str:
    return "1 row is" if rows == 1 else f"{rows} rows are"


def _read_record(kind: Records, number: int, row: dict[str, str]) -> Record | Unfit:
    read_cells: dict[str, Scalar] = {}
    for name, column in kind.columns.items():
        text = row.get(name, "").strip()
        if not text and name != _first(kind):
            continue  # only the first column names the record; the others may be empty
        cell = read_scalar(column, text)
        if isinstance(cell, Unfit):
            return Unfit(f"Row {number}, {name.replace('_', ' ')}: {cell.says}")
        read_cells[name] = cell
    return read_cells


def _first(kind: Records) -> str:
    return next(iter(kind.columns), "")


def _named_twice(kind: Records, rows: Sequence[Record]) -> Iterator[str]:
    """What is wrong where rows go by the same name; the rows are sound, and so count from 1 as they were written."""
    numbers: dict[Scalar, list[int]] = defaultdict(list)
    for number, row in enumerate(rows, start=1):
        numbers[row[_first(kind)]].append(number)
    column = _first(kind).replace("_", " ")
    for value, same in numbers.items():
        if len(same) > 1:
            which = f"{', '.join(str(one) for one in same[:-1])} and {same[-1]}"
            says = quoted(spoken_scalar(kind.columns[_first(kind)], value))
            yield f"Rows {which} have the same {column}, {says}. A row is known by it: give each its own, or keep one."


def write_records(kind: Kind, value: Sequence[Record]) -> list[dict[str, str]]:
    columns = kind.columns if isinstance(kind, Records) else {}
    return [{name: write_scalar(cell) for name, cell in row.items() if name in columns} for row in value]


def spoken_records(kind: Records, value: Sequence[Record]) -> str:
    return "; ".join(_spoken_record(kind.columns, row) for row in value) or "none"


def _spoken_record(columns: Mapping[str, Kind], row: Record) -> str:
    return ", ".join(spoken_scalar(columns[name], cell) for name, cell in row.items() if name in columns)


# --------------------------------------------------------------------------------------------- several of one kind

_ONE_OF_SEVERAL = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",]*))\s*(,|$)')


def read_several(kind: Several, text: str) -> tuple[Scalar, ...] | Unfit:
    """`[Finance, "Sales, EMEA"]`; `[]` is a list of none."""
    inner = text.strip()
    if not (inner.startswith("[") and inner.endswith("]")):
        return Unfit(f"{quoted(text)} is not a list. Write it like [one, two].")
    values: list[Scalar] = []
    for part in _parts(inner[1:-1]):
        value = Unfit("A list is written like [one, two].") if part is None else read_scalar(kind.of, part)
        if isinstance(value, Unfit):
            return value
        values.append(value)
    return tuple(values)


def _parts(text: str) -> Iterator[str | None]:
    """The texts between the commas; None where the text is not of that form."""
    at = 0
    while text.strip() and at <= len(text):
        found = _ONE_OF_SEVERAL.match(text, at)
        if found is None:
            yield None
            return
        inside, plain_text, comma = found.groups()
        yield re.sub(r"\\(.)", r"\1", inside) if inside is not None else plain_text.strip()
        if not comma:
            return
        at = found.end()


def write_several(value: Sequence[Scalar]) -> str:
    return f"[{', '.join(_quoted_where_needed(write_scalar(one)) for one in value)}]"


def _quoted_where_needed(text: str) -> str:
    if not text or text != text.strip() or any(sign in text for sign in '",[]\\'):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return text


def spoken_several(kind: Several, value: Sequence[Scalar]) -> str:
    return ", ".join(spoken_scalar(kind.of, one) for one in value) or "none"

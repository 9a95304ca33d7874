"""Pieces of a column written as a cell, in the words of a runbook.

One rule: read again, the cell holds in these pieces and, among those that some value lies in, in no others.
"""

from collections.abc import Collection

from handrail.runbook.cells import Interval
from handrail.runbook.kinds import Scalar, write_scalar
from handrail.runbook.tables.columns import Column


def cell_text(column: Column, pieces: Collection[int]) -> str:
    """The pieces are possible ones; the missing value is among them alone or with all others."""
    given = [piece for piece in column.possible if piece != column.missing]
    if len(pieces) == len(column.possible):
        return "-"
    if column.missing in pieces:
        return "missing"
    if len(pieces) == len(given):
        return "given"
    if column.ordered:
        return ", ".join(_interval_text(interval) for interval in column.intervals(pieces))
    return _values_text(column, pieces)


def _interval_text(interval: Interval) -> str:
    low, high = interval.low, interval.high
    if low is None:
        return f"{'<=' if interval.high_closed else '<'} {_written(high)}"
    if high is None:
        return f"{'>=' if interval.low_closed else '>'} {_written(low)}"
    if low == high:
        return _written(low)
    opening, closing = "[" if interval.low_closed else "(", "]" if interval.high_closed else ")"
    return f"{opening}{_written(low)}..{_written(high)}{closing}"


def _values_text(column: Column, pieces: Collection[int]) -> str:
    """Where texts that no rule names are among them, those that are not."""
    if len(column.values) not in pieces:
        return ", ".join(_quoted(column.values[piece]) for piece in sorted(pieces))
    others = (value for piece, value in enumerate(column.values) if piece not in pieces)
    return f"not({', '.join(map(_quoted, others))})"


def _written(value: Scalar | None) -> str:
    assert value is not None
    return write_scalar(value)


def _quoted(value: Scalar) -> str:
    """In quotes where a cell would read the text as something else."""
    text = write_scalar(value)
    plain = text.replace(" ", "").isalnum() and text not in {"given", "missing"}
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return text if plain else f'"{escaped}"'

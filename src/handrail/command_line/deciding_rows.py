"""Deciding every row of a CSV file: the file comes out as it went in, with the answer in columns of its own.

One rule: no row is lost. One that cannot be decided is kept, with the reason.
"""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from handrail.runbook.inquiry import Askable, Inquiry, Known
from handrail.runbook.kinds import ORDERED, Kind, Scalar, Unfit, YesNo, write_text
from handrail.runbook.reading.margin import listed
from handrail.runbook.tables.deciding import Decided

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """`columns` by position: what the header names; None where the decision does not look at it."""

    header: tuple[str, ...]
    columns: tuple[Askable | None, ...]
    added: tuple[str, ...]


def decide_rows(inquiry: Inquiry, source: str) -> int:
    """0 where every row was decided, 1 where some were not, 2 where the file cannot be read. `-` is standard input."""
    try:
        rows = _opened(source)
    except (OSError, ValueError) as fault:  # a path with a NUL in it is a ValueError
        return _refuse(f"{source} cannot be read: {getattr(fault, 'strerror', None) or fault}.")
    with rows as opened:
        try:
            return _decide_all(inquiry, csv.reader(opened, strict=True), source)
        except UnicodeDecodeError as fault:
            byte = f"0x{fault.object[fault.start]:02X}"
            return _refuse(f"{source} is not UTF-8 text (it holds the byte {byte}). Save it in UTF-8.")


def _opened(source: str) -> "nullcontext[io.TextIOWrapper] | TextIO":
    if source == "-":
        return nullcontext(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline=""))
    return Path(source).open(encoding="utf-8-sig", newline="")


def _refuse(says: str) -> int:
    print(says, file=sys.stderr)
    return 2


def _decide_all(inquiry: Inquiry, rows: "csv._reader", source: str) -> int:  # type: ignore[name-defined]
    name = "standard input" if source == "-" else source
    try:
        header: list[str] = next(rows, [])
        sheet = _sheet(inquiry, header)
        if isinstance(sheet, str):
            return _refuse(f"{name}:1: {sheet}")
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow([*sheet.header, *sheet.added])
        undecided = sum(_decide_row(inquiry, sheet, row, f"{name}:{rows.line_num}", out) for row in rows if row)
    except csv.Error as fault:
        return _refuse(f"{name}:{rows.line_num}: This is not CSV: {fault}. Nothing after it was read.")
    return 1 if undecided else 0


def _sheet(inquiry: Inquiry, header: Sequence[str]) -> _Sheet | str:
    """How the columns are taken, or why they cannot be."""
    names = tuple(name.strip() for name in header)
    askable = inquiry.askable
    columns = tuple(askable.get(name) for name in names)
    keys = [column.key for column in columns if column]
    if len(set(keys)) < len(keys):
        twice = next(name for at, name in enumerate(names) if (found := columns[at]) and keys.count(found.key) > 1)
        return f"“{twice}” has two columns. Take one of them out."
    if not keys:
        return f"No column is named like something that the decision looks at: {listed(inquiry.names)}."
    outputs = [output.name for output in inquiry.decision.outputs]
    prefix = inquiry.decision.name
    added = tuple(f"{prefix}.{name}" if name in names else name for name in [*outputs, "rule", "undecided"])
    return _Sheet(header=tuple(header), columns=columns, added=added)


def _decide_row(
    inquiry: Inquiry,
    sheet: _Sheet,
    row: list[str],
    place: str,
    out: "csv._writer",  # type: ignore[name-defined]
) -> bool:
    """Write the row with its answer; whether it stayed undecided."""
    mistakes: list[str] = []
    known = dict(_known(sheet, row, mistakes))
    for mistake in mistakes:
        print(f"{place}: {mistake}", file=sys.stderr)
    answer, decided = _answered(inquiry, known, mistakes)
    width = len(sheet.header)
    out.writerow([*row[:width], *[""] * (width - len(row)), *answer])
    return not decided


def _known(sheet: _Sheet, row: list[str], mistakes: list[str]) -> Iterator[tuple[str, Scalar | tuple[Scalar, ...]]]:
    """The values of the row; an empty cell is a missing value. What cannot be read is told in `mistakes`."""
    if len(row) != len(sheet.header):
        mistakes.append(_wrong_width(row, len(sheet.header)))
    for name, column, text in zip(sheet.header, sheet.columns, row, strict=False):
        if column is None or not text.strip():
            continue
        value = column.read(text)
        if isinstance(value, Unfit):
            mistakes.append(f"{name.strip()}: {value.says}")
        else:
            yield column.key, value


def _wrong_width(row: list[str], width: int) -> str:
    left_out = f"; left out: {', '.join(f'“{cell}”' for cell in row[width:])}" if len(row) > width else ""
    return f"The row has {len(row)} {'cell' if len(row) == 1 else 'cells'} and the header {width}{left_out}."


def _answered(inquiry: Inquiry, known: Known, mistakes: Sequence[str]) -> tuple[list[str], bool]:
    """The cells to add: outputs, rule, and why it is undecided."""
    outputs = inquiry.decision.outputs
    reason = " ".join(mistakes)
    if not mistakes:
        answer = inquiry.ask(known)[-1]
        if isinstance(answer.outcome, Decided):
            values, table = answer.outcome.outputs, inquiry.decision
            numbers = " ".join(str(rule.number) for rule in answer.outcome.rules)
            return [*(_cell(table.kind_of(one), values[one.name]) for one in outputs), numbers, ""], True
        reason = answer.because
    return [*[""] * (len(outputs) + 1), _text(reason)], False


def _cell(kind: Kind, value: Scalar | tuple[Scalar, ...]) -> str:
    written = write_text(kind, value)
    return written if isinstance(kind, (*ORDERED, YesNo)) else _text(written)


def _text(text: str) -> str:
    """A spreadsheet takes a cell that begins like a formula for one; the apostrophe keeps it text."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text

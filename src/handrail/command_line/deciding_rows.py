"""Deciding every row of a CSV file: the file comes out as it went in, with the answer in columns of its own.

One rule: no row is lost. One that cannot be decided is kept, with the reason.
"""

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from handrail.runbook.inquiry import Askable, Inquiry, Known
from handrail.runbook.kinds import ORDERED, Kind, Scalar, Unfit, YesNo, write_text
from handrail.runbook.reading.margin import listed
from handrail.runbook.tables.deciding import Decided

if TYPE_CHECKING:
    from handrail.runbook.inquiries import Inquiries

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_AT_ONCE = 10_000  # rows; fewer are decided one by one


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """`columns` by position: what the header names; None where the decision does not look at it."""

    header: tuple[str, ...]
    columns: tuple[Askable | None, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Row:
    """`place` is its file and line; `mistakes` tell what of it could not be read."""

    cells: list[str]
    place: str
    known: Known
    mistakes: tuple[str, ...]


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
        read = (_row(sheet, cells, f"{name}:{rows.line_num}") for cells in rows if cells)
        answers = _Answers(inquiry)
        # Another program may write to standard input bit by bit, and wait for each answer.
        batches = _batches(read, 1 if source == "-" else _AT_ONCE)
        undecided = sum(_write(row, added, len(header), out) for batch in batches for row, added in answers.to(batch))
    except csv.Error as fault:
        return _refuse(f"{name}:{rows.line_num}: This is not CSV: {fault}. Nothing after it was read.")
    return 1 if undecided else 0


def _batches(rows: Iterable[_Row], size: int) -> Iterator[list[_Row]]:
    """The rows, so many at a time. Those before a fault in the file come before the fault."""
    batch: list[_Row] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
    except (csv.Error, UnicodeDecodeError):
        yield batch
        raise
    yield batch


def _write(row: _Row, added: list[str], width: int, out: "csv._writer") -> bool:  # type: ignore[name-defined]
    """Write the row with its answer; whether it stayed undecided."""
    for mistake in row.mistakes:
        print(f"{row.place}: {mistake}", file=sys.stderr)
    out.writerow([*row.cells[:width], *[""] * (width - len(row.cells)), *added])
    return added[-1] != ""


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


def _row(sheet: _Sheet, cells: list[str], place: str) -> _Row:
    mistakes: list[str] = []
    known = dict(_known(sheet, cells, mistakes))
    return _Row(cells=cells, place=place, known=known, mistakes=tuple(mistakes))


def _known(sheet: _Sheet, cells: list[str], mistakes: list[str]) -> Iterator[tuple[str, Scalar | tuple[Scalar, ...]]]:
    """The values of the row; an empty cell is a missing value. What cannot be read is told in `mistakes`."""
    if len(cells) != len(sheet.header):
        mistakes.append(_wrong_width(cells, len(sheet.header)))
    for name, column, text in zip(sheet.header, sheet.columns, cells, strict=False):
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


class _Answers:
    """The cells that the rows get: outputs, rule, and why a row is undecided, which is empty where it is decided."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    def to(self, rows: Sequence[_Row]) -> Iterator[tuple[_Row, list[str]]]:
        if len(rows) == _AT_ONCE and self._inquiry.tables is not None:
            return self._at_once(rows)
        return ((row, self._by_itself(row)) for row in rows)

    def _at_once(self, rows: Sequence[_Row]) -> Iterator[tuple[_Row, list[str]]]:
        answers = self._inquiries.ask([row.known for row in rows])
        decided = [self._decided(one) if isinstance(one, Decided) else None for one in answers.distinct]
        for row, number in zip(rows, answers.which.tolist(), strict=True):
            cells = decided[number]
            yield row, self._by_itself(row) if row.mistakes or cells is None else cells

    @cached_property
    def _inquiries(self) -> "Inquiries":
        from handrail.runbook.inquiries import Inquiries  # numpy takes a tenth of a second to load

        return Inquiries(self._inquiry.tables or ())

    def _by_itself(self, row: _Row) -> list[str]:
        reason = " ".join(row.mistakes)
        if not row.mistakes:
            answer = self._inquiry.ask(row.known)[-1]
            if isinstance(answer.outcome, Decided):
                return self._decided(answer.outcome)
            reason = answer.because
        return [*[""] * (len(self._inquiry.decision.outputs) + 1), _text(reason)]

    def _decided(self, decided: Decided) -> list[str]:
        decision = self._inquiry.decision
        outputs = [_cell(decision.kind_of(one), decided.outputs[one.name]) for one in decision.outputs]
        return [*outputs, " ".join(str(rule.number) for rule in decided.rules), ""]


def _cell(kind: Kind, value: Scalar | tuple[Scalar, ...]) -> str:
    written = write_text(kind, value)
    return written if isinstance(kind, (*ORDERED, YesNo)) else _text(written)


def _text(text: str) -> str:
    """A spreadsheet takes a cell that begins like a formula for one; the apostrophe keeps it text."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text

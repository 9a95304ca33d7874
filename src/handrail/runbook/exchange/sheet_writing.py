"""Decisions → a workbook, a sheet for each.

One rule: every cell is text and formatted as text. Nothing is a formula, nothing becomes one when it is edited, and no
program makes a date out of `1-2`.

    decision    support                          label in column A, what it says beside it
    hit policy  unique
    column      input        input     output    what each column is
    name        integration  mrr       days
    kind        …            …         …
    1           new          [0..5000) 30        the rules, by their numbers
    otherwise                          90
"""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from handrail.runbook.exchange.dmn_writing import Exported
from handrail.runbook.exchange.kind_text import text_of
from handrail.runbook.exchange.policies import policy_text
from handrail.runbook.kinds import Unfit, write_scalar
from handrail.runbook.model import Decision, Input, Output, Ref

LONGEST = 32_767  # characters that a cell can hold
PART = " · "  # between a decision and its output, a step and its answer

_FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Row = tuple[str, ...]


def write_workbook(decisions: Sequence[Decision]) -> Exported | Unfit:
    """Unfit where a text is longer than a cell can be."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        bold: workbook.add_format({"num_format": "@", "bold": bold, "text_wrap": True, "valign": "top"})
        for bold in (True, False)
    }
    taken: set[str] = set()
    for decision in decisions:
        rows = list(rows_of(decision))
        long = next((text for row in rows for text in row if len(text) > LONGEST), None)
        if long is not None:
            return Unfit(f"“{long[:60]}…” has {len(long):,} characters; a cell of a workbook holds {LONGEST:,}.")
        sheet = workbook.add_worksheet(_sheet_name(decision.name, taken))
        _fill(sheet, rows, formats)
    workbook.close()
    return Exported(content=buffer.getvalue())


def _fill(sheet: Any, rows: Sequence[Row], formats: dict[bool, Any]) -> None:
    width = max(len(row) for row in rows)
    sheet.set_column(0, 0, 13, formats[False])
    sheet.set_column(1, width - 1, 26, formats[False])
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(at, column, _UNWRITABLE.sub("�", text), formats[column == 0])
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows)}"})
    head = next(at for at, row in enumerate(rows) if row[0] == "kind")
    sheet.freeze_panes(head + 1, 1)


def rows_of(decision: Decision) -> Iterator[Row]:
    yield "decision", decision.name
    yield "title", decision.title
    yield "hit policy", policy_text(decision.hit_policy, decision.aggregator)
    if decision.says:
        yield "says", decision.says
    if decision.override:
        yield "asked by", *decision.override.asked_by
        yield "approved by", decision.override.approved_by
    yield from _head(decision)
    for rule in decision.rules:
        cells = (cell.text for cell in rule.cells)
        yield str(rule.number), *cells, *(write_scalar(value) for value in rule.outputs), rule.note
    if decision.otherwise:
        yield "otherwise", *("" for _ in decision.inputs), *(write_scalar(value) for value in decision.otherwise)


def _head(decision: Decision) -> Iterator[Row]:
    columns: tuple[Input | Output, ...] = (*decision.inputs, *decision.outputs)
    yield "column", *("input" for _ in decision.inputs), *("output" for _ in decision.outputs), "note"
    yield "name", *(column.name for column in columns)
    yield "heading", *(column.title for column in columns)
    yield "looks at", *(ref_text(column.ref) for column in decision.inputs)
    yield "kind", *(text_of(column.kind)[1:-1] for column in columns)


def ref_text(ref: Ref) -> str:
    return f"{ref.source} {ref.name}{PART}{ref.part}" if ref.part else f"{ref.source} {ref.name}"


def _sheet_name(name: str, taken: set[str]) -> str:
    wanted = _FORBIDDEN_IN_SHEET.sub(" ", _UNWRITABLE.sub(" ", name)).strip(" '")[:31] or "Decision"
    found, number = wanted, 1
    while found.casefold() in taken or found.casefold() == "history":
        number += 1
        found = f"{wanted[: 30 - len(str(number))]} {number}"
    taken.add(found.casefold())
    return found

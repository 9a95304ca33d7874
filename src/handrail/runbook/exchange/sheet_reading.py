"""A workbook → decisions, a sheet for each, with every mistake told by sheet and cell.

One rule: what stands in column A says what the row is; so rows may come in any order, and empty ones between them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from handrail.runbook.cells import Anything, Cell, parse
from handrail.runbook.exchange.agreement import misfits
from handrail.runbook.exchange.exchanged import Exchanged, Table
from handrail.runbook.exchange.kind_text import kind_of
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.policies import POLICIES, Policy, unfit_outputs
from handrail.runbook.exchange.sheet_guard import measured
from handrail.runbook.exchange.sheet_writing import PART
from handrail.runbook.kinds import Kind, Records, Scalar, Several, Text, Unfit, plain, read_scalar
from handrail.runbook.model import Decision, Input, Output, Override, Ref, Rule
from handrail.runbook.problem import Place, Problem
from handrail.runbook.reading.margin import did_you_mean, quoted
from handrail.runbook.reading.names import title_of

_LABELS = (
    "decision", "title", "hit policy", "says", "asked by", "approved by", "column", "name", "heading", "looks at",
    "kind", "otherwise",
)  # fmt: skip
_SOURCES = ("fact", "derived", "output", "answer")


def read_workbook(content: bytes, file: str) -> Exchanged:
    notes = Notes(file)
    tables: dict[str, Table] = {}
    for name, rows in _sheets(content, notes):
        sheet = _Sheet(name, rows, notes)
        if "decision" not in sheet.rows:
            notes.warning(
                Place(file=file), "not-kept", f"The sheet “{name}” holds no decision.", "Nothing is read there."
            )
            continue
        before, notes.is_sound = notes.is_sound, True
        decision = sheet.decision()
        if decision.name in tables:
            sheet.error("decision", 1, "name-taken", f"“{decision.name}” has two sheets.", "Rename one of the two.")
        elif notes.is_sound:
            tables[decision.name] = Table(id="", decision=decision)
        notes.is_sound = notes.is_sound and before
    unread = _taken_out(tables, notes)
    return Exchanged(file=file, tables=tables, unread=unread, problems=notes.problems())


def _taken_out(tables: dict[str, Table], notes: Notes) -> dict[str, tuple[Problem, ...]]:
    """The decisions that do not fit the others, which are taken out, and why."""
    unread: dict[str, tuple[Problem, ...]] = {}
    for misfit in misfits(tables):
        where = tables[misfit.decision].decision.place
        notes.error(where, misfit.code, misfit.says, misfit.mend)
        told = Problem(where=where, code=misfit.code, says=misfit.says, mend=misfit.mend)
        unread[misfit.decision] = (*unread.get(misfit.decision, ()), told)
    for name in unread:
        del tables[name]
    return unread


def _sheets(content: bytes, notes: Notes) -> list[tuple[str, list[list[str]]]]:
    sound = measured(content)
    opened = sound if isinstance(sound, Unfit) else _opened(sound)
    if not isinstance(opened, Unfit):
        return opened
    notes.error(Place(file=notes.file), "not-a-workbook", opened.says, "Save it again as an .xlsx file.")
    return []


def _opened(content: bytes) -> list[tuple[str, list[list[str]]]] | Unfit:
    try:
        return _cells(content)
    except (CalamineError, ValueError) as fault:
        return Unfit(f"The workbook is damaged and cannot be read: {fault}.")
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # what Rust raises where it gives up; no class to name
            raise
        return Unfit("The workbook is damaged and cannot be read.")


def _cells(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """The sheets by name, whose rows and columns count from A1, whether something stands there or not."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [
        (
            name,
            [
                [_text(value) for value in row]
                for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ],
        )
        for name in workbook.sheet_names
    ]


def _text(value: object) -> str:
    """What the author sees in the cell, whatever the program made of it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return plain(Decimal(f"{value:.15g}"))
        case datetime() if (value.hour, value.minute, value.second) == (0, 0, 0):
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()


@dataclass(frozen=True, kw_only=True)
class _Column:
    at: int
    name: str
    title: str
    kind: Kind | None


@dataclass
class _Sheet:
    name: str
    cells: Sequence[Sequence[str]]
    notes: Notes
    rows: dict[str, int] = field(default_factory=dict)  # by label, from 0
    rules: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        labels = [" ".join(row[0].casefold().split()) if row else "" for row in self.cells]
        if "decision" not in labels:
            return
        for at, label in enumerate(labels):
            self._take_row(at, label)

    def _take_row(self, at: int, label: str) -> None:
        if label in self.rows:
            says = f"“{label}” stands in two rows."
            self._error(at, 0, "duplicate-key", says, "Keep one of the two.")
        elif label in _LABELS:
            self.rows[label] = at
        elif label.isdecimal():
            self.rules.append(at)
        elif label or any(self.cells[at]):
            says = f"{quoted(label)} does not say what this row is."
            mend = "A rule has its number here. " if not label else ""
            self._error(at, 0, "unknown-word", says, mend + did_you_mean(label, _LABELS))

    # ---------------------------------------------------------------------------------------------------- asking cells

    def text(self, row: int | None, column: int) -> str:
        return self.cells[row][column] if row is not None and column < len(self.cells[row]) else ""

    def said(self, label: str, column: int = 1) -> str:
        return self.text(self.rows.get(label), column)

    def error(self, label: str, column: int, code: str, says: str, mend: str) -> None:
        self._error(self.rows.get(label, 0), column, code, says, mend)

    def _error(self, row: int, column: int, code: str, says: str, mend: str) -> None:
        where = f"{_letters(column)}{row + 1} of the sheet “{self.name}”"
        place = Place(file=self.notes.file, line=row + 1, column=column + 1)
        self.notes.error(place, code, f"In {where}: {says}", mend)

    # -------------------------------------------------------------------------------------------------- reading it all

    def decision(self) -> Decision:
        name = self.said("decision")
        if not name:
            self.error("decision", 1, "missing-name", "The decision has no name.", "Write it beside “decision”.")
        what = [self.said("column", at).casefold() for at in range(len(self.cells[self.rows.get("column", 0)]))]
        inputs = [self._column(at) for at, word in enumerate(what) if word == "input"]
        outputs = [self._column(at) for at, word in enumerate(what) if word == "output"]
        notes = [at for at, word in enumerate(what) if word == "note"]
        self._tell_strange(what, inputs, outputs)
        policy, aggregator = self._policy(outputs)
        return Decision(
            name=name,
            title=self.said("title") or title_of(name),
            hit_policy=policy,
            aggregator=aggregator,
            inputs=tuple(self._input(column) for column in inputs),
            outputs=tuple(Output(name=one.name, title=one.title, kind=one.kind or Text()) for one in outputs),
            rules=tuple(self._rule(number, row, inputs, outputs, notes) for number, row in enumerate(self.rules, 1)),
            otherwise=self._otherwise(outputs),
            override=self._override(),
            says=self.said("says"),
            place=Place(file=self.notes.file, line=self.rows["decision"] + 1, column=1),
        )

    def _tell_strange(self, what: list[str], inputs: list[_Column], outputs: list[_Column]) -> None:
        for at, word in enumerate(what[1:], start=1):
            if word not in {"input", "output", "note", ""}:
                says = f"{quoted(word)} does not say what this column is."
                self.error("column", at, "unknown-word", says, "Write input, output or note.")
        if not (inputs and outputs and self.rules):
            says = "The table has no inputs, no outputs or no rules."
            mend = "Write “input” and “output” in the row “column”, and number the rules in column A."
            self.error("decision", 0, "empty-table", says, mend)
        names = [column.name for column in (*inputs, *outputs)]
        for column in (*inputs, *outputs):
            if not column.name or (names.count(column.name) > 1 and column in inputs):
                says = (
                    f"{quoted(column.name)} is the name of two columns." if column.name else "The column has no name."
                )
                self.error("name", column.at, "name-taken", says, "Give it a name of its own.")

    def _column(self, at: int) -> _Column:
        name, text = self.said("name", at), self.said("kind", at)
        private = Notes(self.notes.file)
        kind = kind_of(text or "text", f"the column “{name}”", private)
        for problem in private.problems():
            self.error("kind", at, problem.code, problem.says, problem.mend)
        return _Column(at=at, name=name, title=self.said("heading", at) or title_of(name), kind=kind)

    def _input(self, column: _Column) -> Input:
        ref = Ref(source="fact", name=column.name)
        text = self.said("looks at", column.at)
        source, _, of = text.partition(" ")
        if source in _SOURCES and of:
            name, _, part = of.partition(PART)
            ref = Ref(source=source, name=name.strip(), part=part.strip())  # type: ignore[arg-type]
        elif text:
            says = f"{quoted(text)} does not say what the column looks at."
            self.error("looks at", column.at, "unknown-word", says, "Write “fact mrr”, or leave it empty.")
        return Input(name=column.name, title=column.title, ref=ref, kind=column.kind or Text())

    def _policy(self, outputs: list[_Column]) -> Policy:
        text = " ".join(self.said("hit policy").casefold().split()) or "unique"
        if text not in POLICIES:
            self.error(
                "hit policy", 1, "hit-policy", f"{quoted(text)} is not a hit policy.", did_you_mean(text, POLICIES)
            )
        policy = POLICIES.get(text, ("unique", None))
        for says, mend in unfit_outputs(*policy, [column.kind for column in outputs]):
            self.error("hit policy", 1, "hit-policy", says, mend)
        return policy

    def _rule(self, number: int, row: int, inputs: list[_Column], outputs: list[_Column], notes: list[int]) -> Rule:
        if self.cells[row][0] != str(number):
            says = f"The rule is numbered {self.cells[row][0][:20]} and is rule {number}."
            self._error(row, 0, "rule-number", says, "Rules count from 1, in their order.")
        return Rule(
            number=number,
            cells=tuple(self._cell(row, column) for column in inputs),
            outputs=tuple(self._value(row, column) for column in outputs),
            note="; ".join(text for at in notes if (text := self.text(row, at))),
            place=Place(file=self.notes.file, line=row + 1, column=1),
        )

    def _cell(self, row: int, column: _Column) -> Cell:
        if column.kind is None:
            return Anything()
        cell = parse(self.text(row, column.at) or "-", column.kind)
        if isinstance(cell, Unfit):
            self._error(row, column.at, "cell", cell.says, "Write “-” for anything.")
            return Anything()
        return cell

    def _value(self, row: int, column: _Column) -> Scalar:
        if column.kind is None or isinstance(column.kind, Records | Several):
            return ""
        value = read_scalar(column.kind, self.text(row, column.at))
        if isinstance(value, Unfit):
            self._error(row, column.at, "output", value.says, "A rule gives every output a value.")
            return ""
        return value

    def _otherwise(self, outputs: list[_Column]) -> tuple[Scalar, ...]:
        row = self.rows.get("otherwise")
        return () if row is None else tuple(self._value(row, column) for column in outputs)

    def _override(self) -> Override | None:
        row = self.rows.get("asked by")
        approved_by = self.said("approved by")
        if row is None and not approved_by:
            return None
        asked_by = tuple(text for text in self.cells[row][1:] if text) if row is not None else ()
        return Override(asked_by=asked_by, approved_by=approved_by)


def _letters(column: int) -> str:
    """The column as a spreadsheet names it: 0 is A, 26 is AA."""
    letters, at = "", column + 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

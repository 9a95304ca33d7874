"""What the rows of a file ask for, and everything that is wrong with them. No database: facts and people are given.

One rule: a row loses as little as can be. A cell that does not fit is left out and told; only a row that cannot be
attributed to one customer (no key, no name, a key that another row has too, cells in the wrong columns) is left out
whole. An empty cell says nothing and changes nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail.desk.imports.directory import Directory
from handrail.desk.imports.mapping import KEY, NAME, OWNER, Mapped, fact_of
from handrail.desk.imports.problem import Problem, listed, printable, quoted
from handrail.desk.imports.sheet import Row, Sheet
from handrail.runbook.kinds import Records, Unfit, Written, read, write
from handrail.runbook.model import Fact

LONGEST_KEY = 200
LONGEST_NAME = 300

AGAIN = "Mend the cell and import the file again."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A customer as one row asks for it; `owner` and `facts` hold only what the row says. `left_out` counts cells."""

    row: int
    key: str
    name: str
    owner: int | None = None
    facts: Mapping[str, Written] = field(default_factory=dict)
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Checked:
    """`wanted` are the rows that can be imported, in the order of the file (`Wanted` where it is one of customers);
    `rows` how many the file has."""

    wanted: tuple[Any, ...]
    problems: tuple[Problem, ...]
    rows: int

    @property
    def bad_rows(self) -> int:
        return self.rows - len(self.wanted)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a sheet is to be understood: the header and column of each target."""

    headers: tuple[str, ...]
    columns: Mapping[str, int]
    facts: Mapping[str, Fact]
    people: Directory
    unit: str
    width: int

    def header(self, target: str) -> str:
        return self.headers[self.columns[target]] if target in self.columns else ""

    def cell(self, row: Row, target: str) -> str:
        """Nothing where no column holds the target."""
        column = self.columns.get(target)
        return row.cells[column] if column is not None else ""


def check(sheet: Sheet, mapped: Mapped, facts: Mapping[str, Fact], people: Directory) -> Checked:
    """`mapped` has passed `mapping.check`; targets of facts that the runbook no longer has are ignored."""
    return gathered(outcomes(sheet, mapped, facts, people), len(sheet.rows))


Outcome = tuple[Any, list[Problem]]
"""What one row asks for, None where it cannot be imported, and what is wrong with it."""


def outcomes(sheet: Sheet, mapped: Mapped, facts: Mapping[str, Fact], people: Directory) -> Iterator[Outcome]:
    """Row by row, for those who cannot wait until all of a long file is checked."""
    columns = {target: column for column, target in enumerate(mapped) if _is_known(target, facts)}
    if KEY not in columns and NAME in columns:
        columns[KEY] = columns[NAME]  # of accounts without an id, which their names stand for
    layout = Layout(
        headers=sheet.headers, columns=columns, facts=facts, people=people, unit=sheet.unit, width=sheet.width
    )
    rows_of = _rows_by_key(sheet, layout)
    return (_row(layout, row, rows_of) for row in sheet.rows)


def gathered(found: Iterable[Outcome], rows: int) -> Checked:
    """Of all `rows` of a file."""
    found = list(found)
    return Checked(
        wanted=tuple(wanted for wanted, _ in found if wanted is not None),
        problems=tuple(problem for _, problems in found for problem in problems),
        rows=rows,
    )


def _is_known(target: str, facts: Mapping[str, Fact]) -> bool:
    fact = fact_of(target)
    return target in (KEY, NAME, OWNER) if fact is None else fact in facts


def _rows_by_key(sheet: Sheet, layout: Layout) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row in sheet.rows:
        if not row.ragged:
            found[layout.cell(row, KEY)].append(row.number)
    return found


def _row(layout: Layout, row: Row, rows_of: Mapping[str, list[int]]) -> Outcome:
    """A ragged row is not looked into: its cells may stand in any column."""
    if row.ragged:
        return None, [ragged(row, layout)]
    problems = [*_about_key(layout, row, rows_of), *_about_name(layout, row)]
    facts, about_facts = _facts(layout, row)
    owner = _owner(layout, row)
    lost = [*about_facts, *([owner] if isinstance(owner, Problem) else [])]
    if problems:
        return None, [*problems, *lost]
    wanted = Wanted(
        row=row.number,
        key=layout.cell(row, KEY)[:LONGEST_KEY],
        name=_one_line(layout.cell(row, NAME)),
        owner=None if isinstance(owner, Problem) else owner,
        facts=facts,
        left_out=len(lost),
    )
    return wanted, lost


def ragged(row: Row, of: Layout | Sheet) -> Problem:
    has, needs = len(row.cells), of.width
    cause = (
        "A cell that holds the delimiter must stand in quotation marks."
        if has > needs
        else "Part of it may stand on the next line: a cell that holds a line break must stand in quotation marks."
    )
    count = f"too many cells: {has} where" if has > needs else f"too few cells: {has} where"
    return Problem(
        row=row.number,
        value=printable(" | ".join(row.cells), 200),
        code="too-many-cells" if has > needs else "too-few-cells",
        says=f"The {of.unit} has {count} the header has {needs}, so that values may stand in the wrong columns.",
        mend=cause,
        loses="the row",
    )


_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}


def _about_key(layout: Layout, row: Row, rows_of: Mapping[str, list[int]]) -> Iterator[Problem]:
    key = layout.cell(row, KEY)
    if not key:
        if layout.columns[KEY] != layout.columns.get(NAME):  # else the name is told to be missing
            yield _lost(layout, row, KEY, "no-key", "The account id is missing.", "Fill it in: it is how Handrail "
                        "knows the customer again.")  # fmt: skip
        return
    yield from _unusable(layout, row, KEY, LONGEST_KEY)
    if _SHORTENED.fullmatch(key):
        says = f"{quoted(key)} is a number that a spreadsheet program has shortened; its last digits are lost."
        yield _lost(layout, row, KEY, "shortened-key", says, "Format the column as text before it is filled.")
    if len(rows_of[key]) > 1:
        others = listed(str(number) for number in rows_of[key])
        which = "name" if layout.columns[KEY] == layout.columns.get(NAME) else "id"
        says = f"The account {which} {quoted(key)} stands in {layout.unit}s {others}."
        mend = "Keep the row that is right: Handrail cannot know which one is."
        yield _lost(layout, row, KEY, "key-twice", says, mend)


def _about_name(layout: Layout, row: Row) -> Iterator[Problem]:
    if not _one_line(layout.cell(row, NAME)):
        yield _lost(layout, row, NAME, "no-name", "The account name is missing.", "Fill it in.")
    else:
        yield from _unusable(layout, row, NAME, LONGEST_NAME)


def _unusable(layout: Layout, row: Row, target: str, longest: int) -> Iterator[Problem]:
    """What is wrong with a cell that names the customer: an error of the spreadsheet, too long, control characters."""
    text = layout.cell(row, target) if target == KEY else _one_line(layout.cell(row, target))
    if text in _ERRORS:
        yield _lost(layout, row, target, "error-cell", _is_error(text), "Mend the formula.")
    if len(text) > longest:
        says = f"{quoted(text)} has {len(text):,} characters; at most {longest} are kept."
        yield _lost(layout, row, target, "too-long", says, "Shorten it.")
    elif any(ord(character) < 32 or ord(character) == 127 for character in text):
        yield _lost(layout, row, target, "control", f"{quoted(text)} holds control characters.", "Remove them.")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_error(text: str) -> str:
    return f"The cell holds the error {text} of a formula, not a value."


def _owner(layout: Layout, row: Row) -> int | Problem | None:
    written = layout.cell(row, OWNER)
    if not written:
        return None
    if written in _ERRORS:
        return _left_out(layout, row, OWNER, "error-cell", _is_error(written), "Mend the formula.")
    found = layout.people.find(written)
    if isinstance(found, int):
        return found
    return _left_out(layout, row, OWNER, found.code, found.says, found.mend)


def _facts(layout: Layout, row: Row) -> tuple[dict[str, Written], list[Problem]]:
    given: dict[str, Written] = {}
    problems: list[Problem] = []
    for target in layout.columns:
        name = fact_of(target)
        text = layout.cell(row, target)
        if name is None or not text:
            continue
        taken = _fact(layout.facts[name], text)
        if isinstance(taken, Unfit):
            code = "error-cell" if text in _ERRORS else "unfit"
            problems.append(_left_out(layout, row, target, code, taken.says, AGAIN))
        else:
            given[name] = taken
    return given, problems


def _fact(fact: Fact, text: str) -> Written | Unfit:
    """The canonical text of the value, or why the cell does not hold one."""
    if text in _ERRORS:
        return Unfit(_is_error(text))
    value = read(fact.kind, _rows_of_list(fact.kind, text) if isinstance(fact.kind, Records) else text)
    return value if isinstance(value, Unfit) else write(fact.kind, value)


def _rows_of_list(kind: Records, text: str) -> list[dict[str, str]]:
    """`Water; Sewer` are two records of which the first column is said."""
    first = next(iter(kind.columns), "")
    return [{first: part.strip()} for part in re.split(r"[;\n]", text) if part.strip()]


def _lost(layout: Layout, row: Row, target: str, code: str, says: str, mend: str) -> Problem:
    return Problem(
        row=row.number,
        column=layout.header(target),
        value=printable(layout.cell(row, target), 200),
        code=code,
        says=says,
        mend=mend,
        loses="the row",
    )


def _left_out(layout: Layout, row: Row, target: str, code: str, says: str, mend: str) -> Problem:
    return Problem(
        row=row.number,
        column=layout.header(target),
        value=printable(layout.cell(row, target), 200),
        code=code,
        says=says,
        mend=mend,
        loses="the cell",
    )

"""What came of an import, kept with it as JSON and told to people: counts and every problem.

One rule: a cell of a report never becomes a formula in whoever's spreadsheet it is opened with.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from handrail.desk.imports.problem import Problem


@dataclass(frozen=True, kw_only=True)
class Report:
    """`applied` rows have been dealt with so far: `new`, `changed` or the `same` as before; `bad` were left out.
    `unit` is what the numbers of the problems count: lines or rows. `sums` are those of amounts: of the `file`, and of
    what was `imported` and `refused` of it."""

    applied: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unit: str = "row"
    contents: str = "customers"
    sums: Mapping[str, str] = field(default_factory=dict)

    @property
    def doubts(self) -> int:
        return sum(one.loses == "nothing" for one in self.problems)

    @property
    def amounts(self) -> "Amounts | None":
        return amounts_of(self.sums)

    @property
    def says(self) -> str:
        return counted(self.new, self.changed, self.same, self.bad)


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """The sums as people read them, and whether they agree to the cent."""

    file: str
    imported: str
    refused: str
    agree: bool


def amounts_of(sums: Mapping[str, str]) -> Amounts | None:
    """None where the file has no amounts."""
    if not sums:
        return None
    exact = {name: Decimal(written) for name, written in sums.items()}
    return Amounts(
        file=f"{exact['file']:,.2f}",
        imported=f"{exact['imported']:,.2f}",
        refused=f"{exact['refused']:,.2f}",
        agree=exact["file"] == exact["imported"] + exact["refused"],
    )


def counted(new: int, changed: int, same: int, bad: int) -> str:
    """`0 new, 0 changed, 85 as before`, and what was left out where something was."""
    told = f"{new:,} new, {changed:,} changed, {same:,} as before"
    return f"{told}, {bad:,} not imported" if bad else told


def to_json(report: Report) -> dict[str, Any]:
    return asdict(report)


def of_json(written: Mapping[str, Any]) -> Report:
    """An import that has not begun has an empty report."""
    lists = {"problems", "notes", "ignored"}
    return Report(
        **{name: value for name, value in written.items() if name not in lists},
        problems=tuple(Problem(**one) for one in written.get("problems", ())),
        notes=tuple(written.get("notes", ())),
        ignored=tuple(written.get("ignored", ())),
    )


COLUMNS = ("Row", "Column", "Value", "What is wrong", "How to mend it", "Not imported")


def problems_csv(problems: Iterable[Problem]) -> str:
    """With the mark by which spreadsheet programs know UTF-8."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for one in problems:
        rows.writerow([one.row or "", *map(harmless, (one.column, one.value, one.says, one.mend, one.loses))])
    return "\ufeff" + written.getvalue()


def harmless(text: str) -> str:
    """A text that a spreadsheet program would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

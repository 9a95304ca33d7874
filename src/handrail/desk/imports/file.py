"""A file that is neither of customers nor of accounts, as everything after it sees it. Each sort of file also has
`outcomes`, row by row; `steps`, what would become of rows; `write`, in the caller's transaction; and `sums`.

One rule: what was shown is what is done. Preview and import compare with the same function of the file.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from handrail.desk.imports import mapping
from handrail.desk.imports.checking import Checked, Outcome, gathered
from handrail.desk.imports.mapping import Mapped, Target
from handrail.desk.imports.plan import Change, Sort
from handrail.desk.imports.problem import Problem, printable
from handrail.desk.imports.sheet import Row, Sheet


@dataclass(frozen=True, kw_only=True)
class Step:
    """What importing a row would do: to what, by which name, and what would be known then; `later` puts that into words
    only where somebody looks at it."""

    row: int
    sort: Sort
    key: str
    name: str
    changes: tuple[Change, ...] = ()
    left_out: int = 0
    later: Callable[[], tuple[Change, ...]] | None = None

    @property
    def told(self) -> tuple[Change, ...]:
        return self.later() if self.later else self.changes


@dataclass(frozen=True, kw_only=True)
class Read:
    """A sheet with what each of its columns means, and how what the file does not say is to be taken."""

    sheet: Sheet
    targets: tuple[Target, ...]
    mapped: Mapped
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def wrong(self) -> tuple[Problem, ...]:
        return mapping.check(self.mapped, self.sheet.headers, self.targets)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns of which nothing is kept."""
        return mapping.ignored(self.mapped, self.sheet.headers)

    @property
    def notes(self) -> tuple[str, ...]:
        """Further sentences on how the file was understood."""
        return ()

    def column(self, target: str) -> int | None:
        return self._columns.get(target)

    @cached_property
    def _columns(self) -> Mapping[str, int]:
        return {target: column for column, target in enumerate(self.mapped) if target}

    def header(self, target: str) -> str:
        column = self.column(target)
        return "" if column is None else self.sheet.headers[column]

    def cell(self, row: Row, target: str) -> str:
        column = self.column(target)
        return "" if column is None or row.ragged else row.cells[column]

    def gathered(self, found: Iterable[Outcome]) -> Checked:
        return gathered(found, len(self.sheet.rows))


def problem(read: Read, row: Row, target: str, code: str, says: str, mend: str, loses: Any) -> Problem:
    return Problem(
        row=row.number,
        column=read.header(target),
        value=printable(read.cell(row, target), 200),
        code=code,
        says=says,
        mend=mend,
        loses=loses,
    )

"""The RACI matrix of a runbook as the page shows it, with one role brought out where somebody asks for it."""

from dataclasses import dataclass

from handrail.desk.queries.runbook.lines import place_of
from handrail.runbook.model import Letter, Runbook
from handrail.runbook.raci import Matrix, Row, matrix

MEANINGS: tuple[tuple[Letter, str], ...] = (
    ("R", "does it"),
    ("A", "answers for it, and may do it"),
    ("C", "is asked before"),
    ("I", "is told"),
)


@dataclass(frozen=True, kw_only=True)
class CellView:
    """`letters` as they are read, `R/A`; `lead` is the first of them, which gives the colour."""

    letters: str
    lead: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class RowView:
    """`has_part` is whether the role that is asked for has a letter in it; `problems` as (says, mend)."""

    place: str
    title: str
    cells: tuple[CellView, ...]
    problems: tuple[tuple[str, str], ...]
    meant: str
    has_part: bool


@dataclass(frozen=True, kw_only=True)
class RoleView:
    name: str
    title: str
    place: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class RaciView:
    """`chosen` is the title of the role that is asked for, empty where all are; it has a part in `parts` steps.
    `totals` are of each letter what it means, and how many steps each role has it in."""

    roles: tuple[RoleView, ...]
    stages: tuple[tuple[str, tuple[RowView, ...]], ...]
    totals: tuple[tuple[str, str, tuple[tuple[int, bool], ...]], ...]
    chosen: str
    parts: int
    problems: int


def raci_view(runbook: Runbook, role: str) -> RaciView:
    """`role` may be any text; what is no role asks for nothing."""
    found = matrix(runbook)
    stages = tuple((stage, tuple(_row(found, row, role) for row in rows)) for stage, rows in found.rows)
    return RaciView(
        roles=tuple(
            RoleView(
                name=one.role,
                title=one.title,
                place=place_of("role", one.role),
                chosen=one.role == role,
            )
            for one in found.columns
        ),
        stages=stages,
        totals=tuple(
            (letter, meaning, tuple((one.counts[letter], one.role == role) for one in found.columns))
            for letter, meaning in MEANINGS
        ),
        chosen=runbook.roles[role].title if role in runbook.roles else "",
        parts=sum(row.has_part for _, rows in stages for row in rows),
        problems=found.problems,
    )


def _row(found: Matrix, row: Row, role: str) -> RowView:
    cells = tuple(
        CellView(letters="/".join(letters), lead=letters[0] if letters else "", chosen=column.role == role)
        for column, letters in zip(found.columns, row.letters, strict=True)
    )
    return RowView(
        place=place_of("step", row.step.name),
        title=row.step.title,
        cells=cells,
        problems=tuple((one.says, one.mend) for one in row.problems),
        meant=row.step.meant,
        has_part=any(cell.chosen and cell.letters for cell in cells),
    )

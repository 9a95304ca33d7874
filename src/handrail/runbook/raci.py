"""Who does what, as a matrix: a row for each step, a column for each role, and what is wrong with a row.

One rule: what is wrong is what the checks say; nothing here has an opinion of its own about letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handrail.runbook.checks.duties import nobody_accountable, nobody_responsible
from handrail.runbook.model import Letter, Runbook, Step
from handrail.runbook.problem import Problem

LETTERS: tuple[Letter, ...] = ("R", "A", "C", "I")


@dataclass(frozen=True, kw_only=True)
class Row:
    """`letters` stand in the order of the runbook's roles, none where a role has no part."""

    step: Step
    letters: tuple[tuple[Letter, ...], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """`counts` is how many steps the role has each letter in."""

    role: str
    title: str
    counts: Mapping[Letter, int]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """`rows` by stage; a stage without steps is left out."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def problems(self) -> int:
        return sum(len(row.problems) for _, rows in self.rows for row in rows)


def matrix(runbook: Runbook) -> Matrix:
    problems = (*nobody_accountable(runbook), *nobody_responsible(runbook))
    rows = [_row(runbook, step, problems) for step in runbook.steps.values()]
    stages = ((stage, tuple(row for row in rows if row.step.stage == stage)) for stage in runbook.stages)
    return Matrix(
        columns=tuple(_column(runbook, role) for role in runbook.roles),
        rows=tuple((stage, inside) for stage, inside in stages if inside),
    )


def _row(runbook: Runbook, step: Step, problems: tuple[Problem, ...]) -> Row:
    return Row(
        step=step,
        letters=tuple(
            tuple(letter for letter in LETTERS if letter in step.raci.get(role, ())) for role in runbook.roles
        ),
        problems=tuple(one for one in problems if one.where == step.place),
    )


def _column(runbook: Runbook, role: str) -> Column:
    steps = runbook.steps.values()
    return Column(
        role=role,
        title=runbook.roles[role].title,
        counts={letter: sum(role in step.roles_with(letter) for step in steps) for letter in LETTERS},
    )

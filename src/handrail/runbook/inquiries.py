"""Asking a decision of a runbook for very many cases at once.

One rule: each case is decided as `Inquiry` decides it; only why one is undecided is left for it to tell.
"""

from collections.abc import Mapping, Sequence

from handrail.runbook.inquiry import Known
from handrail.runbook.kinds import Scalar
from handrail.runbook.model import Input
from handrail.runbook.tables.deciding import Table
from handrail.runbook.tables.many import Answers, Grid


class Inquiries:
    """Made ready once, asked as often as you like: what it has met once it need not decide again."""

    def __init__(self, tables: Sequence[Table]) -> None:
        """The tables of an `Inquiry`, each after those that it reads."""
        self._grids = [Grid(table) for table in tables]

    def ask(self, cases: Sequence[Known]) -> Answers:
        """The answers of the last table; those that it rests on are found first."""
        found: dict[str, Answers] = {}
        for grid in self._grids:
            decision = grid.table.decision
            columns = {column.name: _values(column, cases, found) for column in decision.inputs}
            found[decision.name] = grid.decide(columns)
        return found[self._grids[-1].table.decision.name]


def _values(column: Input, cases: Sequence[Known], found: Mapping[str, Answers]) -> list[Scalar | None]:
    """What is given, or else decided; a list is no value of a column."""
    key = str(column.ref)
    if column.ref.source == "output":
        output = found[column.ref.name].output(column.ref.part)
        values = [known[key] if key in known else output[case] for case, known in enumerate(cases)]
    else:
        values = [known.get(key) for known in cases]
    return [None if isinstance(value, tuple) else value for value in values]

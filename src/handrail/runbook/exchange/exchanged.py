"""What a file of decision tables says: the decisions, what they look at, and what could not be taken over.

One rule: a decision is here only if all of it could be taken over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from handrail.runbook.exchange.comparisons import Comparison
from handrail.runbook.exchange.feel import Literal, Name
from handrail.runbook.exchange.types import FeelType
from handrail.runbook.model import Decision, Input, Ref, Runbook
from handrail.runbook.problem import Place, Problem

# An output put together of texts and of what is known.
Wording = tuple[Literal | Name, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """`comparisons` are the columns of the decision that are found by comparing; `wordings` the outputs, by rule and
    output, whose text in the decision only stands for what is put together."""

    id: str
    decision: Decision
    comparisons: tuple[Comparison, ...] = ()
    wordings: Mapping[tuple[int, str], Wording] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """`unread` tells by name and id why a decision of the file is not among the `tables`; `data` are the types of
    everything that has a name in the file."""

    file: str
    tables: Mapping[str, Table] = field(default_factory=dict)
    unread: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    data: Mapping[str, FeelType] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        return all(problem.severity != "error" for problem in self.problems)

    @property
    def names(self) -> Mapping[str, str]:
        """The decisions by everything that they may be called: their names, and ids."""
        by_id = {table.id: name for name, table in self.tables.items() if table.id}
        return {**by_id, **{name: name for name in self.tables}}

    def runbook(self) -> Runbook:
        """The decisions alone, as a runbook in which they can be checked and asked. What no table of the file answers
        is a fact."""
        decisions = {name: _grounded(table.decision, self.tables) for name, table in self.tables.items()}
        return Runbook(
            name="decisions", title="Decisions", version="", about="", digest="", facts={}, roles={},
            decisions=decisions, forms={}, stages=(), steps={}, ends=(), place=Place(file=self.file),
        )  # fmt: skip


def _grounded(decision: Decision, tables: Mapping[str, Table]) -> Decision:
    return replace(decision, inputs=tuple(_grounded_input(column, tables) for column in decision.inputs))


def _grounded_input(column: Input, tables: Mapping[str, Table]) -> Input:
    ref = column.ref
    if ref.source != "output" or ref.name in tables:
        return column
    return replace(column, ref=Ref(source="fact", name=str(ref)))

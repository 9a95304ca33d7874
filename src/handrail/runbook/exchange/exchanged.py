"""What a file of decision tables says: the decisions, what they look at, and what could not be taken over.

One rule: a decision is here only if all of it could be taken over.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from handrail.runbook.cells import Anything
from handrail.runbook.exchange.comparisons import Comparison
from handrail.runbook.exchange.feel import Literal, Name
from handrail.runbook.exchange.types import FeelType
from handrail.runbook.kinds import Kind
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

    @property
    def paths(self) -> tuple[str, ...]:
        """What is compared and what is put together, each once."""
        compared = (path for one in self.comparisons for path in (one.left, one.right))
        worded = (part.path for wording in self.wordings.values() for part in wording if isinstance(part, Name))
        return tuple(dict.fromkeys((*compared, *worded)))


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

    @cached_property
    def answers(self) -> Mapping[str, tuple[str, str]]:
        """Decision and output by every path that means them."""
        found = {}
        for name, table in self.tables.items():
            for output in table.decision.outputs:
                found[f"{name}.{output.name}"] = (name, output.name)
                if len(table.decision.outputs) == 1:
                    found[name] = (name, output.name)
        return found

    def key_of(self, path: str) -> str:
        """What `Known` calls the data at the path."""
        return ".".join(self.answers[path]) if path in self.answers else path

    def reads(self, name: str) -> tuple[tuple[str, str], ...]:
        """The answers that the decision looks at: how `Known` calls each, and whose it is."""
        table = self.tables[name]
        columns = (f"{one.ref.name}.{one.ref.part}" for one in table.decision.inputs if one.ref.source == "output")
        return tuple(
            (self.key_of(path), self.answers[path][0]) for path in (*columns, *table.paths) if path in self.answers
        )

    def runbook(self) -> Runbook:
        """The decisions alone, as a runbook in which they can be checked."""
        return self.runbook_for(self.tables)

    def runbook_for(self, names: Iterable[str]) -> Runbook:
        """Those decisions, as a runbook in which they can be asked. What no table of the file answers is a fact."""
        decisions = {name: self._grounded(self.tables[name].decision) for name in names}
        return Runbook(
            name="decisions", title="Decisions", version="", about="", digest="", facts={}, roles={},
            decisions=decisions, forms={}, stages=(), steps={}, ends=(), place=Place(file=self.file),
        )  # fmt: skip

    def _grounded(self, decision: Decision) -> Decision:
        return replace(decision, inputs=tuple(self._grounded_input(*each) for each in with_tested(decision)))

    def _grounded_input(self, column: Input, is_tested: bool) -> Input:
        ref = column.ref
        kind = column.kind if is_tested else self._kinds.get(str(ref), column.kind)
        if ref.source == "output" and ref.name not in self.tables:
            ref = Ref(source="fact", name=str(ref))
        return replace(column, ref=ref, kind=kind)

    @cached_property
    def _kinds(self) -> Mapping[str, Kind]:
        """What data is for those who look into it; a column that takes anything may say nothing of its kind."""
        columns = (each for table in self.tables.values() for each in with_tested(table.decision))
        return {str(column.ref): column.kind for column, is_tested in columns if is_tested}


def with_tested(decision: Decision) -> Iterator[tuple[Input, bool]]:
    """The columns, each with whether one of its cells takes not just anything."""
    for at, column in enumerate(decision.inputs):
        yield column, any(not isinstance(rule.cells[at], Anything) for rule in decision.rules)

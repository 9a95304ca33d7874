"""Asking a decision from what is known: its inputs, or the facts underneath, from which other decisions come first.

One rule: what is given counts as it is given; only what is not given is decided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from handrail.runbook.kinds import Kind, Scalar, Unfit, read_scalar, spoken
from handrail.runbook.model import Decision, Input, Runbook
from handrail.runbook.tables.deciding import Decided, Table, Undecided

# Values by what they are the value of: `mrr`, `integration.integration`, `fill-summary.raid_log`.
Known = Mapping[str, Scalar | tuple[Scalar, ...]]


@dataclass(frozen=True, kw_only=True)
class Askable:
    """Something that can be given: `key` is what `Known` calls it."""

    key: str
    title: str
    kind: Kind

    def read(self, text: str) -> Scalar | tuple[Scalar, ...] | Unfit:
        """The value that `text` gives, or why it is none."""
        return read_scalar(self.kind, text)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`values` are those of the input columns, by their names; `boundaries` tell where the case lies on a line."""

    decision: Decision
    values: Mapping[str, Scalar | None]
    outcome: Decided | Undecided
    boundaries: tuple[str, ...]
    because: str


class Inquiry:
    """A decision of a runbook made ready for asking, with those that it rests on. `ask` as often as you like."""

    def __init__(self, runbook: Runbook, decision: str) -> None:
        self.decision = runbook.decisions[decision]
        self._tables = {one.name: Table(one) for one in _in_order(runbook, self.decision)}

    @property
    def tables(self) -> tuple[Table, ...] | None:
        """Each after those that it reads, the decision's own last; None where more than tables goes into an answer."""
        return tuple(self._tables.values())

    @property
    def askable(self) -> Mapping[str, Askable]:
        """What can be given, by every name that an author uses for it, the decision's own columns first."""
        found: dict[str, Askable] = {}
        for table in reversed(self._tables.values()):
            for column in table.decision.inputs:
                asked = Askable(key=str(column.ref), title=column.title, kind=column.kind)
                found.setdefault(column.name, asked)
                found.setdefault(asked.key, asked)
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each thing that can be given."""
        first: dict[str, str] = {}
        for name, asked in self.askable.items():
            first.setdefault(asked.key, name)
        return tuple(first.values())

    def ask(self, known: Known) -> tuple[Answer, ...]:
        """The answers in the order in which they were found; the last one is the decision's own."""
        found: dict[str, Answer] = {}
        needed = self._needed(known)
        for name, table in self._tables.items():
            if name in needed:
                found[name] = answer_of(table, known, found)
        return tuple(found.values())

    def _needed(self, known: Known) -> set[str]:
        """The decision itself, and each whose output is wanted and not given."""
        needed: set[str] = set()
        ahead = [self.decision.name]
        while ahead:
            name = ahead.pop()
            if name not in needed:
                needed.add(name)
                ahead.extend(
                    column.ref.name
                    for column in self._tables[name].decision.inputs
                    if column.ref.source == "output" and str(column.ref) not in known
                )
        return needed


def _in_order(runbook: Runbook, decision: Decision) -> Iterator[Decision]:
    """The decision and all that it rests on, each after those that it reads."""
    reads: dict[str, list[str]] = {}
    ahead = [decision.name]
    while ahead:
        name = ahead.pop()
        if name not in reads:
            inputs = runbook.decisions[name].inputs
            reads[name] = [column.ref.name for column in inputs if column.ref.source == "output"]
            ahead.extend(reads[name])
    return (runbook.decisions[name] for name in TopologicalSorter(reads).static_order())


def answer_of(table: Table, known: Known, found: Mapping[str, Answer]) -> Answer:
    decision = table.decision
    values = {column.name: _value(column, known, found) for column in decision.inputs}
    outcome, boundaries = table.explain(values)
    if isinstance(outcome, Decided):
        because = _because(decision, outcome, values)
    else:
        because = _why_not(decision, outcome, found)
    says = tuple(boundary.says for boundary in boundaries)
    return Answer(decision=decision, values=values, outcome=outcome, boundaries=says, because=because)


def _value(column: Input, known: Known, found: Mapping[str, Answer]) -> Scalar | None:
    key = str(column.ref)
    if key in known or column.ref.source != "output":
        given = known.get(key)
        return None if isinstance(given, tuple) else given
    before = found[column.ref.name].outcome
    value = before.outputs[column.ref.part] if isinstance(before, Decided) else None
    return None if isinstance(value, tuple) else value


def _because(decision: Decision, decided: Decided, values: Mapping[str, Scalar | None]) -> str:
    given = ((column, values[column.name]) for column in decision.inputs)
    said = [f"{column.title} is {spoken(column.kind, value)}" for column, value in given if value is not None]
    numbers = [str(rule.number) for rule in decided.rules]
    listed = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}" if numbers else ""
    which = f"Rule{'s' if len(numbers) > 1 else ''} {listed} {'apply' if len(numbers) > 1 else 'applies'}"
    return f"{which if numbers else 'No rule applies'}{': ' if said else ''}{', '.join(said)}."


def _why_not(decision: Decision, undecided: Undecided, found: Mapping[str, Answer]) -> str:
    """What is missing, and where that is itself undecided, why."""
    wanted = [
        column for column in decision.inputs if column.name in undecided.missing and column.ref.source == "output"
    ]
    before = [f"{column.title}: {found[column.ref.name].because}" for column in wanted if column.ref.name in found]
    return " ".join([undecided.says, *before])

"""Deciding one case by a table (DMN, hit policy UNIQUE), with the rule named.

One rule: an answer never rests on a guess. What is missing is missing, and decides only where no rule looks at it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.runbook.cells import Within
from handrail.runbook.kinds import Scalar, spoken
from handrail.runbook.model import Decision, Rule
from handrail.runbook.tables.columns import Column, columns_of


@dataclass(frozen=True, kw_only=True)
class Decided:
    rule: Rule
    outputs: Mapping[str, Scalar]


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """Why there is no answer: `missing` names the inputs to find out, `rules` the rules that could still apply.

    No missing input and no rule is a gap of the table; no missing input and several rules an overlap.
    """

    missing: tuple[str, ...]
    rules: tuple[int, ...]
    says: str


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """The case lies exactly where two rules meet; `says` tells which side it was taken to."""

    input: str
    value: Scalar
    other_rule: int
    says: str


class Table:
    """A decision made ready for deciding: compile once, decide often."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.columns = columns_of(decision)
        self._every = (1 << len(decision.rules)) - 1
        self._ready = tuple(_ready(column) for column in self.columns)
        names = [output.name for output in decision.outputs]
        self._answers: dict[int, Decided] = {
            1 << at: Decided(rule=rule, outputs=dict(zip(names, rule.outputs, strict=True)))
            for at, rule in enumerate(decision.rules)
        }

    def decide(self, values: Mapping[str, Scalar | None]) -> Decided | Undecided:
        """`values` by the name of the input column; an absent name or None is a missing value."""
        fitting = self._every
        for name, ends, masks, by_value in self._ready:
            value = values.get(name)
            if value is None:
                return self._with_missing(values)
            if by_value is None:
                fitting &= masks[bisect_left(ends, value) + bisect_right(ends, value)]
            else:
                fitting &= by_value.get(value, masks[-2])
        return self._answers.get(fitting) or self._undecided((), fitting)

    def _with_missing(self, values: Mapping[str, Scalar | None]) -> Decided | Undecided:
        certain = possible = self._every
        for column in self.columns:
            value = values.get(column.input.name)
            mask = column.masks[column.piece_of(value)]
            certain &= mask
            possible &= mask | (column.unsure if value is None else 0)
        if certain == possible and certain in self._answers:
            return self._answers[certain]
        return self._undecided(self._worth_knowing(values, possible), possible)

    def _worth_knowing(self, values: Mapping[str, Scalar | None], possible: int) -> tuple[str, ...]:
        """The missing inputs that some rule still in question looks at."""
        return tuple(
            column.input.name
            for column in self.columns
            if values.get(column.input.name) is None and column.unsure & possible
        )

    def _undecided(self, missing: tuple[str, ...], possible: int) -> Undecided:
        rules = tuple(rule.number for at, rule in enumerate(self.decision.rules) if possible >> at & 1)
        return Undecided(missing=missing, rules=rules, says=_why_undecided(self.decision, missing, rules))

    def boundaries(self, values: Mapping[str, Scalar | None], rule: Rule) -> tuple[Boundary, ...]:
        """Where `values`, decided by `rule`, lie exactly on the line to another rule."""
        found = []
        for at, column in enumerate(self.columns):
            value = values.get(column.input.name)
            if value is None or not column.ordered or not column.piece_of(value) % 2:
                continue
            other = self._across(values, at, rule)
            if other is not None:
                found.append(_boundary(column, value, rule, other, at))
        return tuple(found)

    def _across(self, values: Mapping[str, Scalar | None], at: int, rule: Rule) -> Rule | None:
        """The rule that applies just beside the value in column `at`, where it is not `rule` itself."""
        rest = self._every
        for place, column in enumerate(self.columns):
            if place != at:
                rest &= column.masks[column.piece_of(values.get(column.input.name))]
        piece = self.columns[at].piece_of(values[self.columns[at].input.name])
        for beside in (piece - 1, piece + 1):
            decided = self._answers.get(rest & self.columns[at].masks[beside])
            if decided is not None and decided.rule.number != rule.number:
                return decided.rule
        return None


def decide(decision: Decision, values: Mapping[str, Scalar | None]) -> Decided | Undecided:
    """For a single case; keep a `Table` where many are decided."""
    return Table(decision).decide(values)


# The name of a column, its ends, its masks, and where it is discrete the mask of each value that it names; `masks[-2]`
# is then the mask of any other value. Ends and values are of one type, which a type checker cannot see.
_Ready = tuple[str, Sequence[Any], tuple[int, ...], Mapping[Any, int] | None]


def _ready(column: Column) -> _Ready:
    by_value = None if column.ordered else {value: column.masks[at] for at, value in enumerate(column.values)}
    return column.input.name, column.ends, column.masks, by_value


def _boundary(column: Column, value: Scalar, rule: Rule, other: Rule, at: int) -> Boundary:
    begins = _begins_at(rule, at, value)
    line = "begins" if begins else "ends"
    says = (
        f"{column.input.title} is exactly {spoken(column.input.kind, value)}, where rule {rule.number} {line} "
        f"and rule {other.number} {'ends' if begins else 'begins'}: rule {rule.number} was taken."
    )
    return Boundary(input=column.input.name, value=value, other_rule=other.number, says=says)


def _begins_at(rule: Rule, at: int, value: Scalar) -> bool:
    cell = rule.cells[at]
    return isinstance(cell, Within) and any(interval.low == value for interval in cell.intervals)


def _why_undecided(decision: Decision, missing: tuple[str, ...], rules: tuple[int, ...]) -> str:
    if missing:
        titles = {column.name: column.title for column in decision.inputs}
        named = [titles[name] for name in missing]
        listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
        return f"{listed} {'is' if len(named) == 1 else 'are'} missing."
    if not rules:
        return "No rule of the table covers this case: a person must decide, with a reason."
    numbers = " and ".join(str(number) for number in rules)
    return f"Rules {numbers} both apply to this case: the table contradicts itself."

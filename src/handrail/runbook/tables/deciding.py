"""Deciding one case by a table, with the rules named that gave the answer.

One rule: an answer never rests on a guess. What is missing is missing, and decides only where no rule looks at it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from handrail.runbook.cells import Within
from handrail.runbook.kinds import Scalar, spoken
from handrail.runbook.model import Decision, Rule
from handrail.runbook.tables.columns import Column, columns_of
from handrail.runbook.tables.hits import Decided, answer_in_part, answer_of
from handrail.runbook.tables.remains import Remains, remains

__all__ = ["Boundary", "Decided", "Table", "Undecided", "decide"]

_MOST_MET = 10_000
_MANY = frozenset({"rule order", "output order", "collect"})


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
        self._answers: dict[int, Decided | None] = {}
        self._discrete = tuple(column for column in self.columns if not column.ordered)
        self._ordered = tuple(column for column in self.columns if column.ordered)
        self._ends = tuple(
            (at, column.input.name, frozenset(column.ends)) for at, column in enumerate(self.columns) if column.ordered
        )
        self._gives_many = decision.hit_policy in _MANY
        self._texts_of = _taker([column.input.name for column in self._discrete])
        self._met: dict[Any, Remains] = {}
        self._names = tuple(column.input.name for column in self.columns)
        self._bordering: dict[Any, tuple[Boundary, ...]] = {}

    def decide(self, values: Mapping[str, Scalar | None]) -> Decided | Undecided:
        """`values` by the name of the input column; an absent name or None is a missing value."""
        try:
            lines, answer = self._met[self._texts_of(values)]
            for name, ends, stretch_in in lines:
                value = values[name]
                if value is None:
                    return self._with_missing(values)
                answer = answer[stretch_in(ends, value)]
        except KeyError:  # these texts are new, or a value is not there
            return self._decide_anew(values)
        return answer or self._decide_anew(values)

    def _decide_anew(self, values: Mapping[str, Scalar | None]) -> Decided | Undecided:
        """By the masks; what is left of the table for these texts is kept for the next case that has them."""
        if any(values.get(column.input.name) is None for column in self.columns):
            return self._with_missing(values)
        self._meet(values)
        fitting = self._fitting(self.columns, values)
        return self._answer(fitting) or self._undecided((), fitting)

    def _answer(self, fitting: int) -> Decided | None:
        """The answer of a set of rules; remembered, since the same sets fit again and again."""
        if fitting not in self._answers:
            if len(self._answers) > _MOST_MET:
                self._answers.clear()
            self._answers[fitting] = answer_of(self.decision, self._rules(fitting))
        return self._answers[fitting]

    def _rules(self, fitting: int) -> tuple[Rule, ...]:
        found = []
        while fitting:
            lowest = fitting & -fitting
            found.append(self.decision.rules[lowest.bit_length() - 1])
            fitting ^= lowest
        return tuple(found)

    def _meet(self, values: Mapping[str, Scalar | None]) -> None:
        """Remember what remains of the table for these texts, unless no rule names them: of such there is no end."""
        texts = self._texts_of(values)
        named = all(values[column.input.name] in column.values for column in self._discrete)
        if texts not in self._met and named and len(self._met) < _MOST_MET:
            remaining = remains(self._ordered, self._fitting(self._discrete, values), self._answer)
            if remaining is not None:
                self._met[texts] = remaining

    def _fitting(self, columns: Iterable[Column], values: Mapping[str, Scalar | None]) -> int:
        """The rules whose cells in these columns hold; no value may be missing."""
        fitting = self._every
        for column in columns:
            fitting &= column.masks[column.piece_of(values[column.input.name])]
        return fitting

    def _with_missing(self, values: Mapping[str, Scalar | None]) -> Decided | Undecided:
        certain = possible = self._every
        for column in self.columns:
            value = values.get(column.input.name)
            mask = column.masks[column.piece_of(value)]
            certain &= mask
            possible &= mask | (column.unsure if value is None else 0)
        answer = answer_in_part(self.decision, self._rules(certain), self._rules(possible))
        return answer or self._undecided(self._worth_knowing(values, possible), possible)

    def _worth_knowing(self, values: Mapping[str, Scalar | None], possible: int) -> tuple[str, ...]:
        """The missing inputs that some rule still in question looks at."""
        return tuple(
            column.input.name
            for column in self.columns
            if values.get(column.input.name) is None and column.unsure & possible
        )

    def _undecided(self, missing: tuple[str, ...], possible: int) -> Undecided:
        rules = tuple(rule.number for rule in self._rules(possible))
        return Undecided(missing=missing, rules=rules, says=_why_undecided(self.decision, missing, rules))

    def explain(self, values: Mapping[str, Scalar | None]) -> tuple[Decided | Undecided, tuple[Boundary, ...]]:
        """The decision with its boundaries, of which most cases have none."""
        decided = self.decide(values)
        for _, name, ends in self._ends:
            if values.get(name) in ends:
                return decided, self.boundaries(values, decided.rule) if isinstance(decided, Decided) else ()
        return decided, ()

    def boundaries(self, values: Mapping[str, Scalar | None], rule: Rule | None) -> tuple[Boundary, ...]:
        """Where `values`, decided by the single `rule`, lie exactly on the line to another rule."""
        if rule is None or self._gives_many:
            return ()
        case = (rule.number, *map(values.get, self._names))
        if case not in self._bordering:
            if len(self._bordering) > _MOST_MET:
                self._bordering.clear()
            self._bordering[case] = tuple(self._bordered(values, rule))
        return self._bordering[case]

    def _bordered(self, values: Mapping[str, Scalar | None], rule: Rule) -> Iterator[Boundary]:
        for at, name, ends in self._ends:
            value = values.get(name)
            if value is not None and value in ends:
                other = self._across(values, at, rule)
                if other is not None:
                    yield _boundary(self.columns[at], value, rule, other, at)

    def _across(self, values: Mapping[str, Scalar | None], at: int, rule: Rule) -> Rule | None:
        """The rule that applies just beside the value in column `at`, where it is not `rule` itself."""
        rest = self._every
        for place, column in enumerate(self.columns):
            if place != at:
                rest &= column.masks[column.piece_of(values.get(column.input.name))]
        piece = self.columns[at].piece_of(values[self.columns[at].input.name])
        for beside in (piece - 1, piece + 1):
            decided = self._answer(rest & self.columns[at].masks[beside])
            if decided is not None and decided.rule is not None and decided.rule.number != rule.number:
                return decided.rule
        return None


def decide(decision: Decision, values: Mapping[str, Scalar | None]) -> Decided | Undecided:
    """For a single case; keep a `Table` where many are decided."""
    return Table(decision).decide(values)


def _taker(names: list[str]) -> Callable[[Mapping[str, Scalar | None]], Any]:
    """Takes the values of the names, as one key."""
    return itemgetter(*names) if names else lambda values: None


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
    numbers = f"{', '.join(str(number) for number in rules[:-1])} and {rules[-1]}"
    return f"Rules {numbers} {'both' if len(rules) == 2 else 'all'} apply to this case: the table contradicts itself."

"""z3 as an oracle: thousands of tables of chance, and what Handrail proves about each is proved again by the solver.

`make oracle`, or `.venv-bench/bin/python benchmarks/oracle.py --tables 3000 --seed 1`.

One rule: nothing of `handrail.runbook.tables` says what a cell means. The solver reads the cells themselves; regions
that were found are given to it as what they say.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from random import Random
from time import perf_counter
from typing import Any

import z3

from handrail.runbook.cells import Among, Anything, Cell, Interval, Presence, Within, parse
from handrail.runbook.kinds import Choice, Date, Kind, Money, Number, Text, Unfit, YesNo, bounds_of
from handrail.runbook.model import Decision, HitPolicy, Input, Output, Ref, Rule
from handrail.runbook.problem import Place
from handrail.runbook.tables.analysis import Analysis
from handrail.runbook.tables.gaps import gap_boxes
from handrail.runbook.tables.sheet import Bands, Box, Sheet

_NOWHERE = Place(file="")
_WORDS = ("new", "known", "one, two", "gone")
_ANSWERS = Choice(of=("first", "second", "third"))
_POLICIES: tuple[HitPolicy, ...] = ("unique", "first", "any", "priority")

# The kinds of columns, each with what its cells are written with.
_COLUMNS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Number(), ("-3", "0", "0.5", "7")),
    (Number(at_least=Decimal(0), at_most=Decimal(5)), ("0", "1", "2.5", "5")),
    (Number(whole=True), ("0", "1", "3", "4")),
    (Number(whole=True, at_least=Decimal(0), at_most=Decimal(4)), ("0", "1", "3", "4")),
    (Money(currency="EUR", at_least=Decimal(0)), ("0", "0.01", "0.03", "5000")),
    (Date(), ("0001-01-01", "2027-02-28", "2027-03-01", "9999-12-31")),
    (Choice(of=_WORDS), _WORDS),
    (YesNo(), ("yes", "no")),
    (Text(), ("Iowa", "Ohio", "Utah")),
)


class Wrong(Exception):
    """z3 has a case that Handrail denies, or the other way round."""


def main() -> int:
    reader = argparse.ArgumentParser(description="What Handrail proves about tables of chance, proved again by z3.")
    reader.add_argument("--tables", type=int, default=3_000)
    reader.add_argument("--seed", type=int, default=1)
    told = reader.parse_args()
    began, proved = perf_counter(), 0
    for number in range(told.tables):
        decision = _table(Random(f"{told.seed} {number}"))
        try:
            proved += sum(1 for _ in _compared(decision))
        except Wrong as wrong:
            rows = "\n".join(f"  {[cell.text for cell in rule.cells]} {rule.outputs}" for rule in decision.rules)
            kinds = [column.kind for column in decision.inputs]
            print(f"WRONG: seed {told.seed}, table {number}: {wrong}\n  {kinds}\n  {decision.hit_policy}\n{rows}")
            return 1
    seconds = perf_counter() - began
    print(f"z3 {z3.get_version_string()} agrees: {told.tables:,} tables, {proved:,} statements, {seconds:.0f} s.")
    return 0


def _table(random: Random) -> Decision:
    columns = [random.choice(_COLUMNS) for _ in range(random.randint(1, 4))]
    inputs = tuple(
        Input(name=f"c{at}", title=f"C{at}", ref=Ref(source="fact", name=f"c{at}"), kind=kind)
        for at, (kind, _) in enumerate(columns)
    )
    rules = tuple(
        Rule(
            number=number,
            cells=tuple(_cell(random, kind, ends) for kind, ends in columns),
            outputs=(random.choice(_ANSWERS.of),),
            place=_NOWHERE,
        )
        for number in range(1, random.randint(2, 9))
    )
    outputs = (Output(name="says", title="Says", kind=_ANSWERS),)
    table = Decision(name="table", title="", inputs=inputs, outputs=outputs, rules=rules, place=_NOWHERE)
    return replace(table, hit_policy=random.choice(_POLICIES))


def _cell(random: Random, kind: Kind, ends: tuple[str, ...]) -> Cell:
    while True:
        cell = parse(_text(random, kind, ends), kind)
        if not isinstance(cell, Unfit):
            return cell


def _text(random: Random, kind: Kind, ends: tuple[str, ...]) -> str:
    chance = random.random()
    if chance < 0.25:
        return "-"
    if chance < 0.31:
        return random.choice(("given", "missing"))
    words = isinstance(kind, Choice | YesNo | Text)
    parts = [_word(random, ends) if words else _range(random, ends) for _ in range(random.choice((1, 1, 1, 2)))]
    listed = ", ".join(parts)
    return f"not({listed})" if random.random() < 0.15 else listed


def _word(random: Random, ends: tuple[str, ...]) -> str:
    word = random.choice(ends)
    return f'"{word}"' if "," in word else word


def _range(random: Random, ends: tuple[str, ...]) -> str:
    low, high = random.choice(ends), random.choice(ends)
    opening, closing = random.choice("[("), random.choice(")]")
    between = f"{opening}{low}..{high}{closing}"
    return random.choice((low, f"< {low}", f"<= {low}", f"> {low}", f">= {low}", between, between, between))


class _Column:
    """A column to the solver: a number (a word by its place, a day by its count, money in cents), and whether it is
    there."""

    def __init__(self, decision: Decision, at: int) -> None:
        column = decision.inputs[at]
        self.kind = column.kind
        cells = [rule.cells[at] for rule in decision.rules]
        self.asked = any(isinstance(cell, Presence) for cell in cells)
        self.given = z3.Bool(f"given{at}")
        whole = not isinstance(self.kind, Number) or self.kind.whole
        self.value = z3.Int(f"value{at}") if whole else z3.Real(f"value{at}")
        named = {value for cell in cells if isinstance(cell, Among) for value in cell.values}
        self.words: list[Any] = _words(self.kind) or sorted(named, key=str)

    def can_be(self) -> Any:
        """What the kind allows; a value may be missing only where the table asks for it."""
        there = z3.BoolVal(True) if self.asked else self.given
        match self.kind:
            case Choice() | YesNo():
                return z3.And(there, self.value >= 0, self.value < len(self.words))
            case Text():
                return z3.And(there, self.value >= 0)  # beyond the words named: any other text
            case Date():
                return z3.And(there, self.value >= 1, self.value <= date.max.toordinal())
            case _:
                low, high = bounds_of(self.kind)
                limits = [] if low is None else [self.value >= self.number(low)]
                return z3.And(there, *limits, *([] if high is None else [self.value <= self.number(high)]))

    def number(self, value: Any) -> Any:
        if isinstance(value, date):
            return value.toordinal()
        if isinstance(self.kind, Money):
            return int(value * 100)
        return z3.RealVal(str(value)) if self.value.is_real() else int(value)

    def holds(self, cell: Cell) -> Any:
        match cell:
            case Anything():
                return z3.BoolVal(True)
            case Presence(given=given):
                return self.given == given
            case Within(intervals=intervals):
                return z3.And(self.given, z3.Or([self.within(interval) for interval in intervals]))
            case Among(values=values, negated=negated):
                named = z3.Or([self.value == self.words.index(value) for value in values])
                return z3.And(self.given, z3.Not(named) if negated else named)

    def within(self, interval: Interval) -> Any:
        tests = []
        if interval.low is not None:
            low = self.number(interval.low)
            tests.append(self.value >= low if interval.low_closed else self.value > low)
        if interval.high is not None:
            high = self.number(interval.high)
            tests.append(self.value <= high if interval.high_closed else self.value < high)
        return z3.And(tests)

    def inside(self, bands: Bands, held: int) -> Any:
        """What a region that was found says of this column."""
        column = bands.column
        pieces = bands.pieces_in(held)
        missing = [z3.Not(self.given)] if column.missing in pieces else []
        if column.ordered:
            parts = [self.within(interval) for interval in column.intervals(pieces)]
        else:
            parts = [self._piece(column.values, piece) for piece in pieces if piece != column.missing]
        return z3.Or([*missing, *(z3.And(self.given, part) for part in parts)])

    def _piece(self, values: Sequence[Any], piece: int) -> Any:
        return self.value == self.words.index(values[piece]) if piece < len(values) else self.value >= len(self.words)


def _words(kind: Kind) -> list[Any]:
    match kind:
        case Choice(of=of):
            return list(of)
        case YesNo():
            return [True, False]
        case _:
            return []


class _Reading:
    """The table as the solver reads it."""

    def __init__(self, decision: Decision) -> None:
        self.columns = [_Column(decision, at) for at in range(len(decision.inputs))]
        self.solver = z3.Solver()
        self.solver.add(*(column.can_be() for column in self.columns))
        self.rules = [
            z3.And([column.holds(cell) for column, cell in zip(self.columns, rule.cells, strict=True)])
            for rule in decision.rules
        ]

    def box(self, sheet: Sheet, box: Box) -> Any:
        return z3.And([column.inside(*part) for column, *part in zip(self.columns, sheet.columns, box, strict=True)])

    def some_case(self, *tests: Any) -> bool:
        return bool(self.solver.check(*tests) == z3.sat)


def _compared(decision: Decision) -> Iterator[None]:
    """One for each statement that was compared."""
    reading, sheet, analysis = _Reading(decision), Sheet(decision), Analysis(decision)
    yield from _gaps(reading, sheet)
    yield from _overlaps(reading, sheet, analysis)
    living = {at for at, rule in enumerate(reading.rules) if reading.some_case(rule)}
    _agree("the rules that some case reaches", {at for at in range(sheet.rules) if sheet.living >> at & 1}, living)
    yield
    repeating = {duplicate.rule - 1: duplicate.of - 1 for duplicate in analysis.duplicates}
    _agree("the rules that repeat another", repeating, _repeating(reading, decision, living))
    yield
    shadowed = {shadow.rule - 1 for shadow in analysis.shadowed.found}
    _agree("the shadowed rules", shadowed, _shadowed(reading, decision, living, repeating))
    yield
    yield from _mergers(reading, decision, analysis)


def _agree(what: str, handrail: object, solver: object) -> None:
    if handrail != solver:
        raise Wrong(f"{what}: Handrail says {handrail}, z3 {solver}")


def _gaps(reading: _Reading, sheet: Sheet) -> Iterator[None]:
    boxes, exact = gap_boxes(sheet)
    _agree("that the gaps are all", exact, True)
    uncovered = z3.Not(z3.Or(reading.rules))
    found = [reading.box(sheet, box) for box in boxes]
    _agree("a case in no rule and in no gap", False, reading.some_case(uncovered, z3.Not(z3.Or(found))))
    yield
    for at, box in enumerate(found):
        _agree(f"a case in gap {at}", True, reading.some_case(box))
        _agree(f"a case in gap {at} and in a rule", False, reading.some_case(box, z3.Or(reading.rules)))
        _agree(f"a case in gap {at} and in another", False, reading.some_case(box, z3.Or(found[:at])))
        yield


def _overlaps(reading: _Reading, sheet: Sheet, analysis: Analysis) -> Iterator[None]:
    found = {finding.rules for finding in analysis.overlaps.found}
    for one, other in combinations(range(sheet.rules), 2):
        both = z3.And(reading.rules[one], reading.rules[other])
        meet = reading.some_case(both)
        _agree(f"that rules {one + 1} and {other + 1} meet", (one + 1, other + 1) in found, meet)
        if meet:
            region = reading.box(sheet, sheet.shared(one, other))
            _agree(f"where rules {one + 1} and {other + 1} meet", False, reading.some_case(z3.Xor(both, region)))
        yield


def _repeating(reading: _Reading, decision: Decision, living: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one, other in combinations(sorted(living), 2):
        same = decision.rules[one].outputs == decision.rules[other].outputs
        if same and one not in found and not reading.some_case(z3.Xor(reading.rules[one], reading.rules[other])):
            found.setdefault(other, one)
    return found


def _shadowed(reading: _Reading, decision: Decision, living: set[int], repeating: dict[int, int]) -> set[int]:
    rules = sorted(living - repeating.keys())
    places = {rule: _ANSWERS.of.index(str(decision.rules[rule].outputs[0])) for rule in rules}
    gone: set[int] = set()
    found: set[int] = set()
    for rule in reversed(rules):
        match decision.hit_policy:
            case "first":
                others = [other for other in rules if other < rule]
            case "unique" if rule in repeating.values():
                continue
            case "unique":
                others = [other for other in rules if other != rule]
            case "priority":
                others = [other for other in rules if (places[other], other) < (places[rule], rule)]
            case _:
                others = [other for other in rules if places[other] == places[rule] and other not in {rule, *gone}]
        if not reading.some_case(reading.rules[rule], z3.Not(z3.Or([reading.rules[other] for other in others]))):
            gone.add(rule)
            found.add(rule)
    return found


def _mergers(reading: _Reading, decision: Decision, analysis: Analysis) -> Iterator[None]:
    """The proposed cell holds exactly where the two did."""
    for merger in analysis.mergers.found:
        rule = decision.rules[merger.instead_of - 1]
        cell = parse(merger.cell, decision.inputs[merger.at].kind)
        assert not isinstance(cell, Unfit), cell.says
        cells = (*rule.cells[: merger.at], cell, *rule.cells[merger.at + 1 :])
        one = z3.And([column.holds(cell) for column, cell in zip(reading.columns, cells, strict=True)])
        both = z3.Or(reading.rules[merger.first - 1], reading.rules[merger.second - 1])
        what = f"rules {merger.first} and {merger.second} as one"
        _agree(what, False, reading.some_case(z3.Xor(one, both)))
        yield


if __name__ == "__main__":
    sys.exit(main())

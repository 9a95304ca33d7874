"""A million customers decided again: Handrail's `Grid` beside a bare numpy lookup of the same table.

One rule: both begin with the same arrays and end with arrays: the number of the rule, and three outputs as numbers. The
lookup is as short as it can be: it knows the lines and the order of the values by heart, and has no missing values, no
hit policy and no check of what it is given.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

import numpy as np
from decision import Mismatch
from report import Line, Subject
from rounds import over_all, side_by_side
from support_table import OUTPUTS, Case, SupportTable, support_tables

from handrail.runbook.tables.cases import CaseColumn, Coded, Scaled
from handrail.runbook.tables.deciding import Table
from handrail.runbook.tables.many import Answers, Grid

_CASES = 1_000_000

_HANDRAIL = "Handrail, rule and outputs"
_NUMPY = "numpy, bare lookup"
_LINES_IN_CENTS = (0, 300_000, 500_000, 2_000_000)

Array = Any  # of numbers: the rule, then the outputs in their order


def million_subjects(rounds: int) -> Iterator[Subject]:
    for table in support_tables():
        yield _subject(table, rounds)


def _subject(table: SupportTable, rounds: int) -> Subject:
    ready, entries = _ready(table), list(_entries(table))
    grid, columns = Grid(Table(table.decision)), ready.columns()
    lookup = _lookup(ready, entries)
    _check(grid.decide(columns), lookup(), entries)
    contestants = [over_all(_HANDRAIL, lambda: _decided(grid, columns), _CASES), over_all(_NUMPY, lookup, _CASES)]
    laps = side_by_side(contestants, rounds)
    aims = {_HANDRAIL: 0.5}
    return Subject(
        name=f"A million decisions: {table.name}",
        unit="decision",
        says=f"{_CASES:,} answers equal those of the lookup, which is filled by the reference. Timed by the processor.",
        against=_NUMPY,
        lines=tuple(Line(name=name, laps=one, aim=aims.get(name)) for name, one in laps.items()),
    )


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """The cases as typed columns: `codes` of 32 bits by the place of the value among its column's, and cents."""

    values: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Array]
    cents: Array

    def columns(self) -> dict[str, CaseColumn]:
        coded = {name: Coded(values=self.values[name], codes=codes) for name, codes in self.codes.items()}
        return {**coded, "mrr": Scaled(units=self.cents, decimals=2)}


def _ready(table: SupportTable) -> _Ready:
    random = np.random.default_rng(1)
    values = {name: tuple(dict.fromkeys(one[name] for one in table.combinations)) for name in table.combinations[0]}
    values = {"integration": ("new", "existing"), **values}
    codes = {name: random.integers(0, len(of), _CASES, dtype=np.int32) for name, of in values.items()}
    return _Ready(values=values, codes=codes, cents=random.integers(-100_000, 4_000_001, _CASES))


def _decided(grid: Grid, columns: Mapping[str, CaseColumn]) -> tuple[Array, ...]:
    answers = grid.decide(columns)
    return answers.rules, *(answers.output(name).codes for name in OUTPUTS)


def _entries(table: SupportTable) -> Iterator[Case]:
    """The reference's answers in the order of the codes, below the first line and from each on."""
    for integration, combination in product(("new", "existing"), range(len(table.combinations))):
        for cents in (-1, *_LINES_IN_CENTS):
            yield table.case(integration, Decimal(cents) / 100, combination)


def _lookup(ready: _Ready, entries: Sequence[Case]) -> Callable[[], tuple[Array, ...]]:
    """The number of an entry: the codes, each times its stride, and how many lines lie at or below the amount."""
    sizes = [len(of) for of in ready.values.values()]
    strides = [np.int32(prod(sizes[at + 1 :]) * (len(_LINES_IN_CENTS) + 1)) for at in range(len(sizes))]
    columns = list(zip(ready.codes.values(), strides, strict=True))
    lines = np.array(_LINES_IN_CENTS)
    tables = [np.array([case.rule or 0 for case in entries], dtype=np.int32)]
    for name in OUTPUTS:
        values = _values(name, entries)
        codes = [values.index(case.outputs[name]) if case.outputs else -1 for case in entries]
        tables.append(np.array(codes, dtype=np.int32))

    def lookup() -> tuple[Array, ...]:
        entry = np.searchsorted(lines, ready.cents, side="right")
        for codes, stride in columns:
            entry = entry + codes * stride
        return tuple(one[entry] for one in tables)

    return lookup


def _values(name: str, entries: Sequence[Case]) -> list[str | int]:
    return list(dict.fromkeys(case.outputs[name] for case in entries if case.outputs))


def _check(answers: Answers, expected: tuple[Array, ...], entries: Sequence[Case]) -> None:
    rules, *outputs = expected
    same = [(answers.rules == rules).all()]
    for name, codes in zip(OUTPUTS, outputs, strict=True):
        values, found = _values(name, entries), answers.output(name)
        recoded = np.array([*(values.index(value) for value in found.values), -1], dtype=np.int32)
        same.append((recoded[found.codes] == codes).all())
    if not all(same):
        raise Mismatch(f"Handrail and the lookup give other rules or outputs: {same}.")

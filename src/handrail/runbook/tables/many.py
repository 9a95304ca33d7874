"""Deciding very many cases at once: a million customers again, under a changed table.

One rule: numpy only looks up. The first case of its sort is decided by `Table`, and its answer is that of every case
which no rule of the table tells from it. So the answers are those of `Table.decide`, whatever the hit policy.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, prod
from types import UnionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.runbook.kinds import Date, Money, Number, Scalar, name_of
from handrail.runbook.tables.cases import MISSING, NO_DAY, CaseColumn, Coded, Days, Scaled, day_number
from handrail.runbook.tables.columns import Column
from handrail.runbook.tables.deciding import Decided, Table, Undecided

# More places than this are not kept: each case is then decided by itself.
_MOST_PLACES = 4_000_000
# So many that all that is reckoned for them stays in the processor's cache.
_CASES_AT_ONCE = 32_768
_FEW_STARTS = 32
_NOT_MET = -1

_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max

_Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """`which` is, for each case in order, the place of its answer among the `distinct` ones that the grid has given."""

    distinct: tuple[Decided | Undecided, ...]
    which: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.which)

    def __getitem__(self, case: int) -> Decided | Undecided:
        return self.distinct[int(self.which[case])]

    def __iter__(self) -> Iterator[Decided | Undecided]:
        return (self.distinct[number] for number in self.which.tolist())

    @property
    def decided(self) -> NDArray[np.bool_]:
        """Whether there is an answer."""
        return np.array([isinstance(one, Decided) for one in self.distinct], dtype=np.bool_).take(self.which)

    @property
    def rules(self) -> NDArray[np.int32]:
        """The number of the rule that gave the answer, the first of several; 0 where none did."""
        return np.array([_first_rule(one) for one in self.distinct], dtype=np.int32).take(self.which)

    def output(self, name: str) -> Coded:
        """One output of each case, missing where it is undecided: a column of cases for the next decision."""
        values: dict[Any, int] = {}
        codes = [
            values.setdefault(one.outputs[name], len(values)) if isinstance(one, Decided) else MISSING
            for one in self.distinct
        ]
        return Coded(values=tuple(values), codes=np.array(codes, dtype=np.int32).take(self.which))


class Grid:
    """A table with a place for each sort of case; keep it, since what it has met once it need not decide again."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._sides = _sides_of(table.columns)
        places = prod(side.size for side in self._sides)
        self._met = np.full(places, _NOT_MET, dtype=np.int32) if places <= _MOST_PLACES else None
        self._distinct: list[Decided | Undecided] = []
        self._numbers: dict[Undecided | tuple[int, ...], int] = {}

    def decide(self, cases: Mapping[str, CaseColumn]) -> Answers:
        """The columns by their names, all of one length; one that the table has and `cases` has not is missing."""
        count = _count(cases)
        columns = {side.name: cases[side.name] for side in self._sides if side.name in cases}
        if self._met is None:
            which = np.fromiter((self._decide(columns, case) for case in range(count)), np.int32, count)
        else:
            which = self._look_up(columns, count, self._met)
        return Answers(distinct=tuple(self._distinct), which=which)

    def _look_up(self, columns: Mapping[str, CaseColumn], count: int, met: NDArray[np.int32]) -> NDArray[np.int32]:
        which = np.empty(count, dtype=np.int32)
        finders = [side.finder(columns.get(side.name)) for side in self._sides]
        for start in range(0, count, _CASES_AT_ONCE):
            rows = slice(start, min(start + _CASES_AT_ONCE, count))
            places: Any = sum(find(rows) for find in finders)
            found = met.take(places)
            if found.min() == _NOT_MET:
                self._meet(columns, start, places, met)
                found = met.take(places)
            which[rows] = found
        return which

    def _meet(self, columns: Mapping[str, CaseColumn], start: int, places: _Places, met: NDArray[np.int32]) -> None:
        """Decide the first case of each place that is new; `start` is the number of the first case."""
        new, first = np.unique(places, return_index=True)
        for place, case in zip(new, first, strict=True):
            if met[place] == _NOT_MET:
                met[place] = self._decide(columns, start + int(case))

    def _decide(self, columns: Mapping[str, CaseColumn], case: int) -> int:
        """The place of the case's answer among the distinct ones."""
        answer = self.table.decide({name: column[case] for name, column in columns.items()})
        key = answer if isinstance(answer, Undecided) else tuple(rule.number for rule in answer.rules)
        number = self._numbers.setdefault(key, len(self._distinct))
        if number == len(self._distinct):
            self._distinct.append(answer)
        return number


@dataclass(frozen=True, kw_only=True)
class _Side:
    """A column of the table as one side of the grid.

    `shares[piece]` is what a value in that piece adds to the number of its case's place. Pieces in which the same rules
    hold share it; the missing value has one of its own.
    """

    column: Column
    shares: Sequence[int]
    size: int

    @property
    def name(self) -> str:
        return self.column.input.name

    def finder(self, given: CaseColumn | None) -> Callable[[slice], _Places]:
        """Finds the shares of some of the cases, in the form in which they are given."""
        match given:
            case None:
                return lambda rows: np.full(rows.stop - rows.start, self.shares[-1], dtype=np.intp)
            case Coded(values=values, codes=codes):
                # The code of a missing value is -1, which is the last one's place.
                by_code = _array([*map(self._share_of, values), self.shares[-1]])
                return lambda rows: by_code.take(codes[rows])
            case Scaled():
                return self._finder_of_scaled(given)
            case Days():
                return self._finder_of_days(given)
            case np.ndarray() if given.dtype.kind not in "OU":
                raise ValueError(f"{self.name} is an array of {given.dtype}: give it as Scaled, Days or Coded.")
            case _:
                return lambda rows: _array([self._share_of(value) for value in given[rows]])

    def _share_of(self, value: Scalar | None) -> int:
        return self.shares[self.column.piece_of(value)]

    def _finder_of_scaled(self, given: Scaled) -> Callable[[slice], _Places]:
        self._must_be(Number | Money, "units")
        ends = [Fraction(end) * Fraction(10) ** given.decimals for end in self.column.ends]
        starts, shares = self._stretches(ends)
        missing, absent = given.missing, self.shares[-1]

        def find(rows: slice) -> _Places:
            found = shares.take(_reached(starts, given.units[rows]))
            if missing is not None:
                found[missing[rows]] = absent
            return found

        return find

    def _finder_of_days(self, given: Days) -> Callable[[slice], _Places]:
        self._must_be(Date, "days")
        starts, shares = self._stretches([day_number(end) for end in self.column.ends])
        numbers = given.numbers

        def find(rows: slice) -> _Places:
            found = shares.take(_reached(starts, numbers[rows]))
            found[numbers[rows] == NO_DAY] = self.shares[-1]
            return found

        return find

    def _must_be(self, kinds: type | UnionType, form: str) -> None:
        kind = self.column.input.kind
        if not isinstance(kind, kinds):
            raise ValueError(f"{self.name} is of the kind “{name_of(kind)}”: it is not given as {form}.")

    def _stretches(self, ends: Sequence[Fraction | int]) -> tuple[NDArray[np.int64], _Places]:
        """The whole numbers with which another share begins, and the shares: before the first, and from each on.

        An end that is no whole number has no piece of its own: what lies above it begins with the same number.
        """
        begun: dict[int, int] = {}
        for at, end in enumerate(ends):
            begun[max(ceil(end), _LEAST)] = self.shares[2 * at + 1]
            begun[max(floor(end) + 1, _LEAST)] = self.shares[2 * at + 2]
        starts, shares = [], [self.shares[0]]
        for start, share in begun.items():
            if share != shares[-1] and start <= _MOST:
                starts.append(start)
                shares.append(share)
        return np.array(starts, dtype=np.int64), _array(shares)


def _sides_of(columns: Sequence[Column]) -> tuple[_Side, ...]:
    sides: list[_Side] = []
    for column in columns:
        weight = prod(side.size for side in sides)
        alike: dict[int, int] = {}
        places = [alike.setdefault(mask, len(alike)) for mask in column.masks[: column.missing]]
        shares = [weight * place for place in (*places, len(alike))]
        sides.append(_Side(column=column, shares=shares, size=len(alike) + 1))
    return tuple(sides)


def _reached(starts: NDArray[np.int64], numbers: NDArray[np.integer]) -> NDArray[np.integer]:
    """How many of the starts each number has reached. Of a few, counting them is several times faster than a search."""
    if len(starts) > _FEW_STARTS:
        return np.searchsorted(starts, numbers, side="right")
    reached = np.zeros(len(numbers), dtype=np.int8)
    for start in starts:
        reached += numbers >= start
    return reached


def _count(cases: Mapping[str, CaseColumn]) -> int:
    counts = {len(column) for column in cases.values()}
    if len(counts) != 1:
        lengths = ", ".join(f"{name}: {len(column):,}" for name, column in cases.items())
        raise ValueError(f"Each column has a value for each case; these have {lengths or 'no columns'}.")
    return counts.pop()


def _first_rule(answer: Decided | Undecided) -> int:
    return answer.rule.number if isinstance(answer, Decided) and answer.rule else 0


def _array(shares: Sequence[int]) -> _Places:
    return np.array(shares, dtype=np.intp)

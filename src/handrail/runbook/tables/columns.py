"""A column of a decision table cut into pieces within which no rule of the table tells one value from another.

One rule: everything said about a table (the answer to a case, a gap, an overlap) is said in pieces, so it is exact.

An ordered column with the ends b0 < b1 < … has the pieces (-∞,b0) {b0} (b0,b1) {b1} …, numbered from 0: the number of
a piece is `bisect_left + bisect_right` of any value in it. A discrete column has a piece for each value and one for
every other value. The last piece of every column is the missing value.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import accumulate, chain, pairwise
from operator import xor
from typing import Any

from handrail.runbook.cells import Among, Anything, Cell, Interval, Point, Presence, Within, a_value_in, interval_text
from handrail.runbook.kinds import ORDERED, Choice, Date, Instant, PersonName, Scalar, YesNo, bounds_of, spoken, step_of
from handrail.runbook.model import Decision, Input

OTHER, OTHER_PERSON = "any other text", "anybody else"
# For a column of dates or instants in which no rule names one.
SOME_DAY, SOME_INSTANT = date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Column:
    """`masks[piece]` has bit n set where the cell of rule n+1 holds in that piece; `unsure` is the same for the cells
    that a missing value leaves open."""

    input: Input
    cells: tuple[Cell, ...]
    ends: tuple[Any, ...]  # numbers, dates or instants, all of one type
    values: tuple[str | bool, ...]

    @cached_property
    def ordered(self) -> bool:
        return isinstance(self.input.kind, ORDERED)

    @cached_property
    def size(self) -> int:
        """How many pieces, the missing one included."""
        return (2 * len(self.ends) + 1 if self.ordered else len(self.values) + 1) + 1

    @property
    def missing(self) -> int:
        return self.size - 1

    @cached_property
    def asks_presence(self) -> bool:
        """Whether the table has an answer of its own for a missing value."""
        return any(isinstance(cell, Presence) for cell in self.cells)

    @cached_property
    def masks(self) -> tuple[int, ...]:
        # A rule is switched on where a stretch begins and off where it ends, so that a wide cell costs what a narrow
        # one does.
        switched = [0] * (self.size + 1)
        for rule, cell in enumerate(self.cells):
            for stretch in self.stretches(cell):
                switched[stretch.start] ^= 1 << rule
                switched[stretch.stop] ^= 1 << rule
        return tuple(accumulate(switched[:-1], xor))

    @cached_property
    def unsure(self) -> int:
        """The rules that a missing value neither fits nor excludes."""
        if self.asks_presence:
            return 0
        return sum(1 << rule for rule, cell in enumerate(self.cells) if not isinstance(cell, Anything))

    def pieces_of(self, cell: Cell) -> Iterable[int]:
        return chain.from_iterable(self.stretches(cell))

    def stretches(self, cell: Cell) -> list[range]:
        """The pieces in which the cell holds, as runs that share none, in order."""
        match cell:
            case Anything():
                return [range(self.size)]
            case Presence(given=given):
                return [range(self.missing) if given else range(self.missing, self.size)]
            case Among(values=values, negated=negated):
                named = sorted(self._places[value] for value in values if value in self._places)
                return self._between(named) if negated else [range(at, at + 1) for at in named]
            case Within(intervals=intervals):
                return _joined(self._pieces_within(interval) for interval in intervals)

    def _between(self, pieces: list[int]) -> list[range]:
        """The runs of pieces, but for the missing one, that the pieces leave."""
        return [range(before + 1, at) for before, at in pairwise([-1, *pieces, self.missing]) if at > before + 1]

    def value_at(self, piece: int) -> str | bool:
        return self.values[piece] if piece < len(self.values) else self.other

    @cached_property
    def other(self) -> str:
        """Stands for every text or person that no cell names, and so is none of those."""
        text = OTHER_PERSON if isinstance(self.input.kind, PersonName) else OTHER
        while text in self.values:
            text += "…"
        return text

    def _pieces_within(self, interval: Interval) -> range:
        first = 0 if interval.low is None else 2 * bisect_left(self.ends, interval.low) + 2 - interval.low_closed
        last = (
            2 * len(self.ends)
            if interval.high is None
            else 2 * bisect_left(self.ends, interval.high) + interval.high_closed
        )
        return range(first, last + 1)

    def piece_of(self, value: Scalar | None) -> int:
        if value is None:
            return self.missing
        if self.ordered:
            return bisect_left(self.ends, value) + bisect_right(self.ends, value)
        return self._places.get(value, len(self.values))

    @cached_property
    def _places(self) -> Mapping[Scalar, int]:
        return {value: at for at, value in enumerate(self.values)}

    @cached_property
    def possible(self) -> tuple[int, ...]:
        """The pieces that some value of the kind lies in; the missing value counts where the table asks for it."""
        found = tuple(piece for piece in range(self.missing) if self.witness(piece) is not None)
        return (*found, self.missing) if self.asks_presence else found

    def witness(self, piece: int) -> Scalar | None:
        """A value of the piece, None where the kind has none (or the piece is the missing value)."""
        if piece == self.missing:
            return None
        if self.ordered:
            return self._point_in(self.interval(piece))
        if piece < len(self.values):
            return self.values[piece]
        return None if isinstance(self.input.kind, Choice | YesNo) else self.other

    def _point_in(self, interval: Interval) -> Point | None:
        within = self._within_bounds(interval)
        if within is None:
            return None
        if within.low is None and within.high is None and isinstance(self.input.kind, Date | Instant):
            return SOME_DAY if isinstance(self.input.kind, Date) else SOME_INSTANT
        try:
            return a_value_in(within, step_of(self.input.kind))
        except OverflowError:
            return None  # before the calendar's first day, or after its last

    def interval(self, piece: int) -> Interval:
        at, point = divmod(piece, 2)
        if point:
            return Interval(self.ends[at], True, self.ends[at], True)
        low = self.ends[at - 1] if at else None
        high = self.ends[at] if at < len(self.ends) else None
        return Interval(low, False, high, False)

    def _within_bounds(self, interval: Interval) -> Interval | None:
        """The part of the interval that the kind's own bounds allow."""
        low, high = bounds_of(self.input.kind)
        if low is not None and (interval.low is None or interval.low < low):  # type: ignore[operator]
            interval = Interval(low, True, interval.high, interval.high_closed)
        if high is not None and (interval.high is None or interval.high > high):  # type: ignore[operator]
            interval = Interval(interval.low, interval.low_closed, high, True)
        if interval.low is None or interval.high is None or interval.low < interval.high:  # type: ignore[operator]
            return interval
        return interval if interval.low == interval.high and interval.low_closed and interval.high_closed else None

    @cached_property
    def ranks(self) -> Mapping[int, int]:
        """The place of each possible piece among them."""
        return {piece: at for at, piece in enumerate(self.possible)}

    def words(self, pieces: Iterable[int]) -> str:
        """The pieces as the author would say them: `from 3,000 USD to below 5,000 USD`, `new or existing`."""
        wanted = sorted(piece for piece in set(pieces) if piece in self.ranks)
        said = self._interval_words(wanted) if self.ordered else self._value_words(wanted)
        return " or ".join([*said, *(["missing"] if self.missing in wanted else [])])

    def _value_words(self, pieces: list[int]) -> list[str]:
        return [spoken(self.input.kind, self.value_at(piece)) for piece in pieces if piece != self.missing]

    def _interval_words(self, pieces: list[int]) -> list[str]:
        return [interval_text(self._within_bounds(run) or run, self.input.kind) for run in self.intervals(pieces)]

    def intervals(self, pieces: Iterable[int]) -> list[Interval]:
        """The given ones among possible pieces, joined where only pieces that hold no value lie between them."""
        runs: list[list[int]] = []
        for piece in sorted(piece for piece in pieces if piece != self.missing):
            if runs and self.ranks[piece] == self.ranks[runs[-1][-1]] + 1:
                runs[-1].append(piece)
            else:
                runs.append([piece])
        return [_from_to(self.interval(run[0]), self.interval(run[-1])) for run in runs]


def _joined(runs: Iterable[range]) -> list[range]:
    joined: list[range] = []
    for run in sorted(runs, key=lambda run: run.start):
        if joined and run.start < joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, run.stop))
        else:
            joined.append(run)
    return joined


def _from_to(first: Interval, last: Interval) -> Interval:
    return Interval(first.low, first.low_closed, last.high, last.high_closed)


def columns_of(decision: Decision) -> tuple[Column, ...]:
    return tuple(_column(decision, at, column) for at, column in enumerate(decision.inputs))


def _column(decision: Decision, at: int, column: Input) -> Column:
    return column_of(column, tuple(rule.cells[at] for rule in decision.rules))


def column_of(column: Input, cells: tuple[Cell, ...]) -> Column:
    """`cells` are all that speak of what the column holds."""
    ends = {
        end for cell in cells if isinstance(cell, Within) for part in cell.intervals for end in (part.low, part.high)
    }
    return Column(
        input=column,
        cells=cells,
        ends=tuple(sorted(end for end in ends if end is not None)),
        values=_values(column, cells),
    )


def _values(column: Input, cells: tuple[Cell, ...]) -> tuple[str | bool, ...]:
    match column.kind:
        case Choice(of=of):
            return of
        case YesNo():
            return (True, False)
        case _:
            named = {value for cell in cells if isinstance(cell, Among) for value in cell.values}
            return tuple(sorted(named, key=str))

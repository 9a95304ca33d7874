"""Gaps: the regions that no rule covers, disjoint, and together all of what is not covered.

One rule: the search is exact, or it is stopped after a stated amount of work and says so.

It takes one column after the other, each time the one in which the rules that still fit are narrowest and begin or end
least often, and goes on with the rules that fit in a part of it. No rule left is a gap. The rest is covered where a
rule holds everywhere in it, or where the sizes of the rules, less what every two of them share, add up to its size.
What the same rules leave of the same columns is worked out once; regions that differ in one column only are joined.

The worst tables have more regions than anybody could read, for their number grows exponentially with the columns; hence
the bound.
"""

from collections.abc import Sequence
from itertools import chain, combinations, pairwise
from math import prod

from handrail.runbook.tables.findings import MOST, Finding, Findings, regions
from handrail.runbook.tables.sheet import Bands, Box, Sheet, bits

# Cells, bands and regions looked at; some seconds of work.
MOST_WORK = 6_000_000
_MOST_COLUMNS = 100
_MOST_PAIRS = 50
_SMALL = 1_000


def gaps(sheet: Sheet, most_work: int = MOST_WORK) -> Findings[Finding]:
    """The regions in which no rule applies."""
    boxes, exact = gap_boxes(sheet, most_work)
    listed = (((), box) for box in boxes[:MOST])
    return Findings(found=regions(sheet, listed), count=len(boxes), exact=exact)


def gap_boxes(sheet: Sheet, most_work: int = MOST_WORK) -> tuple[list[Box], bool]:
    """The regions in the order in which the table would be read, and whether they are all there are."""
    if not all(sheet.whole):
        return [], True  # a column of a kind that has no value: there is no case at all
    search = _Search(sheet, most_work)
    found = search.boxes(_Rest(sheet, sheet.columns), sheet.every)
    return sorted(found, key=lambda box: [bands & -bands for bands in box]), not search.stopped


class _Rest:
    """The columns still to come, and what is known of them. A size is a number of combinations of bands."""

    def __init__(self, sheet: Sheet, columns: Sequence[Bands]) -> None:
        self._sheet = sheet
        self.columns = columns
        self.whole = tuple(bands.every for bands in columns)
        self.known: dict[int, list[Box]] = {}
        self.throughout = sheet.every
        for bands in columns:
            self.throughout &= bands.wide
        self._size = prod(map(len, columns))
        self._sizes = [1] * sheet.rules
        for bands in columns:
            self._sizes = [size * width for size, width in zip(self._sizes, bands.widths, strict=True)]
        self._shared: dict[tuple[int, int], int] = {}
        self._without: dict[int, _Rest] = {}

    def without(self, at: int) -> "_Rest":
        if at not in self._without:
            self._without[at] = _Rest(self._sheet, (*self.columns[:at], *self.columns[at + 1 :]))
        return self._without[at]

    def prove_full(self, rules: list[int]) -> bool:
        """Whether rules that fit together so far can be shown to cover the rest by their sizes alone.

        They meet in the rest exactly if they meet at all. What they cover is at least the sum of their sizes less that
        of what every two share.
        """
        size = sum(map(self._sizes.__getitem__, rules))
        if size < self._size:
            return False
        meeting = [rule for rule in rules if self._sheet.meeting[rule]]
        if len(meeting) > _MOST_PAIRS:
            return False
        for one, other in combinations(meeting, 2):
            if self._sheet.meeting[one] >> other & 1:
                size -= self._shared_by(one, other)
                if size < self._size:
                    return False
        return True

    def _shared_by(self, one: int, other: int) -> int:
        if (one, other) not in self._shared:
            both = ((bands.spans[one] & bands.spans[other]).bit_count() for bands in self.columns)
            self._shared[one, other] = prod(both)
        return self._shared[one, other]

    def best(self, rules: list[int]) -> int:
        """The column to go on with: in a small rest, where any will do, the one that is read first."""
        if self._size <= _SMALL:
            return 0
        return min(range(len(self.columns)), key=lambda at: self._hindrance(self.columns[at], rules))

    @staticmethod
    def _hindrance(bands: Bands, rules: list[int]) -> float:
        """How many parts the rules cut the column into, times the share of it that they hold."""
        parts = len(set(chain.from_iterable(map(bands.edges.__getitem__, rules))))
        return parts * sum(map(bands.widths.__getitem__, rules)) / len(bands)


class _Search:
    def __init__(self, sheet: Sheet, most_work: int) -> None:
        self._deepest = len(sheet.columns) - _MOST_COLUMNS
        self._work = most_work
        self.stopped = False

    def boxes(self, rest: _Rest, fitting: int) -> list[Box]:
        """What the fitting rules leave of the rest."""
        if not fitting:
            return [rest.whole]
        if fitting & rest.throughout:
            return []
        if fitting not in rest.known:
            if self._work <= 0 or len(rest.columns) <= self._deepest:
                self.stopped = True
                return []
            rest.known[fitting] = self._uncovered(rest, fitting)
        return rest.known[fitting]

    def _uncovered(self, rest: _Rest, fitting: int) -> list[Box]:
        rules = list(bits(fitting))
        self._work -= 1 + len(rules) * len(rest.columns)
        if len(rest.columns) == 1:
            return _left_of(rest.columns[0], rules)
        if rest.prove_full(rules):
            return []
        return self._split(rest, fitting, rules)

    def _split(self, rest: _Rest, fitting: int, rules: list[int]) -> list[Box]:
        at = rest.best(rules)
        alike = _alike(rest.columns[at], fitting, rules)
        joined: dict[Box, int] = {}
        for left, bands in alike.items():
            boxes = self.boxes(rest.without(at), left)
            self._work -= 1 + len(boxes)
            for box in boxes:
                joined[box] = joined.get(box, 0) | bands
        return [(*box[:at], bands, *box[at:]) for box, bands in joined.items()]


def _left_of(bands: Bands, rules: list[int]) -> list[Box]:
    left = bands.every
    for rule in rules:
        left &= ~bands.spans[rule]
    return [(left,)] if left else []


def _alike(bands: Bands, fitting: int, rules: list[int]) -> dict[int, int]:
    """The bands of the column by the rules that are left in them."""
    few = 4 * len(rules) < len(bands)
    edges = chain.from_iterable(bands.edges[rule] for rule in rules) if few else range(len(bands))
    alike: dict[int, int] = {}
    for begin, end in pairwise(sorted({0, len(bands), *edges})):
        left = fitting & bands.masks[begin]
        alike[left] = alike.get(left, 0) | (1 << end) - (1 << begin)
    return alike

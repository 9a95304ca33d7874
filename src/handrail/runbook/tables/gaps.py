"""Gaps: the regions that no rule covers, disjoint, and together all of what is not covered.

One rule: the search is exact, or it is stopped after a stated amount of work and says so.

It goes through the columns, those with the fewest bands first, keeping the rules that still fit: none left is a gap; a
rule left that holds everywhere from here on covers the rest; and so do rules whose sizes, without what two of them
share, add up to the size of the rest. Sets of rules that were met before are not gone through again. Regions that
differ in one column only are joined. The worst tables have more regions than anybody could read, for their number grows
exponentially with the columns; hence the bound.
"""

from itertools import accumulate, chain, pairwise
from operator import mul

from handrail.runbook.tables.findings import MOST, Finding, Findings, regions
from handrail.runbook.tables.sheet import Bands, Box, Sheet, bits

# Bands and regions looked at; some seconds of work.
MOST_WORK = 4_000_000
_MOST_COLUMNS = 100
_MOST_PAIRS = 50


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
    found = [search.in_order(box) for box in search.boxes(0, sheet.every)]
    return sorted(found, key=lambda box: [bands & -bands for bands in box]), not search.stopped


class _Search:
    def __init__(self, sheet: Sheet, most_work: int) -> None:
        self._order = sorted(range(len(sheet.columns)), key=lambda at: len(sheet.columns[at]))
        self._columns = [sheet.columns[at] for at in self._order]
        self._rest = [tuple(bands.every for bands in self._columns[at:]) for at in range(len(self._columns) + 1)]
        self._throughout = self._holding_to_the_end(sheet.every)
        self._sizes = _Sizes(sheet, self._columns)
        self._known: list[dict[int, list[Box]]] = [{} for _ in self._columns]
        self._work = most_work
        self.stopped = False

    def _holding_to_the_end(self, every: int) -> list[int]:
        """For each column the rules that hold everywhere in it and in those after it."""
        found = [every]
        for bands in reversed(self._columns):
            wide = sum(1 << rule for rule, span in enumerate(bands.spans) if span == bands.every)
            found.append(found[-1] & wide)
        return found[::-1]

    def boxes(self, at: int, fitting: int) -> list[Box]:
        """What the fitting rules leave of the columns from `at` on."""
        if not fitting:
            return [self._rest[at]]
        if fitting & self._throughout[at]:
            return []
        known = self._known[at]
        if fitting in known:
            return known[fitting]
        if self._work <= 0 or at == _MOST_COLUMNS:
            self.stopped = True
            return []
        rules = list(bits(fitting))
        self._work -= 1
        if at == len(self._columns) - 1:
            known[fitting] = self._in_last(rules)
        elif self._sizes.prove_full(at, fitting, rules):
            known[fitting] = []
        else:
            known[fitting] = self._split(at, fitting, rules)
        return known[fitting]

    def _in_last(self, rules: list[int]) -> list[Box]:
        bands = self._columns[-1]
        left = bands.every
        for rule in rules:
            left &= ~bands.spans[rule]
        return [(left,)] if left else []

    def _split(self, at: int, fitting: int, rules: list[int]) -> list[Box]:
        alike = self._alike(at, fitting, rules)
        self._work -= len(alike)
        joined: dict[Box, int] = {}
        for left, bands in alike.items():
            rests = self.boxes(at + 1, left)
            self._work -= len(rests)
            for rest in rests:
                joined[rest] = joined.get(rest, 0) | bands
        return [(bands, *rest) for rest, bands in joined.items()]

    def _alike(self, at: int, fitting: int, rules: list[int]) -> dict[int, int]:
        """The bands of the column by the rules that are left in them."""
        column = self._columns[at]
        few = 4 * len(rules) < len(column)
        edges = chain.from_iterable(column.edges[rule] for rule in rules) if few else range(len(column))
        cuts = sorted({0, len(column), *edges})
        alike: dict[int, int] = {}
        for begin, end in pairwise(cuts):
            left = fitting & column.masks[begin]
            alike[left] = alike.get(left, 0) | (1 << end) - (1 << begin)
        return alike

    def in_order(self, box: Box) -> Box:
        """The box with its columns as the table has them."""
        placed = sorted(zip(self._order, box, strict=True))
        return tuple(bands for _, bands in placed)


class _Sizes:
    """How much of the columns from one on the rules hold, counted in bands.

    Rules that fit together so far meet in the columns still to come exactly if they meet at all. So the size of what
    they cover is at least the sum of their sizes less that of every two that meet, and the whole is covered where that
    is its size.
    """

    def __init__(self, sheet: Sheet, columns: list[Bands]) -> None:
        self._columns = columns
        self._meeting = sheet.meeting
        self._that_meet = sum(1 << rule for rule, met in enumerate(sheet.meeting) if met)
        self._whole = self._products([len(bands) for bands in columns])
        sizes = [self._products([bands.spans[rule].bit_count() for bands in columns]) for rule in range(sheet.rules)]
        self._of = [[size[at] for size in sizes] for at in range(len(columns) + 1)]
        self._shared: dict[tuple[int, int], list[int]] = {}

    @staticmethod
    def _products(numbers: list[int]) -> list[int]:
        """For each place the product of the numbers from there on."""
        return list(accumulate(reversed(numbers), mul, initial=1))[::-1]

    def prove_full(self, at: int, fitting: int, rules: list[int]) -> bool:
        size = sum(map(self._of[at].__getitem__, rules))
        whole = self._whole[at]
        if size < whole:
            return False
        left = _MOST_PAIRS
        that_meet = fitting & self._that_meet
        for one in bits(that_meet):
            for other in bits((that_meet & self._meeting[one]) >> one):
                size -= self._shared_by(one, one + other)[at]
                left -= 1
                if size < whole or not left:
                    return False
        return True

    def _shared_by(self, one: int, other: int) -> list[int]:
        if (one, other) not in self._shared:
            both = [(bands.spans[one] & bands.spans[other]).bit_count() for bands in self._columns]
            self._shared[one, other] = self._products(both)
        return self._shared[one, other]

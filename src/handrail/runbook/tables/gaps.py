"""Gaps: the regions that no rule covers, disjoint, and together all of what is not covered.

One rule: the search is exact, or it is stopped after a stated amount of work and says so.

It goes through the columns, those with the fewest bands first, keeping the rules that still fit: none left is a gap; a
rule left that holds everywhere from here on covers the rest. Sets of rules that were met before are not gone through
again. Regions that differ in one column only are joined. The worst tables have more regions than anybody could read,
for their number grows exponentially with the columns; hence the bound.
"""

from itertools import pairwise

from handrail.runbook.tables.findings import MOST, Finding, Findings, regions
from handrail.runbook.tables.sheet import Box, Sheet, bits

# Bands and regions looked at; some seconds of work.
MOST_WORK = 2_000_000
_MOST_COLUMNS = 100


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
        known[fitting] = self._in_last(fitting) if at == len(self._columns) - 1 else self._split(at, fitting)
        return known[fitting]

    def _in_last(self, fitting: int) -> list[Box]:
        bands = self._columns[-1]
        left = bands.every
        for rule in bits(fitting):
            left &= ~bands.spans[rule]
        self._work -= 1
        return [(left,)] if left else []

    def _split(self, at: int, fitting: int) -> list[Box]:
        alike = self._alike(at, fitting)
        self._work -= len(alike)
        joined: dict[Box, int] = {}
        for left, bands in alike.items():
            rests = self.boxes(at + 1, left)
            self._work -= len(rests)
            for rest in rests:
                joined[rest] = joined.get(rest, 0) | bands
        return [(bands, *rest) for rest, bands in joined.items()]

    def _alike(self, at: int, fitting: int) -> dict[int, int]:
        """The bands of the column by the rules that are left in them."""
        column = self._columns[at]
        edges = {0, len(column)}
        if 4 * fitting.bit_count() < len(column):
            for rule in bits(fitting):
                edges.update(column.edges[rule])
        else:
            edges.update(range(len(column)))
        cuts = sorted(edges)
        alike: dict[int, int] = {}
        for begin, end in pairwise(cuts):
            left = fitting & column.masks[begin]
            alike[left] = alike.get(left, 0) | (1 << end) - (1 << begin)
        return alike

    def in_order(self, box: Box) -> Box:
        """The box with its columns as the table has them."""
        placed = sorted(zip(self._order, box, strict=True))
        return tuple(bands for _, bands in placed)

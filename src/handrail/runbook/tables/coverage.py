"""What a decision table covers, as a picture has it: two of its columns cut into bands, and which rules fit where.

One rule: the picture is exact. A band is a run of values that no rule tells apart, so that a field of the picture has
one answer for all cases in it; what the picture does not show (the other columns) stands at one band each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from handrail.runbook.kinds import Number, Scalar
from handrail.runbook.model import Decision
from handrail.runbook.tables.findings import regions as found_regions
from handrail.runbook.tables.hits import answer_of
from handrail.runbook.tables.sheet import Bands, Sheet, bits

MOST_BANDS = 20

Look = Literal["rule", "several", "overlap", "gap", "otherwise"]


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A column with its bands in words; `of` is how many there are, of which no more than `MOST_BANDS` are drawn."""

    at: int
    title: str
    bands: tuple[str, ...]
    of: int


@dataclass(frozen=True, kw_only=True)
class Region:
    """A rectangle of fields with one answer. `rules` are those that fit, `counts` those that give the answer; `across`
    and `down` are runs of bands. `witness` is one case in it; `where` and `example` are in the author's words."""

    look: Look
    rules: tuple[int, ...]
    counts: tuple[int, ...]
    across: range
    down: range
    witness: Mapping[str, Scalar | None]
    where: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Without `down` the table is told apart by one column only, without `across` by none."""

    across: Axis | None
    down: Axis | None
    regions: tuple[Region, ...]


class Coverage:
    """A table ready to be pictured."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self._sheet = Sheet(decision)

    @cached_property
    def varying(self) -> tuple[int, ...]:
        """The columns in which some rule tells values apart."""
        return tuple(at for at, bands in enumerate(self._sheet.columns) if len(bands) > 1)

    @cached_property
    def has_cases(self) -> bool:
        """Whether there is any case at all: a column of a kind without values leaves none."""
        return all(self._sheet.whole)

    def bands(self, at: int) -> tuple[str, ...]:
        """The bands of a column in words."""
        return tuple(_words(self._sheet.columns[at], band) for band in range(len(self._sheet.columns[at])))

    def boundaries(self, at: int) -> Iterator[tuple[str, str]]:
        """For each value at which two bands of an ordered column meet: the value, and the band that it belongs to. Of
        whole numbers there is nothing to ask: the next one is another."""
        bands = self._sheet.columns[at]
        kind = bands.column.input.kind
        if not bands.column.ordered or (isinstance(kind, Number) and kind.whole):
            return
        for band, (before, after) in enumerate(pairwise(bands.pieces)):
            for piece, belongs in ((before[-1], band), (after[0], band + 1)):
                alone = piece % 2 and piece != bands.column.missing
                if alone and len(bands.pieces[belongs]) > 1:
                    yield bands.column.words([piece]), _words(bands, belongs)

    def picture(self, across: int | None, down: int | None, fixed: Mapping[int, int]) -> Picture:
        """`fixed` has the band of other columns; where it says nothing, the first."""
        axes = [self._axis(at) for at in (across, down)]
        wide, high = (len(axis.bands) if axis else 1 for axis in axes)
        if not self.has_cases:
            return Picture(across=axes[0], down=axes[1], regions=())
        at_rest = self._fitting_elsewhere({across, down}, fixed)
        fields = [[self._fitting(at_rest, across, x, down, y) for x in range(wide)] for y in range(high)]
        boxes = rectangles(fields)
        return Picture(
            across=axes[0],
            down=axes[1],
            regions=tuple(self._region(fields[y.start][x.start], (across, x), (down, y), fixed) for x, y in boxes),
        )

    def _axis(self, at: int | None) -> Axis | None:
        if at is None:
            return None
        bands = self._sheet.columns[at]
        drawn = tuple(_words(bands, band) for band in range(min(len(bands), MOST_BANDS)))
        return Axis(at=at, title=self.decision.inputs[at].title, bands=drawn, of=len(bands))

    def _fitting_elsewhere(self, drawn: set[int | None], fixed: Mapping[int, int]) -> int:
        fitting = self._sheet.every
        for at, bands in enumerate(self._sheet.columns):
            if at not in drawn:
                fitting &= bands.masks[fixed.get(at, 0)]
        return fitting

    def _fitting(self, fitting: int, across: int | None, x: int, down: int | None, y: int) -> int:
        for at, band in ((across, x), (down, y)):
            if at is not None:
                fitting &= self._sheet.columns[at].masks[band]
        return fitting

    def _region(
        self, fitting: int, x: tuple[int | None, range], y: tuple[int | None, range], fixed: Mapping[int, int]
    ) -> Region:
        rules = tuple(self.decision.rules[at] for at in bits(fitting))
        answer = answer_of(self.decision, rules)
        counts = tuple(rule.number for rule in answer.rules) if answer else ()
        (found,) = found_regions(self._sheet, [((), self._box(x, y, fixed))])
        return Region(
            look=_look(len(rules), len(counts), answer is not None),
            rules=tuple(rule.number for rule in rules),
            counts=counts,
            across=x[1],
            down=y[1],
            witness=found.witness,
            where=found.where,
            example=found.example,
        )

    def _box(
        self, x: tuple[int | None, range], y: tuple[int | None, range], fixed: Mapping[int, int]
    ) -> tuple[int, ...]:
        runs = {at: run for at, run in (x, y) if at is not None}
        return tuple(
            _set_of(runs.get(at) or range(fixed.get(at, 0), fixed.get(at, 0) + 1))
            if at in self.varying
            else bands.every
            for at, bands in enumerate(self._sheet.columns)
        )


def _words(bands: Bands, band: int) -> str:
    return bands.column.words(bands.pieces[band])


def _set_of(run: range) -> int:
    return (1 << run.stop) - (1 << run.start)


def _look(fitting: int, counting: int, answered: bool) -> Look:
    if not fitting:
        return "otherwise" if answered else "gap"
    if not answered:
        return "overlap"
    return "rule" if fitting == 1 or counting == 1 else "several"


def rectangles(fields: list[list[int]]) -> list[tuple[range, range]]:
    """The fields, row by row, in rectangles of equal ones: each as wide as it can be, and then as high."""
    taken: set[tuple[int, int]] = set()
    found = []
    for y, row in enumerate(fields):
        for x in range(len(row)):
            if (x, y) in taken:
                continue
            wide, high = _rectangle(fields, taken, x, y)
            taken |= {(one, other) for one in wide for other in high}
            found.append((wide, high))
    return found


def _rectangle(fields: list[list[int]], taken: set[tuple[int, int]], x: int, y: int) -> tuple[range, range]:
    field, right, below = fields[y][x], x, y
    while right < len(fields[y]) and fields[y][right] == field and (right, y) not in taken:
        right += 1
    while below < len(fields) and all(fields[below][at] == field for at in range(x, right)):
        below += 1
    return range(x, right), range(y, below)

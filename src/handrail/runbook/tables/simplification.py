"""What could be said with fewer rules: rules that repeat another, and two that one rule could say.

One rule: what is proposed changes no answer to any case.

Two rules can be one where they give the same, for the same reason (the note), differ in a single column, and what they
hold in that column together is one cell: intervals that touch, values side by side. Where the answer lists or counts
rules they must not meet. Where the order of the rules matters, one of them must be able to move to the other's place
without passing a rule that meets it and gives something else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.runbook.cells import Anything, Presence
from handrail.runbook.model import Decision
from handrail.runbook.tables.cell_words import cell_text
from handrail.runbook.tables.findings import MOST, Findings
from handrail.runbook.tables.overlaps import outputs_alike
from handrail.runbook.tables.sheet import Bands, Sheet, bits

# Pairs looked at for one rule.
MOST_TRIED = 500


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """`rule` covers what `of`, the first such rule, covers, and gives the same."""

    rule: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Merger:
    """Rules `first` and `second` are one with `cell` in the column `at`, in the place of the rule `instead_of`."""

    first: int
    second: int
    at: int
    cell: str
    instead_of: int


def duplicates(sheet: Sheet) -> tuple[Duplicate, ...]:
    """Each rule that repeats one above it."""
    first: dict[object, int] = {}
    found = []
    for at in bits(sheet.living):
        rule = sheet.decision.rules[at]
        same = first.setdefault((sheet.spans(at), rule.outputs), at)
        if same != at:
            found.append(Duplicate(rule=at + 1, of=same + 1))
    return tuple(found)


def mergers(sheet: Sheet, rules: int) -> Findings[Merger]:
    """For each of `rules` the first one above it with which it could be one."""
    search = _Mergers(sheet, rules)
    found = [merger for rule in bits(rules) if (merger := search.of(rule)) is not None]
    return Findings(found=tuple(found[:MOST]), count=len(found), exact=not search.stopped)


class _Mergers:
    def __init__(self, sheet: Sheet, rules: int) -> None:
        self._sheet = sheet
        self._alike = outputs_alike(sheet)
        self._in_order = _order_matters(sheet.decision)
        self._apart = _meeting_matters(sheet.decision)
        self._groups: dict[object, int] = {}
        for rule in bits(rules):
            for at in range(len(sheet.columns)):
                key = self._all_but(rule, at)
                self._groups[key] = self._groups.get(key, 0) | 1 << rule
        self.stopped = False

    def _all_but(self, rule: int, at: int) -> object:
        """What must be the same in two rules that differ in the column `at`."""
        spans = self._sheet.spans(rule)
        said = self._sheet.decision.rules[rule]
        return at, spans[:at], spans[at + 1 :], said.outputs, said.note

    def of(self, rule: int) -> Merger | None:
        for tried, (at, other) in enumerate(self._candidates(rule)):
            if tried == MOST_TRIED:
                self.stopped = True
                break
            merger = self._merger(other, rule, at)
            if merger is not None:
                return merger
        return None

    def _candidates(self, rule: int) -> Iterator[tuple[int, int]]:
        above = (1 << rule) - 1
        for at, bands in enumerate(self._sheet.columns):
            group = self._groups[self._all_but(rule, at)] & above
            if group and bands.column.ordered:
                group &= _touching(bands, rule)
            yield from ((at, other) for other in bits(group))

    def _merger(self, first: int, second: int, at: int) -> Merger | None:
        bands = self._sheet.columns[at]
        one, other = bands.spans[first], bands.spans[second]
        together = one | other
        if one == other or (self._apart and one & other) or not _is_one_cell(bands, together, (first, second)):
            return None
        place = self._place(first, second)
        if place is None:
            return None
        cell = cell_text(bands.column, bands.pieces_in(together))
        return Merger(first=first + 1, second=second + 1, at=at, cell=cell, instead_of=place + 1)

    def _place(self, first: int, second: int) -> int | None:
        """Where the one rule can stand, None where it cannot."""
        if not self._in_order:
            return first
        between = (1 << second) - (2 << first) & ~self._alike[first]
        if not between & self._sheet.meeting[second]:
            return first
        return None if between & self._sheet.meeting[first] else second


def _order_matters(decision: Decision) -> bool:
    return decision.hit_policy == "first" or decision.gives_lists


def _meeting_matters(decision: Decision) -> bool:
    return decision.gives_lists or decision.aggregator in {"sum", "count"}


def _touching(bands: Bands, rule: int) -> int:
    """The rules that hold in a band of this one, or in one beside it."""
    edges = bands.edges[rule]
    wider = [(max(begin - 1, 0), min(end + 1, len(bands))) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
    return bands.any_of(tuple(edge for pair in wider for edge in pair))


def _is_one_cell(bands: Bands, together: int, rules: tuple[int, int]) -> bool:
    """A cell that holds for the missing value holds for nothing else or for everything; and something must still tell
    the missing value from others, unless no other rule looks at the column."""
    if not together & bands.missing or together == bands.missing:
        return True
    rest = [cell for at, cell in enumerate(bands.column.cells) if at not in rules]
    asked = any(isinstance(cell, Presence) for cell in rest)
    return together == bands.every and (asked or all(isinstance(cell, Anything) for cell in rest))

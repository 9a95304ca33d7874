"""A runbook made ready for looking at many cases at once: what it speaks of in pieces, in the order in which one thing
follows from another.

One rule: it has no circle in it. Whoever asks has seen to that.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from graphlib import TopologicalSorter

from handrail.runbook.cells import Anything, Cell, Presence
from handrail.runbook.kinds import Records
from handrail.runbook.model import Decision, Input, Ref, Runbook, Test
from handrail.runbook.references import waits
from handrail.runbook.tables.sheet import bits
from handrail.runbook.ways.answers import WayTable
from handrail.runbook.ways.lines import Line, behind, lines_of

# For each thing that is given, the pieces that it may be in.
World = Mapping[Ref, int]


class Ground:
    def __init__(self, runbook: Runbook) -> None:
        self.runbook = runbook
        self.waits = waits(runbook)
        self.order = tuple(TopologicalSorter(self.waits).static_order())
        self.lines = lines_of(runbook)
        self.tables = {name: WayTable(decision, self.lines) for name, decision in runbook.decisions.items()}
        self.inputs = {name: InputColumns(runbook, one, self.lines) for name, one in runbook.decisions.items()}

    def behind(self, ref: Ref) -> Ref:
        return behind(self.runbook, ref)

    @cached_property
    def given(self) -> World:
        """Every case in which all facts are given; of a record only its first column must be."""
        return {ref: line.given | (line.missing if self._may_be_empty(ref) else 0) for ref, line in self._worldly()}

    def answers_of(self, decisions: Iterable[str]) -> World:
        """Every answer that people could give in the place of these decisions."""
        return {ref: line.given for ref, line in self.lines.items() if ref.source == "output" and ref.name in decisions}

    def _worldly(self) -> Iterable[tuple[Ref, Line]]:
        return ((ref, line) for ref, line in self.lines.items() if ref.source in {"fact", "derived", "item"})

    def _may_be_empty(self, ref: Ref) -> bool:
        if ref.source != "item":
            return False
        kind = self.runbook.facts[ref.name].kind
        return isinstance(kind, Records) and ref.part != next(iter(kind.columns))

    @cached_property
    def _followed_by(self) -> Mapping[str, frozenset[str]]:
        """For each name itself and all that follows from it."""
        found = {name: {name} for name in self.order}
        for name in reversed(self.order):
            for before in self.waits.get(name, ()):
                found.setdefault(before, {before}).update(found[name])
        return {name: frozenset(after) for name, after in found.items()}

    def following(self, ref: Ref) -> tuple[str, ...]:
        """What can be another when the thing is, in order."""
        if ref not in self._following:
            after = self._followed_by[ref.name]
            self._following[ref] = tuple(name for name in self.order if name in after)
        return self._following[ref]

    @cached_property
    def _following(self) -> dict[Ref, tuple[str, ...]]:
        return {}


class InputColumns:
    """The columns of a decision. `every` are all its rules."""

    def __init__(self, runbook: Runbook, decision: Decision, lines: Mapping[Ref, Line]) -> None:
        self.every = (1 << len(decision.rules)) - 1
        self.columns = tuple(
            InputColumn(column, behind(runbook, column.ref), [rule.cells[at] for rule in decision.rules], lines)
            for at, column in enumerate(decision.inputs)
        )


class InputColumn:
    """`tests` are the different cells of the column with the rules that have them, `idle` are the rules that do not
    look at it."""

    def __init__(self, column: Input, ref: Ref, cells: list[Cell], lines: Mapping[Ref, Line]) -> None:
        self.ref = ref
        self.line = lines[ref] if ref.source in {"fact", "derived", "item"} else None
        grouped = _grouped(cells)
        self.idle = sum(rules for cell, rules in grouped if isinstance(cell, Anything))
        self.tests = tuple(
            (Test(ref=ref, kind=column.kind, cell=cell), rules)
            for cell, rules in grouped
            if not isinstance(cell, Anything)
        )
        # Where a rule asks whether it is missing, what is missing at first has an answer of its own.
        self.missing = self.line.missing if self.line and any(isinstance(cell, Presence) for cell in cells) else 0
        self._met: dict[int, tuple[int, int]] = {}

    def over(self, pieces: int) -> tuple[int, int]:
        """The rules that hold in one of the pieces, and those that hold in all."""
        if pieces not in self._met:
            some, every = 0, -1 if pieces else 0
            for piece in bits(pieces):
                some |= self._masks.get(piece, 0)
                every &= self._masks.get(piece, 0)
            self._met[pieces] = some | self.idle, every | self.idle
        return self._met[pieces]

    @cached_property
    def _masks(self) -> Mapping[int, int]:
        assert self.line is not None
        found: dict[int, int] = {}
        for test, rules in self.tests:
            for piece in bits(self.line.of(test.cell)[0]):
                found[piece] = found.get(piece, 0) | rules
        return found


def _grouped(cells: list[Cell]) -> tuple[tuple[Cell, int], ...]:
    found: dict[Cell, int] = {}
    for at, cell in enumerate(cells):
        found[cell] = found.get(cell, 0) | 1 << at
    return tuple(found.items())

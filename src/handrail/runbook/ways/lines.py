"""Everything that a customer's case consists of, each cut into pieces by all cells of the runbook that speak of it.

One rule: within a piece no cell of the runbook tells one value from another, so what is proved over pieces is proved
over values. A set of pieces is an integer with a bit for each.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from handrail.runbook.cells import Anything, Cell, Presence
from handrail.runbook.kinds import Kind, Several, spoken
from handrail.runbook.model import Input, OfFacts, Ref, Runbook
from handrail.runbook.references import conditions, tests_in
from handrail.runbook.tables.columns import column_of
from handrail.runbook.tables.sheet import bits
from handrail.runbook.words import ref_title


class Line:
    """What `ref` can be. `given` are the pieces that some value lies in, `missing` is the piece without a value;
    `every` are both."""

    def __init__(self, ref: Ref, kind: Kind, title: str, cells: tuple[Cell, ...]) -> None:
        self.ref = ref
        self.kind = kind
        self.title = title
        # A list is not cut: a cell holds where one of its values is so, and so any may hold.
        self.is_cut = not isinstance(kind, Several)
        self._column = column_of(Input(name=str(ref), title=title, ref=ref, kind=kind), cells if self.is_cut else ())
        self.missing = 1 << self._column.missing
        self.given = sum(1 << piece for piece in self._column.possible) & ~self.missing
        self.every = self.given | self.missing
        self._masks: dict[int, tuple[Cell, int, int]] = {}

    def of(self, cell: Cell) -> tuple[int, int]:
        """The pieces in which the cell holds, and those in which it fails; a missing value can leave it open."""
        known = self._masks.get(id(cell))
        if known is None:
            holds = sum(1 << piece for piece in self._column.pieces_of(cell)) & self.every
            asked = self.every if isinstance(cell, Presence | Anything) else self.given
            known = self._masks[id(cell)] = (cell, holds & asked, asked & ~holds)  # the cell keeps its identity
        return known[1], known[2]

    @property
    def marks(self) -> object:
        """What the pieces are cut at: lines of one kind with the same marks have the same pieces."""
        return self._column.ends, self._column.values

    @cached_property
    def single(self) -> int:
        """The pieces in which there is one value only."""
        if not self._column.ordered:
            return sum(1 << piece for piece in range(len(self._column.values)))
        return sum(1 << piece for piece in range(1, self._column.missing, 2))

    def piece_of(self, value: object) -> int:
        return 1 << self._column.piece_of(value)  # type: ignore[arg-type]  # a value of the kind

    def words(self, pieces: int) -> str:
        said = self._column.words(list(bits(pieces & self.given))) if pieces & self.given else ""
        return " or ".join([*([said] if said else []), *(["missing"] if pieces & self.missing else [])])

    def example(self, pieces: int) -> str:
        """One value of the pieces, a boundary before what lies between."""
        found = bits(pieces & self.given)
        at = min(found, key=lambda piece: (self._column.ordered and not piece % 2, piece), default=None)
        value = None if at is None else self._column.witness(at)
        return "missing" if value is None else spoken(self.kind, value)


def lines_of(runbook: Runbook) -> Mapping[Ref, Line]:
    """Of every fact and of all else that some cell speaks of, but for the states of steps and milestones."""
    cells: dict[Ref, list[Cell]] = {}
    kinds: dict[Ref, Kind] = {}
    for name, fact in runbook.facts.items():
        kinds[Ref(source="fact", name=name)] = fact.kind
    for ref, kind, cell in _spoken_of(runbook):
        cells.setdefault(ref, []).append(cell)
        kinds.setdefault(ref, kind)
    return {ref: Line(ref, kind, ref_title(runbook, ref), tuple(cells.get(ref, ()))) for ref, kind in kinds.items()}


def _spoken_of(runbook: Runbook) -> Iterator[tuple[Ref, Kind, Cell]]:
    for owned in conditions(runbook):
        for test in tests_in(owned.condition):
            if test.ref.source not in {"step", "milestone"}:
                yield behind(runbook, test.ref), test.kind, test.cell
    for decision in runbook.decisions.values():
        for output in decision.outputs:
            yield Ref(source="output", name=decision.name, part=output.name), decision.kind_of(output), Anything()
        for at, column in enumerate(decision.inputs):
            if column.ref.source not in {"step", "milestone"}:
                yield from ((behind(runbook, column.ref), column.kind, rule.cells[at]) for rule in decision.rules)
    for derived in runbook.derived.values():
        yield Ref(source="derived", name=derived.name), derived.kind, Anything()
        if isinstance(derived.how, OfFacts):
            for name in derived.how.of:
                yield Ref(source="fact", name=name), runbook.facts[name].kind, derived.how.cell


def behind(runbook: Runbook, ref: Ref) -> Ref:
    """What the ref stands for: an answer in whose field a fact is shown is that fact."""
    if ref.source != "answer":
        return ref
    form = runbook.forms.get(runbook.steps[ref.name].form or "")
    field = form.field_named(ref.part) if form else None
    return Ref(source="fact", name=field.shows) if field and field.shows else ref

"""What can be proved about a decision table: every gap and every overlap, each with a witness case.

One rule: exact at the boundaries. Where the list is long it is cut at `MOST`, and the finding says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from handrail.runbook.kinds import Scalar, spoken
from handrail.runbook.model import Decision
from handrail.runbook.tables.columns import Column, columns_of

MOST = 100

# A region of the table: for each column the pieces it spans.
Box = tuple[frozenset[int], ...]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`rules` are none for a gap and the two that meet for an overlap; `where` describes the whole region and `witness`
    is one case in it (None: the value is missing)."""

    rules: tuple[int, ...]
    where: str
    witness: Mapping[str, Scalar | None]
    example: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    """`complete` is False where there are more than were listed."""

    found: tuple[Finding, ...]
    complete: bool


def gaps(decision: Decision) -> Findings:
    """The cases that no rule covers, as few regions as the search finds."""
    columns = columns_of(decision)
    boxes = _Uncovered(columns, len(decision.rules)).boxes(0, (1 << len(decision.rules)) - 1)
    return _findings(columns, [((), box) for box in boxes])


def overlaps(decision: Decision) -> Findings:
    """The pairs of rules that both apply to some case."""
    columns = columns_of(decision)
    return _findings(columns, list(islice(_meeting(columns, len(decision.rules)), MOST + 1)))


class _Uncovered:
    """Goes through the columns from left to right, keeping the set of rules that still fit; an empty set is a gap."""

    def __init__(self, columns: tuple[Column, ...], rules: int) -> None:
        self._columns = columns
        self._known: dict[tuple[int, int], list[Box]] = {}
        self._empty_from = [
            tuple(frozenset(column.possible) for column in columns[at:]) for at in range(len(columns) + 1)
        ]

    def boxes(self, at: int, fitting: int) -> list[Box]:
        if not fitting:
            return [self._empty_from[at]]
        if at == len(self._columns):
            return []
        if (at, fitting) not in self._known:
            self._known[at, fitting] = self._split(at, fitting)
        return self._known[at, fitting]

    def _split(self, at: int, fitting: int) -> list[Box]:
        column = self._columns[at]
        alike: dict[int, set[int]] = {}
        for piece in column.possible:
            alike.setdefault(fitting & column.masks[piece], set()).add(piece)
        joined: dict[Box, set[int]] = {}
        for left, pieces in alike.items():
            for rest in self.boxes(at + 1, left):
                joined.setdefault(rest, set()).update(pieces)
            if len(joined) > MOST:
                break
        return [(frozenset(pieces), *rest) for rest, pieces in joined.items()]


def _meeting(columns: tuple[Column, ...], rules: int) -> Iterator[tuple[tuple[int, ...], Box]]:
    possible = [frozenset(column.possible) for column in columns]
    for first in range(rules):
        spans = [possible[at] & frozenset(column.pieces_of(column.cells[first])) for at, column in enumerate(columns)]
        others = ((1 << rules) - 1) >> (first + 1) << (first + 1)
        for column, span in zip(columns, spans, strict=True):
            others &= _any_of(column, span)
        while others:
            lowest = others & -others
            second = lowest.bit_length() - 1
            others ^= lowest
            shared = [
                span & frozenset(column.pieces_of(column.cells[second]))
                for column, span in zip(columns, spans, strict=True)
            ]
            yield (first + 1, second + 1), tuple(shared)


def _any_of(column: Column, pieces: frozenset[int]) -> int:
    mask = 0
    for piece in pieces:
        mask |= column.masks[piece]
    return mask


def _findings(columns: tuple[Column, ...], regions: list[tuple[tuple[int, ...], Box]]) -> Findings:
    found = tuple(_finding(columns, rules, box) for rules, box in regions[:MOST])
    return Findings(found=found, complete=len(regions) <= MOST)


def _finding(columns: tuple[Column, ...], rules: tuple[int, ...], box: Box) -> Finding:
    said, witness, example = [], {}, []
    for column, pieces in zip(columns, box, strict=True):
        value = column.witness(_simplest(column, pieces))
        witness[column.input.name] = value
        example.append(f"{column.input.title}: {'missing' if value is None else spoken(column.input.kind, value)}")
        if not pieces.issuperset(column.possible):
            said.append(f"{column.input.title} {column.words(pieces)}")
    where = ", ".join(said) or "every case"
    return Finding(rules=rules, where=where, witness=witness, example=", ".join(example))


def _simplest(column: Column, pieces: frozenset[int]) -> int:
    """The piece to take the witness from: a boundary before the space between boundaries, a value before none."""
    return min(pieces, key=lambda piece: (piece == column.missing, column.ordered and not piece % 2, piece))

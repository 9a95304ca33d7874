"""What was found about a table, with how much of it there is: listed up to `MOST`, counted beyond.

One rule: what is not listed is counted, and what is not counted is said to be more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from handrail.runbook.kinds import Scalar, spoken
from handrail.runbook.tables.columns import Column
from handrail.runbook.tables.sheet import Box, Sheet

MOST = 100

Found = TypeVar("Found", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Findings(Generic[Found]):
    """The first of what was found. `count` is how many there are in all; at least that many where it is not `exact`,
    because the search was stopped."""

    found: tuple[Found, ...]
    count: int
    exact: bool = True

    @property
    def complete(self) -> bool:
        return self.exact and len(self.found) == self.count


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A region of the table. `rules` are none for a gap and the two that meet for an overlap; `where` describes the
    whole region and `witness` is one case in it (None: the value is missing), `example` in words."""

    rules: tuple[int, ...]
    where: str
    witness: Mapping[str, Scalar | None]
    example: str


def regions(sheet: Sheet, found: Iterable[tuple[tuple[int, ...], Box]]) -> tuple[Finding, ...]:
    return tuple(_region(sheet, rules, box) for rules, box in found)


def _region(sheet: Sheet, rules: tuple[int, ...], box: Box) -> Finding:
    said, witness, example = [], {}, []
    for bands, held in zip(sheet.columns, box, strict=True):
        column, pieces = bands.column, bands.pieces_in(held)
        value = column.witness(_simplest(column, pieces))
        witness[column.input.name] = value
        example.append(f"{column.input.title}: {'missing' if value is None else spoken(column.input.kind, value)}")
        if held != bands.every:
            said.append(f"{column.input.title} {column.words(pieces)}")
    where = ", ".join(said) or "every case"
    return Finding(rules=rules, where=where, witness=witness, example=", ".join(example))


def _simplest(column: Column, pieces: Iterable[int]) -> int:
    """The piece to take the witness from: a boundary before the space between boundaries, a value before none."""
    return min(pieces, key=lambda piece: (piece == column.missing, column.ordered and not piece % 2, piece))

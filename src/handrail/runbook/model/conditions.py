"""Conditions: what must hold, as cells over things that the runbook declares. There is no expression in them."""

from dataclasses import dataclass
from typing import Literal

from handrail.runbook.cells import Cell
from handrail.runbook.kinds import Kind


@dataclass(frozen=True, kw_only=True)
class Ref:
    """What a condition or a table column speaks about.

    fact: `name` · derived: derived fact `name` · output: decision `name`, its `part` · answer: form step `name`, its
    field `part` · step: `name` · milestone: `name` · item: of the list fact `name`, the column `part` of the record
    that a step is done for
    """

    source: Literal["fact", "derived", "output", "answer", "step", "milestone", "item"]
    name: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.name}.{self.part}" if self.part else self.name


@dataclass(frozen=True, kw_only=True)
class Test:
    ref: Ref
    kind: Kind
    cell: Cell


@dataclass(frozen=True, kw_only=True)
class All:
    """Holds where every test holds."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    of: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True)
class Not:
    of: "Condition"


Condition = All | AnyOf | Not

"""What is known about the customer: facts, and derived facts, which follow from others by a closed set of ways."""

from dataclasses import dataclass, field
from typing import Literal

from handrail.runbook.cells import Cell
from handrail.runbook.kinds import Kind
from handrail.runbook.model.conditions import Condition, Ref, Test
from handrail.runbook.problem import Place


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something known about the customer. `owed_by` is the role that must find it out; `when` limits who needs it."""

    name: str
    title: str
    kind: Kind
    owed_by: str | None = None
    when: Condition | None = None
    says: str = ""
    place: Place = field(compare=False)


# How a list, or several things, become one value.
Gathering = Literal["count", "sum", "min", "max", "any", "all", "none"]


@dataclass(frozen=True, kw_only=True)
class OfRecords:
    """Over the records of the list fact `of` that fulfil every test (each over a column, as a Ref of source item); of
    `column` where it is a sum, min or max. `all`: every record fulfils the tests."""

    gathering: Gathering
    of: str
    column: str = ""
    where: tuple[Test, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfFacts:
    """How many of the facts are so (`count`), or whether any, all or none of them are."""

    gathering: Gathering
    of: tuple[str, ...]
    cell: Cell


@dataclass(frozen=True, kw_only=True)
class OfCustomers:
    """Over the company's other customers that agree with this one in every fact of `like`, and fulfil `where`; with
    `live` only those whose date of that name has come. Counted by the desk, and recorded with the handoff."""

    gathering: Literal["count", "any", "none"]
    like: tuple[str, ...]
    where: tuple[Test, ...] = ()
    live: str = ""


@dataclass(frozen=True, kw_only=True)
class OfPhases:
    """Over the other phases of the same project. Counted by the desk, and recorded with the handoff."""

    gathering: Literal["count", "any", "none"]
    that_are: Literal["running", "over"]


@dataclass(frozen=True, kw_only=True)
class DifferenceOf:
    """The first less the second."""

    of: tuple[Ref, Ref]


@dataclass(frozen=True, kw_only=True)
class RatioOf:
    """The first divided by the second, to four decimals (half away from zero); missing where the second is 0."""

    of: tuple[Ref, Ref]


@dataclass(frozen=True, kw_only=True)
class DaysBetween:
    """From the first date to the second; less than 0 where the second comes first."""

    unit: Literal["working days", "calendar days"]
    of: tuple[Ref, Ref]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Whether the facts have one and the same value."""

    of: tuple[str, ...]


Derivation = OfRecords | OfFacts | OfCustomers | OfPhases | DifferenceOf | RatioOf | DaysBetween | Agreement


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A fact that follows from others; `kind` is that of what the derivation gives."""

    name: str
    title: str
    kind: Kind
    how: Derivation
    says: str = ""
    place: Place = field(compare=False)

    @property
    def is_counted(self) -> bool:
        """Whether it looks beyond the handoff, so that the desk must count it."""
        return isinstance(self.how, OfCustomers | OfPhases)

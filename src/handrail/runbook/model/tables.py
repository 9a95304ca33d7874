"""Decision tables as DMN knows them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from handrail.runbook.cells import Cell
from handrail.runbook.kinds import Kind, Number, Records, Scalar, Several
from handrail.runbook.model.conditions import Ref
from handrail.runbook.problem import Place

HitPolicy = Literal["unique", "first", "any", "priority", "rule order", "output order", "collect"]
Aggregator = Literal["sum", "min", "max", "count"]


@dataclass(frozen=True, kw_only=True)
class Input:
    """A column of a decision table: `name` as the author wrote it."""

    name: str
    title: str
    ref: Ref
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Output:
    name: str
    title: str
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row; `cells` stand in the order of the inputs, `outputs` in the order of the outputs. Rules count from 1."""

    number: int
    cells: tuple[Cell, ...]
    outputs: tuple[Scalar, ...]
    note: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Override:
    """Who may ask that another answer be taken, and which role decides on it."""

    asked_by: tuple[str, ...]
    approved_by: str


def gives_lists(policy: HitPolicy, aggregator: Aggregator | None) -> bool:
    return policy in {"rule order", "output order", "collect"} and aggregator is None


def kind_of_answer(policy: HitPolicy, aggregator: Aggregator | None, kind: Kind) -> Kind:
    """The kind of the answer, which is not that of the rules' own outputs where rules are listed or counted."""
    if aggregator == "count":
        return Number(at_least=Decimal(0), whole=True)
    if gives_lists(policy, aggregator) and not isinstance(kind, Records | Several):
        return Several(of=kind)
    return kind


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A DMN decision table.

    `hit_policy` says which of the rules that fit give the answer; `aggregator` makes one value of all that a `collect`
    collects; `otherwise` is the answer where no rule fits (DMN: default output entries), empty where there is none.
    """

    name: str
    title: str
    hit_policy: HitPolicy = "unique"
    aggregator: Aggregator | None = None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    otherwise: tuple[Scalar, ...] = ()
    override: Override | None = None
    says: str = ""
    place: Place = field(compare=False)

    @property
    def gives_lists(self) -> bool:
        """Whether the answer lists the outputs of every rule that fits."""
        return gives_lists(self.hit_policy, self.aggregator)

    def kind_of(self, output: Output) -> Kind:
        return kind_of_answer(self.hit_policy, self.aggregator, output.kind)

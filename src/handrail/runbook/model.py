"""What a runbook says, as values. Every name in it is resolved: a `Runbook` with loose ends cannot be built by reading.

One rule: nothing here knows a customer, a person or the time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from handrail.runbook.cells import Cell
from handrail.runbook.kinds import Choice, Kind, Number, Records, Scalar, Several
from handrail.runbook.problem import Place

HitPolicy = Literal["unique", "first", "any", "priority", "rule order", "output order", "collect"]
Aggregator = Literal["sum", "min", "max", "count"]
StepKind = Literal["task", "form", "approval", "acceptance"]
Letter = Literal["R", "A", "C", "I"]
Fill = Literal["by hand", "account owner"]

# The states of a step, as conditions may name them.
STEP_STATES = Choice(of=("waiting", "open", "done", "not needed"))


def step_states(outcomes: Iterable[str]) -> Several:
    """Of a step that can turn out in several ways: its state, and when it is done its outcome beside it."""
    return Several(of=Choice(of=(*STEP_STATES.of, *outcomes)))


@dataclass(frozen=True, kw_only=True)
class Ref:
    """What a condition or a table column speaks about.

    fact: `name` · output: decision `name`, its `part` · answer: form step `name`, its field `part` · step: `name`
    """

    source: Literal["fact", "output", "answer", "step"]
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


@dataclass(frozen=True, kw_only=True)
class Change:
    """One entry of the runbook's own change log."""

    version: str
    date: date
    says: str


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


@dataclass(frozen=True, kw_only=True)
class Role:
    """`team` is the key of the team whose people may fill it; `also` another name for the same seat."""

    name: str
    title: str
    team: str = ""
    also: str = ""
    fill: Fill = "by hand"
    when: Condition | None = None
    says: str = ""
    place: Place = field(compare=False)


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


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form. With `shows` it is a fact of the customer, asked and answered there.

    `required` fields must be given, or where they `may_not_apply` be marked so with a reason, before signing.
    """

    name: str
    title: str
    kind: Kind
    shows: str | None = None
    required: bool = True
    may_not_apply: bool = False
    owed_by: str | None = None
    says: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Section:
    title: str
    says: str = ""
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    name: str
    title: str
    says: str = ""
    sections: tuple[Section, ...]
    place: Place = field(compare=False)

    def field_named(self, name: str) -> Field | None:
        return next((one for section in self.sections for one in section.fields if one.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A day to count from: a date fact, the day a step was done, or the day the handoff started."""

    source: Literal["fact", "step", "start"]
    name: str = ""

    def __str__(self) -> str:
        return self.name or "start"


@dataclass(frozen=True, kw_only=True)
class Timing:
    """`5 working days before go_live`; `amount` may be a decision's output, such as `support.days`."""

    amount: int | Ref
    unit: Literal["working days", "calendar days"]
    side: Literal["before", "after"]
    anchor: Anchor
    text: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Something that must be, or may be, attached to a step before it is done."""

    name: str
    title: str
    kind: Literal["link", "upload", "link or upload"]
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One way in which a task can turn out. With `again_after` the task is to be done once more, so many days later and
    with fresh evidence; `reopens` are steps to be done again with it."""

    name: str
    again_after: int | None = None
    unit: Literal["working days", "calendar days"] = "calendar days"
    reopens: tuple[str, ...] = ()
    asks_reason: bool = False
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One piece of work.

    `when` says whether the customer needs it at all; `needs`, `opens_when` and `opens_on` say from when it can be done.
    `reopens` are the steps that a rejection (approval) or refusal (acceptance) opens again; `reasons` those that a
    receiver may give; `approvals` how many of those who do an approval must give it; `fills` the role whose holder a
    task names; `meant` why its letters are not as they should be, where that is how the company really works.
    """

    name: str
    title: str
    stage: str
    kind: StepKind
    raci: Mapping[str, frozenset[Letter]]
    when: Condition | None = None
    needs: tuple[str, ...] = ()
    opens_when: Condition | None = None
    opens_on: Timing | None = None
    due: Timing | None = None
    form: str | None = None
    fills: str | None = None
    evidence: tuple[Evidence, ...] = ()
    reopens: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    approvals: Literal["all"] | int = 1
    meant: str = ""
    says: str = ""
    place: Place = field(compare=False)

    @property
    def asked(self) -> tuple[str, ...]:
        """The roles that do the step, or where none does it, that answer for it."""
        return self.roles_with("R") or self.roles_with("A")

    @property
    def states(self) -> Kind:
        """What a condition on the step can ask for: its state, or how it turned out."""
        if not self.outcomes:
            return STEP_STATES
        return step_states(outcome.name for outcome in self.outcomes)

    def roles_with(self, letter: Letter) -> tuple[str, ...]:
        return tuple(role for role, letters in self.raci.items() if letter in letters)


@dataclass(frozen=True, kw_only=True)
class End:
    """A way in which the handoff is over."""

    name: str
    when: Condition
    says: str = ""
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Runbook:
    """`digest` is the SHA-256 of the text it was read from: the version that a handoff is pinned to."""

    name: str
    title: str
    version: str
    about: str
    says: str = ""
    digest: str
    history: tuple[Change, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    calendar: str = ""
    facts: Mapping[str, Fact]
    roles: Mapping[str, Role]
    decisions: Mapping[str, Decision]
    forms: Mapping[str, Form]
    stages: tuple[str, ...]
    steps: Mapping[str, Step]
    ends: tuple[End, ...]
    place: Place = field(compare=False, default=Place(file=""))

"""Tables of chance under every hit policy, read in the plainest way: case by case, rule by rule."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from hypothesis import strategies as st

from handrail.runbook.kinds import Choice, Kind, Number, Scalar
from handrail.runbook.model import Aggregator, Decision, HitPolicy, Output, Rule
from tests.core.random_tables import Case, RandomTable, asks_presence, fits, tables

POLICIES: tuple[tuple[HitPolicy, Aggregator | None], ...] = (
    ("unique", None),
    ("first", None),
    ("any", None),
    ("priority", None),
    ("rule order", None),
    ("output order", None),
    ("collect", None),
    ("collect", "sum"),
    ("collect", "min"),
    ("collect", "max"),
    ("collect", "count"),
)
CHOICES = Choice(of=("first", "second", "third"))


@dataclass(frozen=True)
class Plain:
    """A table with all its cases, and the rules that fit each."""

    table: RandomTable

    @property
    def decision(self) -> Decision:
        return self.table.decision

    @cached_property
    def cases(self) -> list[Case]:
        return self.table.cases()

    @cached_property
    def fitting(self) -> list[tuple[Rule, ...]]:
        return [tuple(rule for rule in self.decision.rules if fits(self.decision, rule, one)) for one in self.cases]

    @cached_property
    def reach(self) -> dict[int, frozenset[int]]:
        """The cases of each rule, by their place."""
        return {
            rule.number: frozenset(at for at, fitting in enumerate(self.fitting) if rule in fitting)
            for rule in self.decision.rules
        }

    def cells(self, rule: int, at: int) -> frozenset[int]:
        """The values of the column in which the cell holds, by their place on the grid; the missing one is the last."""
        column = self.decision.inputs[at]
        values = (*self.table.grids[at].values, *((None,) if asks_presence(self.decision, at) else ()))
        alone = replace(
            self.decision,
            inputs=(column,),
            rules=tuple(replace(other, cells=(other.cells[at],)) for other in self.decision.rules),
        )
        row = alone.rules[rule - 1]
        return frozenset(place for place, value in enumerate(values) if fits(alone, row, {column.name: value}))


@st.composite
def answering(draw: st.DrawFn, policies: tuple[tuple[HitPolicy, Aggregator | None], ...] = POLICIES) -> Plain:
    """A table of chance under any hit policy, its rules giving one of three answers."""
    table = draw(tables())
    policy, aggregator = draw(st.sampled_from(policies))
    kind: Kind = CHOICES if aggregator is None else Number()
    answers: st.SearchStrategy[Scalar] = (
        st.sampled_from(CHOICES.of) if aggregator is None else st.sampled_from([Decimal(1), Decimal(2)])
    )
    rules = tuple(
        replace(rule, outputs=(draw(answers),), note=draw(st.sampled_from(["", "", "As the source says."])))
        for rule in table.decision.rules
    )
    otherwise = (draw(answers),) if draw(st.booleans()) else ()
    decision = replace(
        table.decision,
        hit_policy=policy,
        aggregator=aggregator,
        outputs=(Output(name="says", title="Says", kind=kind),),
        rules=rules,
        otherwise=otherwise,
    )
    return Plain(replace(table, decision=decision))

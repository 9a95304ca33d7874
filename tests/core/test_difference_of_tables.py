"""Which cases two tables decide differently: what is told is so for every case, and no such case is left out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from handrail.runbook.cells import Cell, parse
from handrail.runbook.difference.behaviour import MOST_TOLD, Cases, behaviour_changes
from handrail.runbook.difference.change import Thing
from handrail.runbook.difference.rules import Aligned, rule_changes
from handrail.runbook.kinds import Choice, Kind, Number, Unfit, YesNo
from handrail.runbook.model import Aggregator, Decision, HitPolicy
from handrail.runbook.tables.deciding import Decided, Table
from tests.core.random_tables import Case, RandomTable, decision_of, fits, tables

THING = Thing(part="decisions", title="Table")
POLICIES: tuple[tuple[HitPolicy, Aggregator | None], ...] = (
    ("unique", None),
    ("first", None),
    ("any", None),
    ("rule order", None),
    ("collect", None),
    ("collect", "sum"),
    ("collect", "count"),
)


@st.composite
def versions(draw: st.DrawFn) -> tuple[RandomTable, RandomTable]:
    """Two tables of the same columns that have some rules in common, in any order, with any answers."""
    old = draw(tables(most_rules=5))
    rules = draw(st.permutations(old.decision.rules))
    kept = rules[: draw(st.integers(1, len(rules)))]
    if draw(st.booleans()):
        other = draw(tables(old.grids[:1], most_columns=1, most_rules=1)).decision.rules[0]
        kept[0] = replace(kept[0], cells=(*other.cells, *kept[0].cells[1:]))
    changed = [
        replace(rule, number=at, outputs=draw(st.sampled_from([rule.outputs, (Decimal(2),)])))
        for at, rule in enumerate(kept, start=1)
    ]
    policy, aggregator = draw(st.sampled_from(POLICIES))
    new_policy, new_aggregator = draw(st.sampled_from([(policy, aggregator), *POLICIES]))
    before = replace(old.decision, hit_policy=policy, aggregator=aggregator)
    after = replace(
        old.decision,
        hit_policy=new_policy,
        aggregator=new_aggregator,
        rules=tuple(changed),
        otherwise=draw(st.sampled_from([(), (), (Decimal(9),)])),
    )
    return RandomTable(before, old.grids), RandomTable(after, old.grids)


def said(decision: Decision, case: Case) -> object:
    """What the table says, as far as it counts: a collection has no order."""
    outcome = Table(decision).decide(case)
    if not isinstance(outcome, Decided):
        return None
    value = outcome.outputs["says"]
    return sorted(value, key=str) if isinstance(value, tuple) and decision.hit_policy == "collect" else value


def fitting(decision: Decision, case: Case) -> int:
    return sum(1 << rule.number - 1 for rule in decision.rules if fits(decision, rule, case))


@given(versions())
def test_regions_are_exactly_the_cases_that_are_decided_differently(pair: tuple[RandomTable, RandomTable]) -> None:
    old, new = pair
    cases = Cases(Aligned(old.decision, new.decision), new.decision.inputs)
    regions = [spans for spans, _, _ in cases.differing()]
    assert cases.is_complete
    for case in (*old.cases(), *new.cases()):
        places = [column.piece_of(case[column.input.name]) for column in cases.columns]
        found = sum(all(at in span for at, span in zip(places, spans, strict=True)) for spans in regions)
        rules = fitting(old.decision, case), fitting(new.decision, case)
        if said(old.decision, case) == said(new.decision, case):
            assert found == 0
        else:
            assert found == 1 or rules in cases.told_by_rules


@given(versions())
def test_every_rule_is_matched_once_and_only_its_place_may_be_told_where_it_moved(
    pair: tuple[RandomTable, RandomTable],
) -> None:
    old, new = (table.decision for table in pair)
    matched = Aligned(old, new).matched
    olds = sorted([*(one.old.rule.number for one in matched.pairs), *(one.rule.number for one in matched.gone)])
    news = sorted([*(one.new.rule.number for one in matched.pairs), *(one.rule.number for one in matched.come)])
    assert olds == [rule.number for rule in old.rules]
    assert news == [rule.number for rule in new.rules]
    turned = tuple(replace(rule, number=at) for at, rule in enumerate(reversed(old.rules), start=1))
    told = {change.sort for change in rule_changes(THING, Aligned(old, replace(old, rules=turned)))}
    assert told <= ({"moved"} if old.hit_policy in {"first", "rule order"} else set())


def table(kind: Kind, *rows: str) -> Decision:
    return decision_of([kind], [(cell(text, kind),) for text in rows])


def cell(text: str, kind: Kind) -> Cell:
    read = parse(text, kind)
    assert not isinstance(read, Unfit)
    return read


def told(old: Decision, new: Decision) -> list[str]:
    aligned = Aligned(old, new)
    return [change.says for change in (*rule_changes(THING, aligned), *behaviour_changes(THING, aligned))]


def test_many_regions_are_counted() -> None:
    old = table(Number(whole=True), *(str(2 * at) for at in range(60)))
    assert told(old, replace(old, rules=()))[-1] == f"Decides {60 - MOST_TOLD} further sorts of case differently."


def test_input_of_another_kind_cannot_be_compared() -> None:
    old, new = table(Number(), "< 1"), table(YesNo(), "yes")
    assert told(old, new)[-1] == "Cases cannot be compared: an input is of another kind now."


def test_choices_that_both_have_are_compared() -> None:
    old, new = table(Choice(of=("a", "b")), "a", "b"), table(Choice(of=("a", "b", "c")), "a", "b, c")
    assert told(old, new) == ["Rule 2: C0 is now b or c (was b).", "Decides every case as before."]


def test_bounds_that_both_have_are_compared() -> None:
    old = table(Number(at_least=Decimal(0), at_most=Decimal(10)), "< 5", ">= 5")
    new = table(Number(at_least=Decimal(2)), "< 5", "[5..8]")
    assert told(old, new) == [
        "Rule 2: C0 is now from 5 up to 8 (was from 5).",
        "Where C0 is above 8 up to 10, now undecided (was Says 2). For example C0 9.",
    ]

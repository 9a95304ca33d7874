"""Hit policies: each answer against a reading of DMN that goes rule by rule, with and without missing values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.runbook.cells import Cell, matches, parse
from handrail.runbook.kinds import Choice, Number, Scalar, Several, Unfit, YesNo, read, spoken, write
from handrail.runbook.model import Aggregator, Decision, HitPolicy, Input, Output, Ref, Rule
from handrail.runbook.problem import Place
from handrail.runbook.tables.deciding import Decided, Table, Undecided

NOWHERE = Place(file="table")
SIZE = Number(whole=True, at_least=Decimal(0), at_most=Decimal(4))
IMPORTANCE = Choice(of=("high", "middle", "low"))
COLUMNS = (
    Input(name="size", title="Size", ref=Ref(source="fact", name="size"), kind=SIZE),
    Input(name="new", title="New", ref=Ref(source="fact", name="new"), kind=YesNo()),
)
SIZES: tuple[Scalar, ...] = tuple(Decimal(size) for size in range(5))
CASES: tuple[dict[str, Scalar], ...] = tuple({"size": size, "new": new} for size, new in product(SIZES, (True, False)))


def cell(text: str, column: Input) -> Cell:
    parsed = parse(text, column.kind)
    assert not isinstance(parsed, Unfit), parsed
    return parsed


def rules_of(rows: list[tuple[str, str, Scalar]]) -> tuple[Rule, ...]:
    return tuple(
        Rule(number=number, cells=(cell(size, COLUMNS[0]), cell(new, COLUMNS[1])), outputs=(output,), place=NOWHERE)
        for number, (size, new, output) in enumerate(rows, start=1)
    )


def table(
    policy: HitPolicy,
    rows: list[tuple[str, str, Scalar]],
    aggregator: Aggregator | None = None,
    otherwise: tuple[Scalar, ...] = (),
) -> Decision:
    kind = Number() if aggregator else IMPORTANCE
    return Decision(
        name="d",
        title="D",
        hit_policy=policy,
        aggregator=aggregator,
        inputs=COLUMNS,
        outputs=(Output(name="o", title="O", kind=kind),),
        rules=rules_of(rows),
        otherwise=otherwise,
        place=NOWHERE,
    )


def answer(decision: Decision, case: Mapping[str, Scalar | None]) -> object:
    outcome = Table(decision).decide(case)
    return outcome.outputs["o"] if isinstance(outcome, Decided) else None


def by_the_book(decision: Decision, case: Mapping[str, Scalar]) -> object:
    """DMN read aloud: the outputs of the rules that fit, and what the policy makes of them. None is undecided."""
    fitting = [
        rule.outputs[0]
        for rule in decision.rules
        if all(matches(one, case[column.name]) for one, column in zip(rule.cells, COLUMNS, strict=True))
    ]
    lists = decision.hit_policy in {"rule order", "output order", "collect"} and decision.aggregator is None
    if not fitting and decision.otherwise:
        return decision.otherwise if lists else decision.otherwise[0]
    by_importance = fitting if decision.aggregator else sorted(fitting, key=lambda one: IMPORTANCE.of.index(str(one)))
    match decision.hit_policy:
        case "unique":
            return fitting[0] if len(fitting) == 1 else None
        case "first":
            return fitting[0] if fitting else None
        case "any":
            return fitting[0] if len(set(fitting)) == 1 else None
        case "priority":
            return by_importance[0] if fitting else None
        case "rule order":
            return tuple(fitting)
        case "output order":
            return tuple(by_importance)
        case _:
            return _collected(decision.aggregator, fitting)


def _collected(aggregator: Aggregator | None, fitting: list[Scalar]) -> object:
    if aggregator is None:
        return tuple(fitting)
    if aggregator == "count":
        return len(fitting)
    numbers = [value for value in fitting if isinstance(value, Decimal)]
    if not numbers:
        return None
    return sum(numbers) if aggregator == "sum" else min(numbers) if aggregator == "min" else max(numbers)


SIZE_CELLS = st.sampled_from(["-", "0", "1, 3", "< 2", ">= 3", "[1..3]", "(1..4)", "not(2)"])
NEW_CELLS = st.sampled_from(["-", "yes", "no"])
POLICIES = st.sampled_from(["unique", "first", "any", "priority", "rule order", "output order", "collect"])
AGGREGATORS = st.sampled_from(["sum", "min", "max", "count"])


def rows(outputs: st.SearchStrategy[Scalar]) -> st.SearchStrategy[list[tuple[str, str, Scalar]]]:
    return st.lists(st.tuples(SIZE_CELLS, NEW_CELLS, outputs), min_size=1, max_size=6)


TABLES = st.one_of(
    st.builds(
        lambda policy, some, otherwise: table(policy, some, otherwise=otherwise),
        POLICIES,
        rows(st.sampled_from(IMPORTANCE.of)),
        st.sampled_from([(), ("low",)]),
    ),
    st.builds(
        lambda some, aggregator: table("collect", some, aggregator),
        rows(st.integers(-3, 9).map(Decimal)),
        AGGREGATORS,
    ),
)


@given(TABLES)
def test_every_policy_answers_as_the_standard_reads(decision: Decision) -> None:
    assert [answer(decision, case) for case in CASES] == [by_the_book(decision, case) for case in CASES]


@given(TABLES, st.sampled_from(CASES), st.sampled_from([("size",), ("new",), ("size", "new")]))
def test_an_answer_without_a_value_is_the_answer_with_any_value(
    decision: Decision, case: dict[str, Scalar], without: tuple[str, ...]
) -> None:
    partly: dict[str, Scalar | None] = {**case, **dict.fromkeys(without)}
    outcome = Table(decision).decide(partly)
    completions = [other for other in CASES if all(other[name] == case[name] for name in case if name not in without)]
    if isinstance(outcome, Decided):
        assert {repr(answer(decision, other)) for other in completions} == {repr(outcome.outputs["o"])}
    elif not outcome.missing:
        assert {answer(decision, other) for other in completions} == {None}


def test_first_and_priority_are_decided_where_no_better_rule_can_come() -> None:
    first = table("first", [("< 2", "-", "low"), ("-", "yes", "high")])
    assert answer(first, {"size": Decimal(1), "new": None}) == "low"
    assert answer(first, {"size": None, "new": True}) is None
    priority = table("priority", [("< 2", "-", "high"), ("-", "yes", "low")])
    assert answer(priority, {"size": Decimal(1), "new": None}) == "high"


def test_a_list_without_rules_is_empty_and_a_count_is_nought() -> None:
    nothing: list[tuple[str, str, Scalar]] = [("4", "-", "low")]
    case: dict[str, Scalar | None] = {"size": Decimal(0), "new": True}
    assert answer(table("collect", nothing), case) == ()
    assert answer(table("collect", [("4", "-", Decimal(1))], "count"), case) == 0
    gap = Table(table("collect", [("4", "-", Decimal(1))], "sum")).decide(case)
    assert isinstance(gap, Undecided)
    assert gap.says == "No rule of the table covers this case: a person must decide, with a reason."


@given(st.lists(st.sampled_from(["a", "b, c", '"', "[x]", " spaced", "\\", "", "é"]).filter(str.strip)))
def test_several_values_survive_being_written(values: list[str]) -> None:
    kind = Several(of=Choice(of=tuple(dict.fromkeys(["z", *(value.strip() for value in values)]))))
    given_values = tuple(value.strip() for value in values)
    assert read(kind, write(kind, given_values)) == given_values


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Finance", "“Finance” is not a list. Write it like [one, two]."),
        ("[Finance, Nobody]", "“Nobody” is not one of Finance, Sales."),
        ('["Finance]', "A list is written like [one, two]."),
    ],
)
def test_several_values_that_are_none_are_told(text: str, says: str) -> None:
    assert read(Several(of=Choice(of=("Finance", "Sales"))), text) == Unfit(says)


def test_several_values_are_spoken_in_a_row() -> None:
    kind = Several(of=Choice(of=("Finance", "Sales")))
    assert (spoken(kind, ("Finance", "Sales")), spoken(kind, ())) == ("Finance, Sales", "none")


def test_a_condition_on_a_list_asks_for_one_of_its_values() -> None:
    kind = Several(of=Choice(of=("Finance", "Sales")))
    finance, no_finance = parse("Finance", kind), parse("not(Finance)", kind)
    assert not isinstance(finance, Unfit)
    assert not isinstance(no_finance, Unfit)
    lists: list[tuple[Scalar, ...]] = [("Sales", "Finance"), ("Sales",), ()]
    assert [matches(finance, one) for one in lists] == [True, False, False]
    assert [matches(no_finance, one) for one in lists] == [False, True, True]
    assert (matches(finance, None), matches(no_finance, None)) == (None, None)

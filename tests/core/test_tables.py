"""Decision tables: the answer to a case, and the gaps and overlaps, against the plainest possible reading."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from handrail.runbook.cells import Cell, parse
from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Number,
    PersonName,
    Text,
    Unfit,
    YesNo,
    read_scalar,
    step_of,
    write_scalar,
)
from handrail.runbook.model import Decision, Rule
from handrail.runbook.tables.analysis import MOST, gaps, overlaps
from handrail.runbook.tables.deciding import Boundary, Decided, Table, Undecided, decide
from tests.core.random_tables import (
    GRIDS,
    NOWHERE,
    WHOLE_GRIDS,
    Case,
    RandomTable,
    asks_presence,
    decision_of,
    fits,
    looks_at,
    tables,
)


def _cell(text: str, kind: Kind) -> Cell:
    cell = parse(text, kind)
    assert not isinstance(cell, Unfit), cell.says
    return cell


def _table(kind: Kind, *texts: str) -> Decision:
    return decision_of([kind], [(_cell(text, kind),) for text in texts])


def _read(decision: Decision, case: Case) -> tuple[int, ...] | tuple[tuple[str, ...], tuple[int, ...]]:
    """The rule that applies, or the inputs to find out and the rules in question."""
    fitting = {rule.number: fits(decision, rule, case) for rule in decision.rules}
    possible = tuple(number for number, fit in fitting.items() if fit is not False)
    certain = tuple(number for number in possible if fitting[number])
    if certain == possible and len(certain) == 1:
        return certain
    missing = tuple(
        column.name
        for at, column in enumerate(decision.inputs)
        if case.get(column.name) is None
        and not asks_presence(decision, at)
        and any(looks_at(decision.rules[number - 1], at) for number in possible)
    )
    return missing, possible


def _said(decided: Decided | Undecided) -> tuple[int, ...] | tuple[tuple[str, ...], tuple[int, ...]]:
    if isinstance(decided, Decided):
        assert decided.rule is not None
        assert decided.outputs == {"says": Decimal(decided.rule.number)}
        return (decided.rule.number,)
    return decided.missing, decided.rules


@given(tables(), st.data())
def test_table_decides_as_its_cells_read(table: RandomTable, data: st.DataObject) -> None:
    ready = Table(table.decision)
    for case in table.cases():
        assert _said(ready.decide(case)) == _read(table.decision, case), case
    case = data.draw(st.sampled_from(table.cases()))
    for forgotten in _with_missing(case):
        assert _said(ready.decide(forgotten)) == _read(table.decision, forgotten), forgotten


def _with_missing(case: Case) -> list[Case]:
    """The case with each choice of its values missing, as None and by not being there."""
    names = list(case)
    some = [chosen for size in range(1, len(names) + 1) for chosen in combinations(names, size)]
    absent = [{name: value for name, value in case.items() if name not in chosen} for chosen in some]
    return [*absent, *({**case, **dict.fromkeys(chosen)} for chosen in some)]


@given(tables(), st.data())
def test_answer_with_a_missing_value_stands_whatever_the_value(table: RandomTable, data: st.DataObject) -> None:
    """An answer never rests on a guess: where one is given, no value of what is missing could bring another rule."""
    ready = Table(table.decision)
    case = data.draw(st.sampled_from(table.cases()))
    name = data.draw(st.sampled_from(sorted(case)))
    at = [column.name for column in table.decision.inputs].index(name)
    assume(not asks_presence(table.decision, at))
    decided = ready.decide({**case, name: None})
    if isinstance(decided, Decided):
        for value in table.grids[at].values:
            assert ready.decide({**case, name: value}) == decided


@given(tables())
def test_gap_is_a_case_that_no_rule_fits(table: RandomTable) -> None:
    found = gaps(table.decision)
    for gap in found.found:
        _assert_case_of(table, gap.witness)
        assert [rule.number for rule in table.decision.rules if fits(table.decision, rule, gap.witness)] == []
    uncovered = [
        case for case in table.cases() if not any(fits(table.decision, rule, case) for rule in table.decision.rules)
    ]
    assert bool(found.found) == bool(uncovered), uncovered


@given(tables())
def test_overlaps_are_the_pairs_of_rules_that_meet(table: RandomTable) -> None:
    decision = table.decision
    found = overlaps(decision)
    for overlap in found.found:
        _assert_case_of(table, overlap.witness)
        assert all(fits(decision, decision.rules[number - 1], overlap.witness) for number in overlap.rules)
    meeting = {
        (one.number, other.number)
        for one, other in combinations(decision.rules, 2)
        if any(fits(decision, one, case) and fits(decision, other, case) for case in table.cases())
    }
    assert {overlap.rules for overlap in found.found} == meeting


def _assert_case_of(table: RandomTable, case: Case) -> None:
    """Each value is one that its column's kind can read; a missing one only where the table asks for it."""
    for at, column in enumerate(table.decision.inputs):
        value = case[column.name]
        if value is None:
            assert asks_presence(table.decision, at)
        else:
            assert read_scalar(column.kind, write_scalar(value)) == value


# Most tables of chance have a catch-all rule, and so no uncovered case.
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(tables(WHOLE_GRIDS), st.data())
def test_every_gap_is_found_one_by_one(table: RandomTable, data: st.DataObject) -> None:
    """With every uncovered case filled but one, exactly that one is left; with all filled, none is."""
    decision = table.decision
    assume(not any(asks_presence(decision, at) for at in range(len(decision.inputs))))
    uncovered = [case for case in table.cases() if not any(fits(decision, rule, case) for rule in decision.rules)]
    assume(uncovered)
    left = data.draw(st.sampled_from(uncovered))
    assert gaps(_filled(decision, uncovered)).found == ()
    assert [gap.witness for gap in gaps(_filled(decision, [case for case in uncovered if case != left])).found] == [
        left
    ]


def _filled(decision: Decision, cases: list[Case]) -> Decision:
    """The table with a rule of its own for each of the cases."""
    rows = [
        tuple(
            _exactly(write_scalar(value), column.kind)
            for column in decision.inputs
            if (value := case[column.name]) is not None
        )
        for case in cases
    ]
    rules = [Rule(number=0, cells=cells, outputs=(), place=NOWHERE) for cells in rows]
    return replace(decision, rules=(*decision.rules, *rules))


def _exactly(text: str, kind: Kind) -> Cell:
    return _cell(f'"{text}"' if "," in text else text, kind)


def test_gaps_beyond_the_most_are_said_to_be() -> None:
    words = tuple(f"w{number}" for number in range(MOST + 50))
    kind = Choice(of=words)
    found = gaps(decision_of([kind, kind], [(_cell(word, kind), _cell(word, kind)) for word in words]))
    assert (len(found.found), found.complete) == (MOST, False)


def test_overlaps_beyond_the_most_are_said_to_be() -> None:
    found = overlaps(_table(Number(), *["-"] * 20))
    assert (len(found.found), found.complete) == (MOST, False)


def test_as_many_overlaps_as_are_listed_are_all() -> None:
    # The first rule meets each of the others, and they do not meet each other.
    found = overlaps(_table(Number(), "-", *(str(number) for number in range(MOST))))
    assert (len(found.found), found.complete) == (MOST, True)


def test_text_of_the_witness_for_other_texts_may_itself_be_named() -> None:
    decision = _table(Text(), "any other text", "Iowa")
    (gap,) = gaps(decision).found
    assert [rule.number for rule in decision.rules if fits(decision, rule, gap.witness)] == []


def test_nothing_lies_beyond_the_first_and_the_last_day() -> None:
    assert gaps(_table(Date(), "[0001-01-01..9999-12-31]")).found == ()
    assert [gap.where for gap in gaps(_table(Date(), "> 0001-01-01")).found] == ["C0 1 January 1"]


def test_instants_lie_a_second_apart() -> None:
    first, last = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
    assert gaps(_table(Instant(), f"[{first}..{last}]")).found == ()
    assert gaps(_table(Instant(), "<= 2027-01-04T14:00:00Z", ">= 2027-01-04T09:00:01-05:00")).found == ()
    found = gaps(_table(Instant(), f"({first}..2027-01-04T14:00Z]", "> 2027-01-04T14:00:01Z")).found
    assert [gap.where for gap in found] == ["C0 1 January 1 at 00:00 UTC or 4 January 2027 at 14:00:01 UTC"]


def test_witness_of_a_day_that_no_rule_names_is_a_day() -> None:
    decision = decision_of([YesNo(), Date()], [(_cell("yes", YesNo()), _cell("-", Date()))])
    assert [gap.example for gap in gaps(decision).found] == ["C0: no, C1: 1 January 2000"]


def test_witness_of_an_instant_that_no_rule_names_is_an_instant() -> None:
    decision = decision_of([YesNo(), Instant()], [(_cell("yes", YesNo()), _cell("-", Instant()))])
    assert [gap.example for gap in gaps(decision).found] == ["C0: no, C1: 1 January 2000 at 00:00 UTC"]


def test_witness_of_a_person_whom_no_rule_names_is_anybody_else() -> None:
    (gap,) = gaps(_table(PersonName(), "paula@example.com, Tomas")).found
    assert gap.example == "C0: anybody else"


@pytest.mark.parametrize(
    ("texts", "value", "says"),
    [
        (["< 10", ">= 10"], "10", "C0 is exactly 10, where rule 2 begins and rule 1 ends: rule 2 was taken."),
        (["<= 10", "> 10"], "10", "C0 is exactly 10, where rule 1 ends and rule 2 begins: rule 1 was taken."),
        (["< 10", ">= 10"], "9.99", None),
        (["< 10", "[10..20)", ">= 20"], "20",
         "C0 is exactly 20, where rule 3 begins and rule 2 ends: rule 3 was taken."),
        (["not(10)", "10"], "10", "C0 is exactly 10, where rule 2 begins and rule 1 ends: rule 2 was taken."),
        ([">= 10"], "10", None),
    ],
)  # fmt: skip
def test_boundary_tells_which_side_was_taken(texts: list[str], value: str, says: str | None) -> None:
    table = Table(_table(Number(), *texts))
    values: Case = {"c0": Decimal(value)}
    decided = table.decide(values)
    assert isinstance(decided, Decided)
    other = int(says.split("rule ")[2].split()[0]) if says else 0
    expected = (Boundary(input="c0", value=Decimal(value), other_rule=other, says=says),) if says else ()
    assert table.boundaries(values, decided.rule) == expected


@given(tables())
def test_explanation_is_the_decision_with_its_boundaries(table: RandomTable) -> None:
    ready = Table(table.decision)
    for case in table.cases():
        decided = ready.decide(case)
        rule = decided.rule if isinstance(decided, Decided) else None
        assert ready.explain(case) == (decided, ready.boundaries(case, rule))


@given(tables(tuple(grid for grid in GRIDS if isinstance(grid.kind, Number) and step_of(grid.kind) is None)))
def test_boundary_lies_where_the_next_value_has_another_rule(table: RandomTable) -> None:
    ready = Table(table.decision)
    for case in table.cases():
        decided, boundaries = ready.explain(case)
        if isinstance(decided, Decided):
            found = {boundary.input: boundary.other_rule for boundary in boundaries}
            assert found == dict(_other_rules_beside(ready, case, _number(decided))), case


def _other_rules_beside(table: Table, case: Case, number: int) -> Iterator[tuple[str, int]]:
    """By the column: the rule just below the value, or just above it where that below is no other."""
    for name, value in case.items():
        if isinstance(value, Decimal):
            beside = (table.decide({**case, name: value + way}) for way in (-Decimal("0.001"), Decimal("0.001")))
            others = [_number(decided) for decided in beside if isinstance(decided, Decided)]
            yield from [(name, other) for other in others if other != number][:1]


def _number(decided: Decided) -> int:
    assert decided.rule is not None
    return decided.rule.number


NO_RULE = "No rule of the table covers this case: a person must decide, with a reason."
SEVERAL = "Rules 1, 2 and 3 all apply to this case: the table contradicts itself."


@pytest.mark.parametrize(
    ("texts", "value", "undecided"),
    [
        (["< 10", "> 10"], None, Undecided(missing=("c0",), rules=(1, 2), says="C0 is missing.")),
        (["< 10", "> 10"], "10", Undecided(missing=(), rules=(), says=NO_RULE)),
        (["< 10", "<= 10", "> 7"], "8", Undecided(missing=(), rules=(1, 2, 3), says=SEVERAL)),
    ],
)  # fmt: skip
def test_undecided_case_tells_why(texts: list[str], value: str | None, undecided: Undecided) -> None:
    case: Case = {"c0": None if value is None else Decimal(value)}
    assert decide(_table(Number(), *texts), case) == undecided

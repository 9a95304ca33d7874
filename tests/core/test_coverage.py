"""What a decision table covers as a picture: every field has the rules that fit there, and the answer they give."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.runbook.model import Decision
from handrail.runbook.reading import read
from handrail.runbook.tables.coverage import MOST_BANDS, Coverage, Picture, rectangles
from handrail.runbook.tables.hits import answer_of
from tests.core.plain_tables import Plain
from tests.core.random_tables import RandomTable, fits, tables
from tests.core.runbook_text import spoiled

RULES = """\
      - {when: ["-", "[0..3000)"], then: [desk, 0]}
      - {when: [tax, ">= 3000"], then: [transition, 30]}
      - {when: {vertical: utilities, mrr: ">= 3000"}, then: {days: 90, type: transition}}
"""


def decision(*rules: str, policy: str = "unique") -> Decision:
    text = "".join(f"      - {{when: {rule}}}\n" for rule in rules)
    changed = spoiled(
        (RULES, text),
        ("support.days calendar days after", "30 calendar days after"),
        ("    inputs: [vertical, mrr]", f"    hit_policy: {policy}\n    inputs: [vertical, mrr]"),
    )
    reading = read(changed, "small.yaml")
    assert reading.runbook is not None, reading.problems
    return reading.runbook.decisions["support"]


GAP_AND_OVERLAP = decision(
    '[tax, "[0..5000]"], then: [desk, 0]',
    '[tax, ">= 5000"], then: [transition, 30]',
    '[utilities, "< 3000"], then: [desk, 0]',
)


def told(picture: Picture) -> list[tuple[str, tuple[int, ...], str, str]]:
    return [(one.look, one.rules, one.where, one.example) for one in picture.regions]


def test_gap_and_overlap_are_fields_of_their_own_with_a_case_of_each() -> None:
    picture = Coverage(GAP_AND_OVERLAP).picture(0, 1, {})
    assert picture.across is not None
    assert picture.down is not None
    assert picture.across.bands == ("tax", "utilities")
    assert picture.down.bands == (
        "from 0 USD to below 3,000 USD",
        "from 3,000 USD to below 5,000 USD",
        "5,000 USD",
        "above 5,000 USD",
    )
    assert told(picture) == [
        ("rule", (1,), "Vertical tax, Mrr from 0 USD to below 5,000 USD", "Vertical: tax, Mrr: 0 USD"),
        ("rule", (3,), "Vertical utilities, Mrr from 0 USD to below 3,000 USD", "Vertical: utilities, Mrr: 0 USD"),
        ("gap", (), "Vertical utilities, Mrr from 3,000 USD", "Vertical: utilities, Mrr: 3,000 USD"),
        ("overlap", (1, 2), "Vertical tax, Mrr 5,000 USD", "Vertical: tax, Mrr: 5,000 USD"),
        ("rule", (2,), "Vertical tax, Mrr above 5,000 USD", "Vertical: tax, Mrr: 5,000.01 USD"),
    ]


def test_column_that_is_not_drawn_stands_at_one_band() -> None:
    coverage = Coverage(GAP_AND_OVERLAP)
    for band, looks in enumerate((["rule", "overlap", "rule"], ["rule", "gap"])):
        assert [one.look for one in coverage.picture(None, 1, {0: band}).regions] == looks


def test_boundary_tells_to_which_side_its_value_belongs() -> None:
    rules = ('["-", "[0..3000)"], then: [desk, 0]', '["-", ">= 3000"], then: [transition, 30]')
    coverage = Coverage(decision(*rules))
    assert coverage.varying == (1,)
    assert list(coverage.boundaries(1)) == [("3,000 USD", "from 3,000 USD")]
    assert list(coverage.boundaries(0)) == []


@pytest.mark.parametrize(
    ("policy", "look", "counts"),
    [("unique", "overlap", ()), ("first", "rule", (1,)), ("rule order", "several", (1, 2)), ("any", "overlap", ())],
)
def test_hit_policy_says_what_becomes_of_rules_that_meet(policy: str, look: str, counts: tuple[int, ...]) -> None:
    rules = ('[tax, "-"], then: [desk, 0]', '["-", "-"], then: [transition, 30]')
    (both, _) = Coverage(decision(*rules, policy=policy)).picture(0, None, {}).regions
    assert (both.look, both.rules, both.counts) == (look, (1, 2), counts)


def test_no_rule_is_no_gap_where_the_table_has_an_answer_all_the_same() -> None:
    (_, without) = Coverage(decision('[tax, "-"], then: [desk, 0]', policy="rule order")).picture(0, None, {}).regions
    assert (without.look, without.rules) == ("otherwise", ())


def test_more_bands_than_can_be_drawn_are_said_to_be_more() -> None:
    rules = [f'["-", "[{at * 10}..{at * 10 + 10})"], then: [desk, 0]' for at in range(60)]
    axis = Coverage(decision(*rules)).picture(None, 1, {}).down
    assert axis is not None
    assert (len(axis.bands), axis.of) == (MOST_BANDS, 61)


@given(fields=st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=1, max_size=5))
def test_rectangles_tile_the_fields_each_of_one_kind(fields: list[list[int]]) -> None:
    found = rectangles(fields)
    places = [(x, y) for wide, high in found for x in wide for y in high]
    assert sorted(places) == sorted((x, y) for y in range(len(fields)) for x in range(3))
    assert all(len({fields[y][x] for x in wide for y in high}) == 1 for wide, high in found)


@settings(max_examples=60)
@given(table=tables())
def test_field_has_the_rules_that_fit_a_case_of_it_and_no_case_is_without_a_field(table: RandomTable) -> None:
    plain, coverage, decision = Plain(table), Coverage(table.decision), table.decision
    across, down, *_ = (*coverage.varying, None, None)
    others = coverage.varying[2:]
    seen = set()
    for bands in product(*(range(len(coverage.bands(at))) for at in others)):
        for region in coverage.picture(across, down, dict(zip(others, bands, strict=True))).regions:
            fitting = tuple(rule for rule in decision.rules if fits(decision, rule, region.witness))
            answer = answer_of(decision, fitting)
            assert region.rules == tuple(rule.number for rule in fitting)
            assert region.counts == (tuple(rule.number for rule in answer.rules) if answer else ())
            seen.add(region.rules)
    assert seen >= {tuple(rule.number for rule in fitting) for fitting in plain.fitting}

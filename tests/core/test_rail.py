"""How steps hang together, as it is drawn: a rail beside their list, and layers from left to right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.handoff.flow import Needs, Rail, layers, needs_in, rail, reduced
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from tests.core.test_runbooks import FILES, shipped
from tests.spec.office import OFFICE

NEEDS = {"b": ("a",), "c": ("b", "a"), "d": ("a",), "e": ("c", "d")}


@st.composite
def flows(draw: st.DrawFn) -> tuple[list[str], Needs]:
    """Steps in some order, each of which may wait for those of lower numbers."""
    count = draw(st.integers(1, 12))
    names = [f"s{number}" for number in range(count)]
    needs = {name: tuple(draw(st.sets(st.sampled_from(names[:at]))) if at else ()) for at, name in enumerate(names)}
    return draw(st.permutations(names)), needs


def test_what_follows_from_other_needs_is_left_out() -> None:
    assert reduced(NEEDS) == {"b": ("a",), "c": ("b",), "d": ("a",), "e": ("c", "d")}


def test_layers_are_as_far_to_the_right_as_the_longest_way() -> None:
    assert layers("abcde", NEEDS) == (("a",), ("b", "d"), ("c",), ("e",))


def test_rail_leads_from_a_step_to_what_waits_for_it() -> None:
    """`a` has a lane to b and d; c waits beside it."""
    drawn = rail("abcd", {"b": ("a",), "d": ("a",)})
    assert told(drawn) == {
        "a": {("from:a", 0, "down"), ("from:a", 0, "out")},
        "b": {("from:a", 0, "up"), ("from:a", 0, "down"), ("from:a", 0, "in")},
        "c": {("from:a", 0, "up"), ("from:a", 0, "down")},
        "d": {("from:a", 0, "up"), ("from:a", 0, "in")},
    }


def test_many_that_one_step_waits_for_share_its_lane() -> None:
    drawn = rail("abcde", {"e": ("a", "b", "c", "d")})
    assert (drawn.lanes, {piece.hub for pieces in drawn.rows.values() for piece in pieces}) == (1, {"to:e"})


def test_rail_of_steps_that_wait_for_nothing_is_empty() -> None:
    assert (rail("ab", {}).lanes, rail((), {}).rows) == (0, {})


@given(flows())
def test_rail_draws_each_need_and_nothing_else(flow: tuple[list[str], Needs]) -> None:
    order, needs = flow
    drawn = rail(order, needs)
    assert drawn_needs(drawn, order) == {(of, to) for to, waits in needs.items() for of in waits}
    for pieces in drawn.rows.values():
        hubs = {piece.lane: piece.hub for piece in pieces}
        assert all(hubs[piece.lane] == piece.hub for piece in pieces), "two lanes at one place"


@given(flows())
def test_layers_put_each_step_after_what_it_waits_for(flow: tuple[list[str], Needs]) -> None:
    order, needs = flow
    place = {name: at for at, layer in enumerate(layers(order, needs)) for name in layer}
    assert sorted(place) == sorted(order)
    assert all(place[of] < place[to] for to, waits in needs.items() for of in waits)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_shipped_runbooks_are_drawn_with_a_narrow_rail(file: Path) -> None:
    plan = Plan(shipped(file.stem), OFFICE)
    drawn = rail(tuple(plan.runbook.steps), needs_in(plan, Handoff()))
    assert 0 < drawn.lanes <= 10


def told(drawn: Rail) -> dict[str, set[tuple[str, int, str]]]:
    return {name: {(one.hub, one.lane, one.part) for one in pieces} for name, pieces in drawn.rows.items()}


def drawn_needs(drawn: Rail, order: list[str]) -> set[tuple[str, str]]:
    """As somebody reads them who follows the lanes: from where one leaves a step to where it comes to another."""
    outs = [(piece.hub, name) for name in order for piece in drawn.rows[name] if piece.part == "out"]
    ins = [(piece.hub, name) for name in order for piece in drawn.rows[name] if piece.part == "in"]
    return {(of, to) for hub, of in outs for other, to in ins if hub == other}

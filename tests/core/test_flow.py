"""The layout of a runbook's flow: lanes, layers, what lies beside what, and that it is always the same."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from handrail.runbook.flow import MOST_ABREAST, Box, Flow, Lane, flow
from handrail.runbook.loading import load
from handrail.runbook.model import Runbook
from tests.core.runbook_text import spoiled

SHIPPED = sorted((Path(__file__).parents[2] / "runbooks").glob("*.yaml"))


def book(text: str) -> Runbook:
    loaded = load(text, "small.yaml")
    assert loaded.runbook is not None, loaded.problems
    return loaded.runbook


def laid_out(*changes: tuple[str, str]) -> Flow:
    return flow(book(spoiled(*changes)))


def layers(drawn: Flow) -> dict[str, int]:
    return {box.name: box.layer for box in drawn.boxes}


def ties(drawn: Flow) -> list[tuple[str, str, str]]:
    return sorted((link.of, link.to, link.tie) for link in drawn.links)


def test_stages_are_lanes_and_the_ends_come_last() -> None:
    drawn = laid_out()
    assert drawn.lanes == (
        Lane(title="prepare", first=0, last=0),
        Lane(title="go live", first=1, last=1),
        Lane(title="the end", first=2, last=2),
    )
    assert layers(drawn) == {"fill": 0, "accept": 1, "watch": 1, "end 1": 2}


def test_needs_and_conditions_are_told_apart() -> None:
    assert ties(laid_out()) == [("accept", "end 1", "asks"), ("fill", "accept", "needs")]


def test_step_lies_below_all_that_it_waits_for_in_its_stage() -> None:
    drawn = laid_out(
        ("    raci: {pm: RA}\n    when: {support", "    raci: {pm: RA}\n    needs: [accept]\n    when: {support"),
    )
    assert layers(drawn) == {"fill": 0, "accept": 1, "watch": 2, "end 1": 3}


def test_link_over_layers_bends_beside_what_lies_between() -> None:
    drawn = laid_out(("ends:\n", "milestones:\n  begun: {title: Begun, when: {fill: done}}\nends:\n"), NEEDS_BOTH)
    assert layers(drawn) == {"fill": 0, "accept": 2, "watch": 3, "begun": 1, "end 1": 4}
    (link,) = (one for one in drawn.links if (one.of, one.to) == ("fill", "accept"))
    ((layer, x),) = link.bends
    (begun,) = (box for box in drawn.boxes if box.name == "begun")
    assert layer == begun.layer == 1
    assert abs(x - begun.x) >= 0.5


def test_what_others_say_together_is_not_drawn() -> None:
    drawn = laid_out(NEEDS_BOTH)
    assert [one for one in ties(drawn) if one[1] == "watch"] == [("accept", "watch", "needs")]


def test_step_of_an_earlier_stage_that_waits_for_a_later_one_is_led_to_upwards() -> None:
    drawn = laid_out(("form: summary, raci: {pm: RA}", "form: summary, needs: [watch], raci: {pm: RA}"))
    (link,) = (one for one in drawn.links if one.to == "fill")
    assert (link.of, link.bends) == ("watch", ())
    assert layers(drawn)["watch"] > layers(drawn)["fill"]


def test_many_steps_at_once_lie_in_several_layers() -> None:
    steps = "".join(f"  one-{at}: {{stage: prepare, kind: task, raci: {{pm: RA}}}}\n" for at in range(9))
    drawn = laid_out(("  accept:\n", f"{steps}  accept:\n"))
    (prepare, *_) = drawn.lanes
    assert (prepare.first, prepare.last) == (0, 2)
    assert [sum(box.layer == layer for box in drawn.boxes) for layer in range(3)] == [MOST_ABREAST, MOST_ABREAST, 2]


def test_runbook_without_milestones_and_stage_without_steps_leave_no_empty_lane() -> None:
    drawn = laid_out(("stages: [prepare, go live]", "stages: [prepare, between, go live]"))
    assert [lane.title for lane in drawn.lanes] == ["prepare", "go live", "the end"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_runbook_is_laid_out_without_overlaps_and_always_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    drawn = flow(book(text))
    assert drawn == flow(book(text))
    assert {box.name for box in drawn.boxes if box.sort == "step"} == set(book(text).steps)
    for layer in range(drawn.layers):
        row = sorted((box for box in drawn.boxes if box.layer == layer), key=lambda box: box.x)
        assert all(right.x - left.x >= 0.999 for left, right in pairwise(row)), row
        assert all(0.499 <= box.x <= drawn.width - 0.499 for box in row)
    for link in drawn.links:
        one, other = box_of(drawn, link.of), box_of(drawn, link.to)
        assert one.layer < other.layer
        assert [layer for layer, _ in link.bends] == list(range(one.layer + 1, other.layer))


def box_of(drawn: Flow, name: str) -> Box:
    return next(box for box in drawn.boxes if box.name == name)


# The watch needs both, one of which the other needs.
NEEDS_BOTH = (
    "    raci: {pm: RA}\n    when: {support",
    "    raci: {pm: RA}\n    needs: [fill, accept]\n    when: {support",
)

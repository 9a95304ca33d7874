"""The proofs about a whole runbook, against every life that its handoffs can have."""

import os
from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings

from handrail.runbook.checks.stopping import stopped
from handrail.runbook.kinds import Unfit, read_scalar
from handrail.runbook.loading import load
from handrail.runbook.model import Ref
from handrail.runbook.ways.ground import Ground
from handrail.runbook.ways.outlook import Outlook
from handrail.runbook.ways.search import Work, an_end, can_be, in_state, never
from tests.core.random_ways import Ways, customers, lived, runbooks
from tests.core.runbook_text import SMALL
from tests.thorough import examples

# Enough for every commit; `HANDRAIL_TEST_WAYS` asks for more.
SOME = settings(
    max_examples=int(os.environ.get("HANDRAIL_TEST_WAYS") or examples(30)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def _stuck(ways: Ways) -> list[dict[str, str]]:
    """The customers who are said to be stuck."""
    ground = Ground(ways.runbook)
    found = [outlook.world for outlook in never(Outlook(ground, ground.given), an_end(ground), Work())]
    return [one for one in customers() if any(_is_of(ground, one, world) for world in found)]


def _is_of(ground: Ground, customer: Mapping[str, str], world: Mapping[Ref, int]) -> bool:
    for name, text in customer.items():
        ref = Ref(source="fact", name=name)
        value = read_scalar(ground.lines[ref].kind, text)
        assert not isinstance(value, Unfit)
        if not ground.lines[ref].piece_of(value) & world[ref]:
            return False
    return True


def _never(ways: Ways) -> set[str]:
    """The steps and ends that are said never to come."""
    ground = Ground(ways.runbook)
    free = frozenset(name for name, decision in ways.runbook.decisions.items() if decision.override)
    start = Outlook(ground, {**ground.given, **ground.answers_of(free)}, free=free, empty=True)
    goals = {step.name: in_state(step, "done") for step in ways.runbook.steps.values()}
    goals |= {end.name: end.when for end in ways.runbook.ends}
    return {name for name, condition in goals.items() if can_be(start, condition, Work()) is False}


def _come(ways: Ways, *, overrides: bool) -> dict[int, set[str]]:
    return {at: lived(ways, one, overrides=overrides) for at, one in enumerate(customers())}


@SOME
@given(runbooks(choices=True))
def test_who_is_said_to_be_stuck_never_comes_to_an_end(ways: Ways) -> None:
    ends = {end.name for end in ways.runbook.ends}
    assert [one for one in _stuck(ways) if lived(ways, one, overrides=False) & ends] == []


@SOME
@given(runbooks(choices=False))
def test_who_never_comes_to_an_end_is_said_to_be_stuck(ways: Ways) -> None:
    """Where steps have one outcome and ask only for facts and answers; then nothing is missed."""
    ends = {end.name for end in ways.runbook.ends}
    stuck = [one for one in customers() if not lived(ways, one, overrides=False) & ends]
    assert _stuck(ways) == stuck


@SOME
@given(runbooks(choices=True))
def test_what_is_said_never_to_come_comes_in_no_life(ways: Ways) -> None:
    come = {name for one in customers() for name in lived(ways, one, overrides=True)}
    assert _never(ways) & come == set()


def test_search_that_is_stopped_says_what_is_not_known() -> None:
    runbook = load(SMALL, "small.yaml").runbook
    assert runbook is not None
    assert str(stopped(runbook, Work(left=0, looked=1234), "whether some steps can never open")) == (
        "small.yaml:1:1: warning: The search was stopped after 1,234 sets of cases: it is not known whether some steps "
        "can never open. Nothing is wrong that is not told here; the rest is yours to look at. [not-looked-through]"
    )

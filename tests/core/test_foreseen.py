"""What would follow if a command were given: foreseen by comparing, and never recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from handrail.handoff import commands as c
from handrail.handoff.foreseen import Foreseen, foresee
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide, recorded
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Written
from handrail.runbook.loading import load
from tests.core.random_lives import LIVES, Life, lives
from tests.core.runbook_text import spoiled
from tests.core.test_runbooks import FILES, NOW, shipped
from tests.spec.office import OFFICE

PAULA, LENA = Person(1, "Paula"), Person(2, "Lena")
BY = Actor(person=PAULA, operations=True)

# A message that goes out by itself, an end and a milestone, beside what the small runbook has.
_MESSAGE = """\
messages:
  news: {to: [lead], subject: It moves, body: See there.}
milestones:
  known: {title: All is known, when: {go_live: given}}
stages: [prepare, go live]"""
_STEP = """\
  tell:
    stage: prepare
    kind: message
    message: news
    sent: automatically
    raci: {pm: RA}
    opens: {when: {mrr: ">= 3000"}}
  watch:"""
TELLING = (("stages: [prepare, go live]", _MESSAGE), ("  watch:", _STEP))


def small(*changes: tuple[str, str]) -> Plan:
    runbook = load(spoiled(*changes).encode(), "small.yaml").runbook
    assert runbook is not None
    return Plan(runbook, OFFICE)


def started(plan: Plan, **facts: str) -> Handoff:
    people = {role: PAULA if role == "pm" else LENA for role in plan.runbook.roles}
    start = c.Start(by=BY, customer_id=1, customer="Cedar Falls", facts=facts, people=people)
    outcome = decide(plan, Handoff(), start, NOW)
    assert not isinstance(outcome, Refused), outcome
    return fold(recorded(outcome, Handoff(), NOW, PAULA))


def given_facts(plan: Plan, handoff: Handoff, **values: Written | None) -> Foreseen:
    found = foresee(plan, handoff, c.GiveFacts(by=BY, values=values), NOW)
    assert not isinstance(found, Refused), found
    return found


def moves(found: Foreseen) -> list[tuple[str, str]]:
    return [(one.step.name, one.becomes) for one in found.steps]


def days(found: Foreseen) -> dict[str, tuple[date | None, date | None]]:
    return {one.step.name: (one.old, one.new) for one in found.days}


def test_decision_and_the_step_that_it_makes_needed_are_foreseen() -> None:
    plan = small()
    found = given_facts(plan, started(plan, vertical="tax", mrr="100", go_live="2027-02-01"), mrr="5000")
    (decision,) = found.decisions
    assert (dict(decision.old), dict(decision.new), decision.rules) == (
        {"type": "desk", "days": "0"},
        {"type": "transition", "days": "30"},
        (2,),
    )
    assert (moves(found), found.roles, found.is_quiet) == ([("watch", "needed")], ("pm",), False)


def test_step_that_is_not_needed_any_more_is_foreseen() -> None:
    plan = small()
    found = given_facts(plan, started(plan, vertical="tax", mrr="5000", go_live="2027-02-01"), mrr="100")
    assert moves(found) == [("watch", "not needed")]


def test_days_that_move_are_foreseen_with_both_days() -> None:
    plan = small()
    found = given_facts(plan, started(plan, go_live="2027-02-01"), go_live="2027-03-01")
    assert days(found) == {"fill": (date(2027, 1, 25), date(2027, 2, 22))}
    assert days(given_facts(plan, started(plan, go_live="2027-02-01"), go_live=None)) == {
        "fill": (date(2027, 1, 25), None)
    }


def test_messages_and_milestones_are_foreseen() -> None:
    plan = small(*TELLING)
    found = given_facts(plan, started(plan), mrr="5000", go_live="2027-02-01")
    assert [(one.step, one.to, one.subject) for one in found.sent] == [("tell", ("lead",), "It moves")]
    assert found.reached == ("known",)


def test_fact_from_which_nothing_follows_is_quiet() -> None:
    plan = small()
    found = given_facts(plan, started(plan, vertical="tax", mrr="100", go_live="2027-02-01"), mrr="200")
    assert (found.is_quiet, found.roles, found.after.facts["mrr"].value) == (True, (), "200")


def test_what_cannot_be_is_refused_in_the_words_of_the_command() -> None:
    plan = small()
    outcome = foresee(plan, started(plan), c.GiveFacts(by=BY, values={"mrr": "many"}), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.says.startswith("Mrr: “many” is not")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_fact_of_a_shipped_runbook_can_be_withdrawn_in_foresight(file: Path) -> None:
    """Whatever is known, taking it away is foreseen without recording anything; what stands is what stood."""
    plan = Plan(shipped(file.stem), OFFICE)
    handoff = started(plan)
    before = handoff.number
    for name in plan.runbook.facts:
        given_facts(plan, handoff, **{name: None})
    assert handoff.number == before


def test_moved_go_live_of_the_shipped_runbook_moves_what_is_counted_from_it() -> None:
    plan = Plan(shipped("transition-to-client-services"), OFFICE)
    handoff = started(plan, mrr="5000", vertical="utilities", go_live="2027-02-01", integrator="Northgate")
    found = given_facts(plan, handoff, go_live="2027-03-01", mrr="25000")
    assert [one.new["meetings"] for one in found.decisions] == ["4"]
    assert days(found)["complete-integration-summary"] == (date(2027, 1, 25), date(2027, 2, 22))
    assert "lead" in found.roles


@LIVES
@given(lives())
def test_what_is_foreseen_is_what_then_happens(life: Life) -> None:
    for moment in life.moments:
        found = foresee(life.plan, moment.before, moment.command, moment.now)
        if isinstance(found, Foreseen):
            assert {name: one.state for name, one in found.after.steps.items()} == {
                name: one.state for name, one in moment.after.steps.items()
            }

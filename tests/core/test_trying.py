"""Trying a runbook out: what it would do is what it does when it is begun."""

from __future__ import annotations

from datetime import UTC, datetime

from handrail.handoff.commands import Start
from handrail.handoff.events import Sent
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide, recorded
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.trying import Tried, tried
from handrail.runbook.kinds import Written
from handrail.runbook.reading import read
from tests.core.difference_text import EVERYTHING
from tests.core.runbook_text import SMALL, spoiled
from tests.spec.office import OFFICE

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
FACTS: dict[str, Written] = {"vertical": "tax", "mrr": "5000", "go_live": "2027-06-01"}

WITH_A_MESSAGE = spoiled(
    ("ends:\n", "messages:\n  hello: {to: [pm], subject: Hello, body: We begin.}\nends:\n"),
    (
        "  accept:\n",
        "  greet: {stage: prepare, kind: message, message: hello, sent: automatically, raci: {pm: RA}}\n  accept:\n",
    ),
)


def plan_of(text: str) -> Plan:
    reading = read(text, "small.yaml")
    assert reading.runbook is not None, reading.problems
    return Plan(reading.runbook, OFFICE)


def nothing(_: Handoff) -> dict[str, Written | None]:
    return {}


def test_trial_decides_and_opens_what_a_start_does() -> None:
    plan = plan_of(SMALL)
    olga = Actor(person=Person(1, "Olga"), operations=True)
    events = decide(plan, Handoff(), Start(by=olga, customer_id=1, customer="Cedar Falls", facts=FACTS), NOW)
    assert not isinstance(events, Refused)
    begun = fold(recorded(events, Handoff(), NOW, olga.person))
    outcome = tried(plan, FACTS, NOW, counted=nothing)
    assert isinstance(outcome, Tried)
    assert outcome.handoff.decisions == begun.decisions
    assert {name: one.state for name, one in outcome.handoff.steps.items()} == {
        name: one.state for name, one in begun.steps.items()
    }


def test_every_role_is_held_so_that_messages_go() -> None:
    outcome = tried(plan_of(WITH_A_MESSAGE), {}, NOW, counted=nothing)
    assert isinstance(outcome, Tried)
    assert outcome.sent == (Sent(step="greet", to=("pm",), subject="Hello", body="We begin."),)
    assert outcome.handoff.state_of("greet") == "done"


def test_missing_fact_leaves_undecided_what_needs_it() -> None:
    outcome = tried(plan_of(SMALL), {"vertical": "tax"}, NOW, counted=nothing)
    assert isinstance(outcome, Tried)
    assert (outcome.handoff.decisions["support"].says, outcome.handoff.decisions["support"].missing) == (
        "Mrr is missing.",
        ("mrr",),
    )


def test_every_unfit_fact_is_refused_at_once() -> None:
    outcome = tried(plan_of(SMALL), {"vertical": "rail", "mrr": "much"}, NOW, counted=nothing)
    assert isinstance(outcome, Refused)
    assert outcome.mistakes == (
        Mistake(field="vertical", says="Vertical: “rail” is not one of tax, utilities."),
        Mistake(field="mrr", says="Mrr: “much” is not a USD amount. Write it like 5000 or 5,000.00."),
    )


def test_what_is_counted_beyond_the_handoff_is_asked_for_and_used() -> None:
    asked: list[Handoff] = []

    def counted(handoff: Handoff) -> dict[str, Written | None]:
        asked.append(handoff)
        return {"alike": "3"}

    outcome = tried(plan_of(EVERYTHING), {}, NOW, customer_id=7, counted=counted)
    assert isinstance(outcome, Tried)
    assert ([one.customer_id for one in asked], outcome.handoff.counted) == ([7], {"alike": "3"})

"""What is heard from outside: who is told of it, and in which words."""

from datetime import UTC, datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.hearing import What
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide, recorded
from handrail.handoff.notices import notices
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.loading import load
from tests.spec.office import OFFICE

NINE = datetime(2027, 1, 4, 9, tzinfo=UTC)
CARLA, LENA = Person(1, "Carla"), Person(2, "Lena")
RUNBOOK = """
runbook: post
version: "1"
roles: {csm: {title: Customer Success Manager}, lead: {title: Team lead}}
messages: {hello: {title: Hello, to: [csm], subject: Hello, body: Hello!}}
stages: [talk]
steps:
  welcome: {stage: talk, title: Say hello, kind: message, message: hello, raci: {csm: RA}}
  accept: {stage: talk, kind: acceptance, needs: [welcome], raci: {lead: RA}}
ends: {over: {when: {accept: done}}}
"""


def _plan() -> Plan:
    runbook = load(RUNBOOK, "runbook.yaml").runbook
    assert runbook is not None
    return Plan(runbook, OFFICE)


def _told(people: dict[str, Person], what: What) -> list[tuple[str, str, str, str]]:
    """To whom, about what, the title and why."""
    plan = _plan()
    start = c.Start(by=Actor(person=LENA, operations=True), customer_id=1, customer="Cedar Falls", people=people)
    before, added = _after(plan, Handoff(), start)
    after, added = _after(plan, before, c.Hear(what=what))
    told = notices(plan, before, after, added, owing=(), owed_before=())
    return [(one.person.name, f"{one.about} {one.name}", one.title, one.why) for one in told]


def _after(plan: Plan, before: Handoff, command: c.Command) -> tuple[Handoff, tuple[e.Recorded, ...]]:
    outcome = decide(plan, before, command, NINE)
    assert not isinstance(outcome, Refused)
    added = recorded(outcome, before, NINE, c.giver(command))
    return fold(added, onto=before), added


BOTH = {"csm": CARLA, "lead": LENA}
ANA = "ana@cedar.example"


def test_reply_is_told_to_whoever_does_the_step() -> None:
    said = e.Replied(step="welcome", subject="Re: Hello", says="Yes,\nplease", mail="m", contact=ANA, name="Ana Lima")
    assert _told(BOTH, said) == [
        (
            "Carla",
            "step welcome",
            "Reply from Ana Lima: Re: Hello",
            "They wrote: Yes, please. You are the Customer Success Manager.",
        )
    ]


def test_reply_to_no_step_is_told_to_everybody_with_a_role() -> None:
    said = e.Replied(subject="", says="", mail="m", instead_of="bo@cedar.example", contact=ANA, name="Ana Lima")
    why = "ana@cedar.example writes in place of bo@cedar.example. They wrote nothing of their own."
    assert _told(BOTH, said) == [
        ("Carla", "handoff heard", "Reply from Ana Lima: no subject", f"{why} You are the Customer Success Manager."),
        ("Lena", "handoff heard", "Reply from Ana Lima: no subject", f"{why} You are the Team lead."),
    ]


def test_bounce_for_good_is_told_to_others_where_nobody_has_the_role() -> None:
    said = e.Bounced(step="welcome", says="5.1.1 No such user", mail="m", for_good=True, contact=ANA, name="Ana Lima")
    assert _told({"lead": LENA}, said) == [
        (
            "Lena",
            "step welcome",
            "Not delivered: Ana Lima",
            "Mail to ana@cedar.example came back: 5.1.1 No such user. You are the Team lead.",
        )
    ]


def test_automatic_answers_and_bounces_for_now_are_told_to_nobody() -> None:
    away = e.Replied(
        step="welcome", subject="Away", says="Away", mail="m", automatic=True, contact=ANA, name="Ana Lima"
    )
    full = e.Bounced(step="welcome", says="4.2.2 Mailbox full", mail="m", for_good=False, contact=ANA, name="Ana Lima")
    assert (_told(BOTH, away), _told(BOTH, full)) == ([], [])


def test_what_is_heard_is_never_refused() -> None:
    """Not of a step that the runbook has no more, nor once the handoff was cancelled."""
    plan, ask = _plan(), Actor(person=LENA, operations=True)
    handoff, _ = _after(plan, Handoff(), c.Start(by=ask, customer_id=1, customer="Cedar Falls", people=BOTH))
    handoff, _ = _after(plan, handoff, c.Cancel(by=ask, reason="They left."))
    said = e.Replied(step="gone", subject="Re: Hello", says="Yes.", mail="m", contact=ANA, name="Ana Lima")
    assert decide(plan, handoff, c.Hear(what=said), NINE) == (said,)

"""What stands in braces, and when a letter goes: the mistakes of authors, and the clocks of those who get it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handrail.handoff import commands as c
from handrail.handoff.addressees import goes_at
from handrail.handoff.filling import as_text
from handrail.handoff.history import Handoff, StepState
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.wordings import template_of
from handrail.runbook.loading import load
from tests.core.random_lives import BEGIN, live
from tests.spec.office import OFFICE

RUNBOOK = """\
runbook: letters
version: "1"
facts:
  go_live: {title: Go-live, kind: date}
  email: {title: E-mail, kind: text}
  users: {title: Users, kind: list, of: {name: text}}
roles:
  pm: {title: Project Manager}
contacts:
  main: {name: email, email: email}
decisions:
  two:
    inputs: [go_live]
    outputs: {a: {kind: number}, b: {kind: number}}
    rules: [{when: ["-"], then: [1, 2]}]
forms:
  asked: {sections: [{title: Asked, fields: {colour: {}}}]}
messages:
  hello:
    to: [main, pm]
    subject: "{customer}"
    body: |
      Dear {recipient.first_name},
      we {{all}} look forward to {go_live}.
stages: [prepare]
steps:
  fill: {stage: prepare, kind: form, form: asked, raci: {pm: RA}}
  send: {stage: prepare, kind: message, message: hello, sent: automatically, raci: {pm: RA}}
  accept: {stage: prepare, kind: acceptance, needs: [send], raci: {pm: RA}}
ends:
  over: {when: {accept: done}}
"""
PAULA = Actor(person=Person(1, "Paula"), operations=True)


def told(text: str) -> list[str]:
    found = [one for one in load(text, "r.yaml").problems if one.code not in {"unused", "accepts-own-work"}]
    return [f"{one.where.line}:{one.where.column} {one.severity}: {one.says} {one.mend}" for one in found]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{go_live}.",
            "{golive}.",
            "24:34 error: Nothing is called “golive” that could be filled in. Did you mean “go_live”?",
        ),
        ("{go_live}.", "{send}.", "24:34 error: “send” is a step: that is nothing to fill in."),
        ("{go_live}.", "{two}.", "24:34 error: “two” has several outputs. Name one of them: two.a, two.b."),
        ("{go_live}.", "{users.name}.", "24:34 error: “users.name” is a column of the list “users”, and no one"),
        ("{go_live}.", "{pm.phone}.", "24:34 error: The role “pm” has no part “phone” that could be filled in."),
        ("{go_live}.", "{main.name}.", "24:34 error: “main” are contacts; of whoever gets the letter there is"),
        ("{go_live}.", "{go_live.", "24:34 error: A brace stands alone here: “{go_live.”."),
        ("{go_live}.", "{}.", "24:34 error: Nothing stands in these braces."),
        ('"{customer}"', '"{costumer}"', "21:15 error: Nothing is called “costumer” that could be filled in."),
        ("[main, pm]", "[mian, pm]", "20:10 error: No role or group of contacts is called “mian”. Did you mean"),
        ("    subject:", "    bcc: crm\n    subject:", "21:10 error: “crm” is not an e-mail address."),
        ("    subject:", "    attach: [fill.form]\n    subject:", "21:14 error: No evidence of a step is"),
        ("    subject:", "    attach: []\n    subject:", "21:13 error: “attach” of the message “hello” lists nothing."),
        ("{go_live}.", "{fill.colour}.", "24:34 warning: “send” says “{fill.colour}”, and does not need “fill”"),
        (
            "    body:",
            "    in: {de: {subject: x, body: y}}\n    body:",
            "22:10 warning: “hello” in “de” does not say “{customer}” and “{go_live}”.",
        ),
        ("sent: automatically", "goes: {on: Monday}", "28:57 error: The step “send” is sent by a person, and so"),
        (
            "automatically,",
            "automatically, goes: {on: Mondy},",
            "28:89 error: “Mondy” is not a day of the week. Did you mean “Monday”?",
        ),
    ],
)  # fmt: skip
def test_mistake_in_a_message_is_told_where_it_stands(old: str, new: str, said: str) -> None:
    [problem] = told(RUNBOOK.replace(old, new, 1))
    assert problem.startswith(said)


def test_answer_that_comes_after_its_message_is_an_error() -> None:
    text = RUNBOOK.replace("{go_live}.", "{fill.colour}.").replace("form: asked,", "form: asked, needs: [send],")
    [problem] = told(text)
    assert problem.startswith("24:34 error: “send” says “{fill.colour}”, which is answered only after it was sent.")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "21:14 warning: “send” sends “fill.paper”, and does not need “fill”. Add “fill” to its “needs”"),
        (" needs: [send],", "21:14 error: “send” sends “fill.paper”, which is attached only after it was sent."),
        (
            " each: users,",
            "21:14 error: “fill.paper” is attached once for each record of a list: there is no",
        ),
    ],
)
def test_evidence_that_is_not_there_when_its_message_goes_is_told(keys: str, said: str) -> None:
    text = RUNBOOK.replace("    subject:", "    attach: [fill.paper]\n    subject:", 1)
    [problem] = told(text.replace("form: asked,", f"form: asked,{keys} evidence: {{paper: {{}}}},"))
    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("*a* _b_ c_d", "\\*a\\* \\_b\\_ c_d"),
        ("# no\n- no\n3. no", "\\# no\n\\- no\n3\\. no"),
        ("<b>&amp; R&D [x](y) `z`", "\\<b>\\&amp; R&D \\[x\\](y) \\`z\\`"),
    ],
)
def test_what_is_filled_in_means_itself(value: str, text: str) -> None:
    assert as_text(value) == text


def _open(goes: str) -> tuple[Plan, Handoff]:
    text = RUNBOOK.replace("sent: automatically,", f"sent: automatically, goes: {goes},")
    runbook = load(text, "r.yaml").runbook
    assert runbook is not None, told(text)
    plan = Plan(runbook, OFFICE)
    start = c.Start(by=PAULA, customer_id=1, customer="Cedar", people={"pm": PAULA.person})
    moment = live(plan, Handoff(), (), start, BEGIN)
    assert not isinstance(moment.outcome, Refused), moment.outcome
    return plan, moment.after


def _at(goes: str, opened: str, now: str, zone: str = "America/New_York") -> str:
    plan, handoff = _open(goes)
    since = datetime.fromisoformat(opened).replace(tzinfo=UTC)
    handoff.steps["send"] = StepState(state="open", since=since, number=2)
    calendar = replace(OFFICE, zone=zone)
    at = goes_at(plan, handoff, plan.runbook.steps["send"], calendar, datetime.fromisoformat(now).replace(tzinfo=UTC))
    return "never" if at is None else at.astimezone(UTC).strftime("%a %m-%d %H:%M")


@pytest.mark.parametrize(
    ("goes", "now", "zone", "at"),
    [
        ('{from: "09:00", to: "11:00"}', "2027-01-08 15:00", "America/New_York", "Fri 01-08 15:00"),
        ('{from: "09:00", to: "11:00"}', "2027-01-08 16:00", "America/New_York", "Mon 01-11 14:00"),
        ("{after: 2 working days}", "2027-01-08 15:00", "America/New_York", "Tue 01-12 14:00"),
        ("{after: 2 working days}", "2027-01-08 15:00", "Asia/Tokyo", "Tue 01-12 00:00"),
        ("{after: 3 hours}", "2027-01-08 15:00", "America/New_York", "Fri 01-08 18:00"),
        ("{on: [Saturday]}", "2027-01-08 15:00", "America/New_York", "Sat 01-09 14:00"),
        ("{on: Monday}", "2027-01-15 15:00", "America/New_York", "Mon 01-25 14:00"),
        ('{on: Sunday, from: "20:00"}', "2027-01-15 15:00", "Europe/Berlin", "Sun 01-17 19:00"),
        ('{on: Sunday, from: "02:00", to: "03:00"}', "2027-03-13 15:00", "America/New_York", "Sun 03-14 07:00"),
    ],
)
def test_letter_goes_by_the_clock_and_the_working_days_of_who_gets_it(goes: str, now: str, zone: str, at: str) -> None:
    assert _at(goes, "2027-01-08 15:00", now, zone) == at


def test_words_that_somebody_writes_may_have_any_brace() -> None:
    plan, _ = _open("{on: Monday}")
    template = template_of(plan, "a {{b}} {nothing} {two.a} {")
    assert [one if isinstance(one, str) else one.written for one in template.pieces] == [
        "a ", "{", "b", "}", " ", "{nothing}", " ", "two.a", " ", "{"
    ]  # fmt: skip

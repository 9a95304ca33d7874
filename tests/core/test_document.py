"""The handover document: what was signed is what stood there, and every line is given, not applicable or missing."""

import json
from datetime import timedelta

from hypothesis import given

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.document import Document, Line, Part, canonical_json, document, missing_lines, sha256
from handrail.handoff.events import Answer
from handrail.handoff.gaps import missing_fields
from handrail.handoff.history import Handoff, fold
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.sharing import is_unbroken
from handrail.runbook.loading import load
from tests.core.random_lives import BEGIN, LIVES, Life, live, lives
from tests.spec.office import OFFICE

RUNBOOK = """\
runbook: document
title: A document
version: "3"
facts:
  mrr: {title: MRR, kind: money, currency: USD, owed_by: pm}
roles:
  pm: {title: Project Manager}
  lead: {title: Lead}
decisions:
  care:
    inputs: [mrr]
    outputs: {days: {kind: number, whole: yes}}
    rules: [{when: ["< 5000"], then: [30]}, {when: [">= 5000"], then: [90], note: The upper row.}]
forms:
  card:
    sections:
      - title: Areas
        fields:
          mrr: {shows: mrr}
          bills: {kind: list, of: {name: text, video: link}}
          rejects: {may_not_apply: yes}
          notes: {kind: link, required: no}
stages: [prepare]
steps:
  fill: {stage: prepare, kind: form, form: card, raci: {pm: RA}, evidence: {photo: {kind: link, required: no}}}
  accept: {stage: prepare, kind: acceptance, needs: [fill], raci: {lead: RA}}
ends:
  over: {when: {accept: done}}
"""
PAULA, LENA = Actor(person=Person(1, "Paula")), Actor(person=Person(2, "Lena"))


def _plan() -> Plan:
    runbook = load(RUNBOOK, "runbook.yaml").runbook
    assert runbook is not None
    return Plan(runbook, OFFICE)


def _lived(*commands: c.Command) -> tuple[Plan, Handoff, tuple[e.Recorded, ...]]:
    plan, handoff, now = _plan(), Handoff(), BEGIN
    history: tuple[e.Recorded, ...] = ()
    for command in commands:
        moment = live(plan, handoff, history, command, now)
        assert not isinstance(moment.outcome, Refused), moment.outcome
        handoff, history, now = moment.after, (*history, *moment.added), now + timedelta(hours=1)
    return plan, handoff, history


START = c.Start(
    by=PAULA,
    customer_id=1,
    customer="Cedar Falls",
    facts={"mrr": "5000"},
    people={"pm": PAULA.person, "lead": LENA.person},
)
ANSWER = c.AnswerForm(
    by=PAULA,
    step="fill",
    answers={
        "bills": Answer(value=[{"name": "Water", "video": "https://example.com/w"}, {"name": "Gas"}]),
        "rejects": Answer(reason="None are kept."),
    },
)
PHOTO = c.AddEvidence(by=PAULA, step="fill", key="k", item="photo", title="The site", link="https://example.com/p")


def test_document_tells_every_line_in_words() -> None:
    plan, handoff, _ = _lived(START, ANSWER, PHOTO)
    assert document(plan, handoff) == Document(
        title="A document",
        customer="Cedar Falls",
        runbook="A document 3",
        parts=(
            Part(title="Customer", lines=(
                Line(label="MRR", state="given", value="5,000 USD", notes=("From the customer's record.",)),
            )),
            Part(title="Decisions", lines=(
                Line(label="Care", state="given", value="Days: 90", notes=(
                    "Rule 2.",
                    "The upper row.",
                    "MRR is exactly 5,000 USD, where rule 2 begins and rule 1 ends: rule 2 was taken.",
                )),
            )),
            Part(title="Card: Areas", lines=(
                Line(label="MRR", state="given", value="5,000 USD"),
                Line(label="Bills", state="given", heads=("Name", "Video"),
                     rows=(("Water", "https://example.com/w"), ("Gas", ""))),
                Line(label="Rejects", state="not applicable", reason="None are kept."),
                Line(label="Notes", state="missing", owed_by="Project Manager (Paula)", required=False),
            )),
            Part(title="Evidence", lines=(
                Line(label="Fill: Photo", state="given", value="The site", link="https://example.com/p",
                     notes=("Attached by Paula.",)),
            )),
            Part(title="People", lines=(
                Line(label="Project Manager", state="given", value="Paula"),
                Line(label="Lead", state="given", value="Lena"),
            )),
        ),
    )  # fmt: skip


def test_missing_lines_are_those_that_are_required() -> None:
    plan, handoff, _ = _lived(START)
    assert [line.label for line in missing_lines(document(plan, handoff))] == ["Bills", "Rejects"]


def test_signed_document_is_still_the_same_after_a_fact_changed() -> None:
    plan, _, history = _lived(
        START, ANSWER, c.Sign(by=PAULA, step="fill"), c.GiveFacts(by=PAULA, values={"mrr": "100"})
    )
    (at,) = [at for at, one in enumerate(history) if isinstance(one.event, e.Signed)]
    signed = history[at].event
    assert isinstance(signed, e.Signed)
    assert signed.sha256 == sha256(document(plan, fold(history[:at])))
    assert signed.sha256 != sha256(document(plan, fold(history)))


def test_digest_is_that_of_the_canonical_json() -> None:
    tree = Document(
        title="Ü", customer="C", runbook="R 1", parts=(Part(title="P", lines=(Line(label="L", state="missing"),)),)
    )
    assert canonical_json(tree) == (
        '{"customer":"C","parts":[{"lines":[{"heads":[],"label":"L","link":"","notes":[],"owed_by":"","reason":"",'
        '"required":true,"rows":[],"state":"missing","value":""}],"title":"P"}],"runbook":"R 1","title":"Ü"}'
    )
    # By `sha256sum` over that line.
    assert sha256(tree) == "24d281c34205e7e595d49fcaf470ba733737fa039bb5fc14547fbe3d5313a8cc"


@LIVES
@given(lives())
def test_what_was_signed_or_accepted_is_what_stood_there(life: Life) -> None:
    history = life.history
    for at, one in enumerate(history):
        if isinstance(one.event, e.Signed | e.Accepted):
            assert one.event.sha256 == sha256(document(life.plan, fold(history[:at])))


@LIVES
@given(lives())
def test_addenda_rest_on_what_was_frozen_or_added_before(life: Life) -> None:
    digests = {""}
    for one in life.history:
        if isinstance(one.event, e.AddendumAdded):
            assert one.event.after in digests - {""}
        digests.add(getattr(one.event, "sha256", ""))
    assert all(is_unbroken(one) for one in life.end.addenda)


@LIVES
@given(lives())
def test_every_line_says_what_its_state_needs(life: Life) -> None:
    """Given lines have a value or rows, not applicable ones a reason, missing ones neither; and nothing else has."""
    for moment in life.moments:
        if moment.after.started_at is not None:
            parts = document(life.plan, moment.after).parts
            for part, after in zip(parts, (*parts[1:], None), strict=True):
                assert part.lines or part.says or (after is not None and after.level > part.level)
                for line in part.lines:
                    told = (bool(line.value or line.rows), bool(line.reason))
                    assert told == {
                        "given": (True, False), "not applicable": (False, True), "missing": (False, False)
                    }[line.state], line  # fmt: skip


@LIVES
@given(lives())
def test_document_is_plain_words(life: Life) -> None:
    tree = document(life.plan, life.end)
    assert json.loads(canonical_json(tree))["customer"] == life.end.customer
    assert document(life.plan, life.end) == tree


@LIVES
@given(lives())
def test_signed_form_had_nothing_missing(life: Life) -> None:
    history = life.history
    for at, one in enumerate(history):
        if isinstance(one.event, e.Signed):
            assert missing_fields(life.plan, fold(history[:at]), one.event.step) == ()

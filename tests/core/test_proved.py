"""What is called proved of a runbook, and what is only called searched."""

from __future__ import annotations

import pytest

from handrail.runbook.checks import check
from handrail.runbook.checks.proved import Proof, proved
from handrail.runbook.reading import read

PLAIN = """\
runbook: small
version: "1"
facts: {size: {kind: number, at_least: 0}, kind: {kind: choice, of: [new, old]}}
roles: {pm: {}, lead: {}}
decisions:
  path:
    inputs: [size]
    outputs: {path: {kind: choice, of: [short, long]}}
    rules:
      - {when: ["< 5"], then: [short]}
      - {when: [">= 5"], then: [long]}
stages: [all]
steps:
  work: {stage: all, kind: task, when: {path: long, kind: new}, raci: {pm: RA}}
  accept: {stage: all, kind: acceptance, needs: [work], may_refuse: [early], raci: {lead: RA}}
ends:
  over: {when: {accept: done}}
"""
ANSWERS = Proof(says="The decision has an answer for every combination of the values that it asks for.")
NEVER_STUCK = Proof(says="No combination of facts leaves a handoff stuck: if everybody does their part, it ends.")


def proofs_of(*changes: tuple[str, str]) -> tuple[Proof, ...]:
    text = PLAIN
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    runbook = read(text, "small.yaml").runbook
    assert runbook is not None
    return proved(runbook, check(runbook))


def test_runbook_of_facts_and_plain_steps_is_proved() -> None:
    assert proofs_of() == (ANSWERS, NEVER_STUCK)


def test_gap_leaves_the_answers_unproved_and_the_end_too() -> None:
    assert proofs_of(('[">= 5"]', '["> 5"]')) == ()


def test_handoff_that_can_be_stuck_is_not_called_proved() -> None:
    assert proofs_of(("{accept: done}", "{accept: done, path: long}")) == (ANSWERS,)


@pytest.mark.parametrize(
    ("before", "after", "but"),
    [
        (
            "kind: {kind: choice, of: [new, old]}",
            "kind: {kind: choice, of: [new, old], when: {size: given}}",
            "A fact that is asked for only sometimes may be anything where it is not asked for.",
        ),
        (
            "{accept: done}",
            "{accept: done, work: not(open)}",
            "What people can choose is looked at choice by choice, and not what goes together.",
        ),
        (
            "ends:\n",
            "  rest: {stage: all, kind: wait, until: {when: {size: given}}, raci: {pm: RA}}\nends:\n",
            "Facts that are waited for are taken to come.",
        ),
        (
            "ends:\n",
            "  talk: {stage: all, kind: meeting, quota: {until: {size: given}}, raci: {pm: RA}}\nends:\n",
            "Facts that are waited for are taken to come.",
        ),
    ],
)
def test_search_that_could_miss_something_says_what(before: str, after: str, but: str) -> None:
    says = "No combination of facts was found that leaves a handoff stuck."
    assert proofs_of((before, after)) == (ANSWERS, Proof(says=says, is_complete=False, but=but))

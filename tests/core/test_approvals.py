"""Approvals that were kept before they said for which roles they were, and what becomes of them under other names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.approvals import covered, still_asked, waiting
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.loading import load
from tests.spec.office import OFFICE

RUNBOOK = """\
runbook: approvals
version: "1"
roles:
  finance: {title: Finance}
  success: {title: Success}
stages: [all]
steps:
  look: {stage: all, kind: approval, approvals: all, raci: {finance: R, success: RA}}
  accept: {stage: all, kind: acceptance, needs: [look], raci: {success: RA}}
ends:
  over: {when: {accept: done}}
"""
NOW = datetime(2027, 1, 4, 14, tzinfo=UTC)
FAY, CARLA, GUS = Person(1, "Fay"), Person(2, "Carla"), Person(3, "Gus")


def plan() -> Plan:
    runbook = load(RUNBOOK, "runbook.yaml").runbook
    assert runbook is not None
    return Plan(runbook, OFFICE)


def begun(*later: tuple[e.Event, Person | None]) -> Handoff:
    started = e.Started(
        runbook="approvals",
        version="1",
        digest="",
        customer_id=1,
        customer="A",
        people={"finance": FAY, "success": CARLA},
    )
    happened: list[tuple[e.Event, Person | None]] = [(started, CARLA), (e.Moved(opened=("look",)), None), *later]
    return fold(e.Recorded(number=at, at=NOW, by=by, event=event) for at, (event, by) in enumerate(happened, start=1))


def test_approval_without_roles_was_for_all_that_the_person_held() -> None:
    """And it stays so when somebody else holds the role."""
    handoff = begun(
        (e.Approved(step="look", is_complete=False), FAY),
        (e.RoleFilled(role="finance", person=GUS), CARLA),
    )
    known = plan()
    assert covered(handoff, known.runbook.steps["look"]) == {"finance"}
    assert still_asked(known, handoff, known.runbook.steps["look"]) == "Carla (Success) is still asked"


def test_state_that_was_kept_with_people_alone_counts_for_what_they_hold() -> None:
    handoff = begun((e.Approved(step="look", is_complete=False), FAY))
    handoff.steps["look"] = replace(handoff.steps["look"], approved_as=(), approved_for=())
    known = plan()
    assert waiting(known, handoff, known.runbook.steps["look"]) == ("success",)
    outcome = decide(known, handoff, c.Approve(by=Actor(person=CARLA), step="look"), NOW + timedelta(hours=1))
    assert not isinstance(outcome, Refused)
    assert outcome[0] == e.Approved(step="look", roles=("success",))


def test_approval_counts_for_a_role_that_is_called_otherwise_by_now() -> None:
    changed = e.VersionChanged(version="2", digest="2", names={"roles": {"finance": "billing"}}, reason="Clearer.")
    handoff = begun((e.Approved(step="look", is_complete=False, roles=("finance",)), FAY), (changed, CARLA))
    assert handoff.steps["look"].approved_as == ("billing",)

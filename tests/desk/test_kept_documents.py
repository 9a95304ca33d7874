"""The handover document is kept as it read when it was accepted, however that came about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handrail.desk import ledger, models, runbooks
from handrail.desk.people import person_of
from handrail.desk.rebuild import rebuild
from handrail.handoff import commands as c
from tests.desk.company import NOW, Company, done

pytestmark = pytest.mark.django_db

ACCEPTED = """\
runbook: accepted
version: "1"
roles: {pm: {}, csm: {}, lead: {}}
stages: [all]
steps:
  collect: {stage: all, kind: task, raci: {pm: RA}}
  accept:
    stage: all
    kind: acceptance
    needs: [collect]
    raci: {csm: RA}
    silence: accepts after 2 working days
    on_refuse: {reopen: [collect]}
    disagreement: {by: [pm], ladder: [lead]}
ends:
  over: {when: {accept: done}}
"""


@pytest.fixture
def company() -> Company:
    return Company()


def ready_to_accept(company: Company) -> int:
    version = runbooks.publish(ACCEPTED, "accepted.yaml")
    assert isinstance(version, models.RunbookVersion)
    people = {"pm": "paula", "csm": "carla", "lead": "lena"}
    start = c.Start(
        by=company.actor("olga"),
        customer_id=company.customer("Cedar Falls").pk,
        customer="Cedar Falls",
        people={role: person_of(company.people[who]) for role, who in people.items()},
    )
    handoff_id = done(ledger.start(version, start, now=NOW)).handoff_id
    done(ledger.record(handoff_id, c.Finish(by=company.actor("paula"), step="collect"), now=NOW))
    return handoff_id


def kept(handoff_id: int) -> list[tuple[str, str]]:
    assert rebuild().broken == []
    return [(row.act, row.by_name) for row in models.SignedDocument.objects.filter(handoff=handoff_id)]


def test_document_accepted_by_a_person_is_kept(company: Company) -> None:
    handoff_id = ready_to_accept(company)
    done(ledger.record(handoff_id, c.Accept(by=company.actor("carla"), step="accept"), now=NOW))
    assert kept(handoff_id) == [("accepted", "Carla Santos")]


def test_document_accepted_by_silence_is_kept(company: Company) -> None:
    handoff_id = ready_to_accept(company)
    done(ledger.record(handoff_id, c.Wake(), now=NOW + timedelta(days=7)))
    assert kept(handoff_id) == [("accepted", "silence")]


def test_document_accepted_by_overruling_is_kept(company: Company) -> None:
    handoff_id = ready_to_accept(company)
    for command in (
        c.Refuse(by=company.actor("carla"), step="accept", reason="It is not all there."),
        c.Disagree(by=company.actor("paula"), step="accept", reason="It is."),
        c.Settle(by=company.actor("lena"), step="accept", upholds=False, note="It is enough."),
    ):
        done(ledger.record(handoff_id, command, now=NOW))
    assert kept(handoff_id) == [("accepted", "Lena Fischer")]

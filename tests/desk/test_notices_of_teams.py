"""What is a team's, in the database and by e-mail: told to all of it, and over for all as soon as one of them acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import override_settings

from handrail.desk import jobs, ledger, models, notice_mail
from handrail.handoff import commands as c
from tests.desk.company import NOW, Company, done
from tests.desk.postman import Postman, receiving
from tests.desk.test_following import published
from tests.desk.test_notices import Mail, subject, told, wants

pytestmark = pytest.mark.django_db(transaction=True)

RUNBOOK = """\
runbook: duty
version: "1"
roles:
  pm: {title: Project Manager}
  finance: {title: Finance desk, team: money, fill: anybody of the team}
  csm: {title: Success Manager, team: money, fill: chosen by the team lead}
stages: [all]
steps:
  draft: {stage: all, kind: task, raci: {pm: RA}}
  bill: {stage: all, kind: task, due: 1 working day after opened, raci: {finance: RA}}
  check: {stage: all, kind: approval, needs: [draft], raci: {finance: RA}}
  accept: {stage: all, kind: acceptance, needs: [bill, check], raci: {csm: RA}}
ends:
  over: {when: {accept: done}}
"""


@pytest.fixture
def postman() -> Iterator[Postman]:
    with receiving() as postman, override_settings(ADDRESS="https://handrail.example.net"):
        yield postman


@pytest.fixture
def company() -> Company:
    """Ivan, Lena and Dev are in the team that Carla leads; Lena has her mail as a digest."""
    company = Company()
    team = models.Team.objects.create(key="money", name="Money", lead=company.people["carla"])
    for name in ("ivan", "lena", "dev"):
        company.people[name].team = team
        company.people[name].save()
    wants(company, "paula", "off")
    wants(company, "dev", "off")
    wants(company, "lena", "daily")
    return company


def begin(company: Company, customer: str = "Cedar Falls Water") -> int:
    start = company.command_to_start(company.customer(customer), {})
    start = replace(start, people={"pm": start.people["pm"]})
    return done(ledger.start(published(RUNBOOK), start, now=NOW)).handoff_id


def do(handoff_id: int, command: c.Command) -> None:
    done(ledger.record(handoff_id, command, now=NOW))


def test_one_of_the_team_acts_and_it_is_over_for_the_others(company: Company, postman: Postman) -> None:
    handoff_id = begin(company)
    assert told(company, "ivan") == told(company, "lena") == [("work", "Bill", Mail.QUEUED, False)]
    assert told(company, "carla") == [("work", "Nobody is Success Manager: name somebody", Mail.QUEUED, False)]
    assert notice_mail.mail_due(NOW) == 2
    assert {(address.partition("@")[0], subject(mail)) for address, mail in postman.taken} == {
        ("ivan.petrov", "Cedar Falls Water: Bill"),
        ("carla.santos", "Cedar Falls Water: Nobody is Success Manager: name somebody"),
    }
    do(handoff_id, c.Finish(by=company.actor("paula"), step="draft"))
    do(handoff_id, c.Finish(by=company.actor("ivan"), step="bill"))
    approval = ("approval", "Check", Mail.QUEUED, False)
    assert told(company, "ivan") == [("work", "Bill", Mail.SENT, True), approval]
    assert told(company, "lena") == [("work", "Bill", Mail.DROPPED, True), approval]
    ivan = company.actor("ivan")
    do(handoff_id, c.FillRole(by=ivan, role="finance", person=ivan.person))
    assert (told(company, "ivan")[1:], told(company, "lena")[1:]) == (
        [approval],
        [("approval", "Check", Mail.DROPPED, True)],
    )


def test_vacancy_is_over_for_the_lead_when_it_is_filled_or_all_is(company: Company) -> None:
    vacancy = ("work", "Nobody is Success Manager: name somebody")
    filled, held, cancelled = (begin(company, name) for name in ("Ash Creek", "Elm Grove", "Oak Hill"))
    do(filled, c.FillRole(by=company.actor("carla"), role="csm", person=company.actor("carla").person))
    do(held, c.Hold(by=company.actor("paula"), reason="No budget"))
    lena = company.actor("lena").person
    do(held, c.FillRole(by=company.actor("olga"), role="csm", person=lena))
    do(cancelled, c.Hold(by=company.actor("paula"), reason="No budget"))
    assert [one[3] for one in told(company, "carla")] == [True, True, False]
    do(cancelled, c.Resume(by=company.actor("paula")))
    assert told(company, "carla")[2] == (*vacancy, Mail.QUEUED, False)
    do(cancelled, c.Hold(by=company.actor("paula"), reason="No budget"))
    do(cancelled, c.Cancel(by=company.actor("olga"), reason="No deal"))
    assert told(company, "carla") == [(*vacancy, Mail.DROPPED, True)] * 3


def test_who_is_late_is_the_team_and_its_lead_and_a_delegate_in_it_is_told_once(company: Company) -> None:
    for away, delegate in (("lena", "ivan"), ("dev", "paula")):
        models.Absence.objects.create(
            person=company.people[away],
            first_day=date(2026, 11, 30),
            last_day=date(2026, 12, 9),
            delegate=company.people[delegate],
            made_at=NOW,
        )
    handoff_id = begin(company)
    assert told(company, "ivan") == [("work", "Bill", Mail.QUEUED, False)]
    late = NOW + timedelta(days=3)
    jobs.run_due(late)
    assert [one[1] for one in told(company, "paula")] == ["Draft", "Bill", "Late: Bill"]
    assert told(company, "carla")[1:] == [("breach", "Late: Bill", Mail.QUEUED, False)]
    done(ledger.record(handoff_id, c.Finish(by=company.actor("lena"), step="bill"), now=late))
    for name in ("ivan", "dev", "carla", "paula"):
        assert {over for _, title, _, over in told(company, name) if "Bill" in title} == {True}

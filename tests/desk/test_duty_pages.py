"""Who may, on the pages: standing in for somebody who is away, the work of a team, and what a lead is to fill."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from handrail.desk import ledger, models
from handrail.desk.people import person_of
from handrail.desk.queries.document import signed_document
from handrail.desk.queries.opened import open_handoff
from handrail.handoff import commands as c
from handrail.handoff.events import Answer, Signed
from tests.desk.company import Company, browser_of, done
from tests.desk.test_following import published

pytestmark = pytest.mark.django_db

RUNBOOK = """\
runbook: duty
version: "1"
roles:
  pm: {title: Project Manager}
  finance: {title: Finance desk, team: money, fill: anybody of the team}
  csm: {title: Success Manager, team: money, fill: chosen by the team lead}
stages: [all]
forms:
  summary: {sections: [{title: All, fields: {plan: {kind: text}}}]}
steps:
  draft: {stage: all, kind: task, raci: {pm: RA}}
  fill: {stage: all, kind: form, form: summary, raci: {pm: RA}}
  bill: {stage: all, kind: task, raci: {finance: RA}}
  check: {stage: all, kind: approval, needs: [draft], apart_from: [draft], raci: {pm: R, finance: RA}}
  accept: {stage: all, kind: acceptance, needs: [bill, check, fill], raci: {csm: RA}}
ends:
  over: {when: {accept: done}}
"""


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def handoff_id(company: Company) -> int:
    """Ivan and Lena are in the team that Carla leads; Paula is away, and Ivan stands in for her."""
    team = models.Team.objects.create(key="money", name="Money", lead=company.people["carla"])
    for name in ("ivan", "lena"):
        company.people[name].team = team
        company.people[name].save()
    today = timezone.now().date()
    models.Absence.objects.create(
        person=company.people["paula"],
        delegate=company.people["ivan"],
        first_day=today - timedelta(days=2),
        last_day=today + timedelta(days=2),
    )
    customer = company.customer("Cedar Falls Water")
    people = {"pm": person_of(company.people["paula"])}
    start = c.Start(by=company.actor("olga"), customer_id=customer.pk, customer=customer.name, people=people)
    return done(ledger.start(published(RUNBOOK), start, now=timezone.now())).handoff_id


def text_of(answer: object) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def test_lists_say_of_which_team_anybody_may_do_what_is_next(company: Company, handoff_id: int) -> None:
    now, paula, lena = timezone.now(), company.actor("paula"), company.actor("lena")
    client = browser_of(company, "tom")
    client.post(reverse("watch", args=[handoff_id]))
    customer = models.Handoff.objects.get(pk=handoff_id).customer_id
    pages = ["/", "/handoffs/", "/handoffs/?look=board", f"/customers/{customer}/", "/handoffs.csv"]

    def saying(words: str) -> list[str]:
        """Which pages do; of the customer's, only below what is open."""
        read = {page: b"".join(client.get(page)).decode() for page in pages}
        read[pages[3]] = read[pages[3]].partition('id="handoffs"')[2]
        return [page for page in pages if words in read[page]]

    def do(*commands: c.Command) -> None:
        for command in commands:
            done(ledger.record(handoff_id, command, now=now))

    assert saying("Anybody of Money") == []
    do(c.Finish(by=paula, step="draft"), c.AnswerForm(by=paula, step="fill", answers={"plan": Answer(value="As sold")}))
    do(c.Sign(by=paula, step="fill"))
    assert saying("Anybody of Money") == pages
    team = models.Team.objects.get(key="money")
    team.name = "Finance"
    team.save()
    assert saying("Anybody of Finance") == pages
    do(c.Finish(by=lena, step="bill"), c.Approve(by=lena, step="check"))
    assert (saying("Anybody of"), saying("Nobody yet")) == ([], pages[:-1])


def test_delegate_does_the_work_of_who_is_away_and_it_is_kept_with_both_names(
    company: Company, handoff_id: int
) -> None:
    ivan, paula = company.people["ivan"], company.people["paula"]
    client, at = browser_of(company, "ivan"), f"/handoffs/{handoff_id}/steps/draft/"
    mine = text_of(client.get("/"))
    assert f"For {paula.name}, away until" in mine
    assert mine.index(f"For {paula.name}") < mine.index(">Draft</a>")
    assert f"For {paula.name}" not in text_of(browser_of(company, "lena").get("/"))
    assert client.post(at, {"do": "finish"}).status_code == 302
    row = models.Event.objects.get(handoff=handoff_id, kind="Finished")
    assert (row.by_id, row.by_name, row.on_behalf_of_id, row.on_behalf_of_name) == (
        ivan.pk,
        ivan.name,
        paula.pk,
        paula.name,
    )
    both = f"{ivan.name}, for {paula.name}"
    assert f"by {both}" in text_of(client.get(at))
    assert f"<strong>{both},</strong> finished" in text_of(client.get(f"/handoffs/{handoff_id}/history/"))
    follows = models.Event.objects.filter(handoff=handoff_id, number__gt=row.number)
    assert {one.on_behalf_of_id for one in follows} <= {None}


def test_document_signed_for_somebody_tells_both(company: Company, handoff_id: int) -> None:
    ivan, now = company.actor("ivan"), timezone.now()
    answers = {"plan": Answer(value="As sold")}
    done(ledger.record(handoff_id, c.AnswerForm(by=ivan, step="fill", answers=answers), now=now))
    change = done(ledger.record(handoff_id, c.Sign(by=ivan, step="fill"), now=now))
    signed = next(one.number for one in change.events if isinstance(one.event, Signed))
    view = signed_document(open_handoff(handoff_id), signed, "", ivan, now)
    assert view is not None
    assert view.seal is not None
    assert view.seal.by == f"{company.people['ivan'].name}, for {company.people['paula'].name}"


def test_who_did_it_for_another_is_kept_apart_as_they_are(company: Company, handoff_id: int) -> None:
    """Ivan is in the team that may approve, and drafted it for Paula: neither of them approves it."""
    done(ledger.record(handoff_id, c.Finish(by=company.actor("ivan"), step="draft"), now=timezone.now()))
    page = text_of(browser_of(company, "ivan").get(f"/handoffs/{handoff_id}/steps/check/"))
    assert "You finished “Draft” yourself: somebody else must approve it." in page
    assert "Whoever did “Draft” may not do this." in page
    at = f"/handoffs/{handoff_id}/steps/check/"
    assert browser_of(company, "ivan").post(at, {"do": "approve"}).status_code == 403
    assert browser_of(company, "paula").post(at, {"do": "approve"}).status_code == 403
    assert browser_of(company, "lena").post(at, {"do": "approve"}).status_code == 302


def test_work_of_a_team_is_on_all_its_desks_and_the_first_to_act_does_it(company: Company, handoff_id: int) -> None:
    ivan, lena = browser_of(company, "ivan"), browser_of(company, "lena")
    for client in (ivan, lena):
        assert "For anybody of Money" in text_of(client.get("/"))
        assert ">Bill</a>" in text_of(client.get(reverse("work-team")))
    assert ">Bill</a>" not in text_of(browser_of(company, "olga").get(reverse("work-nobodys")))
    assert "Anybody of Money" in text_of(ivan.get(f"/handoffs/{handoff_id}/steps/bill/"))
    assert lena.post(f"/handoffs/{handoff_id}/steps/bill/", {"do": "finish"}).status_code == 302
    assert ">Bill</a>" not in text_of(ivan.get(reverse("work-team")))
    assert ivan.post(f"/handoffs/{handoff_id}/steps/bill/", {"do": "finish"}).status_code == 409


def test_role_of_a_team_is_taken_and_given_back(company: Company, handoff_id: int) -> None:
    ivan, at = browser_of(company, "ivan"), f"/handoffs/{handoff_id}/"
    assert "Take it" in text_of(ivan.get(at))
    assert "Take it" not in text_of(browser_of(company, "paula").get(at))
    role = f"{at}roles/finance/"
    assert browser_of(company, "paula").post(role, {"person": company.people["paula"].pk}).status_code == 403
    assert ivan.post(role, {"person": company.people["ivan"].pk}).status_code == 302
    assert ">Bill</a>" in text_of(ivan.get("/"))
    assert ">Bill</a>" not in text_of(browser_of(company, "lena").get(reverse("work-team")))
    taken = text_of(ivan.get(at))
    assert "Give it back to the team" in taken
    assert "<strong>Ivan Petrov</strong> became the Finance desk" in taken
    back = ivan.post(role, {"person": ""}, follow=True)
    assert "Anybody of Money is the Finance desk again." in text_of(back)
    assert ">Bill</a>" in text_of(browser_of(company, "lena").get(reverse("work-team")))


def test_lead_of_a_team_fills_its_empty_roles(company: Company, handoff_id: int) -> None:
    carla, role = browser_of(company, "carla"), f"/handoffs/{handoff_id}/roles/csm/"
    assert "To be filled" in text_of(carla.get("/"))
    vacancy = "Nobody is Success Manager"
    assert vacancy in text_of(carla.get(reverse("work-to-fill")))
    assert vacancy not in text_of(browser_of(company, "lena").get(reverse("work-to-fill")))
    assert vacancy in text_of(browser_of(company, "olga").get(reverse("work-nobodys")))
    assert browser_of(company, "paula").post(role, {"person": company.people["lena"].pk}).status_code == 403
    assert carla.post(role, {"person": company.people["lena"].pk}).status_code == 302
    assert vacancy not in text_of(carla.get(reverse("work-to-fill")))


def test_page_says_both_why_it_is_not_mine_and_why_it_cannot_be_now(company: Company, handoff_id: int) -> None:
    """Whoever may not is told who may, and that it is not possible now beside it."""
    done(ledger.record(handoff_id, c.Hold(by=company.actor("olga"), reason="They move house."), now=timezone.now()))
    page = text_of(browser_of(company, "carla").get(f"/handoffs/{handoff_id}/steps/draft/"))
    assert f"Only the Project Manager ({company.people['paula'].name}) does “Draft”. This handoff is on hold" in page

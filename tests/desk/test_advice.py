"""Who is asked before a step is done, reminded of it and turned to, on desks and pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.desk import models
from handrail.handoff import commands as c
from tests.desk.company import Company, browser_of
from tests.desk.kinds import RUNBOOK, SEATS, begin, version_of
from tests.desk.test_step_pages import record, text_of, url

pytestmark = pytest.mark.django_db

OF_READY = "    escalate: [{to: lead, on: 0 working hours after due}]\n    raci: {pm: RA}\n"
OF_CRM = '    writes: {MRR: mrr, Stage: "= Onboarding"}\n    raci: {pm: RA}\n'
ASKING = RUNBOOK.replace(
    OF_READY,
    """\
    remind: every 2 working hours
    escalate: [{to: lead, on: 0 working hours after due}, {to: manager, on: 0 working hours after due}]
    raci: {pm: RA, im: C, csm: C, director: C}
""",
).replace(
    OF_CRM,
    """\
    writes: {MRR: mrr, Stage: "= Onboarding"}
    awaits_advice: yes
    raci: {pm: RA, im: C}
""",
)
WITHOUT_DIRECTOR = {role: who for role, who in SEATS.items() if role != "director"}


@pytest.fixture
def company() -> Company:
    company = Company()
    version_of(ASKING)
    return company


def test_advice_is_asked_for_given_and_told(company: Company) -> None:
    handoff_id = begin(company, seats=WITHOUT_DIRECTOR, now=timezone.now())
    paula, ivan = browser_of(company, "paula"), browser_of(company, "ivan")
    desk = text_of(ivan.get("/"))
    assert "Say what you think of: Get ready" in desk
    assert "The Implementation Manager is asked before this is done." in desk
    assert f'href="{url(handoff_id, "ready")}"' in desk

    asked = paula.get(url(handoff_id, "ready")).context["view"].advice.asked
    assert [(one.who.name, one.word, one.why) for one in asked] == [
        ("Ivan Petrov", "Has not answered yet", ""),
        ("Carla Santos", "Has not answered yet", ""),
        ("", "Not asked", "Nobody holds this role, so nobody is asked."),
    ]
    page = text_of(paula.get(url(handoff_id, "ready")))
    who = "Ivan Petrov (Implementation Manager) and Carla Santos (Customer Success Manager)"
    assert f"You can go on without the advice of {who}; the history will say so." in page
    assert 'name="advice"' not in page
    only = "Only the Implementation Manager (Ivan Petrov) or the Customer Success Manager (Carla Santos)"
    assert f"{only} or the Director (nobody yet) is asked about “Get ready”." in page
    assert paula.post(url(handoff_id, "ready"), {"do": "advise", "advice": "Go on."}).status_code == 403

    unsaid = ivan.post(url(handoff_id, "ready"), {"do": "advise", "advice": " "})
    assert unsaid.status_code == 422
    assert "Say what you think of it: those who do it read that first.</p>" in text_of(unsaid)
    assert ivan.post(url(handoff_id, "ready"), {"do": "advise", "advice": "Two weeks, please."}).status_code == 302
    assert "Say what you think of: Get ready" not in text_of(ivan.get("/"))
    assert "Two weeks, please." in text_of(paula.get(url(handoff_id, "ready")))

    assert paula.post(url(handoff_id, "ready"), {"do": "finish"}).status_code == 302
    after = paula.get(url(handoff_id, "ready")).context["view"].advice.asked
    assert [one.word for one in after] == ["Has answered", "Was not heard", "Not asked"]
    history = text_of(paula.get(f"/handoffs/{handoff_id}/history/"))
    assert "gave advice on “Get ready”" in history
    assert "Without the advice of Carla Santos (Customer Success Manager)." in history
    assert "Two weeks, please." in text_of(paula.get(f"/handoffs/{handoff_id}/document/"))
    late = ivan.post(url(handoff_id, "ready"), {"do": "advise", "advice": "Three, rather."})
    assert late.status_code == 409
    assert "Three, rather." in text_of(late)


def test_step_that_awaits_advice_says_whose(company: Company) -> None:
    handoff_id = begin(company, now=timezone.now())
    paula = browser_of(company, "paula")
    says = "“Bring the CRM up to date” waits for advice: Ivan Petrov (Implementation Manager) is still asked."
    page = text_of(paula.get(url(handoff_id, "crm")))
    assert (says in page, 'value="finish"' in page) == (True, False)
    assert paula.post(url(handoff_id, "crm"), {"do": "finish"}).status_code == 409
    record(handoff_id, c.Advise(by=company.actor("ivan"), step="crm", says="It is so."))
    assert paula.post(url(handoff_id, "crm"), {"do": "finish"}).status_code == 302


def test_advice_costs_no_query_for_each_that_was_given(company: Company) -> None:
    handoff_id = begin(company, now=timezone.now())
    paula = browser_of(company, "paula")
    counts = []
    for says in ("One.", "Two.", "Three."):
        record(handoff_id, c.Advise(by=company.actor("ivan"), step="ready", says=says))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert says in text_of(paula.get(url(handoff_id, "ready")))
        counts.append(len(queries))
    assert counts[1] == counts[2]  # the first also reads what is kept in memory from then on


def test_late_step_is_reminded_of_and_turned_to_the_manager_as_the_company_is_now(company: Company) -> None:
    company.people["paula"].manager = company.people["dev"]
    company.people["paula"].save()
    handoff_id = begin(company, now=timezone.now() - timedelta(days=10))
    record(handoff_id, c.Wake())
    says = "It is not done yet, and so Dev Patel, manager of Paula Reyes, is turned to."
    assert says in text_of(browser_of(company, "dev").get("/"))
    page = text_of(browser_of(company, "paula").get(url(handoff_id, "ready")))
    assert "Dev Patel, manager of Paula Reyes, was turned to on" in page
    assert "Whoever owes it has been reminded " in page
    history = text_of(browser_of(company, "paula").get(f"/handoffs/{handoff_id}/history/"))
    assert "Dev Patel, manager of Paula Reyes, is turned to about “Get ready”" in history
    assert "Get ready: reminder " in history
    work = models.Work.objects.filter(handoff=handoff_id, sort="escalation", name="ready").order_by("role")
    assert list(work.values_list("role", "person__name")) == [("lead", "Lena Fischer"), ("pm^1", "Dev Patel")]

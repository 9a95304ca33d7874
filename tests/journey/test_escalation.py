"""Nobody approves in time: a manager is turned to, a delegate acts for whoever is away, and then nobody is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from handrail.desk import jobs, ledger, models
from handrail.desk.people import person_of
from handrail.handoff import commands as c
from tests.desk.company import Company, done
from tests.desk.test_following import published
from tests.journey.test_accessibility import faults_of
from tests.journey.test_people_leaving import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

RUNBOOK = """\
runbook: late
version: "1"
roles:
  pm: {title: Project Manager}
  finance: {title: Finance desk}
  csm: {title: Success Manager}
stages: [all]
steps:
  draft: {stage: all, title: Draft the order, kind: task, raci: {pm: RA}}
  approve:
    stage: all
    title: Approve the order
    kind: approval
    needs: [draft]
    apart_from: [draft]
    due: 8 hours after opened
    warn: 4 hours after opened
    escalate: [{to: manager, on: 0 hours after due}]
    raci: {finance: RA, csm: C, pm: I}
  accept: {stage: all, kind: acceptance, needs: [approve], raci: {csm: RA}}
ends:
  over: {when: {accept: done}}
"""


@pytest.fixture
def handoff_id() -> int:
    """Fay is to approve and has been away since yesterday; Frank is her manager, and Ivan stands in for her."""
    company, now = Company(), timezone.now()
    fay, frank, ivan = (company.people[name] for name in ("fay", "frank", "ivan"))
    models.Person.objects.filter(pk=fay.pk).update(manager=frank)
    today = now.date()
    models.Absence.objects.create(
        person=fay, delegate=ivan, first_day=today - timedelta(days=1), last_day=today + timedelta(days=3)
    )
    seats = {"pm": "paula", "finance": "fay", "csm": "carla"}
    people = {role: person_of(company.people[name]) for role, name in seats.items()}
    customer = company.customer("Cedar Falls Water")
    start = c.Start(by=company.actor("olga"), customer_id=customer.pk, customer=customer.name, people=people)
    then = now - timedelta(hours=10)
    begun = done(ledger.start(published(RUNBOOK), start, now=then)).handoff_id
    done(ledger.record(begun, c.Finish(by=company.actor("paula"), step="draft"), now=then))
    assert jobs.run_due(now) == 1
    return begun


@pytest.fixture
def page_of(browser: Browser, live_server: object) -> Iterator[Callable[[str], Page]]:
    contexts: list[BrowserContext] = []

    def signed_in(email: str) -> Page:
        context = browser.new_context(base_url=str(live_server), locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        sign_in(page, f"{email}@example.com")
        return page

    yield signed_in
    for context in contexts:
        context.close()


def test_late_approval_goes_up_the_line_and_is_given_by_the_delegate(
    handoff_id: int, page_of: Callable[[str], Page]
) -> None:
    frank = page_of("frank.weber")
    expect(frank.get_by_role("link", name="See to it that this is done: Approve the order")).to_be_visible()
    frank.get_by_role("link", name="Notices").click()
    told = frank.get_by_role("main")
    expect(told).to_contain_text("Frank Weber, manager of Fay Morgan, is turned to.")
    assert faults_of(frank) == []

    carla = page_of("carla.santos")
    carla.goto(f"/handoffs/{handoff_id}/steps/approve/")
    carla.get_by_label("Your advice").fill("The price is what was agreed.")
    carla.get_by_role("button", name="Give advice").click()
    expect(carla.get_by_role("main")).to_contain_text("The price is what was agreed.")

    ivan = page_of("ivan.petrov")
    expect(ivan.get_by_role("heading", name="For Fay Morgan")).to_be_visible()
    ivan.get_by_role("link", name="Approve the order").first.click()
    expect(ivan.get_by_role("main")).to_contain_text("The price is what was agreed.")
    assert faults_of(ivan) == []
    ivan.get_by_role("button", name="Approve").click()
    ivan.goto(f"/handoffs/{handoff_id}/history/")
    story = ivan.get_by_role("main")
    expect(story).to_contain_text("Ivan Petrov, for Fay Morgan")
    expect(story).to_contain_text("Frank Weber, manager of Fay Morgan")

    frank.goto("/")
    expect(frank.get_by_role("link", name="See to it that this is done: Approve the order")).to_have_count(0)
    frank.goto("/notices/")
    expect(frank.get_by_role("main")).to_contain_text("No longer needed")
    told_frank = models.Notice.objects.filter(person__name="Frank Weber", handoff=handoff_id)
    assert None not in told_frank.values_list("over_at", flat=True)

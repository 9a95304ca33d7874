"""Somebody outside does their part in a browser: an error first, then a form and a document; a colleague takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from handrail.desk.demo import PASSWORD
from handrail.desk.outbox import deliver_due
from tests.desk.company import Company
from tests.desk.outside import ANA, LATER, RUNBOOK, begin
from tests.journey.test_accessibility import faults_of

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = RUNBOOK.replace("asked_of: partner", "asked_of: main")


@pytest.fixture
def handoff_id() -> Iterator[int]:
    cache.clear()
    yield begin(Company(), text=BOTH)
    cache.clear()


@pytest.fixture
def pages(browser: Browser, live_server: object) -> Iterator[tuple[Page, Page]]:
    """Of a colleague, and of somebody outside whose browser runs no scripts."""
    contexts = [
        browser.new_context(base_url=str(live_server), java_script_enabled=runs, viewport={"width": 390, "height": 800})
        for runs in (True, False)
    ]
    for context in contexts:
        context.set_default_timeout(15_000)
    yield contexts[0].new_page(), contexts[1].new_page()
    for context in contexts:
        context.close()


def test_contact_does_their_part_and_a_colleague_takes_it(
    handoff_id: int, pages: tuple[Page, Page], tmp_path: Path, live_server: object
) -> None:
    paula, ana = pages
    _sign_in(paula)
    paula.goto(f"/handoffs/{handoff_id}/links/")
    assert faults_of(paula) == []
    paula.get_by_label("Ana Lima").check()
    paula.get_by_role("button", name="Send them their links").click()
    paula.get_by_text("goes out to 1 contact").wait_for()
    deliver_due(LATER)
    (found,) = re.findall(r"/c/[\w-]{43}/", str(mail.outbox[-1].body))
    address = f"{live_server}{found}"

    ana.goto(address)
    ana.get_by_role("link", name="Name who needs access").click()
    ana.get_by_role("button", name="Save and hand in").click()
    expect(ana.get_by_role("alert")).to_contain_text("2 things are missing")
    ana.get_by_label("Name, row 1").or_(ana.get_by_label("Name, new row 1")).fill("Ben Roe")
    ana.get_by_label("Since when").fill("soon")
    ana.get_by_label("Portal name").first.fill("cedar")
    ana.get_by_role("button", name="Save and hand in").click()
    expect(ana.get_by_label("Since when")).to_have_value("soon")
    ana.get_by_label("Since when").fill("2027-03-01")
    ana.get_by_role("button", name="Save and hand in").click()
    ana.get_by_text("Handed in. Thank you").wait_for()

    ana.goto(address)
    ana.get_by_role("link", name="Hand over the documents").click()
    plan = tmp_path / "plan.txt"
    plan.write_text("The plan")
    ana.get_by_label("File for Project plan").set_input_files(plan)
    ana.get_by_role("button", name="Add to Project plan").click()
    ana.get_by_role("link", name="plan.txt").wait_for()
    ana.get_by_text("It does not apply: Videos").click()
    ana.get_by_label("Why?").fill("There are none")
    ana.get_by_role("button", name="Mark as not applicable").click()
    ana.get_by_role("button", name="Hand in").click()
    ana.get_by_text("Handed in. Thank you").wait_for()

    for step, button in (("access", "Save and sign"), ("hand-over", "Finish")):
        paula.goto(f"/handoffs/{handoff_id}/steps/{step}/")
        expect(paula.locator("main")).to_contain_text("Ana Lima (ana@cedar.example), of the customer")
        assert faults_of(paula) == []
        paula.get_by_role("button", name=button, exact=True).click()
    paula.goto(address)
    assert faults_of(paula) == []
    paula.goto(f"/handoffs/{handoff_id}/links/")
    paula.get_by_role("button", name="Revoke the link of Ana Lima").click()
    paula.get_by_text("The link of Ana Lima is not valid any more.").wait_for()
    ana.goto(address)
    expect(ana.locator("main")).to_have_text(re.compile(r"^\s*This link is not valid any more\.\s*Ask whoever sent it"))
    assert ANA not in ana.content()


def _sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill("paula.reyes@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()

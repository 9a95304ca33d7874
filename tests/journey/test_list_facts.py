"""A fact that is a list, in a browser: rows are added and removed as they are needed, and with no script as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from handrail.desk import ledger, models
from handrail.desk.demo import PASSWORD
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from tests.desk.company import NOW, Company, done
from tests.desk.test_list_facts import RUNBOOK
from tests.journey.test_accessibility import faults_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address() -> str:
    company = Company()
    version = publish(RUNBOOK, "lists.yaml")
    assert isinstance(version, models.RunbookVersion)
    people = {"pm": company.actor("paula").person, "lead": company.actor("lena").person}
    customer = company.customer("Acme")
    command = c.Start(by=company.actor("olga"), customer_id=customer.pk, customer="Acme", people=people)
    handoff_id = done(ledger.start(version, command, now=NOW)).handoff_id
    facts = {"types": [{"name": "Water", "colour": "red"}, {"name": "Gas"}]}
    done(ledger.record(handoff_id, c.GiveFacts(by=company.actor("paula"), values=facts), now=NOW))
    return f"/handoffs/{handoff_id}/"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def contexts(request: pytest.FixtureRequest, browser: Browser, live_server: object) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=str(live_server), java_script_enabled=request.param)
    context.set_default_timeout(15_000)
    yield context
    context.close()


def _opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill("paula.reyes@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()
    page.goto(address)
    page.get_by_text("Give or correct facts").click()
    page.locator("#give-facts").wait_for()
    return page


def _names(table: Locator) -> list[str]:
    return [cell.input_value() for cell in table.locator("[name='types.name']").all()]


def test_rows_are_added_and_removed(contexts: BrowserContext, address: str, request: pytest.FixtureRequest) -> None:
    page = _opened(contexts, address)
    table = page.locator("#id_types")
    assert _names(table) == ["Water", "Gas", "", "", ""]
    scripted = page.locator("[data-add-row='id_types']").is_visible()
    assert scripted == ("no script" not in request.node.name)
    if scripted:
        table.get_by_role("button", name="Remove row 1").click()
        page.get_by_role("button", name="Add a row to Invoice types").click()
        expect(table.get_by_label("Name, row 5")).to_be_focused()
        table.get_by_label("Name, row 5").fill("Power")
    else:
        table.get_by_label("Name, row 1").fill("")
        table.get_by_label("Colour, row 1").select_option("")
        table.get_by_label("Name, new row 3").fill("Power")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("The facts are kept.")).to_be_visible()
    page.get_by_text("Give or correct facts").click()
    page.locator("#give-facts").wait_for()
    assert _names(page.locator("#id_types")) == ["Gas", "Power", "", "", ""]


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (320, "dark")])
def test_page_with_lists_is_accessible_and_fits(
    browser: Browser, live_server: object, address: str, width: int, theme: str
) -> None:
    context = browser.new_context(
        base_url=str(live_server),
        viewport={"width": width, "height": 800},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = _opened(context, address)
    assert faults_of(page) == []
    page.goto(f"{address}steps/fill/")
    assert faults_of(page) == []
    context.close()

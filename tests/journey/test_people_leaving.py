"""Somebody is away and another sees it; somebody leaves, with what they hold shown before, moved, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from handrail.desk.demo import PASSWORD
from tests.desk.test_leaving import Office, holder
from tests.journey.test_accessibility import faults_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def pages(browser: Browser, live_server: object) -> Iterator[dict[str, Page]]:
    """Of two people, each in a browser of their own."""
    contexts = {name: browser.new_context(base_url=str(live_server), locale="en-GB") for name in ("paula", "adam")}
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def sign_in(page: Page, email: str) -> None:
    page.set_default_timeout(15_000)
    page.goto("/account/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()


def test_somebody_is_away_and_then_leaves_and_comes_back(office: Office, pages: dict[str, Page]) -> None:
    handoff_id = office.start("Cedar Falls Water", pm="paula", im="ivan")
    paula, adam = pages["paula"], pages["adam"]
    sign_in(paula, "paula.reyes@example.com")
    paula.goto("/me/absences/")
    today = timezone.now().date()
    paula.get_by_label("First day").fill(str(today))
    paula.get_by_label("Last day").fill(str(today + timedelta(days=2)))
    paula.get_by_label("Who stands in").select_option(label="Adam Ford")
    paula.get_by_role("button", name="Add these days").click()
    expect(paula.get_by_role("button", name="End the days from")).to_be_visible()
    assert faults_of(paula) == []

    sign_in(adam, "adam.ford@example.com")
    adam.get_by_text("Adam: your account").click()
    adam.get_by_role("link", name="Your page").click()
    expect(adam.get_by_text("Stands in now for Paula Reyes.")).to_be_visible()

    adam.goto("/teams/implementation/")
    expect(adam.get_by_text("Adam Ford stands in").first).to_be_visible()
    assert faults_of(adam) == []
    adam.goto(f"/people/{office.paula.pk}/")
    assert faults_of(adam) == []
    adam.get_by_role("link", name="They are leaving").click()
    adam.get_by_label("1 role").select_option(label="Emma Laurent, Implementation")
    expect(adam.get_by_text("1 to Emma Laurent")).to_be_visible()
    assert faults_of(adam) == []
    adam.get_by_role("button", name="Close the account and move it all").click()
    expect(adam.get_by_role("heading", name="Paula Reyes left")).to_be_visible()
    assert holder(handoff_id, "pm") == "Emma Laurent"
    assert faults_of(adam) == []
    paula.goto("/")
    expect(paula.get_by_role("button", name="Sign in")).to_be_visible()

    adam.get_by_role("button", name="Take it back").click()
    expect(adam.get_by_text("Nothing: all of it is theirs again.")).to_be_visible()
    assert holder(handoff_id, "pm") == "Paula Reyes"

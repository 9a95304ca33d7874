"""A step beside its plan, by keyboard: opened, done, spoken of; and whoever is mentioned comes to the very comment."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from handrail.desk import models
from handrail.desk.demo import PASSWORD
from tests.desk.company import Company
from tests.journey.test_accessibility import faults_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handoff() -> str:
    return f"/handoffs/{Company().start()}/"


def signed_in(browser: Browser, address: str, who: str) -> Page:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(f"{who}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()
    return page


def test_step_is_done_beside_the_plan_and_spoken_of(browser: Browser, live_server: object, handoff: str) -> None:
    lena = signed_in(browser, str(live_server), "lena.fischer")
    lena.goto(handoff)
    link = lena.locator("#step-choose-tsm a")
    link.focus()
    lena.keyboard.press("Enter")
    panel = lena.get_by_role("region", name="The step")
    expect(panel.get_by_role("heading", name="Decide who the TSM or TAM is")).to_be_focused()
    expect(lena).to_have_url(f"{live_server}{handoff}steps/choose-tsm/")
    assert faults_of(lena) == []
    lena.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(lena).to_have_url(f"{live_server}{handoff}")
    lena.go_back()
    expect(panel).to_be_visible()

    panel.get_by_label("Who is the").select_option(label="Tom Okafor, Transition Success Manager")
    panel.get_by_role("button", name="Finish").focus()
    lena.keyboard.press("Enter")
    expect(panel.get_by_text("Finished.")).to_be_visible()
    expect(lena.locator("#step-choose-tsm")).to_contain_text("Done")
    expect(lena.locator("#standing")).to_contain_text("Share the go-live overview")

    panel.get_by_label("Say something").focus()
    lena.keyboard.type("It is Tom, @p")
    names = panel.get_by_role("option").locator("span:first-child")
    expect(names).to_have_text(["Dev Patel", "Ivan Petrov", "Paula Reyes", "Piet Visser"])
    # Answered too late for somebody who types on and chooses.
    late: list[Route] = []
    lena.route("**/people/named/?q=pa*", lambda route: late.append(route))
    lena.keyboard.type("au")
    expect(names).to_have_text(["Paula Reyes"])
    lena.keyboard.press("Enter")
    for route in late:
        with lena.expect_response(route.request.url) as answer:
            route.continue_()
        answer.value.finished()
    expect(names).to_have_count(0)
    lena.unroute_all()
    lena.keyboard.type("as we said.")
    lena.keyboard.press("Control+Enter")
    expect(panel.get_by_text("Kept. Paula Reyes is told of it.")).to_be_visible()
    expect(lena.locator("#step-choose-tsm")).to_contain_text("1 comment")
    assert models.Comment.objects.get().text == "It is Tom, @Paula Reyes as we said."

    paula = signed_in(browser, str(live_server), "paula.reyes")
    paula.goto("/notices/")
    paula.get_by_role(
        "link", name="Lena Fischer mentions you: “Decide who the TSM or TAM is” of Cedar Falls Water"
    ).click()
    expect(paula.locator(":target")).to_contain_text("It is Tom, @Paula Reyes as we said.")
    for page in (lena, paula):
        page.context.close()

"""The desk without a mouse: going about, finding anything, and doing work within the list."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from handrail.desk import models
from handrail.desk.demo import PASSWORD
from handrail.desk.queries.search import words_of
from tests.desk.company import Company
from tests.journey.test_accessibility import faults_of

pytestmark = pytest.mark.django_db(transaction=True)

SECTIONS = {
    "h": "Handoffs",
    "c": "Customers",
    "r": "Runbooks",
    "p": "People",
    "t": "Teams",
    "n": "Notices",
    "i": "Import customers",
    "s": "Settings",
    "w": "My work",
}


@pytest.fixture
def handoff_id() -> int:
    company = Company()
    made = company.start("Cedar Falls Water")
    customer = models.Customer.objects.get()
    for word in words_of(customer.name):
        models.CustomerWord.objects.create(customer=customer, word=word)
    return made


def signed_in(page: Page, live_server: object, who: str) -> None:
    page.goto(f"{live_server}/account/login/")
    page.locator("[name=login]").focus()
    page.keyboard.type(f"{who}@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="My work").wait_for()
    page.wait_for_load_state()  # with its scripts


def test_work_is_done_within_the_list_by_keys_alone(
    context: BrowserContext, live_server: object, handoff_id: int
) -> None:
    page = context.new_page()  # a browser logs what is refused as an error, which is none here
    signed_in(page, live_server, "lena.fischer")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Decide who the TSM or TAM is")).to_be_focused()
    page.keyboard.press("e")
    here = page.get_by_role("region", name="Decide who the TSM or TAM is")
    expect(here).to_be_focused()
    assert faults_of(page) == []

    # Refused: said where it is done, and the list is still there.
    here.get_by_role("button", name="Finish").focus()
    page.keyboard.press("Enter")
    expect(here.get_by_role("alert")).to_be_visible()
    here.get_by_label("Who is the Transition Success Manager?").focus()
    page.keyboard.type("Tom")
    here.get_by_role("button", name="Finish").focus()
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="Decide who the TSM or TAM is")
    expect(row.get_by_role("status")).to_have_text("Finished")
    expect(here).to_have_count(0)
    assert models.Handoff.objects.get(pk=handoff_id).steps_done == 1
    assert models.Seat.objects.get(handoff=handoff_id, role="tsm").person.name == "Tom Okafor"


def test_every_section_is_two_keys_away(page: Page, live_server: object, handoff_id: int) -> None:
    signed_in(page, live_server, "olga.lind")
    for key, title in SECTIONS.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        page.wait_for_load_state()


def test_anything_is_found_from_anywhere(page: Page, live_server: object, handoff_id: int) -> None:
    signed_in(page, live_server, "paula.reyes")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Find anything")
    expect(palette.get_by_role("link", name="My work")).to_be_visible()
    assert faults_of(page) == []
    page.keyboard.type("ced")
    expect(palette.get_by_role("link", name="Cedar Falls Water")).to_have_count(2)  # the customer and the handoff
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/handoffs/{handoff_id}/")

    # What the page offers is found too; escape closes, and gives the focus back.
    page.keyboard.press("Control+k")
    page.keyboard.type("hist")
    expect(palette.get_by_role("button", name="History")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/history/")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


def test_single_letters_can_be_turned_off(page: Page, live_server: object, handoff_id: int) -> None:
    signed_in(page, live_server, "lena.fischer")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_label("Single letters are keys in this browser").focus()
    assert faults_of(page) == []
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    expect(page.get_by_role("link", name="Decide who the TSM or TAM is")).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Find anything")).to_be_visible()

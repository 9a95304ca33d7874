"""From a spreadsheet row to a signed-off handover, in a browser, as the people of the demo company would do it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from handrail.desk.demo import PASSWORD
from tests.journey.installation import Installation

ACCOUNTS = str(files("handrail.desk") / "demo_data" / "accounts.csv")
NOT_APPLICABLE = ("Conveyance", "IVR", "UAT plan", "Scope plan", "State")


class People:
    """Everybody in a browser of their own, signed in once."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._pages: dict[str, Page] = {}
        self.complaints: list[str] = []

    def page_of(self, email: str) -> Page:
        if email not in self._pages:
            self._pages[email] = self._signed_in(email)
        return self._pages[email]

    def _signed_in(self, email: str) -> Page:
        page = self._browser.new_context(base_url=self._address, locale="en-GB", timezone_id="UTC").new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(f"{email}: {error}"))
        page.goto("/")
        page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(f"{email}@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="My work")).to_be_visible()
        return page

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


@pytest.fixture
def served(serving: object, installation: Installation) -> str:
    return f"http://127.0.0.1:{installation.port}"


@pytest.fixture
def people(browser: Browser, served: str) -> Iterator[People]:
    made = People(browser, served)
    yield made
    made.close()
    assert made.complaints == []


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "overview.txt"
    path.write_text("What to expect around go-live.")
    return str(path)


def test_customer_goes_from_a_spreadsheet_row_to_a_signed_off_handover(people: People, note: str) -> None:
    _import_accounts(people)
    handoff = _start_handoff(people)
    _see_the_decision(people, handoff)
    _override(people, handoff)
    _give_what_is_missing(people, handoff)
    _fill_and_sign(people, handoff)
    _prepare(people, handoff, note)
    document = _accept(people, handoff)
    _change_a_field_later(people, handoff, document)


def _import_accounts(people: People) -> None:
    olga = people.page_of("olga.lind")
    _hand_in(olga)
    expect(olga.get_by_text("cannot be imported", exact=False).first).to_be_visible()
    olga.get_by_role("link", name=re.compile("^Problems")).first.click()
    expect(olga.get_by_text("carla.santo@example.com", exact=False).first).to_be_visible()
    olga.get_by_role("button", name=re.compile(r"Import \d+ customers")).click()
    # The worker does it, and the page tells when it has.
    expect(olga.get_by_role("heading", name="What came of it")).to_be_visible(timeout=20_000)
    _hand_in(olga)
    expect(olga.get_by_text(re.compile(r"\b0 new, 0 changed\b")).first).to_be_visible()


def _hand_in(olga: Page) -> None:
    olga.get_by_role("navigation", name="Sections").get_by_role("link", name="Import").click()
    olga.locator("input[type=file]").set_input_files(ACCOUNTS)
    olga.get_by_label("Runbook whose facts").select_option(label="Transition to Client Services")
    olga.get_by_role("button", name="Read the file").click()
    expect(olga.get_by_role("heading", name="What would change")).to_be_visible()


def _start_handoff(people: People) -> str:
    """The address of the new handoff."""
    olga = people.page_of("olga.lind")
    olga.goto("/customers/?q=cedar+falls")
    olga.get_by_role("link", name="Cedar Falls Water").click()
    olga.get_by_role("link", name=re.compile("Start")).first.click()
    olga.get_by_role("radio", name=re.compile("Transition to Client Services")).check()
    olga.get_by_role("button", name="Continue").click()
    olga.get_by_label("Project Manager").select_option(label="Paula Reyes, Project Manager")
    olga.get_by_label("Implementation Manager").select_option(label="Ivan Petrov, Implementation Manager")
    olga.get_by_label("Client Services lead").select_option(label="Lena Fischer, Client Services lead")
    olga.get_by_role("button", name="Start the handoff").click()
    olga.wait_for_url(re.compile(r"/handoffs/\d+/$"))
    return re.sub(r"^https?://[^/]+", "", olga.url)


def _see_the_decision(people: People, handoff: str) -> None:
    page = people.page_of("paula.reyes")
    page.goto(handoff)
    support = page.get_by_role("region", name="Support")
    expect(support).to_contain_text("Transition Success")
    expect(support.locator("dl.outputs")).to_contain_text("90")
    expect(support.locator("dl.outputs")).to_contain_text("2")
    expect(support).to_contain_text("MRR is exactly 5,000 USD, where rule 4 begins and rule 3 ends: rule 4 was taken.")
    expect(support).to_contain_text("The source puts 5,000 in two rows; the upper one is taken.")


def _override(people: People, handoff: str) -> None:
    """Paula asks and cannot approve what she asked for; Lena approves."""
    paula, lena = people.page_of("paula.reyes"), people.page_of("lena.fischer")
    paula.goto(handoff + "decisions/support/")
    paula.get_by_label("Meetings before go-live").fill("1")
    paula.get_by_label("Reason").fill("A small extension of a project that they know")
    paula.get_by_role("button", name="Ask for the override").click()
    expect(paula.get_by_role("button", name="Approve the override")).to_be_disabled()
    lena.goto("/")
    lena.get_by_role("link", name="Decide on an override: Support").click()
    lena.get_by_role("button", name="Approve the override").click()
    expect(lena.get_by_text("approved by Lena Fischer", exact=False)).to_be_visible()


def _give_what_is_missing(people: People, handoff: str) -> None:
    paula = people.page_of("paula.reyes")
    paula.goto(handoff)
    paula.get_by_text("Give or correct facts").click()
    for title in ("The steering committee still meets", "The RAID log is active", "Later phases bring new revenue"):
        paula.get_by_label(title).select_option("no")
    paula.get_by_label("A new project was provisioned for the phase").select_option("no")
    paula.get_by_label("The previous phase's project is archived").select_option("no")
    paula.get_by_role("button", name="See what would change").click()
    expect(paula.get_by_role("heading", name="What follows")).to_be_visible()
    paula.get_by_role("button", name="Change it").click()
    expect(paula.get_by_role("region", name="Approach")).to_contain_text("one go-live")


def _fill_and_sign(people: People, handoff: str) -> None:
    """The Integration Summary refuses to be signed until every field is given or not applicable with a reason."""
    ivan = people.page_of("ivan.petrov")
    ivan.goto("/")
    ivan.get_by_role("link", name="Complete the Integration Summary").first.click()
    for field in _fields(ivan):
        _fill(ivan, field)
    ivan.get_by_role("button", name="Save and sign").click()
    told = ivan.get_by_text("Say why it does not apply: blank is not the same as not applicable.")
    expect(told.first).to_be_visible()
    ivan.get_by_label("Why IVR does not apply").fill("They take no payments by telephone")
    ivan.get_by_role("button", name="Save and sign").click()
    expect(ivan.get_by_text("cannot be signed yet: 1 thing is missing", exact=False)).to_be_visible()
    expect(ivan.get_by_text("Rejects is missing: the Implementation Manager (Ivan Petrov) owes it.")).to_be_visible()
    ivan.get_by_label("Rejects", exact=True).fill("Returned by the next morning")
    ivan.get_by_role("button", name="Save and sign").click()
    expect(ivan.get_by_text("Signed. The handover document is kept as it is now.")).to_be_visible()


def _fields(page: Page) -> list[Locator]:
    """Of a step's page that was just asked for, once it is there as a whole: they are counted and not waited for."""
    page.wait_for_url(re.compile(r"/steps/"))
    return page.locator(".form-field").all()


def _fill(page: Page, field: Locator) -> None:
    title = field.locator("label").first.inner_text()
    if title == "Rejects":
        return
    if title in NOT_APPLICABLE:
        field.get_by_label("Not applicable, because").check()
        if title != "IVR":
            field.get_by_label(f"Why {title} does not apply").fill("There is none here")
    elif title == "Invoice types":
        page.get_by_label("Name, new row 1").fill("Water")
        page.get_by_label("Description, new row 1").fill("Monthly, by meter")
    elif field.locator("select").count():
        pass  # known from the import
    elif field.locator("input[type=url]").count():
        field.locator("input[type=url]").fill("https://example.com/" + title.lower().replace(" ", "-"))
    elif not field.locator("textarea").input_value():
        field.locator("textarea").fill(f"All about {title}")


def _prepare(people: People, handoff: str, note: str) -> None:
    """The TSM is chosen, meets the client, and the other steps before go-live are done: forms, meetings, a message."""
    lena = people.page_of("lena.fischer")
    lena.goto(handoff + "steps/choose-tsm/")
    lena.get_by_label("Who is the Transition Success Manager?").select_option(
        label="Tom Okafor, Transition Success Manager"
    )
    lena.get_by_role("button", name="Finish").click()
    expect(lena.get_by_text("Finished.")).to_be_visible()
    _describe_the_invoice_type(people.page_of("ivan.petrov"))
    _tell_of_a_meeting(people.page_of("tom.okafor"), handoff + "steps/meet-before-go-live/")
    _tell_of_a_meeting(people.page_of("carla.santos"), handoff + "steps/attend-go-live-presentation/")
    paula = people.page_of("paula.reyes")
    paula.goto(handoff + "steps/share-go-live-overview/")
    paula.get_by_role("button", name="Send").click()
    expect(paula.get_by_text("cannot be sent yet", exact=False).first).to_be_visible()
    paula.locator("input[type=file]").first.set_input_files(note)
    paula.get_by_role("button", name="Attach").first.click()
    expect(paula.get_by_role("link", name="overview.txt")).to_be_visible()
    paula.get_by_role("button", name="Send").click()
    expect(paula.get_by_role("heading", name="What became of it")).to_be_visible()


def _describe_the_invoice_type(ivan: Page) -> None:
    ivan.goto("/")
    ivan.get_by_role("link", name="Describe the invoice type: Water").first.click()
    for field in _fields(ivan):
        _fill(ivan, field)
    ivan.get_by_role("button", name="Save and sign").click()
    expect(ivan.get_by_text("Signed. The handover document is kept as it is now.")).to_be_visible()


def _tell_of_a_meeting(page: Page, step: str) -> None:
    page.goto(step)
    page.get_by_text("Tell of a meeting that took place").click()
    page.get_by_label("When was it?").fill(f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="It took place").click()
    expect(page.get_by_text("Held", exact=True).first).to_be_visible()


def _accept(people: People, handoff: str) -> str:
    """Lena reads the document and accepts; the address of what she accepted."""
    lena = people.page_of("lena.fischer")
    lena.goto("/")
    lena.get_by_role("link", name="Client Services accepts").click()
    lena.get_by_role("link", name="Read the handover document").click()
    expect(lena.get_by_role("heading", name="Areas", exact=False).first).to_be_visible()
    lena.goto(handoff + "steps/accept/")
    lena.get_by_role("button", name="Accept the handover").click()
    expect(lena.get_by_text("Accepted. The handover document is kept as you accepted it.")).to_be_visible()
    lena.goto(handoff + "document/")
    lena.get_by_role("link", name=re.compile("accepted by Lena Fischer")).click()
    expect(lena.get_by_text("its digest agrees with the one that was recorded", exact=False)).to_be_visible()
    return lena.url


def _change_a_field_later(people: People, handoff: str, document: str) -> None:
    lena, paula = people.page_of("lena.fischer"), people.page_of("paula.reyes")
    before = lena.locator("article.document").inner_text()
    assert "Northbridge CIS" in before
    paula.goto(handoff)
    paula.get_by_text("Give or correct facts").click()
    paula.get_by_label("MRR").fill("7,500")
    paula.get_by_role("button", name="See what would change").click()
    expect(paula.get_by_text("The facts are kept.", exact=False)).to_be_visible()
    lena.goto(document)
    assert lena.locator("article.document").inner_text() == before
    expect(lena.get_by_text("Things have changed since", exact=False)).to_be_visible()
    lena.goto(handoff + "document/")
    expect(lena.locator("article.document")).to_contain_text("7,500 USD")

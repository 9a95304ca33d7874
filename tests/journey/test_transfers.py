"""A team lead begins a transfer: from a spreadsheet with rows that are wrong, and by a filter of the customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from handrail.desk import models
from handrail.desk.transfers.sheet.columns import COLUMNS, workbook
from tests.desk.test_transfer_drafts import Desk
from tests.journey.test_accessibility import faults_of
from tests.journey.test_people_leaving import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.customer("Cedar Falls", mrr="4200")
    made.customer("Cedar Rapids")
    made.customer("Aster Valley")
    made.customer("Birchwood", owner="dev")
    return made


def spreadsheet(folder: Path) -> Path:
    """A good row, one of an account that nobody knows, one with a wrong e-mail and a misspelt new owner."""
    rows = (
        {"crm_id": "CEDAR-FALLS", "account_name": "Cedar Falls", "mrr": "4,200.00", "new_csm": "Dev Patel"},
        {"crm_id": "ACC-9", "account_name": "Aster Valley"},
        {"crm_id": "CEDAR-RAPIDS", "contact_email": "maria at example", "new_csm": "Tom Okafour"},
    )
    path = folder / "carla.xlsx"
    path.write_bytes(workbook([[one.get(column.name, "") for column in COLUMNS] for one in rows], "Accounts"))
    return path


@pytest.fixture
def page(browser: Browser, live_server: object) -> Iterator[Page]:
    context = browser.new_context(base_url=str(live_server), locale="en-GB")
    yield context.new_page()
    context.close()


def test_transfer_is_begun_filled_by_spreadsheet_and_filter_and_thinned(desk: Desk, page: Page, tmp_path: Path) -> None:
    sign_in(page, "lena.fischer@example.com")
    page.get_by_role("link", name="Transfers", exact=True).first.click()
    expect(page.get_by_role("heading", name="No transfers yet")).to_be_visible()
    page.get_by_role("link", name="Begin a transfer").click()
    page.get_by_label("Whose accounts").select_option(label="Carla Santos, Client Services")
    page.get_by_label("Take all that they hold").uncheck()
    page.get_by_label("Effective date").fill(str(timezone.now().date() + timedelta(days=30)))
    page.get_by_role("button", name="Begin the transfer").click()
    expect(page.get_by_text("Choose why the accounts change hands.").first).to_be_visible()
    page.get_by_label("Reason").select_option(label="Leave")
    page.get_by_role("button", name="Begin the transfer").click()

    page.get_by_role("link", name="By spreadsheet").click()
    page.get_by_label("The filled spreadsheet").set_input_files(spreadsheet(tmp_path))
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("Nothing was taken yet")).to_be_visible()
    expect(page.get_by_text("“Aster Valley” has the id ASTER-VALLEY.")).to_be_visible()
    expect(page.get_by_text("“maria at example” is not an e-mail address.")).to_be_visible()
    expect(page.get_by_text("Did you mean Tom Okafor, tom.okafor@example.com?")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Take the good row").click()
    expect(page.get_by_text("1 of 3 rows taken")).to_be_visible()

    page.get_by_role("link", name="Hand in another").click()
    page.get_by_role("link", name="From the customers").click()
    expect(page.get_by_label("Account owner").locator("option:checked")).to_have_text("Carla Santos")
    page.get_by_label("Name or key").fill("aster")
    page.get_by_role("button", name="Add the one that matches").click()
    expect(page.get_by_text("One line was added: all customers called “aster”")).to_be_visible()
    assert faults_of(page) == []

    row = page.get_by_role("row").filter(has_text="Cedar Falls")
    expect(row.get_by_text("Dev Patel")).to_be_visible()
    expect(page.get_by_role("button", name="Leave out")).to_be_hidden()
    page.get_by_label("Choose Aster Valley").check()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.get_by_role("button", name="Leave out").click()
    expect(page.get_by_text("One was left out.")).to_be_visible()
    page.get_by_role("link", name="1 left out").click()
    page.get_by_label("Choose Aster Valley").check()
    page.get_by_role("button", name="Take in again").click()
    expect(page.get_by_text("One was taken in again.")).to_be_visible()
    states = models.TransferLine.objects.order_by("customer__name").values_list("customer__name", "state")
    assert list(states) == [("Aster Valley", "proposed"), ("Cedar Falls", "proposed")]

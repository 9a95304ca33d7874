"""Orders in a browser, by everybody who has a part: clean, an exception, a rejection and a change, late, invoiced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, Page, expect

from handrail.desk import jobs, models
from tests.desk.selling import Shop, line
from tests.journey.test_accessibility import faults_of

pytestmark = pytest.mark.django_db(transaction=True)

Pages = Callable[[str], Page]


@pytest.fixture
def pages(browser: Browser, live_server: object) -> Iterator[Pages]:
    """The page of somebody who is signed in, the same each time."""
    contexts: list[BrowserContext] = []
    known: dict[str, Page] = {}

    def of(email: str) -> Page:
        if email not in known:
            contexts.append(browser.new_context(base_url=str(live_server), locale="en-GB"))
            contexts[-1].add_cookies([session_of(email, str(live_server))])
            known[email] = contexts[-1].new_page()
            known[email].goto("/")
        return known[email]

    yield of
    for context in contexts:
        context.close()


def session_of(email: str, url: str) -> SetCookieParam:
    """That of somebody who is signed in: seven who type their password would take longer than all they do."""
    client = Client()
    client.force_login(models.Person.objects.get(email=f"{email}@example.com"))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def opened(pages: Pages, who: str, row: models.Order) -> Page:
    page = pages(who)
    page.goto(f"/orders/{row.pk}/validation/")
    return page


def approve(pages: Pages, who: str, row: models.Order) -> None:
    page = opened(pages, who, row)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("Approved.")


def test_order_reaches_its_customer_once_everybody_stands_behind_it(pages: Pages) -> None:
    shop = Shop()
    clean = shop.order()
    exception = shop.order(line(percent="20"), customer=shop.customer("Bergen Post"), number="O-2")

    sam = opened(pages, "sam.keller", clean)
    sam.get_by_role("button", name="Submit").click()
    expect(sam.get_by_role("main")).to_contain_text("one action of Customer Success")
    expect(sam.get_by_role("button", name="Send to the customer")).to_be_disabled()
    carla = opened(pages, "carla.santos", clean)
    carla.get_by_role("button", name="Validate the order").click()
    sam.reload()
    sam.get_by_role("button", name="Send to the customer").click()
    expect(sam.get_by_role("main")).to_contain_text("The customer has this order already.")
    sam.goto(f"/orders/{clean.pk}/state.json")
    expect(sam.locator("body")).to_contain_text('"state": "shut"')

    _exception(pages, exception)
    _trigger(pages, shop, clean)


def _exception(pages: Pages, row: models.Order) -> None:
    """Three, one of whom rejects; then only those whom the change touches, and the director above them."""
    sam = opened(pages, "sam.keller", row)
    sam.get_by_role("button", name="Submit").click()
    expect(sam.get_by_role("main")).to_contain_text("0 of 4 given")
    approve(pages, "carla.santos", row)
    approve(pages, "fay.morgan", row)
    mona = opened(pages, "mona.haddad", row)
    mona.get_by_text("Reject with a reason").click()
    mona.get_by_label("What has to change?").fill("Sixteen percent, and not more.")
    mona.get_by_role("button", name="Return to Sales").click()
    expect(mona.get_by_role("status")).to_contain_text("The order is with Sales again.")
    Shop.change_lines(row, line(percent="16"))
    sam = opened(pages, "sam.keller", row)
    expect(sam.get_by_role("main")).to_contain_text("Sixteen percent, and not more.")
    sam.get_by_role("button", name="Submit again").click()
    expect(sam.get_by_role("main")).to_contain_text("1 of 4 given")
    sam.get_by_role("link", name="Versions", exact=True).click()
    expect(sam.get_by_role("main")).to_contain_text("The discount of line 1 went from 20 percent to 16 percent.")
    expect(sam.get_by_role("main")).to_contain_text("Finance was asked again")
    assert faults_of(sam) == []
    approve(pages, "fay.morgan", row)
    approve(pages, "mona.haddad", row)
    expect(opened(pages, "sam.keller", row).get_by_role("button", name="Send to the customer")).to_be_disabled()
    approve(pages, "dirk.jansen", row)
    sam = opened(pages, "sam.keller", row)
    sam.get_by_role("button", name="Send to the customer").click()
    expect(sam.get_by_role("main")).to_contain_text("The customer has this order already.")


def _trigger(pages: Pages, shop: Shop, row: models.Order) -> None:
    shop.finish(row, "fay", "shut-invoicing", timezone.now())
    shop.signed_by_customer(row, timezone.now())
    fay = opened(pages, "fay.morgan", row)
    expect(fay.get_by_role("main")).to_contain_text("Nothing is invoiced before")
    fay.get_by_role("link", name="Open the invoice trigger").click()
    fay.get_by_role("button", name="I have written this").click()
    fay = opened(pages, "fay.morgan", row)
    expect(fay.get_by_role("main")).to_contain_text("Opened by Fay Morgan")


def test_late_approval_is_told_to_the_manager_and_nothing_is_approved_by_silence(pages: Pages) -> None:
    shop, now = Shop(), timezone.now()
    row = shop.submitted(shop.order(line(percent="10")), now=now - timedelta(days=16))
    while jobs.run_due(now):
        pass
    frank = pages("frank.weber")
    expect(frank.get_by_role("link", name="See to it that this is done: Finance approves")).to_be_visible()
    fay = opened(pages, "fay.morgan", row)
    expect(fay.get_by_role("main")).to_contain_text("It is late: Frank Weber was turned to.")
    assert faults_of(fay) == []
    assert shop.open_approvals(row) == ["approve-by-customer-success", "approve-by-finance", "approve-by-sales"]

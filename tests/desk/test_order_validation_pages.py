"""The pages of an order's validation and of its versions."""

from __future__ import annotations

import pytest
from django.test import Client

from handrail.desk import models
from tests.desk.company import browser_of
from tests.desk.counting import queries_of
from tests.desk.selling import RETIRED, Shop, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_order_is_submitted_approved_and_sent_on_its_own_page(shop: Shop) -> None:
    row = shop.order(line(percent="10"))
    page = f"/orders/{row.pk}/validation/"
    sam, carla = browser_of(shop, "sam"), browser_of(shop, "carla")
    assert "Whoever has to approve it is asked at once." in sam.get(page).content.decode()
    assert sam.post(page, {"do": "submit"}).status_code == 302
    shown = carla.get(page).content.decode()
    assert ("Reject with a reason" in shown, "0 of 3 given" in shown) == (True, True)
    assert "Fay Morgan" in shown
    nothing = carla.post(page, {"do": "reject", "step": "approve-by-customer-success", "reason": " "})
    assert (nothing.status_code, "Say why you reject" in nothing.content.decode()) == (422, True)
    not_hers = carla.post(page, {"do": "approve", "step": "approve-by-finance"})
    assert not_hers.status_code == 403
    assert carla.post(page, {"do": "approve", "step": "send-order"}).status_code == 404
    for who, step in (
        ("carla", "approve-by-customer-success"),
        ("fay", "approve-by-finance"),
        ("mona", "approve-by-sales"),
    ):
        early = sam.post(page, {"do": "send"})
        assert (early.status_code, "The customer does not get this order yet" in early.content.decode()) == (409, True)
        assert browser_of(shop, who).post(page, {"do": "approve", "step": step}).status_code == 302
    step = sam.get(f"/handoffs/{models.Order.objects.get().handoff_id}/steps/send-order/").content.decode()
    assert "This handoff validates order O-1: send it from the order’s page" in step
    assert sam.post(page, {"do": "send"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "sent"
    assert "The customer has this order already." in sam.get(page).content.decode()
    assert sam.get(f"/orders/{row.pk}/state.json").json() == {
        "order": "O-1",
        "customer": "ALTONA MEDIA",
        "state": "sent",
        "invoice_trigger": {"state": "shut", "since": None, "by": None},
        "currency": "EUR",
        "value": "10800",
        "sent_version": 1,
        "changed_at": row.changed_at.isoformat(),
    }
    assert browser_of(shop, "paula").get(page).status_code == 403


def test_versions_tell_what_changed_and_who_was_asked_again(shop: Shop) -> None:
    row = shop.order(line(percent="10"))
    page = f"/orders/{row.pk}/versions/"
    sam = browser_of(shop, "sam")
    assert "Not submitted yet" in sam.get(page).content.decode()
    shop.submitted(row)
    shop.approve(row, "fay", "approve-by-finance")
    shop.reject(row, "carla", "approve-by-customer-success", "Nobody has the time.")
    returned = sam.get(f"/orders/{row.pk}/validation/").content.decode()
    assert ("Nobody has the time." in returned, "Carla Santos, Customer Success" in returned) == (True, True)
    shop.submitted(shop.change(row, lines=(line(percent="12"),)))
    shown = sam.get(page).content.decode()
    assert "The discount of line 1 went from 10 percent to 12 percent." in shown
    assert "Finance was asked again" in shown
    one = sam.get(f"{page}1/").content.decode()
    assert ("12,000.00 EUR" in one, "Editorial Suite" in one) == (True, True)
    assert sam.get(f"{page}9/").status_code == 404


def test_what_cannot_be_sold_is_told_before_it_is_submitted(shop: Shop) -> None:
    row = shop.order(line(sku="WS-PRINT", price="1700"), findings=(RETIRED,))
    page = f"/orders/{row.pk}/validation/"
    sam = browser_of(shop, "sam")
    assert "Line 1: WS-PRINT is retired. Sell WS-KICKOFF." in sam.get(page).content.decode()
    answer = sam.post(page, {"do": "submit"})
    assert (answer.status_code, models.OrderVersion.objects.count()) == (422, 0)


def test_pages_ask_as_often_with_many_approvals_and_versions_as_with_few(shop: Shop) -> None:
    clean, exception = (
        shop.order(),
        shop.order(line(percent="10"), customer=shop.customer("Bergen Post"), number="O-2"),
    )
    shop.submitted(clean)
    shop.submitted(exception)
    shop.approve(exception, "fay", "approve-by-finance")
    shop.reject(exception, "mona", "approve-by-sales", "Too cheap.")
    shop.submitted(shop.change(exception, lines=(line(percent="12"), line(2, "WS-SEO", "950"))))
    carla = browser_of(shop, "carla")
    for page in ("validation/", "versions/", "state.json"):
        _asked(carla, clean, page)  # what each process reads once
        assert _asked(carla, clean, page) == _asked(carla, exception, page), page


def _asked(browser: Client, row: models.Order, page: str) -> int:
    return queries_of(lambda: browser.get(f"/orders/{row.pk}/{page}"))

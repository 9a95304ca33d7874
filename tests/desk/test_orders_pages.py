"""The pages of orders: the list, beginning one, changing one, and what is kept where something is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import models
from handrail.desk.folding import words_of
from handrail.desk.queries.orders import SORTS, Wanted, orders
from handrail.order.purchase import Address, Invoice, Order
from handrail.order.wire import decode_order
from tests.desk.company import browser_of
from tests.desk.writing_orders import Selling, fields_of, form_of

pytestmark = pytest.mark.django_db

SORTED = [f"{sign}{name}" for name in SORTS for sign in ("", "-")]


@pytest.fixture
def selling() -> Selling:
    return Selling()


def content(row: models.Order) -> Order:
    row.refresh_from_db()
    return decode_order(row.content)


def test_order_is_begun_in_the_browser_and_lines_are_added_moved_and_deleted(selling: Selling) -> None:
    sam, customer = browser_of(selling, "sam"), selling.customer()
    found = sam.get(reverse("order-new"), {"q": "alt"}).content.decode()
    assert f"?customer={customer.pk}" in found
    begun = sam.post(reverse("order-new"), {"customer": customer.pk, "currency": "EUR", "language": "en"})
    row = models.Order.objects.get()
    url = reverse("order", args=[row.pk])
    assert begun["Location"] == url
    assert "WS-PRINT" not in sam.get(url, {"find": "workshop"}).content.decode()
    for sku in ("PV-1K", "WS-SEO", "OS-DAY"):
        assert sam.post(url, {**form_of(sam, row.pk), "do": f"add:{sku}"}).status_code == 302
    form = form_of(sam, row.pk) | {"quantity-1": "25000", "percent-1": "10", "amount-3": "100", "do": "up:3"}
    assert sam.post(url, form)["Location"] == f"{url}#line-2"
    lines = content(row).lines
    assert [(one.number, one.sku, one.discount_percent, one.discount, one.sold_price) for one in lines] == [
        (1, "PV-1K", Decimal(10), Decimal(2550), Decimal(22950)),
        (2, "OS-DAY", Decimal("6.25"), Decimal(100), Decimal(1500)),
        (3, "WS-SEO", Decimal(0), Decimal(0), Decimal(950)),
    ]
    sam.post(url, {**form_of(sam, row.pk), "do": "delete:1"})
    assert [one.sku for one in content(row).lines] == ["OS-DAY", "WS-SEO"]
    assert "WS-PRINT is not sold now" in sam.post(url, {**form_of(sam, row.pk), "do": "add:WS-PRINT"}).content.decode()


def test_what_cannot_be_read_is_told_at_its_field_and_all_else_is_kept(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    url = reverse("order", args=[row.pk])
    sam.post(url, {**form_of(sam, row.pk), "do": "add:WS-SEO"})
    typed = {
        "quantity-1": "3",
        "percent-1": "101",
        "by-1": "2027-02-31",
        "invoice-name": "Anna",
        "invoice-email": "anna@",
        "invoice-country": "DE",
        "invoice-postal_code": "1011",
        "work": "Two lines\nof work",
        "territory": "Europe",
    }
    answer = sam.post(url, {**form_of(sam, row.pk), **typed, "do": "save"})
    page = answer.content.decode()
    assert answer.status_code == 422
    kept = fields_of(page)
    assert {name: kept.get(name) for name in typed} == typed
    for says in (
        "It is sold as 1, 2 or 4 only.",
        "A discount is between 0 and 100 percent.",
        "“2027-02-31” is not a day. Write it like 2026-12-01.",
        "“anna@” is no e-mail address. It looks like name@example.com.",
        "“1011” is no postcode of Germany. It looks like 26133.",
    ):
        assert says in page
    assert content(row).invoice == Invoice()
    mended = {"quantity-1": "2", "percent-1": "5", "by-1": "", "invoice-email": "anna@example.com"}
    saved = sam.post(url, {**kept, **typed, **mended, "invoice-postal_code": "10115", "do": "save"})
    assert saved.status_code == 302
    order = content(row)
    assert order.work is not None
    assert (order.work.text, order.territory, order.invoice.address.postal_code) == (
        "Two lines\nof work",
        "Europe",
        "10115",
    )
    assert order.territory_check_on == order.ordered_on + timedelta(days=182)
    assert (order.lines[0].quantity, order.lines[0].sold_price) == (Decimal(2), Decimal(1805))


def test_clash_keeps_both_and_saving_again_takes_mine(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    url = reverse("order", args=[row.pk])
    for sku in ("SUB-EDIT", "WS-SEO"):
        sam.post(url, {**form_of(sam, row.pk), "do": f"add:{sku}"})
    mine = form_of(sam, row.pk) | {"percent-1": "7", "percent-2": "5", "do": "save"}
    order = content(row)
    theirs = replace(order, territory="Worldwide", lines=(replace(order.lines[0], quantity=Decimal(3)),))
    selling.write(row, theirs)
    answer = sam.post(url, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("Somebody changed this order meanwhile" in page, "Line 2: 1 × WS-SEO" in page) == (True, True)
    assert content(row).lines[0].quantity == Decimal(3)
    again = fields_of(page)
    assert (again["percent-1"], again["quantity-1"], again["revision"]) == ("7", "1", str(row.revision))
    assert sam.post(url, {**again, "do": "save"}).status_code == 302
    assert [(one.sku, one.quantity, one.discount_percent) for one in content(row).lines] == [
        ("SUB-EDIT", Decimal(1), Decimal(7))
    ]


def test_other_currency_takes_its_own_prices(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    url = reverse("order", args=[row.pk])
    sam.post(url, {**form_of(sam, row.pk), "do": "add:SUB-EDIT"})
    sam.post(url, {**form_of(sam, row.pk), "percent-1": "10", "do": "save"})
    sam.post(url, {**form_of(sam, row.pk), "currency": "JPY", "do": "save"})
    (line,) = content(row).lines
    assert (line.list_price, line.discount, line.sold_price) == (Decimal(2000000), Decimal(200000), Decimal(1800000))
    assert fields_of(sam.get(url).content.decode())["amount-1"] == "200000"


def test_line_that_a_file_brought_otherwise_is_mended_by_one_button(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    url = reverse("order", args=[row.pk])
    sam.post(url, {**form_of(sam, row.pk), "do": "add:SUB-EDIT"})
    assert "As in the catalogue" not in sam.get(url).content.decode()
    (line,) = content(row).lines
    odd = replace(
        line, description="Quite another thing", list_price=Decimal(9000), sold_price=Decimal(0), included=True
    )
    selling.write(row, replace(content(row), lines=(odd,)))
    page = sam.get(url).content.decode()
    assert ("Description is not the catalogue’s" in page, "“Included”: at no price" in page) == (True, True)
    sam.post(url, {**form_of(sam, row.pk), "do": "catalogue:1"})
    assert content(row).lines == (line,)


def test_prices_follow_as_one_types_and_nothing_is_kept(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    sam.post(reverse("order", args=[row.pk]), {**form_of(sam, row.pk), "do": "add:SUB-EDIT"})
    form = form_of(sam, row.pk)
    url = reverse("order-priced", args=[row.pk])
    first = sam.post(url, {**form, "percent-1": "12.5"}).json()
    assert first["lines"]["1"]["amount-1"] == {"value": "1500.00", "wrong": ""}
    assert first["totals"] == {"list": "12,000.00", "discount": "1,500.00", "sold": "10,500.00"}
    shown = {name: cell["value"] for name, cell in first["lines"]["1"].items() if isinstance(cell, dict)}
    second = sam.post(url, {**form, **shown, "amount-1": "100.005"}).json()
    assert second["lines"]["1"]["amount-1"] == {
        "value": "100.005",
        "wrong": "“100.005” can be 100005 or 100.005. Write 100005 or 100.0050.",
    }
    third = sam.post(url, {**form, **shown, "amount-1": "600"}).json()
    assert third["lines"]["1"]["percent-1"]["value"] == "5"
    assert content(row).lines[0].discount == Decimal(0)


def test_finance_reads_and_verifies_and_sales_takes_the_last_verified(selling: Selling) -> None:
    row, fay, sam = selling.draft(), browser_of(selling, "fay"), browser_of(selling, "sam")
    berlin = Address(country="DE", street="Ufer 1", city="Berlin", postal_code="10115")
    selling.write(row, replace(content(row), invoice=Invoice(name="Anna", email="anna@example.com", address=berlin)))
    url = reverse("order", args=[row.pk])
    page = fay.get(url).content.decode()
    assert ('id="order-form"' in page, "Contact and address are right" in page) == (False, True)
    assert fay.post(url, {"do": "save"}).status_code == 403
    verify = reverse("order-invoice-verified", args=[row.pk])
    assert sam.post(verify, {"revision": row.revision}).status_code == 403
    assert fay.post(verify, {"revision": 0}).status_code == 409
    row.refresh_from_db()
    assert fay.post(verify, {"revision": row.revision}).status_code == 302
    other = selling.draft(row.customer)
    take = form_of(sam, other.pk) | {"do": "last-verified"}
    sam.post(reverse("order", args=[other.pk]), take)
    assert content(other).invoice == content(row).invoice
    assert "by Fay Morgan on" in sam.get(reverse("order", args=[other.pk])).content.decode()


def test_list_searches_filters_sorts_and_sums_by_currency(selling: Selling) -> None:
    sam = browser_of(selling, "sam")
    first = selling.draft(selling.customer("Altona Media"))
    second = selling.draft(selling.customer("Berg Verlag"), currency="USD")
    models.Order.objects.filter(pk=first.pk).update(value=Decimal("1200.5"), state="sent")
    models.Order.objects.filter(pk=second.pk).update(value=Decimal(7), is_outside=True)
    today = timezone.now().date()
    models.Order.objects.filter(pk=first.pk).update(territory="Europe", territory_check_on=today)

    def numbers(**asked: str) -> list[str]:
        page = sam.get(reverse("orders"), asked).context["page"]
        return [row.number for row in page.rows]

    both = [first.number, second.number]
    assert numbers(sort="number") == both
    assert numbers(sort="-number") == both[::-1]
    assert numbers(q="verl") == numbers(currency="USD") == numbers(outside="yes") == [second.number]
    assert numbers(q=first.number) == numbers(state="sent") == numbers(due="yes") == [first.number]
    assert numbers(writer=str(selling.people["mona"].pk)) == []
    sums = sam.get(reverse("orders")).context["sums"]
    assert [(one.currency, one.orders, one.value) for one in sums] == [
        ("EUR", 1, Decimal("1200.5")),
        ("USD", 1, Decimal(7)),
    ]
    exported = b"".join(sam.get(reverse("orders-csv"), {"q": "alt"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert exported.splitlines()[1].startswith(f"{first.number},Altona Media,With the customer,EUR,1200.5")


def test_list_and_order_ask_as_often_for_one_as_for_three(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    url = reverse("order", args=[row.pk])
    sam.post(url, {**form_of(sam, row.pk), "do": "add:SUB-EDIT"})

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert sam.get(address).status_code == 200
        return len(queries)

    pages = (reverse("orders"), url, reverse("customer", args=[row.customer_id]))
    _, counts = [asked(one) for one in pages], [asked(one) for one in pages]
    for _ in range(2):
        selling.draft(row.customer)
        sam.post(url, {**form_of(sam, row.pk), "do": "add:WS-SEO"})
    assert [asked(one) for one in pages] == counts


def test_order_of_five_hundred_lines_is_shown_and_saved(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    sam.post(reverse("order", args=[row.pk]), {**form_of(sam, row.pk), "do": "add:SUB-EDIT"})
    selling.write(row, replace(content(row), lines=content(row).lines * 500))
    form = form_of(sam, row.pk) | {"quantity-500": "2", "do": "save"}
    assert sam.post(reverse("order", args=[row.pk]), form).status_code == 302
    assert content(row).lines[-1].sold_price == Decimal(24000)


def test_territory_is_looked_at_on_its_page(selling: Selling) -> None:
    sam, row = browser_of(selling, "sam"), selling.draft()
    selling.write(row, replace(content(row), territory="Europe", territory_check_on=timezone.now().date()))
    assert sam.get(reverse("order-territories")).context["page"].rows == ()
    models.Order.objects.filter(pk=row.pk).update(state="taken over")
    assert row.number in sam.get(reverse("order-territories")).content.decode()
    url = reverse("order-territory", args=[row.pk])
    wrong = sam.post(url, {"outcome": "used elsewhere", "note": "", "next": "soon"})
    assert (wrong.status_code, "“soon” is not a day." in wrong.content.decode()) == (422, True)
    assert sam.post(url, {"outcome": "used elsewhere", "note": "In Japan", "next": ""}).status_code == 302
    assert sam.get(reverse("order-territories")).context["page"].rows == ()
    assert "Used elsewhere. In Japan" in sam.get(url).content.decode()


def test_customer_shows_its_orders_to_whoever_sees_orders(selling: Selling) -> None:
    row = selling.draft()
    url = reverse("customer", args=[row.customer_id])
    assert row.number in browser_of(selling, "sam").get(url).content.decode()
    assert row.number not in browser_of(selling, "paula").get(url).content.decode()


def test_orders_of_a_name_that_many_have_are_those_that_are_found_of_one_of_few(
    selling: Selling, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("Ash Mill", "Elm Mill", "Water Mill", "Yew Water")):
        customer = models.Customer.objects.create(key=f"K{number}", name=name)
        models.CustomerWord.objects.bulk_create(
            models.CustomerWord(customer=customer, word=word) for word in words_of(name, customer.key)
        )
        models.Order.objects.create(
            number=f"MILL-{number}" if number == 3 else f"PO-{number}",
            customer=customer,
            content="{}",
            currency="EUR",
            ordered_on=timezone.now().date(),
        )

    def shown() -> list[tuple[str, list[str]]]:
        asked = [Wanted(text=text, sort=sort) for text in ("mill", "wat", "elm mill", "po-", "!") for sort in SORTED]
        pages = [orders(one, number) for one in asked for number in (1, 2)]
        return [(page.total_text, [row.number for row in page.rows]) for page in pages]

    monkeypatch.setattr("handrail.desk.queries.orders.SIZE", 2)
    few = shown()
    assert few[:2] == [("4", ["MILL-3", "PO-0"]), ("4", ["PO-1", "PO-2"])]
    monkeypatch.setattr("handrail.desk.queries.orders._MOST_NAMED", 0)
    assert shown() == few

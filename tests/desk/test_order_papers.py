"""The order on paper: as page and file, marked while nobody approved it; and what the customer has of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import catalogue, customer_links, models
from handrail.desk.orders import papers
from handrail.desk.papers.order_sheet import OrderSheet, order_pictures
from handrail.desk.papers.paper import Look
from handrail.order.purchase import Order, Verified
from handrail.order.wire import encoded
from tests.core.test_order_paper import ORDER
from tests.desk.company import NOW, Company, browser_of

pytestmark = pytest.mark.django_db
HOSTILE = replace(
    ORDER,
    language="de",
    invoice=replace(ORDER.invoice, name="<script>alert(1)</script> #[x] {{ y }}"),
)


@pytest.fixture
def company() -> Iterator[Company]:
    cache.clear()
    yield Company()
    cache.clear()


def order_of(company: Company, order: Order = HOSTILE, **more: object) -> models.Order:
    customer = company.customer("Nordlicht <b>Verlag</b>")
    return models.Order.objects.create(
        number=order.number,
        customer=customer,
        content=encoded(order),
        currency=order.currency,
        ordered_on=order.ordered_on,
        catalogue=catalogue.current(),
        writer_name="Sam Keller",
        **more,
    )


def sent(row: models.Order, order: Order, number: int = 1) -> models.OrderVersion:
    return models.OrderVersion.objects.create(
        order=row, number=number, content=encoded(order), catalogue=row.catalogue, by_name="Sam Keller", sent_at=NOW
    )


def texts_of(content: bytes) -> list[str]:
    file = docx.Document(BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return [*(one.text for one in file.sections[0].header.paragraphs), *(one.text for one in file.paragraphs), *cells]


def test_order_is_a_page_and_files_in_its_own_language_or_another(company: Company) -> None:
    row, olga = order_of(company), browser_of(company, "olga")
    url = reverse("order-documents", args=[row.pk])
    with CaptureQueriesContext(connection) as few:
        page = olga.get(url).content.decode()
    assert "Bestellung PO-7" in page
    assert "Entwurf: nicht freigegeben" in page
    assert "The customer has nothing of this order yet." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; #[x] {{ y }}" in page
    assert "<script>alert(1)" not in page
    assert "Bon de commande PO-7" in olga.get(url, {"lang": "fr"}).content.decode()

    row.content = encoded(replace(HOSTILE, lines=HOSTILE.lines * 3))
    row.save()
    with CaptureQueriesContext(connection) as many:
        olga.get(url)
    assert len(many) == len(few)

    made = olga.get(reverse("order-file", args=[row.pk, "docx"]), {"lang": "fr"})
    assert made["Content-Disposition"].endswith(
        "Bon%20de%20commande%20PO-7%20%28Brouillon%20%20non%20approuv%C3%A9%29.docx"
    )
    texts = texts_of(made.content)
    assert texts[0] == "Brouillon : non approuvé"
    assert "<script>alert(1)</script> #[x] {{ y }}\nada@example.com" in texts
    assert papers.made(row, "docx", "fr") == made.content  # the same words give the same file
    assert olga.get(reverse("order-file", args=[row.pk, "exe"])).status_code == 404
    assert olga.get(url, {"of": "sent"}).status_code == 404
    assert olga.get(url, {"of": "7"}).status_code == 404


def test_approved_order_is_marked_no_more_and_a_withdrawn_one_says_so(company: Company) -> None:
    row = order_of(company)
    marks = {}
    for state in models.Order.State.values:
        row.state = state
        marks[state] = papers.paper_of(papers.as_it_stands(row), "en").mark
    assert marks == {
        "draft": "Draft: not approved",
        "validation": "Draft: not approved",
        "returned": "Draft: not approved",
        "approved": "",
        "sent": "",
        "signed": "",
        "taken over": "",
        "withdrawn": "Withdrawn",
    }


def test_pdf_is_made_of_each_language(company: Company) -> None:
    row = order_of(company, state="approved")
    content = papers.made(row, "pdf")
    assert (content[:5], b"/Lang(de)" in content, b"pdfuaid" in content) == (b"%PDF-", True, True)
    shown = papers.paper_of(papers.as_it_stands(row), "es")
    assert [one[:4] for one in order_pictures(OrderSheet(paper=shown, look=Look()))] == [b"\x89PNG"] * 2


def test_order_without_a_catalogue_says_why_it_is_no_paper_yet(company: Company) -> None:
    row, olga = order_of(company), browser_of(company, "olga")
    models.Order.objects.update(catalogue=None)
    models.CatalogueVersion.objects.update(is_current=False)
    says = "No catalogue is published yet: an order is written with the catalogue&#x27;s own words and prices."
    assert says in olga.get(reverse("order-documents", args=[row.pk])).content.decode()
    assert olga.get(reverse("order-file", args=[row.pk, "pdf"])).status_code == 503


def test_what_the_customer_has_stands_beside_what_was_changed_since(company: Company) -> None:
    row, olga = order_of(company, state="returned"), browser_of(company, "olga")
    sent(row, replace(ORDER, territory="Worldwide"), number=2)
    url = reverse("order-documents", args=[row.pk])
    now, theirs = (olga.get(url, {"lang": "en", **query}).content.decode() for query in ({}, {"of": "sent"}))
    assert ("Draft: not approved" in now, "Worldwide" in now) == (True, False)
    assert "The customer has something else: version 2, sent" in now
    assert ("Draft: not approved" in theirs, "Worldwide" in theirs) == (False, True)
    assert "What the order says has changed since." in theirs


def test_verifying_who_is_invoiced_changes_no_paper(company: Company) -> None:
    row, olga = order_of(company, state="sent"), browser_of(company, "olga")
    sent(row, ORDER, number=2)
    verified = replace(ORDER.invoice, verified=Verified(at=NOW, by="Fay Morgan"))
    models.Order.objects.update(content=encoded(replace(ORDER, invoice=verified)))
    now = olga.get(reverse("order-documents", args=[row.pk]), {"lang": "en"}).content.decode()
    assert ("The customer has something else" in now, "Draft: not approved" in now) == (False, False)


def test_customer_sees_what_was_sent_and_nothing_before(company: Company) -> None:
    handoff_id = company.start()
    row = order_of(company, state="validation", handoff_id=handoff_id)
    handoff = models.Handoff.objects.get(pk=handoff_id)
    token = customer_links.make(handoff, "Dana Fox", "30", company.people["paula"], now=timezone.now())
    part, order = reverse("customer-part", args=[token]), reverse("customer-order", args=[token, row.pk])
    file, guest = reverse("customer-order-file", args=[token, row.pk, "docx"]), Client()
    models.OrderVersion.objects.create(order=row, number=1, content=row.content, by_name="Sam Keller")
    assert "PO-7" not in guest.get(part).content.decode()
    assert (guest.get(order).status_code, guest.get(file).status_code) == (404, 404)

    sent(row, replace(ORDER, language="es", territory="Worldwide"), number=2)
    row.content = encoded(replace(ORDER, territory="Asia-Pacific"))
    row.save()
    assert f'href="{order}"' in guest.get(part).content.decode()
    page = guest.get(order)
    assert page["Referrer-Policy"] == "no-referrer"
    text = page.content.decode()
    assert ("Pedido PO-7" in text, "Todo el mundo" in text, "Borrador" in text, "Asia" in text) == (
        True,
        True,
        False,
        False,
    )
    texts = texts_of(guest.get(file, {"lang": "en"}).content)
    assert "Order PO-7" in texts
    assert texts[texts.index("Territory of use") + 1] == "Worldwide\nLooked at again on November 26, 2027"

    other = order_of_another(company, row)
    assert guest.get(reverse("customer-order", args=[token, other.pk])).status_code == 404
    models.CustomerLink.objects.update(address="bo@partner.example", side="partner")
    assert guest.get(order).status_code == 404


def order_of_another(company: Company, row: models.Order) -> models.Order:
    made = models.Order.objects.create(
        number="PO-9",
        customer=row.customer,
        content=row.content,
        currency="EUR",
        ordered_on=row.ordered_on,
        state="sent",
    )
    sent(made, ORDER)
    return made

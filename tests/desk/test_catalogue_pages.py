"""The catalogue's pages: what each shows, what is kept of what was typed, and what customers see."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from handrail.desk import catalogue, catalogue_drafts, models
from handrail.desk.catalogue_file.writing import as_csv
from handrail.order import samples
from handrail.order.catalogue import Tier
from tests.desk.catalogues import drafted, form_of, sold_from
from tests.desk.company import Company, browser_of

pytestmark = pytest.mark.django_db

MANAGE = "/catalogue/manage/"
SEO = f"{MANAGE}products/WS-SEO/"


@pytest.fixture
def olga() -> Client:
    company = Company()
    sold_from()
    return browser_of(company, "olga")


def text_of(answer: object) -> str:
    """The page's words, in one line."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_products_are_searched_filtered_and_marked(olga: Client) -> None:
    assert [row.sku for row in olga.get(MANAGE).context["page"].rows][-2:] == ["WS-PRINT", "WS-SEO"]

    def found(query: str) -> list[str]:
        return [row.sku for row in olga.get(f"{MANAGE}?{query}").context["page"].rows]

    assert found("q=schulung") == ["TR-ADMIN"]
    assert found("kind=workshop&sold=sold") == ["WS-KICKOFF", "WS-SEO"]
    assert found("sold=retired") == ["WS-PRINT"]
    assert "No product is like that" in text_of(olga.get(f"{MANAGE}?q=nothing-of-the-sort"))
    assert olga.post(SEO, {**form_of(olga, SEO), "unit": "half day"}).status_code == 302
    (row,) = olga.get(f"{MANAGE}?sold=changed").context["page"].rows
    assert (row.sku, row.change, row.unit) == ("WS-SEO", "changed", "half day")


def test_product_is_changed_in_everything_that_it_says(olga: Client) -> None:
    sent = form_of(olga, SEO)
    sent |= {
        "title-de": "Suche",
        "description-fr": "Une demi-journée.",
        "quantities": "2, 1",
        "consults": "on",
        "retired_on": "2027-06-30",
        "replaced_by": "WS-KICKOFF",
        "prices-0-amount": "975.50",
        "prices-2-DELETE": "on",
        "prices-3-currency": "EUR",
        "prices-3-amount": "1000",
        "prices-3-valid_from": "2027-01-01",
        "prices-0-valid_until": "2026-12-31",
    }
    assert olga.post(SEO, sent).status_code == 302
    assert [one.says for one in catalogue_drafts.standing().changes] == [
        "Not sold any more from 2027-06-30 on, replaced by WS-KICKOFF.",
        "Title (de): “Suchworkshop” became “Suche”.",
        "Description (fr) written: “Une demi-journée.”.",
        "Customer Success is consulted: no became yes.",
        "Sold 1, 2 or 4 times became 1 or 2 times.",
        "Price in EUR from 2025-01-01: 950 became 975.5.",
        "Price in EUR from 2025-01-01: valid for good became until 2026-12-31.",
        "Price in EUR from 2027-01-01: 1,000, new.",
        "Price in JPY from 2025-01-01, 150,000, taken away.",
    ]
    assert olga.post(SEO, {**form_of(olga, SEO), "retired_on": "", "replaced_by": ""}).status_code == 302
    assert drafted().products["WS-SEO"].retired_on is None


def test_thresholds_are_typed_in_any_order(olga: Client) -> None:
    address = f"{MANAGE}products/PV-1K/"
    sent = form_of(olga, address) | {"tiers-3-above": "5000", "pricing": "volume"}
    sent |= {"tiers-3-price-EUR": "1.005", "tiers-3-price-USD": "1.1", "tiers-3-price-JPY": "160"}
    assert olga.post(address, sent).status_code == 302
    product = drafted().products["PV-1K"]
    assert [one.above for one in product.tiers] == [0, 5_000, 10_000, 100_000]
    prices = {"EUR": Decimal("1.005"), "USD": Decimal("1.1"), "JPY": Decimal(160)}
    assert (product.tiers[1], product.pricing) == (Tier(above=5_000, prices=prices), "volume")


def test_what_is_wrong_is_said_at_its_field_and_kept(olga: Client) -> None:
    sent = form_of(olga, SEO)
    sent |= {
        "title-en": "",
        "quantities": "1, two",
        "prices-0-amount": "1.000,50",
        "prices-3-amount": "5",
        "tiers-0-price-EUR": "1",
    }
    answer = olga.post(SEO, sent)
    assert answer.status_code == 422
    page = text_of(answer)
    for says in (
        "Title : This field is required.",
        "“two” is not a whole number. Write numbers like 1, 2, 4.",
        "Price 1, Price of one: Write it in digits, like 1200 or 1200.50.",
        "Price 4, Currency: Say in which currency.",
        "Price 4, Valid from: Say from which day on.",
        "Threshold 1, Above: Say beyond which number; the first is above 0.",
    ):
        assert says in page
    assert 'value="1.000,50"' in answer.content.decode()
    twice = form_of(olga, SEO) | {
        "prices-3-currency": "EUR",
        "prices-3-amount": "5",
        "prices-3-valid_from": "2026-01-01",
    }
    answer = olga.post(SEO, twice)
    assert (answer.status_code, catalogue_drafts.draft()) == (422, None)
    assert "Two prices in EUR are valid on 2026-01-01. Let the earlier one end on 2025-12-31 or before." in text_of(
        answer
    )


def test_clash_answers_409_and_keeps_what_was_typed(olga: Client) -> None:
    mine = form_of(olga, SEO) | {"title-en": "My title"}
    assert olga.post(SEO, form_of(olga, SEO) | {"unit": "half day"}).status_code == 302
    answer = olga.post(SEO, mine)
    page = text_of(answer)
    assert (answer.status_code, 'value="My title"' in answer.content.decode()) == (409, True)
    assert "Somebody else has changed WS-SEO meanwhile." in page
    assert "Unit: “half day” became “session”." in page
    again = {**mine, "seen": answer.context["form"]["seen"].value()}
    assert olga.post(SEO, again).status_code == 302
    assert drafted().products["WS-SEO"].titles["en"] == "My title"


def test_what_is_saved_of_a_product_that_was_taken_out_meanwhile_is_still_there(olga: Client) -> None:
    address = f"{MANAGE}products/new/"
    sent = form_of(olga, address) | {"kind": "audit", "title-en": "Speed audit", "sku": "AU-SPEED"}
    olga.post(address, sent)
    mine = form_of(olga, f"{MANAGE}products/AU-SPEED/") | {"title-en": "Audit of speed"}
    olga.post(f"{MANAGE}products/AU-SPEED/remove/", {"seen": mine["seen"]})
    answer = olga.post(f"{MANAGE}products/AU-SPEED/", mine)
    assert (answer.status_code, 'value="Audit of speed"' in answer.content.decode()) == (409, True)
    assert "AU-SPEED was taken out of the draft meanwhile." in text_of(answer)
    again = mine | {"seen": answer.context["form"]["seen"].value() or ""}
    assert olga.post(f"{MANAGE}products/AU-SPEED/", again).headers["Location"] == f"{MANAGE}products/AU-SPEED/"
    assert drafted().products["AU-SPEED"].titles["en"] == "Audit of speed"


def test_product_is_added_and_taken_out_again(olga: Client) -> None:
    address = f"{MANAGE}products/new/"
    sent = form_of(olga, address) | {"kind": "audit", "title-en": "Speed audit"}
    assert "There is a product WS-SEO already." in text_of(olga.post(address, sent | {"sku": "ws-seo"}))
    assert "is an address of the catalogue itself" in text_of(olga.post(address, sent | {"sku": "manage"}))
    assert olga.post(address, sent | {"sku": "AU-SPEED"}).headers["Location"] == f"{MANAGE}products/AU-SPEED/"
    page = olga.get(f"{MANAGE}products/AU-SPEED/")
    assert "It has no price in EUR, USD and JPY, now or later." in text_of(page)
    seen = page.context["form"]["seen"].value()
    assert olga.post(f"{MANAGE}products/AU-SPEED/remove/", {"seen": "another"}).status_code == 409
    assert olga.post(f"{MANAGE}products/AU-SPEED/remove/", {"seen": seen}).status_code == 302
    assert olga.get(f"{MANAGE}products/AU-SPEED/").status_code == 404


def test_tables_are_looked_at_refused_with_lines_and_saved(olga: Client) -> None:
    address = f"{MANAGE}tables/"
    page = olga.get(address)
    assert (len(page.context["tables"]), "The values are ours" in text_of(page)) == (2, True)
    seen, text = page.context["seen"], page.context["text"]
    broken = text.replace("hit_policy: first", "hit_policy: fist")
    answer = olga.post(address, {"tables": broken, "seen": seen})
    assert (answer.status_code, "Line 6, column" in text_of(answer), "hit_policy: fist" in answer.content.decode()) == (
        422,
        True,
        True,
    )
    stricter = text.replace('"<= 5"', '"<= 3"').replace('"(5..15]"', '"(3..15]"')
    looked = olga.post(address, {"tables": stricter, "seen": seen, "look": "yes"})
    assert (looked.status_code, "above 3 up to 15" in text_of(looked), catalogue_drafts.draft()) == (200, True, None)
    assert olga.post(address, {"tables": stricter, "seen": seen}).status_code == 302
    assert (drafted().tables, olga.post(address, {"tables": text, "seen": seen}).status_code) == (stricter, 409)


def test_settings_are_saved_and_what_the_world_does_not_know_is_said(olga: Client) -> None:
    address = f"{MANAGE}settings/"
    page = olga.get(address)
    sent: dict[str, str] = {}
    rows = page.context["territories"]
    for bound in (page.context["form"], *rows.forms, rows.management_form):
        sent |= {
            one.html_name: str(one.value())
            for one in bound
            if one.value() not in (None, "") and one.value() is not False
        }
    wrong = {"languages": "en, klingon", "language": "it", "currencies": "eur euro", "territories-1-countries": "DE QQ"}
    answer = olga.post(address, sent | wrong)
    page_text = text_of(answer)
    assert answer.status_code == 422
    for says in (
        "“klingon” is not a language.",
        "“EURO” is not a currency.",
        "Territory 2, Countries : QQ: no country.",
    ):
        assert says in page_text
    right = {"languages": "en de pt-br", "currencies": "usd, EUR", "is_public": "", "territories-5-DELETE": "on"}
    right |= {"territories-6-name": "The Alps", "territories-6-countries": "at, ch"}
    assert olga.post(address, sent | right).status_code == 302
    one = drafted()
    assert (one.languages, one.currencies, one.is_public) == (("en", "de", "pt-BR"), ("USD", "EUR"), False)
    assert [(each.name, sorted(each.countries)) for each in one.territories][-1] == ("The Alps", ["AT", "CH"])
    assert (one.products, one.tables) == (samples.catalogue().products, samples.catalogue().tables)
    assert olga.post(address, sent).status_code == 409


def test_draft_is_looked_over_published_and_read_as_it_was(olga: Client) -> None:
    assert "There is no draft" in text_of(olga.get(f"{MANAGE}publish/"))
    assert olga.post(SEO, form_of(olga, SEO) | {"replaced_by": "WS-GONE"}).status_code == 302
    page = olga.get(f"{MANAGE}publish/")
    assert "WS-SEO It is replaced by WS-GONE, which is not in the catalogue. Name another product, or none." in text_of(
        page
    )
    assert "Replaced by: nothing became “WS-GONE”." in text_of(page)
    revision = page.context["at"].draft.revision
    assert olga.post(f"{MANAGE}publish/", {"revision": revision}).status_code == 422
    assert olga.post(SEO, form_of(olga, SEO) | {"replaced_by": "", "unit": "half day"}).status_code == 302
    assert olga.post(f"{MANAGE}publish/", {"revision": revision, "says": "Mine"}).status_code == 409
    revision = olga.get(f"{MANAGE}publish/").context["at"].draft.revision
    answer = olga.post(f"{MANAGE}publish/", {"revision": revision, "says": "Half days"})
    assert answer.headers["Location"] == f"{MANAGE}versions/2/"
    assert "Unit: “session” became “half day”." in text_of(olga.get(f"{MANAGE}versions/2/"))
    assert "half day" in text_of(olga.get(f"{MANAGE}versions/2/WS-SEO/"))
    assert "session" in text_of(olga.get(f"{MANAGE}versions/1/WS-SEO/"))
    assert [one.number for one in olga.get(f"{MANAGE}versions/").context["versions"]] == [2, 1]
    assert olga.get(f"{MANAGE}versions/3/").status_code == 404


def test_draft_is_discarded(olga: Client) -> None:
    assert olga.post(SEO, form_of(olga, SEO) | {"unit": "half day"}).status_code == 302
    assert olga.post(f"{MANAGE}discard/", {"revision": "7"}).status_code == 409
    revision = catalogue_drafts.draft().revision  # type: ignore[union-attr]
    assert olga.post(f"{MANAGE}discard/", {"revision": revision}).status_code == 302
    assert (catalogue_drafts.draft(), drafted().products["WS-SEO"].unit) == (None, "session")


def test_file_is_previewed_taken_in_and_seen_again_when_something_changed(olga: Client) -> None:
    address, one = f"{MANAGE}import/", samples.catalogue()
    dearer = replace(one.products["WS-SEO"], consume_within_days=90)
    content = as_csv(replace(one, products={**one.products, "WS-SEO": dearer}))
    preview = olga.post(address, {"file": SimpleUploadedFile("new prices.csv", content)})
    assert preview.status_code == 200
    assert "Days within which it is used up: 180 became 90." in text_of(preview)
    assert "Take 1 product into the draft" in text_of(preview)
    carried = preview.context["carried"]
    sent = {"carried": carried.text, "name": carried.name, "seen": carried.seen}
    assert (olga.post(address, sent | {"carried": "spoiled"}).status_code, catalogue_drafts.draft()) == (422, None)
    assert olga.post(SEO, form_of(olga, SEO) | {"unit": "half day"}).status_code == 302
    again = olga.post(address, sent)
    assert (again.status_code, drafted().products["WS-SEO"].consume_within_days) == (409, 180)
    assert "Unit: “half day” became “session”." in text_of(again)
    sent["seen"] = again.context["carried"].seen
    assert olga.post(address, sent).status_code == 302
    assert drafted().products["WS-SEO"].consume_within_days == 90
    says = models.AuditEntry.objects.filter(about="catalogue").order_by("-pk")[0].says
    assert says.startswith("1 product from new prices.csv (SHA-256 ")
    unreadable = olga.post(address, {"file": SimpleUploadedFile("x.csv", b"%PDF-1")})
    assert (unreadable.status_code, "The file is a PDF document, not a table." in text_of(unreadable)) == (422, True)


def test_files_are_handed_out(olga: Client) -> None:
    assert olga.get(f"{MANAGE}catalogue.csv?version=1").content == as_csv(drafted())
    assert olga.get(f"{MANAGE}template.csv").content.decode("utf-8-sig").startswith("SKU,Kind,Title en,")
    assert olga.get(f"{MANAGE}template.xlsx").content.startswith(b"PK")
    assert [olga.get(f"{MANAGE}{name}").status_code for name in ("catalogue.pdf", "catalogue.csv?version=9")] == [
        404,
        404,
    ]


def test_only_operations_change_it_and_who_validates_orders_reads_it(olga: Client) -> None:
    lena, paula = browser_of(Company(), "lena"), browser_of(Company(), "paula")
    page = lena.get(SEO)
    assert (page.status_code, "Only CS Operations changes the catalogue." in text_of(page)) == (200, True)
    assert "<textarea" not in page.content.decode()
    for address in (SEO, f"{MANAGE}tables/", f"{MANAGE}settings/", f"{MANAGE}publish/", f"{MANAGE}discard/"):
        assert lena.post(address, {"revision": "0"}).status_code == 403
    assert [lena.get(f"{MANAGE}{name}").status_code for name in ("import/", "products/new/", "tables/")] == [
        403,
        403,
        200,
    ]
    assert paula.get(MANAGE).status_code == 403


def test_customers_see_it_in_their_language_and_currency(olga: Client) -> None:
    page = Client().get("/catalogue/?language=de&currency=JPY&kind=workshop")
    text = text_of(page)
    assert "Suchworkshop Ein halber Tag über das Gefundenwerden." in text
    assert "Mengen: 1, 2, 4 Einzulösen innerhalb von 180 Tagen Wird vor der Lieferung berechnet" in text
    assert ("150.000 ¥" in text, "Druckworkshop" in text, '<html lang="de">' in page.content.decode()) == (
        True,
        False,
        True,
    )
    tiers = text_of(Client().get("/catalogue/PV-1K/?language=fr"))
    assert "Chaque unité coûte ce que dit son propre seuil." in tiers
    assert "0 1,20 €" in tiers.replace("\u202f", " ").replace("\xa0", " ")
    assert "Not sold any more since January 1, 2026 Replaced by Kick-off workshop" in text_of(
        Client().get("/catalogue/WS-PRINT/")
    )
    assert [Client().get(f"/catalogue/{one}/").status_code for one in ("NOPE", "ws-seo")] == [404, 404]
    assert "Nothing is like that." in text_of(Client().get("/catalogue/?q=zzz"))


def test_customers_see_nothing_that_is_the_companys_own(olga: Client) -> None:
    olga.post(SEO, form_of(olga, SEO) | {"unit": "half day"})
    pages = [
        Client().get(f"/catalogue/{one}").content.decode() for one in ("", "?all=yes", "WS-SEO/", "OS-DAY/", "PV-1K/")
    ]
    secrets = ("client-services", "Client Services", "Sales Manager", "effort", "half day", "Olga", "consult")
    assert [(word, page[:80]) for page in pages for word in secrets if word in page] == []


def test_what_customers_see_is_kept_until_another_version_or_day(olga: Client) -> None:
    first = Client().get("/catalogue/WS-SEO/")
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert Client().get("/catalogue/WS-SEO/", headers={"If-None-Match": etag}).status_code == 304
    assert Client().get("/catalogue/WS-SEO/?language=de", headers={"If-None-Match": etag}).status_code == 200
    catalogue.publish(samples.catalogue(), by=None, now=timezone.now() + timedelta(seconds=1))
    assert Client().get("/catalogue/WS-SEO/", headers={"If-None-Match": etag}).status_code == 200


def test_customers_see_an_honest_page_where_there_is_none_for_them(olga: Client) -> None:
    sold_from(replace(samples.catalogue(), is_public=False))
    hidden = Client().get("/catalogue/")
    assert (hidden.status_code, Client().get("/catalogue/WS-SEO/").status_code) == (404, 404)
    models.CatalogueVersion.objects.all().delete()
    empty = Client().get("/catalogue/")
    assert (empty.status_code, text_of(hidden) == text_of(empty)) == (200, True)
    assert "No catalogue has been published yet." in text_of(empty)
    assert "Nothing is published yet: nobody can sell from it." in text_of(olga.get(MANAGE))

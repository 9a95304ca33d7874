"""An order on paper says what the order says, in each language in the same layout."""

import string
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.order import samples
from handrail.order.paper import Fact, OrderPaper, Threshold, Work, paper
from handrail.order.paper_words import TERRITORIES, UNITS, WORDS, spoken
from handrail.order.purchase import Address, Invoice, Line, Order, StatedTier, StatementOfWork
from handrail.order.shipped import TERRITORIES as TERRITORIES_SHIPPED
from tests.core.random_orders import ORDERS, currencies, lines

LANGUAGES = ("en", "de", "fr", "es")

TIERS = (
    StatedTier(above=0, price=Decimal("1.20")),
    StatedTier(above=10_000, price=Decimal("0.90")),
    StatedTier(above=100_000, price=Decimal("0.0055")),
)

ORDER = Order(
    number="PO-7",
    customer="Nordlicht Verlag",
    currency="EUR",
    ordered_on=date(2026, 11, 26),
    country="DE",
    territory="Europe",
    territory_check_on=date(2027, 11, 26),
    starts_on=date(2027, 1, 1),
    lines=(
        Line(
            number=1,
            sku="SUB-EDIT",
            quantity=Decimal(2),
            list_price=Decimal(12000),
            discount_percent=Decimal("12.5"),
            discount=Decimal(3000),
            sold_price=Decimal(21000),
        ),
        Line(
            number=2,
            sku="PV-1K",
            quantity=Decimal(20_000),
            discount_percent=Decimal(0),
            discount=Decimal(0),
            sold_price=Decimal(18000),
            pricing="volume",
            tiers=TIERS,
        ),
        Line(
            number=3,
            sku="WS-SEO",
            quantity=Decimal(2),
            description="Edited.",
            list_price=Decimal(950),
            discount_percent=Decimal(0),
            discount=Decimal(0),
            sold_price=Decimal(1900),
            consume_by=date(2027, 6, 30),
        ),
        Line(
            number=4,
            sku="WS-KICKOFF",
            list_price=Decimal(1800),
            discount_percent=Decimal(100),
            discount=Decimal(1800),
            sold_price=Decimal(0),
            from_pack=True,
        ),
    ),
    invoice=Invoice(
        name="Ada Frey",
        email="ada@example.com",
        address=Address(
            country="DE", company="Nordlicht Verlag", street="Hafenstr. 1", city="Kiel", postal_code="24103"
        ),
    ),
    work=StatementOfWork(text="We move the archive.", author="Piet Visser", specialist="Stella Byrne"),
    remarks="Not for the customer.",
)


def made(language: str, order: Order = ORDER) -> OrderPaper:
    return paper(
        order,
        samples.catalogue(3),
        "Nordlicht Verlag",
        language,
        seller="Beispiel AG",
        standing="approved",
        link=lambda sku: f"https://desk.example/catalogue/{sku}",
    )


def test_languages_say_the_same_things() -> None:
    said = {language: {key: _places(text) for key, text in words.items()} for language, words in WORDS.items()}
    assert said == dict.fromkeys(LANGUAGES, said["en"])
    assert {one: set(units) for one, units in UNITS.items()} == {one: set(UNITS["en"]) for one in LANGUAGES}
    shipped = {one.name for one in TERRITORIES_SHIPPED}
    assert {one: set(names) for one, names in TERRITORIES.items()} == {
        "en": set(),
        **dict.fromkeys(LANGUAGES[1:], shipped),
    }


def _places(text: str) -> set[str]:
    return {name for _, name, *_ in string.Formatter().parse(text) if name}


def test_paper_is_in_the_nearest_language() -> None:
    asked = ("de-AT", "DE", "pt", "", "fr", "../es")
    assert [spoken(one) for one in asked] == ["de", "de", "en", "en", "fr", "en"]


def test_terms_of_an_order_in_german() -> None:
    assert made("de").facts == (
        Fact(label="Datum der Bestellung", value="26. November 2026"),
        Fact(label="Beginnt am", value="1. Januar 2027"),
        Fact(label="Nutzungsgebiet", value="Europa\nWird am 26. November 2027 erneut geprüft"),
        Fact(label="Währung", value="EUR (Euro)"),
        Fact(label="Katalog", value="Fassung 3", link="https://desk.example/catalogue/"),
    )


def test_lines_show_list_price_discount_and_price() -> None:
    first = made("de").lines[0]
    assert (first.title, first.description) == (
        "Redaktionssuite",
        "Schreiben, Planen und Veröffentlichen für eine Redaktion, ein Jahr.",
    )
    assert (first.quantity, first.list_price, first.discount, first.percent, first.price, first.link) == (
        "2 Jahre",
        "12.000,00\u00a0€",
        "3.000,00\u00a0€",
        "12,5\u00a0%",
        "21.000,00\u00a0€",
        "https://desk.example/catalogue/SUB-EDIT",
    )


def test_thresholds_are_stated_with_their_prices_and_how_they_count() -> None:
    line = made("en").lines[1]
    assert (line.list_price, line.thresholds_title, line.thresholds_say) == (
        "by threshold",
        "Price per threshold, for each thousand",
        "All units cost what the threshold of the whole number says.",
    )
    assert line.thresholds == (
        Threshold(units="Up to 10,000", price="€1.20"),
        Threshold(units="Above 10,000, up to 100,000", price="€0.90"),
        Threshold(units="Above 100,000", price="€0.0055"),
    )


def test_standard_description_takes_the_place_of_an_edited_one() -> None:
    assert [made(language).lines[2].description for language in LANGUAGES] == [
        "Half a day on being found.",
        "Ein halber Tag über das Gefundenwerden.",
        "Half a day on being found.",  # the catalogue has no other
        "Half a day on being found.",
    ]


def test_what_costs_nothing_is_said_in_words() -> None:
    free = [made(language).lines[3].price for language in LANGUAGES]
    assert free == ["without charge", "ohne Berechnung", "sans frais", "sin cargo"]
    included = replace(ORDER, lines=(replace(ORDER.lines[3], included=True, sold_price=None),))
    assert made("en", included).lines[0].price == "included, without charge"


def test_services_say_until_when_and_when_they_are_invoiced() -> None:
    english = made("en")
    assert [one.notes for one in english.lines] == [
        (),
        (),
        ("To be used by June 30, 2027", "Invoiced before delivery"),
        ("The day by which it is to be used has not been agreed", "Part of the starter pack"),
    ]


def test_totals_are_those_of_the_lines() -> None:
    assert [(one.label, one.value) for one in made("en").totals] == [
        ("List prices", "€45,700.00"),
        ("Discounts", "€4,800.00"),
        ("Total", "€40,900.00"),
        ("Of this invoiced before delivery", "€1,900.00"),
    ]


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (ORDER.invoice.address, ["Nordlicht Verlag", "Hafenstr. 1", "24103 KIEL", "DEUTSCHLAND"]),
        (
            Address(country="GB", company="Fox & Co", street="1 High St", city="Leeds", postal_code="LS1 1AA"),
            ["Fox & Co", "1 High St", "LEEDS", "LS1 1AA", "VEREINIGTES KÖNIGREICH"],
        ),
        (
            Address(country="US", company="Fox", street="1 Main St", city="Troy", postal_code="12180", area="NY"),
            ["Fox", "1 Main St", "TROY, NY 12180", "VEREINIGTE STAATEN"],
        ),
        (Address(country="ZZ", street="Somewhere 1"), ["Somewhere 1", "UNBEKANNTE REGION"]),
        (Address(street="Somewhere 1"), ["Somewhere 1"]),
        (Address(country="DE"), ["nicht angegeben"]),
    ],
)
def test_address_is_in_its_country_s_own_order(address: Address, lines: list[str]) -> None:
    order = replace(ORDER, invoice=replace(ORDER.invoice, address=address))
    assert made("de", order).invoice[1].value.splitlines() == lines


def test_statement_of_work_is_the_only_free_text() -> None:
    assert made("es").work == Work(text="We move the archive.", by="Redactado por Piet Visser con Stella Byrne")
    assert made("en", replace(ORDER, work=None)).work is None
    assert "Not for the customer." not in repr(made("en"))


def test_an_order_that_says_nothing_yet_has_the_same_layout() -> None:
    empty = Order(
        number="PO-8", customer="X", currency="JPY", ordered_on=date(2026, 11, 26), lines=(Line(number=1, sku="?"),)
    )
    shown = paper(empty, samples.catalogue(), "X", "en")
    assert (shown.mark, shown.mark_says) == (
        "Draft: not approved",
        "This order has not been approved. It binds nobody.",
    )
    assert [one.label for one in shown.facts] == [one.label for one in made("en").facts]
    line = shown.lines[0]
    assert (line.title, line.quantity, line.list_price, line.discount, line.price) == (
        "?",
        "1",
        "not stated",
        "not stated",
        "not stated",
    )
    assert shown.totals[-1] == Fact(label="Total", value="¥0")


def test_amounts_that_no_order_can_have_are_not_stated() -> None:
    line = Line(number=1, sku="SUB-EDIT", list_price=Decimal("NaN"), sold_price=Decimal("Infinity"))
    shown = made("en", replace(ORDER, currency="<b>", lines=(line,)))
    assert (shown.lines[0].list_price, shown.lines[0].price) == ("not stated", "not stated")
    assert [one.value for one in shown.totals] == ["<b>0.00"] * 3


def test_braces_in_names_stay_as_they_were_written() -> None:
    work = StatementOfWork(text="{author}", author="{0.__class__}", specialist="{specialist}")
    assert made("en", replace(ORDER, work=work)).work == Work(
        text="{author}", by="Written by {0.__class__} with {specialist}"
    )


@ORDERS
@given(st.lists(lines(), min_size=1, max_size=4), currencies)
def test_layout_is_the_same_in_every_language(written: list[Line], currency: str) -> None:
    order = replace(ORDER, currency=currency, lines=tuple(written))
    assert {repr(_outline(made(language, order))) for language in LANGUAGES} == {repr(_outline(made("en", order)))}


def _outline(shown: OrderPaper) -> object:
    """How many of each thing there are, and the figures of each amount, whatever separates them."""
    lines = [(_figures(one.price), one.is_free, len(one.notes), len(one.thresholds)) for one in shown.lines]
    totals = [_figures(one.value) for one in shown.totals]
    return len(shown.facts), len(shown.heads), lines, totals, len(shown.invoice), len(shown.fields)


def _figures(text: str) -> str:
    return "".join(one for one in text if one.isdigit())

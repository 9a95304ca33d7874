"""What is wrong with a catalogue before it is published, and what changed between two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handrail.order import samples
from handrail.order.catalogue import Catalogue, ListPrice, Territory, Tier
from handrail.order.catalogue_checks import MOST_PRODUCTS, check
from handrail.order.catalogue_difference import Change, difference
from handrail.order.product_checks import sku_fault

TODAY = date(2026, 11, 26)
CATALOGUE = samples.catalogue()


def with_product(sku: str, **changed: Any) -> Catalogue:
    product = replace(CATALOGUE.products[sku], **changed)
    return replace(CATALOGUE, products={**CATALOGUE.products, sku: product})


def new_in(catalogue: Catalogue) -> list[tuple[str, str, str, str]]:
    """What is wrong with it beside what the sample has."""
    usual = set(check(CATALOGUE, on=TODAY))
    return [(one.severity, one.sku, one.field, one.says) for one in check(catalogue, on=TODAY) if one not in usual]


def euros(amount: str, since: date, until: date | None = None) -> ListPrice:
    return ListPrice(currency="EUR", amount=Decimal(amount), valid_from=since, valid_until=until)


JANUARY, MARCH, MAY = date(2027, 1, 1), date(2027, 3, 31), date(2027, 5, 1)
IN_OTHERS = tuple(one for one in CATALOGUE.products["WS-SEO"].prices if one.currency != "EUR")


def test_sample_has_no_error_and_says_what_is_not_translated() -> None:
    found = check(CATALOGUE, on=TODAY)
    assert {one.severity for one in found} == {"warning"}
    assert [(one.sku, one.says, one.mend) for one in found][:1] == [
        ("TR-ADMIN", "It has no title in es: orders in that language show the one in en.", "Have it translated.")
    ]


@pytest.mark.parametrize(
    ("changed", "severity", "field", "says"),
    [
        (
            {"titles": {"de": "Suche", "fr": "Recherche", "es": "Búsqueda"}},
            "error",
            "titles",
            "It has no title in the catalogue’s own language (en).",
        ),
        ({"unit": " "}, "error", "unit", "It does not say what one of it is."),
        ({"quantities": (2, 0)}, "error", "quantities", "It cannot be sold 0 times."),
        ({"quantities": (2, 2)}, "error", "quantities", "A number in which it is sold stands there twice."),
        ({"effort_hours": Decimal(-1)}, "error", "effort_hours", "The work that it makes is below nought: -1 hours."),
        ({"consume_within_days": 0}, "error", "consume_within_days", "It cannot be used up within 0 days."),
        (
            {"consume_within_days": None},
            "warning",
            "consume_within_days",
            "Of a workshop an order states until when it can be called for; this one does not say how long that is.",
        ),
        (
            {"prepaid": False},
            "warning",
            "prepaid",
            "A workshop is usually invoiced before it is delivered; this one is not.",
        ),
        (
            {"retired_on": JANUARY, "replaced_by": "WS-GONE"},
            "error",
            "replaced_by",
            "It is replaced by WS-GONE, which is not in the catalogue.",
        ),
        (
            {"retired_on": JANUARY, "replaced_by": "WS-PRINT"},
            "warning",
            "replaced_by",
            "It is replaced by WS-PRINT, which is not sold any more either.",
        ),
        (
            {"prices": IN_OTHERS},
            "warning",
            "prices",
            "It has no price in EUR, now or later.",
        ),
        (
            {"prices": (*IN_OTHERS, euros("1", JANUARY, MARCH), euros("2", MARCH))},
            "error",
            "prices",
            "Two prices in EUR are valid on 2027-03-31.",
        ),
        (
            {"prices": (*IN_OTHERS, euros("1", JANUARY, MARCH), euros("2", MAY))},
            "warning",
            "prices",
            "It has no price in EUR between 2027-03-31 and 2027-05-01.",
        ),
        (
            {"prices": (*IN_OTHERS, euros("1", MARCH, JANUARY))},
            "error",
            "prices",
            "Its price in EUR from 2027-03-31 ends before it begins, on 2027-01-01.",
        ),
        (
            {"prices": (*IN_OTHERS, euros("0", JANUARY))},
            "warning",
            "prices",
            "Its price in EUR from 2027-01-01 is nought: every order with it is flagged.",
        ),
    ],
)
def test_fault_of_a_product_is_told(changed: dict[str, Any], severity: str, field: str, says: str) -> None:
    assert new_in(with_product("WS-SEO", **changed)) == [(severity, "WS-SEO", field, says)]


def test_thresholds_begin_at_nought_and_rise_and_have_every_price() -> None:
    first, second, third = CATALOGUE.products["PV-1K"].tiers
    thin = Tier(above=5_000, prices={"EUR": Decimal(1)})
    assert new_in(with_product("PV-1K", tiers=(second, third))) == [
        ("error", "PV-1K", "tiers", "Its first threshold is above 10,000: what is below has no price.")
    ]
    assert new_in(with_product("PV-1K", tiers=(first, third, second))) == [
        ("error", "PV-1K", "tiers", "Its thresholds do not rise: 10,000 comes after 100,000.")
    ]
    assert new_in(with_product("PV-1K", tiers=(first, thin))) == [
        ("error", "PV-1K", "tiers", "Above 5,000 it has no price in USD and JPY.")
    ]


def test_what_is_retired_is_not_asked_for_more() -> None:
    assert new_in(with_product("WS-PRINT", titles={"en": "Print"}, prices=(), descriptions={}, prepaid=False)) == []


def test_starter_pack_names_what_is_sold_once() -> None:
    said = CATALOGUE.tables.replace("of: [WS-KICKOFF, TR-ADMIN, AU-SETUP]", "of: [WS-PRINT, PV-9, AU-SETUP]")
    tables = said.replace("then: [WS-KICKOFF]", "then: [WS-PRINT]").replace("then: [TR-ADMIN]", "then: [PV-9]")
    line = tables.splitlines().index('      - {when: ["yes", "-"], then: [WS-PRINT]}') + 1
    catalogue = replace(with_product("AU-SETUP", quantities=(2, 4)), tables=tables)
    found = [one for one in check(catalogue, on=TODAY) if one.field == "tables"]
    assert [(one.line, one.says, one.mend) for one in found] == [
        (line, "Rule 1 of “Starter pack” gives WS-PRINT, which is not sold any more.", "Name WS-KICKOFF instead."),
        (
            line + 1,
            "Rule 2 of “Starter pack” gives PV-9, which is not in the catalogue.",
            "Name a product that is, or add it.",
        ),
        (
            line + 2,
            "Rule 3 of “Starter pack” gives AU-SETUP, which is sold 2 or 4 times, never once.",
            "Let it be sold once too.",
        ),
    ]


def test_tables_that_cannot_be_read_or_name_strangers_are_told_with_their_lines() -> None:
    strange = CATALOGUE.tables.replace("Sales Director", "The Boss")
    found = [one for one in check(replace(CATALOGUE, tables=strange), on=TODAY) if one.field == "tables"]
    assert next(one.says for one in found) == (
        "Rule 3 of “Who approves a discount” names “The Boss”, who is nobody in the discount ladder."
    )
    broken = CATALOGUE.tables.replace("hit_policy: first", "hit_policy: fist")
    found = [one for one in check(replace(CATALOGUE, tables=broken), on=TODAY) if one.field == "tables"]
    assert [(one.severity, one.line) for one in found] == [("error", 6)]


def test_gap_of_a_table_is_a_warning_with_its_line() -> None:
    gap = CATALOGUE.tables.replace('"(15..30]"', '"(20..30]"')
    found = [one for one in check(replace(CATALOGUE, tables=gap), on=TODAY) if one.field == "tables"]
    assert [(one.severity, one.code) for one in found] == [("warning", "gap")]
    assert found[0].line == 3


def test_settings_name_what_there_is() -> None:
    wrong = replace(
        CATALOGUE,
        language="it",
        languages=("en", "de", "fr", "es", "zz-top"),
        currencies=("EUR", "USD", "JPY", "EUR", "XYZ"),
        territories=(Territory(name="Here"), Territory(name="Here", countries=frozenset({"DE", "QQ"}))),
    )
    assert [says for _, sku, _, says in new_in(wrong) if not sku] == [
        "Its own language (it) is not one of its languages.",
        "“zz-top” is not a language.",
        "“XYZ” is not a currency.",
        "“EUR” stands there twice.",
        "There are two territories “Here”.",
        "“Here” holds what is no country: QQ.",
    ]
    bare = check(replace(CATALOGUE, products={}, currencies=(), territories=(), tables="decisions: {}"), on=TODAY)
    assert [one.says for one in bare] == [
        "It sells in no currency.",
        "There is no territory, and an order has to name one of the list.",
        "There is no table “discount-approval”.",
        "There is no table “starter-pack”.",
        "There is no product in it.",
    ]


def test_catalogue_has_a_limit() -> None:
    product = CATALOGUE.products["SUB-EDIT"]
    many = {f"P-{number}": replace(product, sku=f"P-{number}") for number in range(MOST_PRODUCTS + 1)}
    found = check(replace(CATALOGUE, products={**CATALOGUE.products, **many}), on=TODAY)
    assert [one.says for one in found if one.severity == "error"] == ["It has 5,010 products; at most 5,000 fit."]


@pytest.mark.parametrize(
    ("sku", "fault"),
    [
        ("WS-SEO", ""),
        ("a.b_c-1", ""),
        ("Manage", "“Manage” is an address of the catalogue itself."),
        ("A B", "“A B” is not a SKU: letters, digits, and between them points, hyphens and underscores."),
        ("../x", "“../x” is not a SKU: letters, digits, and between them points, hyphens and underscores."),
        ("x" * 61, "A SKU has at most 60 characters; this one has 61."),
    ],
)
def test_sku_is_a_word_that_an_address_can_hold(sku: str, fault: str) -> None:
    assert sku_fault(sku) == fault


def test_difference_is_told_in_words_and_in_the_order_of_skus() -> None:
    products = dict(CATALOGUE.products)
    kickoff, pages = products["WS-KICKOFF"], products["PV-1K"]
    dollars = replace(kickoff.prices[1], amount=Decimal("2100.50"))
    products["WS-KICKOFF"] = replace(kickoff, prices=(dollars, kickoff.prices[0]), quantities=(1, 2), prepaid=False)
    first, second, _ = pages.tiers
    products["PV-1K"] = replace(pages, tiers=(first, replace(second, prices={**second.prices, "EUR": Decimal("0.8")})))
    products["WS-SEO"] = replace(products["WS-SEO"], retired_on=JANUARY, replaced_by="WS-KICKOFF")
    products["WS-PRINT"] = replace(products["WS-PRINT"], retired_on=None, replaced_by="")
    products["WS-NEW"] = replace(kickoff, sku="WS-NEW")
    del products["OS-DAY"]
    after = replace(CATALOGUE, products=products, currencies=("EUR", "USD", "GBP"), is_public=False)
    assert [(one.sort, one.sku, one.says) for one in difference(CATALOGUE, after)] == [
        ("changed", "", "Currency GBP: new."),
        ("changed", "", "Currency JPY: taken away."),
        ("changed", "", "Shown to everybody: yes became no."),
        ("removed", "OS-DAY", "Taken out of the catalogue."),
        ("changed", "PV-1K", "Price in EUR above 10,000: 0.9 became 0.8."),
        ("changed", "PV-1K", "Price in EUR above 100,000, 0.55, taken away."),
        ("changed", "PV-1K", "Price in JPY above 100,000, 90, taken away."),
        ("changed", "PV-1K", "Price in USD above 100,000, 0.6, taken away."),
        ("changed", "WS-KICKOFF", "Invoiced before delivery: yes became no."),
        ("changed", "WS-KICKOFF", "Sold 1 times became 1 or 2 times."),
        ("changed", "WS-KICKOFF", "Price in JPY from 2025-01-01, 300,000, taken away."),
        ("changed", "WS-KICKOFF", "Price in USD from 2025-01-01: 2,000 became 2,100.5."),
        ("new", "WS-NEW", "New: workshop, 1,800 EUR, 2,000 USD and 300,000 JPY per day."),
        ("sold again", "WS-PRINT", "Sold again; it was retired on 2026-01-01."),
        ("changed", "WS-PRINT", "Replaced by: “WS-KICKOFF” became nothing."),
        ("retired", "WS-SEO", "Not sold any more from 2027-01-01 on, replaced by WS-KICKOFF."),
    ]


def test_what_is_only_in_another_order_is_no_change() -> None:
    turned = {
        sku: replace(one, prices=one.prices[::-1], quantities=one.quantities[::-1])
        for sku, one in list(CATALOGUE.products.items())[::-1]
    }
    assert difference(CATALOGUE, replace(CATALOGUE, version=7, says="Another", products=turned)) == ()


def test_first_catalogue_is_told_as_one() -> None:
    assert difference(None, CATALOGUE) == (Change(sort="new", says="The first catalogue, with 9 products."),)

"""The catalogue as a file: what is written and read again changes nothing, and every row's problem is told."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.desk.catalogue_file.cells import words
from handrail.desk.catalogue_file.reading import ProductsRead, read_products
from handrail.desk.catalogue_file.writing import as_csv, as_xlsx
from handrail.order import samples
from handrail.order.catalogue import KINDS, Catalogue, ListPrice, Product, Tier
from handrail.order.catalogue_difference import difference

TODAY = date(2026, 11, 26)
TEAMS = frozenset({"client-services"})


def thorny() -> Catalogue:
    """With words that a spreadsheet would take for formulas, amounts that a float cannot hold, and several times."""
    one = samples.catalogue()
    seo, pages = one.products["WS-SEO"], one.products["PV-1K"]
    words = {"en": "=cmd|'/c calc'!A0\nand “more”; really", "de": "'=x", "fr": "'plain", "it": "-5 %", "es": "@a"}
    times = (
        ListPrice(currency="EUR", amount=Decimal("0.10"), valid_from=date(2025, 1, 1), valid_until=date(2025, 6, 30)),
        ListPrice(currency="EUR", amount=Decimal("123456789012345.678"), valid_from=date(2025, 7, 1)),
        ListPrice(currency="GBP", amount=Decimal("7"), valid_from=date(2025, 7, 1), valid_until=date(2026, 1, 1)),
    )
    products = {
        **one.products,
        "WS-SEO": replace(seo, descriptions=words, prices=times),
        "PV-1K": replace(pages, pricing="volume"),
        "BARE": replace(seo, sku="BARE", prices=(), quantities=(), team="", effort_hours=None),
    }
    return replace(one, products=products)


def read(text: str, one: Catalogue | None = None) -> ProductsRead:
    return read_products(text.encode(), one or samples.catalogue(), TEAMS, on=TODAY)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_what_is_written_and_read_again_changes_nothing(write: Callable[[Catalogue], bytes]) -> None:
    one = thorny()
    found = read_products(write(one), one, TEAMS, on=TODAY)
    assert (found.problems, found.notes, found.new, found.changed) == ((), (), (), ())
    assert (found.same, found.missing) == (len(one.products), 0)
    anew = read_products(write(one), replace(one, products={}), TEAMS, on=TODAY)
    assert {one.sku for one in anew.new} == set(one.products)


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=12).map(words)
AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=4)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


@st.composite
def products(draw: st.DrawFn) -> Product:
    """One that is not wrong by itself, whatever its words are."""
    since = sorted(draw(st.sets(DAYS, max_size=3)))
    codes = draw(st.sets(st.sampled_from(["EUR", "USD", "JPY", "CHF"]), min_size=1))
    ends = [*(one - timedelta(days=draw(st.integers(1, 3))) for one in since[1:]), draw(st.none() | st.just(date.max))]
    times = [(begins, max(begins, until) if until else None) for begins, until in zip(since, ends, strict=False)]
    prices = [
        ListPrice(currency=code, amount=draw(AMOUNTS), valid_from=begins, valid_until=until)
        for begins, until in times
        for code in sorted(codes)
    ]
    starts = sorted({0, *draw(st.sets(st.integers(1, 10**9), max_size=3))})
    tiers = [Tier(above=above, prices={code: draw(AMOUNTS) for code in codes}) for above in starts]
    is_tiered = draw(st.booleans())
    return Product(
        sku=draw(st.from_regex(r"[A-Z0-9]([A-Z0-9._-]{0,8}[A-Z0-9])?", fullmatch=True)),
        kind=draw(st.sampled_from(KINDS)),
        titles={"en": draw(WORDS) or "One", **({"de": german} if (german := draw(WORDS)) else {})},
        descriptions={"pt-BR": told} if (told := draw(WORDS)) else {},
        unit=draw(WORDS) or "each",
        quantities=tuple(sorted(draw(st.sets(st.integers(1, 50), max_size=3)))),
        prices=() if is_tiered else tuple(prices),
        pricing=draw(st.sampled_from(["graduated", "volume"])) if is_tiered else "graduated",
        tiers=tuple(tiers) if is_tiered else (),
        consume_within_days=draw(st.none() | st.integers(1, 1000)),
        consults=draw(st.booleans()),
        prepaid=draw(st.booleans()),
        effort_hours=draw(st.none() | AMOUNTS),
        team=draw(st.sampled_from(["", "client-services"])),
        retired_on=draw(st.none() | DAYS),
        replaced_by=draw(st.sampled_from(["", "OTHER"])),
    )


@given(st.lists(products(), min_size=1, max_size=3), st.sampled_from([as_csv, as_csv, as_csv, as_xlsx]))
@settings(max_examples=25, deadline=None)
def test_any_product_is_read_as_it_was_written(some: list[Product], write: Callable[[Catalogue], bytes]) -> None:
    one = replace(samples.catalogue(), products={each.sku: each for each in some})
    found = read_products(write(one), replace(one, products={}), TEAMS, on=TODAY)
    assert found.problems == ()
    assert difference(one, replace(one, products={each.sku: each for each in found.new})) == ()


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    rows = csv.reader(as_csv(thorny()).decode("utf-8-sig").splitlines(keepends=True))
    assert [cell for row in rows for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@"))] == []


def test_each_rows_problem_is_told_and_its_product_left_as_it_is() -> None:
    found = read(
        "SKU,Kind,Title en,Price EUR,Above,Sold in,Team,Retired on,Colour\n"
        "A B,workshop,x,1,,,,,\n"
        'NEW-1,party,Title,"1,200",,0;x,nobody,31.1.2027,red\n'
        "NEW-2,training,T2,100.5,,1;2,,,\n"
        "NEW-2,audit,,,10,,,,\n"
        ",training,x,,,,,,\n"
        "WS-SEO,workshop,,7\n"
        "NEW-3,workshop,,12,,,,,\n"
        "NEW-4,,Four,1,,,,,\n"
        "OK-1,other,Fine,12.5,,,,,\n"
    )
    assert [(one.row, one.column, one.says, one.mend) for one in found.problems] == [
        (
            2,
            "SKU",
            "“A B” is not a SKU: letters, digits, and between them points, hyphens and underscores.",
            "Write it like WS-KICKOFF.",
        ),
        (
            3,
            "Kind",
            "“party” is no kind of product.",
            f"Write one of: {', '.join(KINDS)}.",
        ),
        (3, "Sold in", "“x” is not a whole number.", "Write the numbers it is sold in, like 1; 2; 4."),
        (3, "Team", "There is no team with the key “nobody”.", "Take one of client-services."),
        (3, "Retired on", "“31.1.2027” is not a day.", "Write it like 2027-01-31."),
        (3, "Price EUR", "“1,200” can be read in two ways.", "Write it without a comma, like 1200."),
        (
            4,
            "Kind",
            "Kind of NEW-2 is “training” and “audit” in different rows.",
            "Write it once, or the same in each row.",
        ),
        (5, "Price", "The row has a threshold or days, and no price.", "Write a price, or nothing."),
        (6, "SKU", "The SKU is missing.", "Write it in each row of the product."),
        (
            7,
            "",
            "This line has 4 cells where the file has 9.",
            "See whether a text with a comma lacks its quotation marks.",
        ),
        (8, "Title", "NEW-3: It has no title in the catalogue’s own language (en).", "Write one."),
        (9, "Kind", "NEW-4 is new, and nothing says of what kind it is.", "Write its kind."),
    ]
    assert found.notes == ("Columns that mean nothing here are left out: Colour.",)
    assert ([one.sku for one in found.new], found.changed, found.refused, found.missing) == (["OK-1"], (), 4, 9)


def test_what_a_file_has_no_column_for_stays() -> None:
    found = read("SKU;Price EUR\nWS-SEO;990,5\nWS-KICKOFF;1800\n")
    (product, changes), *others = found.changed
    assert ([one.says for one in changes], others, found.same) == (
        ["Price in EUR from 2025-01-01: 950 became 990.5."],
        [],
        1,
    )
    before = samples.catalogue().products["WS-SEO"]
    assert replace(product, prices=before.prices) == before


def test_empty_cell_says_nothing_and_none_takes_away() -> None:
    found = read(
        "SKU,Title en,Description de,Sold in,Invoice before delivery,Price EUR,Price USD,Price JPY\n"
        "WS-SEO,,(none),(none),(none),,(none),\nTR-ADMIN,Admin course,,,,,,\n"
    )
    assert {product.sku: [one.says for one in changes] for product, changes in found.changed} == {
        "WS-SEO": [
            "Description (de) taken away; it was “Ein halber Tag über das Gefundenwerden.”.",
            "Invoiced before delivery: yes became no.",
            "Sold 1, 2 or 4 times became any number of times.",
            "Price in USD from 2025-01-01, 1,050, taken away.",
        ],
        "TR-ADMIN": ["Title (en): “Administrator training” became “Admin course”."],
    }


def test_several_days_and_thresholds_are_rows_of_their_own() -> None:
    found = read(
        "SKU,Valid from,Valid until,Above,Price USD\n"
        "WS-SEO,2027-01-01,2027-06-30,,1100\nPV-1K,,,0,1.5\nWS-SEO,2027-07-01,,,1200\nPV-1K,,,5000,1.1\n"
    )
    told = {product.sku: [one.says for one in changes] for product, changes in found.changed}
    assert told == {
        "WS-SEO": [
            "Price in USD from 2025-01-01, 1,050, taken away.",
            "Price in USD from 2027-01-01 until 2027-06-30: 1,100, new.",
            "Price in USD from 2027-07-01: 1,200, new.",
        ],
    }
    assert [(one.row, one.column, one.says) for one in found.problems] == [
        (3, "Above", "PV-1K: Above 5,000 it has no price in EUR and JPY."),
        (3, "Above", "PV-1K: Above 10,000 it has no price in USD."),
        (3, "Above", "PV-1K: Above 100,000 it has no price in USD."),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 nothing", "The file is a PDF document, not a table."),
        (b"Name,Price EUR\nx,1\n", "No column is called SKU, so that nobody can tell the products apart."),
        (b"SKU,sku,Price EUR\nx,y,1\n", "2 columns mean the same: “SKU (column A)” and “sku (column B)”."),
    ],
)
def test_what_is_no_file_of_products_is_refused_whole(content: bytes, says: str) -> None:
    found = read_products(content, samples.catalogue(), TEAMS, on=TODAY)
    assert [(one.says, one.loses) for one in found.problems] == [(says, "the file")]
    assert found.wanted == ()

"""The catalogue as its pages show it: products searched and paged, one product, the tables, the versions.

One rule: what a page asks for is looked up in the catalogue that is kept in memory; only versions are looked up in the
database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from handrail.desk import models
from handrail.desk.queries.pages import SIZE, Page
from handrail.desk.queries.runbook.coverage import CoverageView, coverage_view
from handrail.handoff.plan import Plan
from handrail.order.catalogue import KINDS, Catalogue, ListPrice, Product
from handrail.order.catalogue_checks import country_names
from handrail.order.catalogue_difference import Change, amount_words
from handrail.order.tables import DISCOUNT, PACK, read_book
from handrail.worktime.calendar import Calendar

SOLD = {"": "Any", "sold": "Sold", "retired": "Retired", "changed": "Changed in the draft"}
_KINDS: tuple[str, ...] = KINDS
_MOST_CURRENCIES = 4


@dataclass(frozen=True, kw_only=True)
class WantedProducts:
    """`text` is looked for in SKU, titles and descriptions; `sold` is one of SOLD."""

    text: str = ""
    kind: str = ""
    sold: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.kind or self.sold)


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """`prices` are those of the day as (currency, words); `change` is new, changed or empty, against what is
    published."""

    sku: str
    title: str
    kind: str
    unit: str
    prices: tuple[tuple[str, str], ...]
    quantities: str
    retired_on: date | None
    is_sold: bool
    replaced_by: str
    change: str


def wanted_products(text: str, kind: str, sold: str) -> WantedProducts:
    return WantedProducts(text=text, kind=kind if kind in _KINDS else "", sold=sold if sold in SOLD else "")


def matching(
    catalogue: Catalogue, wanted: WantedProducts, *, on: date, changed: frozenset[str] = frozenset()
) -> tuple[Product, ...]:
    words = wanted.text.casefold().split()
    return tuple(
        one
        for one in catalogue.products.values()
        if (not wanted.kind or one.kind == wanted.kind)
        and _is_wanted(one, wanted.sold, on, changed)
        and (not words or _has(one, words))
    )


def _is_wanted(product: Product, sold: str, on: date, changed: frozenset[str]) -> bool:
    match sold:
        case "sold":
            return product.is_sold(on)
        case "retired":
            return product.retired_on is not None
        case "changed":
            return product.sku in changed
        case _:
            return True


def _has(product: Product, words: list[str]) -> bool:
    text = " ".join((product.sku, *product.titles.values(), *product.descriptions.values())).casefold()
    return all(word in text for word in words)


def product_page(
    catalogue: Catalogue, wanted: WantedProducts, number: int, *, on: date, changes: tuple[Change, ...] = ()
) -> Page[ProductRow]:
    sorts = {one.sku: "new" if one.sort == "new" else "changed" for one in reversed(changes) if one.sku}
    found = matching(catalogue, wanted, on=on, changed=frozenset(sorts))
    page = page_of_products(found, number)
    return Page(
        rows=tuple(_row(one, catalogue, on, sorts.get(one.sku, "")) for one in page.rows),
        number=page.number,
        first=page.first,
        total=page.total,
        total_text=page.total_text,
        before=page.before,
        after=page.after,
    )


def page_of_products(found: tuple[Product, ...], number: int, size: int = SIZE) -> Page[Product]:
    start = (number - 1) * size
    return Page(
        rows=found[start : start + size],
        number=number,
        first=start + 1,
        total=len(found),
        total_text=f"{len(found):,}",
        before=number - 1 if number > 1 else None,
        after=number + 1 if start + size < len(found) else None,
    )


def _row(product: Product, catalogue: Catalogue, on: date, change: str) -> ProductRow:
    return ProductRow(
        sku=product.sku,
        title=product.title(catalogue.language, catalogue.language),
        kind=product.kind,
        unit=product.unit,
        prices=tuple(_prices_of(product, catalogue, on)),
        quantities=", ".join(str(one) for one in product.quantities),
        retired_on=product.retired_on,
        is_sold=product.is_sold(on),
        replaced_by=product.replaced_by,
        change=change,
    )


def shown_currencies(catalogue: Catalogue) -> tuple[str, ...]:
    """Those that a list has a column for; a product's page has all."""
    return catalogue.currencies[:_MOST_CURRENCIES]


def _prices_of(product: Product, catalogue: Catalogue, on: date) -> Iterator[tuple[str, str]]:
    for code in shown_currencies(catalogue):
        amounts = [tier.prices[code] for tier in product.tiers if code in tier.prices]
        price = product.list_price(code, on)
        if amounts:
            yield code, f"from {amount_words(min(amounts))}"
        else:
            yield code, "" if price is None else amount_words(price)


# --------------------------------------------------------------------------------------------------------- one product


@dataclass(frozen=True, kw_only=True)
class PriceLine:
    """`stands` is now, later or over."""

    currency: str
    amount: str
    valid_from: date
    valid_until: date | None
    stands: str


@dataclass(frozen=True, kw_only=True)
class ProductView:
    """`words` as (language, title, description); `tiers` as (above, amounts in the order of `currencies`)."""

    product: Product
    title: str
    words: tuple[tuple[str, str, str], ...]
    prices: tuple[PriceLine, ...]
    currencies: tuple[str, ...]
    tiers: tuple[tuple[str, tuple[str, ...]], ...]
    quantities: str
    is_sold: bool
    replacement: Product | None
    team: str


def product_view(product: Product, catalogue: Catalogue, *, on: date) -> ProductView:
    languages = dict.fromkeys((*catalogue.languages, *product.titles, *product.descriptions))
    priced = {code for tier in product.tiers for code in tier.prices}
    codes = (*(one for one in catalogue.currencies if one in priced), *sorted(priced - set(catalogue.currencies)))
    named = models.Team.objects.filter(key=product.team).values_list("name", flat=True) if product.team else ()
    return ProductView(
        product=product,
        title=product.title(catalogue.language, catalogue.language),
        words=tuple((one, product.titles.get(one, ""), product.descriptions.get(one, "")) for one in languages),
        prices=tuple(_price_line(one, on) for one in product.prices),
        currencies=codes,
        tiers=tuple(
            (f"{one.above:,}", tuple(_amount(one.prices.get(code)) for code in codes)) for one in product.tiers
        ),
        quantities=", ".join(str(one) for one in product.quantities),
        is_sold=product.is_sold(on),
        replacement=catalogue.products.get(product.replaced_by),
        team=next(iter(named), product.team),
    )


def _amount(amount: object) -> str:
    return amount_words(amount) if amount is not None else ""  # type: ignore[arg-type]


def _price_line(price: ListPrice, on: date) -> PriceLine:
    stands = "now" if price.is_valid(on) else "later" if price.valid_from > on else "over"
    return PriceLine(
        currency=price.currency,
        amount=amount_words(price.amount),
        valid_from=price.valid_from,
        valid_until=price.valid_until,
        stands=stands,
    )


# ------------------------------------------------------------------------------------------------------------- tables


def tables_view(catalogue: Catalogue, asked: dict[str, str]) -> tuple[CoverageView, ...]:
    """The two tables, drawn; none where they cannot be read."""
    book = read_book(catalogue.tables, catalogue.customer_kinds)
    if book is None:
        return ()
    plan = _plan(catalogue.tables, catalogue.customer_kinds)
    here = [name for name in (DISCOUNT, PACK) if name in book.decisions]
    return tuple(coverage_view(plan, name, asked if asked.get("table") == name else {}) for name in here)


@lru_cache(maxsize=4)
def _plan(text: str, customer_kinds: tuple[str, ...]) -> Plan:
    """Kept, since what is proved about tables is kept with the plan."""
    book = read_book(text, customer_kinds)
    assert book is not None
    return Plan(book, Calendar(name="", zone="UTC"))


# ----------------------------------------------------------------------------------------------- settings and versions


@dataclass(frozen=True, kw_only=True)
class TerritoryView:
    name: str
    countries: tuple[str, ...]


def territories_view(catalogue: Catalogue) -> tuple[TerritoryView, ...]:
    names = country_names("en")
    return tuple(
        TerritoryView(name=one.name, countries=tuple(sorted(names.get(code, code) for code in one.countries)))
        for one in catalogue.territories
    )


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    number: int
    says: str
    by: str
    published_at: datetime
    is_current: bool


MOST_VERSIONS = 500


def version_rows() -> tuple[VersionRow, ...]:
    """The latest first, without what is in them."""
    rows = models.CatalogueVersion.objects.defer("content").exclude(number=None).order_by("-number")[:MOST_VERSIONS]
    return tuple(_version_row(row) for row in rows)


def _version_row(row: models.CatalogueVersion) -> VersionRow:
    assert row.number is not None
    assert row.published_at is not None
    return VersionRow(
        number=row.number, says=row.says, by=row.by_name, published_at=row.published_at, is_current=row.is_current
    )


def version_numbered(number: int) -> models.CatalogueVersion | None:
    rows = models.CatalogueVersion.objects.defer("content")
    return rows.filter(number=number, published_at__isnull=False).first()


def grouped_changes(changes: Iterable[Change]) -> tuple[tuple[str, str, tuple[Change, ...]], ...]:
    """By product: (SKU, title, its changes); those of the catalogue itself under an empty SKU, first."""
    found: dict[str, list[Change]] = {}
    for one in changes:
        found.setdefault(one.sku, []).append(one)
    return tuple((sku, of[0].title, tuple(of)) for sku, of in found.items())

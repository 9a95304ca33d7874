"""The catalogue as customers see it: in their language and currency, by kind, with nothing that is the company's own.

One rule: what is here is what a customer may know. Effort, team, tables and who may discount never come near it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from handrail.desk.queries.catalogue import matching, page_of_products, wanted_products
from handrail.desk.queries.pages import Page
from handrail.order.catalogue import KINDS, Catalogue, Product
from handrail.order.catalogue_checks import is_language
from handrail.order.catalogue_words import CatalogueWords, per_unit, put, words_in

SIZE = 100
MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How somebody reads the catalogue: words and amounts in `language`, prices in `currency`, on a day."""

    language: str
    currency: str
    on: date

    @property
    def words(self) -> CatalogueWords:
        return words_in(self.language)

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.language if is_language(self.language) else "en", sep="-")

    def amount(self, amount: Decimal, currency: str) -> str:
        """With as many places as it has, at least the currency's: 0.005 € for a page view."""
        return format_currency(amount, currency, locale=self.locale, decimal_quantization=False)

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)

    def day(self, day: date | datetime) -> str:
        return format_date(day, format="long", locale=self.locale)


@dataclass(frozen=True, kw_only=True)
class PublicRow:
    sku: str
    title: str
    description: str
    price: str
    unit: str
    says: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PublicGroup:
    title: str
    rows: tuple[PublicRow, ...]


@dataclass(frozen=True, kw_only=True)
class PublicProduct:
    """`prices` as (currency, amount, until); `tiers` as (above, amounts in the order of `currencies`)."""

    sku: str
    title: str
    kind: str
    description: str
    unit: str
    prices: tuple[tuple[str, str, str], ...]
    currencies: tuple[str, ...]
    tiers: tuple[tuple[str, tuple[str, ...]], ...]
    counts: str
    says: tuple[str, ...]
    retired: str
    replaced_by: str
    replacement: str


def reader_of(catalogue: Catalogue | None, language: str, currency: str, on: date) -> Reader:
    """What they ask for, where the catalogue has it; else its own language and its first currency."""
    languages = catalogue.languages if catalogue else ("en",)
    currencies = (catalogue.currencies if catalogue else ()) or ("EUR",)
    own = catalogue.language if catalogue else "en"
    return Reader(
        language=language if language in languages else own,
        currency=currency if currency in currencies else currencies[0],
        on=on,
    )


def public_page(
    catalogue: Catalogue, reader: Reader, *, text: str, kind: str, number: int, is_whole: bool
) -> tuple[Page[Product], tuple[PublicGroup, ...]]:
    """What is sold, by kind; `is_whole` has as much on a page as can be, for printing."""
    wanted = wanted_products(text, kind, "sold")
    found = matching(catalogue, wanted, on=reader.on)
    in_order = tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), _title(one, catalogue, reader).casefold())))
    page = page_of_products(in_order, number, MOST if is_whole else SIZE)
    return page, tuple(_groups(page.rows, catalogue, reader))


def _title(product: Product, catalogue: Catalogue, reader: Reader) -> str:
    return product.title(reader.language, catalogue.language)


def _groups(products: tuple[Product, ...], catalogue: Catalogue, reader: Reader) -> Iterator[PublicGroup]:
    for kind in KINDS:
        rows = tuple(_row(one, catalogue, reader) for one in products if one.kind == kind)
        if rows:
            yield PublicGroup(title=reader.words.kinds[kind], rows=rows)


def _row(product: Product, catalogue: Catalogue, reader: Reader) -> PublicRow:
    return PublicRow(
        sku=product.sku,
        title=_title(product, catalogue, reader),
        description=product.description(reader.language, catalogue.language),
        price=_price(product, reader),
        unit=per_unit(reader.words, product.unit),
        says=_says(product, reader),
    )


def _price(product: Product, reader: Reader) -> str:
    """Of one, in their currency; empty where there is none."""
    amounts = [tier.prices[reader.currency] for tier in product.tiers if reader.currency in tier.prices]
    if amounts:
        return put(reader.words.beginning_at, reader.amount(min(amounts), reader.currency))
    price = product.list_price(reader.currency, reader.on)
    return "" if price is None else reader.amount(price, reader.currency)


def _says(product: Product, reader: Reader) -> tuple[str, ...]:
    words, said = reader.words, []
    if product.quantities:
        said.append(put(words.sold_in, ", ".join(reader.number(one) for one in sorted(product.quantities))))
    if product.consume_within_days:
        said.append(put(words.use_within, reader.number(product.consume_within_days)))
    if product.prepaid:
        said.append(words.prepaid)
    return tuple(said)


def public_product(catalogue: Catalogue, product: Product, reader: Reader) -> PublicProduct:
    codes = tuple(code for code in catalogue.currencies if any(code in tier.prices for tier in product.tiers))
    is_sold, words = product.is_sold(reader.on), reader.words
    replacement = catalogue.products.get(product.replaced_by)
    return PublicProduct(
        sku=product.sku,
        title=_title(product, catalogue, reader),
        kind=words.kinds[product.kind],
        description=product.description(reader.language, catalogue.language),
        unit=per_unit(words, product.unit),
        prices=tuple(_prices(product, catalogue, reader)) if is_sold else (),
        currencies=codes,
        tiers=tuple(_tiers(product, codes, reader)) if is_sold else (),
        counts=words.graduated if product.pricing == "graduated" else words.volume,
        says=_says(product, reader) if is_sold else (),
        retired=""
        if is_sold or product.retired_on is None
        else put(words.retired_since, reader.day(product.retired_on)),
        replaced_by=replacement.sku if replacement else "",
        replacement=_title(replacement, catalogue, reader) if replacement else "",
    )


def _prices(product: Product, catalogue: Catalogue, reader: Reader) -> Iterator[tuple[str, str, str]]:
    """Theirs first."""
    others = (code for code in catalogue.currencies if code != reader.currency)
    for code in (reader.currency, *others):
        price = product.list_price(code, reader.on)
        if price is not None:
            valid = max(
                (one for one in product.prices if one.currency == code and one.is_valid(reader.on)),
                key=lambda one: one.valid_from,
            )
            until = reader.day(valid.valid_until) if valid.valid_until else ""
            yield code, reader.amount(price, code), until


def _tiers(product: Product, codes: tuple[str, ...], reader: Reader) -> Iterator[tuple[str, tuple[str, ...]]]:
    for tier in product.tiers:
        amounts = (reader.amount(tier.prices[code], code) if code in tier.prices else "" for code in codes)
        yield reader.number(tier.above), tuple(amounts)

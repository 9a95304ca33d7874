"""The columns of a file of products. One row is a product with one of its prices or thresholds.

One rule: a product with several prices has several rows; in them the cells of the product itself say the same, or
nothing.
"""

import re
from dataclasses import dataclass
from typing import Literal

from handrail.desk.imports.mapping import folded
from handrail.order.catalogue import KINDS, Catalogue

# The first of each begins what its cells are about; the rest of the name is a language or a currency.
TITLE, DESCRIPTION, PRICE = "title", "description", "price"
Group = Literal["product", "price"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """`name` is a field of `Product`, or of a price; `of` the language or the currency where it has one."""

    name: str
    header: str
    says: str
    group: Group = "product"
    of: str = ""

    @property
    def key(self) -> str:
        return f"{self.name} {self.of}".strip()


_PRODUCT = (
    Column(name="sku", header="SKU", says="like WS-KICKOFF; it stays for ever"),
    Column(name="kind", header="Kind", says=f"one of: {', '.join(KINDS)}"),
)
_MORE = (
    Column(name="unit", header="Unit", says="what one of it is, such as day"),
    Column(name="quantities", header="Sold in", says="the numbers it is sold in, like 1; 2; 4; empty is any"),
    Column(name="pricing", header="Pricing", says="of thresholds: graduated or volume"),
    Column(name="consume_within_days", header="Use up within days", says="a number, or empty"),
    Column(name="consults", header="Consult Customer Success", says="yes or no"),
    Column(name="prepaid", header="Invoice before delivery", says="yes or no"),
    Column(name="effort_hours", header="Hours of work", says="that one of it makes, like 12 or 7.5"),
    Column(name="team", header="Team", says="the key of the team that carries it out"),
    Column(name="retired_on", header="Retired on", says="the first day on which it is not sold, like 2027-01-01"),
    Column(name="replaced_by", header="Replaced by", says="the SKU of another product"),
)
_PRICES = (
    Column(name="valid_from", header="Valid from", says="of a list price: a day like 2027-01-01", group="price"),
    Column(name="valid_until", header="Valid until", says="the last day, or empty", group="price"),
    Column(name="above", header="Above", says="of a threshold: the number beyond which it counts", group="price"),
)


def columns_of(catalogue: Catalogue) -> tuple[Column, ...]:
    """In the order of a file that is written."""
    languages = dict.fromkeys((*catalogue.languages, *_more_languages(catalogue)))
    currencies = dict.fromkeys((*catalogue.currencies, *_more_currencies(catalogue)))
    words = (column for language in languages for column in (title_column(language), description_column(language)))
    return (*_PRODUCT, *words, *_MORE, *_PRICES, *(price_column(code) for code in currencies))


def _more_languages(catalogue: Catalogue) -> list[str]:
    """Those that products are written in beside the catalogue's own: nothing is lost by writing a file."""
    return sorted({code for one in catalogue.products.values() for code in (*one.titles, *one.descriptions)})


def _more_currencies(catalogue: Catalogue) -> list[str]:
    products = catalogue.products.values()
    listed = {price.currency for one in products for price in one.prices}
    return sorted(listed | {code for one in products for tier in one.tiers for code in tier.prices})


def title_column(language: str) -> Column:
    return Column(name=TITLE, of=language, header=f"Title {language}", says=f"the title in {language}")


def description_column(language: str) -> Column:
    says = f"the standard description in {language}, which nobody edits on an order"
    return Column(name=DESCRIPTION, of=language, header=f"Description {language}", says=says)


def price_column(currency: str) -> Column:
    return Column(name=PRICE, of=currency, header=f"Price {currency}", says="of one unit, like 1200.50", group="price")


_OF_LANGUAGE = re.compile(r"(title|description)[\s(\[]+([a-z]{2,3}(?:[-_][a-z0-9]{2,8})*)[)\]]?", re.IGNORECASE)
_OF_CURRENCY = re.compile(r"price[\s(\[]+([a-z]{3})[)\]]?", re.IGNORECASE)
_TOLD_APART = re.compile(r" \(column [A-Z]+\)$")  # what a header that stands there twice is given
_PLAIN = {folded(one.header): one for one in (*_PRODUCT, *_MORE, *_PRICES)}


def column_of(header: str) -> Column | None:
    """What a column of a file means, None where it means nothing."""
    plain = _TOLD_APART.sub("", header.strip())
    if found := _OF_LANGUAGE.fullmatch(plain):
        language = language_code(found[2])
        return title_column(language) if found[1].casefold() == TITLE else description_column(language)
    if found := _OF_CURRENCY.fullmatch(plain):
        return price_column(found[1].upper())
    return _PLAIN.get(folded(plain))


def language_code(code: str) -> str:
    """de, pt-BR: as languages are written."""
    first, *rest = code.replace("_", "-").split("-")
    return "-".join([first.lower(), *(one.upper() if len(one) == 2 else one for one in rest)])


def column_groups(catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """What a page tells of them, as (headers, what they hold): those of languages and of currencies together."""
    found: dict[str, list[Column]] = {}
    for one in columns_of(catalogue):
        found.setdefault(one.name, []).append(one)
    return tuple((", ".join(one.header for one in of), _together(of)) for of in found.values())


def _together(columns: list[Column]) -> str:
    first = columns[0]
    return first.says.replace(f" in {first.of}", " in that language") if first.name != PRICE else first.says

"""The catalogue: what is sold as standard, at which prices, and what has to be looked at before it is sold.

One rule: a version of the catalogue never changes; whoever checks an order names the version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

ProductKind = Literal[
    "subscription", "page views", "workshop", "training", "audit", "on-site support", "managed service", "other"
]
KINDS: tuple[ProductKind, ...] = get_args(ProductKind)
# Graduated: each unit costs what its own tier says. Volume: all units cost what the tier of the whole number says.
Pricing = Literal["graduated", "volume"]

# Those of which a customer has a number to use up by a date (S4.10), and those that somebody carries out.
CONSUMED: frozenset[ProductKind] = frozenset({"workshop", "training", "audit"})
SERVICES: frozenset[ProductKind] = CONSUMED | {"on-site support", "managed service"}


@dataclass(frozen=True, kw_only=True)
class ListPrice:
    """What one unit costs from `valid_from` on; `valid_until` is the last day, None while it is for good."""

    currency: str
    amount: Decimal
    valid_from: date
    valid_until: date | None = None

    def is_valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Units beyond `above` cost `prices` each, by currency. The first tier is above 0."""

    above: int
    prices: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class Product:
    """What one SKU is. `titles` and `descriptions` are by language; the one in the catalogue's own language is always
    there, and cannot be edited on an order (S4.5).

    `quantities` are the numbers it is sold in, none where any is (S4.5). `tiers` are its thresholds, such as of page
    views, priced as `pricing` says (S4.2); a product has tiers or list prices. `consume_within_days` is how long a
    customer can call for it. `consults` is whether Customer Success is asked before it is sold (S4.12), `prepaid`
    whether it is invoiced before it is delivered (S4.11). `effort_hours` is the work that one unit makes for `team`
    (its key), None where it is not known. `retired_on` is the first day on which it is not sold any more.
    """

    sku: str
    kind: ProductKind
    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    unit: str = "each"
    quantities: tuple[int, ...] = ()
    prices: tuple[ListPrice, ...] = ()
    pricing: Pricing = "graduated"
    tiers: tuple[Tier, ...] = ()
    consume_within_days: int | None = None
    consults: bool = False
    prepaid: bool = False
    effort_hours: Decimal | None = None
    team: str = ""
    retired_on: date | None = None
    replaced_by: str = ""

    def is_sold(self, on: date) -> bool:
        return self.retired_on is None or on < self.retired_on

    def title(self, language: str, own: str) -> str:
        """In the language, else in the catalogue's `own`."""
        return self.titles.get(language) or self.titles.get(own) or self.sku

    def description(self, language: str, own: str) -> str:
        return self.descriptions.get(language) or self.descriptions.get(own) or ""

    def list_price(self, currency: str, on: date) -> Decimal | None:
        """Of one unit; the one that became valid last counts. None where it has tiers, or no price in the currency."""
        found: ListPrice | None = None
        for one in self.prices:
            is_later = found is None or one.valid_from > found.valid_from
            if one.currency == currency and is_later and one.is_valid(on):
                found = one
        return found.amount if found is not None else None


@dataclass(frozen=True, kw_only=True)
class Territory:
    """Where a customer may use what it buys. `countries` are ISO 3166 codes; none is everywhere (S4.15)."""

    name: str
    countries: frozenset[str] = frozenset()

    def holds(self, country: str) -> bool:
        return not self.countries or country in self.countries


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """One version. `language` is its own, which every product is written in; `languages` are all that orders are
    written in. `customer_kinds` are what the starter pack may go by. `tables` is the text of its decision tables: who
    may approve which discount, and the starter pack (see `handrail.order.tables`). `is_public` is whether customers see
    it without signing in (S4.13)."""

    version: int
    products: Mapping[str, Product]
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    currencies: tuple[str, ...] = ("EUR",)
    territories: tuple[Territory, ...] = ()
    customer_kinds: tuple[str, ...] = ()
    tables: str = ""
    says: str = ""
    is_public: bool = True

    def territory(self, name: str) -> Territory | None:
        return next((one for one in self.territories if one.name == name), None)

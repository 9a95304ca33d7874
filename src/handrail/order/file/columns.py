"""The columns of a file of orders, by what they are called. One row is one line of an order.

One rule: a column is known by its name or not at all, and what is not known is told.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

# Whether each line of an order has its own, or all of them have one.
Of = Literal["order", "line"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """`name` is what it is called in JSON, `title` in a table; `also` are other titles by which it is known; `says`
    tells what its cells hold."""

    name: str
    title: str
    of: Of
    says: str
    required: bool = False
    also: tuple[str, ...] = ()


def _order(name: str, title: str, says: str, *also: str, required: bool = False) -> Column:
    return Column(name=name, title=title, of="order", says=says, also=also, required=required)


def _line(name: str, title: str, says: str, *also: str, required: bool = False) -> Column:
    return Column(name=name, title=title, of="line", says=says, also=also, required=required)


COLUMNS: tuple[Column, ...] = (
    _order(
        "number",
        "Order",
        "The order’s own number; all rows that have it are one order",
        "order number",
        "order no",
        "po",
        "po number",
        "purchase order",
        required=True,
    ),
    _order("customer_key", "Customer key", "Its id in the CRM", "account id", "customer id", "key", "crm id"),
    _order("customer", "Customer", "Its name, where there is no key", "customer name", "account", "account name"),
    _order("currency", "Currency", "EUR, USD, JPY…", "iso currency", required=True),
    _order("ordered_on", "Ordered on", "2026-12-01; without it the day of the import", "order date", "date"),
    _order("starts_on", "Begins on", "When the period of what is bought begins", "start date", "starts on", "begin"),
    _order("language", "Language", "en, de, fr…", "order language"),
    _order("new_customer", "New customer", "yes or no", "new", "is new"),
    _order("customer_kind", "Kind of customer", "As the catalogue names them", "customer kind", "segment", "size"),
    _order("country", "Country", "Two letters, such as DE", "customer country", "country code"),
    _order("territory", "Territory", "As the catalogue names them", "territory of use"),
    _order("territory_check_on", "Territory looked at again", "A day", "territory check", "territory check on"),
    _line("sku", "SKU", "As in the catalogue", "product code", "article", required=True),
    _line("quantity", "Quantity", "How many", "qty", "number of units", "units", "amount of units", required=True),
    _line("description", "Description", "Empty: the catalogue’s; another one is told as a finding", "text"),
    _line("list_price", "List price", "Of one unit; empty: the catalogue’s", "unit price", "price", "price per unit"),
    _line("discount_percent", "Discount %", "Of the line", "discount percent", "discount in percent", "percent"),
    _line("discount", "Discount", "Of the line, as an amount", "discount amount", "rebate"),
    _line("sold_price", "Sold price", "Of the line; “included” is kept, and told", "net", "net price"),
    _line("consume_by", "Use by", "The last day of a workshop, training or audit", "consume by", "valid until"),
    _order("invoice_name", "Invoice contact", "A name", "invoice name", "billing contact"),
    _order("invoice_email", "Invoice e-mail", "An e-mail address", "invoice email", "billing email", "billing e mail"),
    _order("invoice_phone", "Invoice phone", "A phone number", "billing phone"),
    _order("invoice_company", "Invoice company", "As on the envelope", "billing company"),
    _order("invoice_street", "Invoice street", "With its number", "invoice address", "billing street"),
    _order("invoice_postal_code", "Invoice postcode", "As that country has it", "invoice zip", "invoice postal code"),
    _order("invoice_city", "Invoice city", "A city", "billing city"),
    _order("invoice_area", "Invoice state", "A state or province", "invoice area", "invoice province"),
    _order("invoice_country", "Invoice country", "Two letters, such as DE", "billing country"),
    _order("statement_of_work", "Statement of work", "The only free text of an order", "sow"),
    _order("author", "Author", "Who of pre-sales wrote it", "sow author"),
    _order("specialist", "Specialist", "With whom", "sow specialist"),
    _order("remarks", "Remarks", "Other free text: it is kept, and told as a finding", "notes", "comment", "comments"),
)
BY_NAME: Mapping[str, Column] = {one.name: one for one in COLUMNS}
_KNOWN = {word: one.name for one in COLUMNS for word in {one.title.casefold(), one.name.replace("_", " "), *one.also}}


@dataclass(frozen=True, kw_only=True)
class Guess:
    """`places` are columns by name, at which place they stand; `ignored` headers that mean nothing here; `missing` what
    has to be there and is not; `twice` what two columns are called."""

    places: Mapping[str, int]
    ignored: tuple[str, ...] = ()
    missing: tuple[Column, ...] = ()
    twice: tuple[str, ...] = ()


def guess(headers: Iterable[str]) -> Guess:
    places: dict[str, int] = {}
    ignored, twice = [], []
    for at, header in enumerate(headers):
        name = _KNOWN.get(folded(header))
        if name is None:
            ignored.append(header)
        elif name in places:
            twice.append(header)
        else:
            places[name] = at
    return Guess(places=places, ignored=tuple(ignored), missing=missing_of(places), twice=tuple(twice))


def missing_of(names: Iterable[str]) -> tuple[Column, ...]:
    """What must be there; of a customer's key and its name one is enough."""
    there = set(names)
    needed = [one for one in COLUMNS if one.required and one.name not in there]
    if not there & {"customer", "customer_key"}:
        needed.append(BY_NAME["customer"])
    return tuple(needed)


def folded(header: str) -> str:
    """Small letters, without what stands between words or behind them in brackets."""
    plain = unicodedata.normalize("NFKC", header).casefold().replace("(%)", "%")
    plain = re.sub(r"\([^)]*\)\s*$", "", plain)
    if plain.strip() in _KNOWN:
        return plain.strip()
    return " ".join(re.sub(r"[^\w%’]+|_", " ", plain).split())

"""An order that nothing is wrong with, from the sample catalogue, to change one thing of."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from handrail.order import samples
from handrail.order.pricing import priced
from handrail.order.purchase import Address, Buyer, Invoice, Line, Order, Verified

TODAY = date(2026, 11, 26)
CATALOGUE = samples.catalogue()
BUYER = Buyer(name="Altona Media", kind="small", countries=frozenset({"DE"}))
NEW = replace(BUYER, is_new=True)


def line(number: int, sku: str, quantity: str = "1", currency: str = "EUR", **written: Any) -> Line:
    """Priced as the catalogue has it, and then as `written` says, right or wrong."""
    found = priced(Line(number=number, sku=sku, quantity=Decimal(quantity)), CATALOGUE.products[sku], currency, TODAY)
    return replace(found, **written)


def order(*lines: Line, **written: Any) -> Order:
    """With the lines, or with a subscription, page views and workshops of its own."""
    usual = (line(1, "SUB-EDIT"), line(2, "PV-1K", "20000"), line(3, "WS-SEO", "2"))
    sound = Order(
        number="PO-1",
        customer="Altona Media",
        currency="EUR",
        ordered_on=TODAY,
        lines=lines or usual,
        customer_kind="small",
        country="DE",
        territory="Europe",
        territory_check_on=date(2027, 11, 26),
        invoice=Invoice(
            name="Ada Berg",
            email="invoices@altona.example",
            address=Address(country="DE", street="Hafen 1", city="Hamburg", postal_code="20457"),
            verified=Verified(at=datetime(2026, 11, 20, tzinfo=UTC), by="Fay Morgan"),
        ),
    )
    return replace(sound, **written)


def changed(number: int, **written: Any) -> Order:
    """The sound order with one line changed."""
    return order(*(replace(one, **written) if one.number == number else one for one in order().lines))

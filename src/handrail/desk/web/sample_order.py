"""An order that does not exist, as the page of components shows it on paper."""

from datetime import date
from decimal import Decimal

from handrail.desk.web.samples import LONG
from handrail.order import samples
from handrail.order.paper import OrderPaper, paper
from handrail.order.pricing import priced
from handrail.order.purchase import Address, Invoice, Line, Order, StatementOfWork


def sample_order() -> OrderPaper:
    """With thresholds, a line without charge, and a name that is too long."""
    on, catalogue = date(2026, 12, 1), samples.catalogue()
    lines = (
        Line(number=1, sku="PV-1K", quantity=Decimal(20_000)),
        Line(number=2, sku="WS-SEO", quantity=Decimal(2), discount_percent=Decimal(10)),
        Line(number=3, sku="WS-KICKOFF", included=True, from_pack=True),
    )
    order = Order(
        number="PO-2026-0142",
        customer=LONG,
        currency="EUR",
        ordered_on=on,
        territory="Europe",
        lines=tuple(priced(line, catalogue.products[line.sku], "EUR", on) for line in lines),
        invoice=Invoice(
            name="Ada Frey",
            email="ada@example.com",
            address=Address(country="DE", company="Acme", street="Hafenstr. 1", city="Kiel", postal_code="24103"),
        ),
        work=StatementOfWork(text="The archive is moved.", author="Piet Visser", specialist="Stella Byrne"),
    )
    return paper(order, catalogue, LONG, "en", seller="Example")

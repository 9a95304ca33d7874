"""The starter pack comes by the catalogue's table, and goes only where the table put it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from handrail.order import samples
from handrail.order.pack import line_of, numbered, reasons, with_pack
from handrail.order.purchase import Buyer, Order

CATALOGUE = samples.catalogue()
BUYER = Buyer(name="Altona Media", is_new=True)
ORDER = Order(
    number="O-1",
    customer="Altona Media",
    currency="EUR",
    ordered_on=date(2026, 12, 1),
    new_customer=True,
    customer_kind="enterprise",
)


def lines(order: Order) -> list[tuple[int, str, bool]]:
    return [(line.number, line.sku, line.from_pack) for line in order.lines]


def test_new_customer_gets_its_pack_at_its_price() -> None:
    order = with_pack(ORDER, CATALOGUE, BUYER)
    assert lines(order) == [(1, "WS-KICKOFF", True), (2, "TR-ADMIN", True), (3, "AU-SETUP", True)]
    assert [line.sold_price for line in order.lines] == [Decimal(1800), Decimal(2400), Decimal(3200)]
    assert with_pack(order, CATALOGUE, BUYER) == order
    assert reasons(ORDER, CATALOGUE, BUYER)["AU-SETUP"] == "Rule 3 of “Starter pack”"


def test_only_what_the_pack_put_there_goes_again() -> None:
    by_hand = numbered(ORDER, (line_of(ORDER, CATALOGUE.products["TR-ADMIN"], CATALOGUE),))
    order = with_pack(by_hand, CATALOGUE, BUYER)
    assert lines(order) == [(1, "TR-ADMIN", False), (2, "WS-KICKOFF", True), (3, "AU-SETUP", True)]
    small = with_pack(replace(order, customer_kind="small"), CATALOGUE, BUYER)
    assert lines(small) == [(1, "TR-ADMIN", False), (2, "WS-KICKOFF", True)]
    assert lines(with_pack(replace(order, new_customer=False), CATALOGUE, BUYER)) == [(1, "TR-ADMIN", False)]


def test_customer_that_has_its_pack_gets_no_other() -> None:
    assert with_pack(ORDER, CATALOGUE, replace(BUYER, has_pack=True)).lines == ()

"""The starter pack: what a new customer gets on its first order by itself (S4.4).

One rule: only what the pack put on an order is taken from it again.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from handrail.order.catalogue import Catalogue, Product
from handrail.order.pricing import priced
from handrail.order.purchase import Buyer, Line, Order
from handrail.order.tables import Tables, pack_reasons, tables_of


def with_pack(order: Order, catalogue: Catalogue, buyer: Buyer) -> Order:
    """With what the catalogue's table says for a customer of its kind that is new or not, after what stands there; and
    without what it says no more. What somebody put there by hand is not put there twice."""
    wanted = reasons(order, catalogue, buyer)
    kept = [line for line in order.lines if not line.from_pack or line.sku in wanted]
    there = {line.sku for line in kept}
    products = [catalogue.products.get(sku) for sku in wanted if sku not in there]
    sold = [one for one in products if one is not None and one.is_sold(order.ordered_on)]
    return numbered(order, (*kept, *(_line(order, one, catalogue) for one in sold)))


def reasons(order: Order, catalogue: Catalogue, buyer: Buyer) -> Mapping[str, str]:
    """The rule that puts a SKU on the order, by SKU: “Rule 1 of “Starter pack””."""
    tables = tables_of(catalogue)
    if not isinstance(tables, Tables) or not order.new_customer or buyer.has_pack:
        return {}
    kind = order.customer_kind if order.customer_kind in catalogue.customer_kinds else ""
    return pack_reasons(tables, is_new=True, kind=kind)


def numbered(order: Order, lines: tuple[Line, ...]) -> Order:
    """With these lines, counted from 1."""
    counted = (line if line.number == at else replace(line, number=at) for at, line in enumerate(lines, start=1))
    return replace(order, lines=tuple(counted))


def line_of(order: Order, product: Product, catalogue: Catalogue) -> Line:
    """One of the product, or as few as it is sold in, at its price."""
    line = Line(number=len(order.lines) + 1, sku=product.sku, quantity=Decimal(min(product.quantities, default=1)))
    return priced(line, product, order.currency, order.ordered_on, language=order.language)


def as_listed(line: Line, product: Product, order: Order) -> Line:
    """With the catalogue's own description and price, and what follows from them; the discount in percent stays."""
    bare = replace(line, description="", list_price=None, tiers=(), pricing=None, included=False)
    known = replace(bare, discount=None, sold_price=None) if _is_priced_otherwise(line, product, order) else bare
    return priced(known, product, order.currency, order.ordered_on, language=order.language)


def _is_priced_otherwise(line: Line, product: Product, order: Order) -> bool:
    listed = priced(line, product, order.currency, order.ordered_on, language=order.language)
    stated = (line.list_price, line.tiers, line.pricing)
    return line.included or stated != (listed.list_price, listed.tiers, listed.pricing)


def _line(order: Order, product: Product, catalogue: Catalogue) -> Line:
    return replace(line_of(order, product, catalogue), from_pack=True)

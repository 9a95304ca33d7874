"""What the runbook that validates orders is told of an order, so that nobody types it twice.

One rule: everything follows from the order, the catalogue it was checked with and what was found; a fact that is None
does not apply.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from handrail.order.catalogue import Catalogue, Product
from handrail.order.finding import Finding
from handrail.order.purchase import Line, Order
from handrail.order.tables import APPROVERS, Tables, approver_of, tables_of
from handrail.runbook.kinds import Written

Row = dict[str, str]

# The facts that come from the order, and from nobody else, as long as there is one.
GIVEN = (
    "order_number",
    "order_language",
    "new_customer",
    "territory",
    "currency",
    "lines",
    "page_view_prices",
    "statement_of_work",
    "findings",
    "discount_level",
    "consulted_about",
    "invoice_contact_verified",
    "invoice_contact",
    "invoice_email",
)


def facts_of(order: Order, catalogue: Catalogue, findings: Iterable[Finding]) -> dict[str, Written | None]:
    """By the names of `GIVEN`, in their order."""
    found = tuple(findings)
    return {
        "order_number": order.number or None,
        "order_language": order.language or None,
        "new_customer": _yes(order.new_customer),
        "territory": order.territory or None,
        "currency": order.currency,
        "lines": [_line(line, order, catalogue, found) for line in order.lines] or None,
        "page_view_prices": list(_thresholds(order, catalogue)) or None,
        "statement_of_work": _yes(order.work is not None),
        "findings": [_finding(one) for one in found if one.severity != "notice"],
        "discount_level": level_of(order, catalogue),
        "consulted_about": ", ".join(consulted(order, catalogue)) or None,
        "invoice_contact_verified": _yes(order.invoice.verified is not None),
        "invoice_contact": order.invoice.name.strip() or None,
        "invoice_email": order.invoice.email.strip() or None,
    }


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _line(line: Line, order: Order, catalogue: Catalogue, findings: tuple[Finding, ...]) -> Row:
    product = catalogue.products.get(line.sku)
    free = Decimal(0) if line.included else None
    cells = {
        "list_price": line.list_price,
        "discount": line.discount,
        "discount_percent": line.discount_percent if line.discount_percent is not None else _no_discount(line),
        "sold_price": line.sold_price if line.sold_price is not None else free,
    }
    row = {
        "line": str(line.number),
        "sku": line.sku,
        "type": product.kind if product else "other",
        "catalogue": standing(line, product, order, catalogue, findings),
        **{name: format(value, "f") for name, value in cells.items() if value is not None},
    }
    return {**row, "consume_by": line.consume_by.isoformat()} if line.consume_by else row


def _no_discount(line: Line) -> Decimal | None:
    return None if line.discount else Decimal(0)


def standing(
    line: Line, product: Product | None, order: Order, catalogue: Catalogue, findings: Iterable[Finding]
) -> str:
    """How the line stands to the catalogue, in the words of the runbook."""
    if product is None:
        return "outside the catalogue"
    if not product.is_sold(order.ordered_on):
        return "retired SKU"
    if line.description and line.description != product.description(order.language, catalogue.language):
        return "edited description"
    if product.quantities and line.quantity not in product.quantities:
        return "number not sold"
    is_outside = any(one.outside for one in findings if one.line == line.number)
    return "outside the catalogue" if is_outside else "in the catalogue"


def _thresholds(order: Order, catalogue: Catalogue) -> Iterator[Row]:
    """As the order states them (S4.2); where it states none, there is one price for all."""
    for line in order.lines:
        product = catalogue.products.get(line.sku)
        if product is not None and product.kind == "page views":
            yield from (
                {"threshold": str(above), "price": format(price, "f")} for above, price in _tiers(line, product)
            )


def _tiers(line: Line, product: Product) -> Iterator[tuple[int, Decimal]]:
    if line.tiers:
        yield from ((one.above, one.price) for one in line.tiers)
    else:
        yield 0, line.list_price or Decimal(0)


def _finding(one: Finding) -> Row:
    line = {"line": str(one.line)} if one.line is not None else {}
    return {"finding": one.says, **line, "severity": one.severity, "state": "open"}


def level_of(order: Order, catalogue: Catalogue) -> str | None:
    """Up to whom the discount that goes highest is approved, as the catalogue's table says (S4.8); None where the
    catalogue has no table that can be read. A line that it does not decide goes to the top."""
    tables = tables_of(catalogue)
    if not isinstance(tables, Tables):
        return None
    levels = [_level(line, catalogue.products.get(line.sku), tables) for line in order.lines]
    return max(levels, key=APPROVERS.index, default=APPROVERS[0])


def _level(line: Line, product: Product | None, tables: Tables) -> str:
    percent = line.discount_percent if line.discount_percent is not None else _no_discount(line)
    if percent is None:
        return APPROVERS[-1]
    said = approver_of(tables, kind=product.kind if product else "other", percent=percent).values
    return max((one for one in said if one in APPROVERS), key=APPROVERS.index, default=APPROVERS[-1])


def consulted(order: Order, catalogue: Catalogue) -> tuple[str, ...]:
    """The products of the order that Customer Success is consulted about, by their titles (S4.12)."""
    return _titles(order, catalogue, lambda product: product.consults)


def prepaid(order: Order, catalogue: Catalogue) -> tuple[str, ...]:
    """What of the order is invoiced before it is delivered, by title (S4.11)."""
    return _titles(order, catalogue, lambda product: product.prepaid)


def _titles(order: Order, catalogue: Catalogue, counts: Callable[[Product], bool]) -> tuple[str, ...]:
    products = (catalogue.products.get(line.sku) for line in order.lines)
    titles = (one.title(catalogue.language, catalogue.language) for one in products if one is not None and counts(one))
    return tuple(dict.fromkeys(titles))

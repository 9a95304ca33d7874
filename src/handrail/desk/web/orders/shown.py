"""What the page of an order shows of its lines, its sums and what is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from handrail.desk import models
from handrail.desk.orders.drafting import MOST_LINES
from handrail.desk.web.orders.form import cells_of, plain
from handrail.order.catalogue import SERVICES, Catalogue, Product
from handrail.order.finding import Finding
from handrail.order.money import grouped, number_words
from handrail.order.pack import as_listed, reasons
from handrail.order.pricing import stated_amount
from handrail.order.purchase import Buyer, Line, Order
from handrail.order.wire import decode_findings

MOST_FOUND = 12


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that is not to be overlooked about a line: how it looks (a state), and the words."""

    state: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A field of the form: its name, what stands in it, what is wrong with it."""

    name: str
    value: str
    wrong: str = ""


@dataclass(frozen=True, kw_only=True)
class LineView:
    """`list_amount` is of the whole line; `held` what goes along hidden; `quantities` those it is sold in;
    `is_otherwise` whether description or list price are not the catalogue's. Each value that is typed is there as it is
    read, too."""

    number: int
    sku: str
    title: str
    description: str
    unit: str
    quantities: tuple[str, ...]
    quantity: Cell
    percent: Cell
    amount: Cell
    by: Cell
    held: str
    list_price: str
    list_amount: str
    sold: str
    tiers: tuple[str, ...]
    quantity_words: str
    discount_words: str
    consume_by: date | None
    is_consumed: bool
    is_otherwise: bool
    marks: tuple[Mark, ...]
    findings: tuple[Finding, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class Found:
    """A product that can be put on the order."""

    sku: str
    title: str
    description: str
    price: str
    unit: str


def lines_of(
    row: models.Order, order: Order, catalogue: Catalogue, given: Mapping[str, str], wrong: Mapping[str, str]
) -> tuple[LineView, ...]:
    """`given` is what stands in the form's fields, `wrong` what is wrong with them."""
    found: dict[int | None, list[Finding]] = {}
    for one in decode_findings(row.findings):
        found.setdefault(one.line, []).append(one)
    why = reasons(order, catalogue, Buyer(name=order.customer, is_new=order.new_customer, kind=order.customer_kind))
    last = len(order.lines)
    return tuple(
        _line(order, line, catalogue, given, wrong, why.get(line.sku, ""), tuple(found.get(line.number, ())), last)
        for line in order.lines
    )


def of_whole(row: models.Order) -> tuple[Finding, ...]:
    """What was found that is about no line."""
    return tuple(one for one in decode_findings(row.findings) if one.line is None)


def _line(
    order: Order,
    line: Line,
    catalogue: Catalogue,
    given: Mapping[str, str],
    wrong: Mapping[str, str],
    why: str,
    findings: tuple[Finding, ...],
    last: int,
) -> LineView:
    at, product = line.number, catalogue.products.get(line.sku)
    cells = cells_of(line, order.currency)

    def cell(name: str) -> Cell:
        full = f"{name}-{at}"
        return Cell(name=full, value=given.get(full, cells[full]), wrong=wrong.get(full, ""))

    own = product.description(order.language, catalogue.language) if product else ""
    return LineView(
        number=at,
        sku=line.sku,
        title=product.title(order.language, catalogue.language) if product else "Not in the catalogue",
        description=line.description or own,
        unit=product.unit if product else "",
        quantities=_quantities(line, product, cell("quantity").value),
        quantity=cell("quantity"),
        percent=cell("percent"),
        amount=cell("amount"),
        by=cell("by"),
        held=given.get(f"line-{at}", cells[f"line-{at}"]),
        list_price=words(line.list_price, order.currency),
        list_amount=words(stated_amount(line, order.currency), order.currency),
        sold=words(line.sold_price, order.currency),
        tiers=tuple(_tiers(line, order.currency)),
        quantity_words=number_words(line.quantity),
        discount_words=words(line.discount, order.currency),
        consume_by=line.consume_by,
        is_consumed=product is not None and product.consume_within_days is not None,
        is_otherwise=product is not None and _is_otherwise(line, product, order),
        marks=tuple(_marks(order, line, product, why)),
        findings=findings,
        is_first=at == 1,
        is_last=at == last,
    )


def _is_otherwise(line: Line, product: Product, order: Order) -> bool:
    return replace(as_listed(line, product, order), consume_by=line.consume_by) != line


def words(value: Decimal | None, currency: str) -> str:
    return "" if value is None else grouped(value, currency)


def _quantities(line: Line, product: Product | None, chosen: str) -> tuple[str, ...]:
    """Those that it is sold in; and the one that stands there, whatever that is."""
    if product is None or not product.quantities:
        return ()
    known = [plain(one) for one in sorted({*map(Decimal, product.quantities), line.quantity})]
    return tuple(known if chosen in known else (*known, chosen))


def _tiers(line: Line, currency: str) -> Iterator[str]:
    steps = sorted(line.tiers, key=lambda one: one.above)
    for at, step in enumerate(steps):
        end = f" to {steps[at + 1].above:,}" if at + 1 < len(steps) else ""
        price = f"{step.price.normalize():f}" if step.price.as_tuple().exponent != -2 else f"{step.price:f}"
        yield f"above {step.above:,}{end}: {price} {currency} each"


def _marks(order: Order, line: Line, product: Product | None, why: str) -> Iterator[Mark]:
    if product is None:
        yield Mark(state="error", says="SKU not in the catalogue")
    elif not product.is_sold(order.ordered_on):
        instead = f": {product.replaced_by} instead" if product.replaced_by else ""
        yield Mark(state="error", says=f"Retired{instead}")
    if line.from_pack:
        yield Mark(state="note", says=f"Starter pack. {why}" if why else "Starter pack")
    if line.included:
        yield Mark(state="warning", says="“Included”: at no price")
    elif line.sold_price is not None and not line.sold_price:
        yield Mark(state="warning", says="Price at nought")
    elif line.sold_price is None:
        yield Mark(state="missing", says=f"No price in {order.currency}")
    if product is not None and product.consults:
        yield Mark(state="note", says="Customer Success is consulted")
    if product is not None and product.prepaid and product.kind in SERVICES:
        yield Mark(state="note", says="Invoiced before delivery")
    if product is not None and line.description and line.description not in product.descriptions.values():
        yield Mark(state="error", says="Description is not the catalogue’s")


def found_products(order: Order, catalogue: Catalogue, text: str) -> tuple[tuple[Found, ...], int]:
    """Those whose SKU begins so, or that have all the words; and how many there are. At an exact SKU it is first."""
    asked = text.casefold().split()
    if not asked:
        return (), 0
    ranked = []
    for product in catalogue.products.values():
        if not product.is_sold(order.ordered_on):
            continue
        rank = _rank(product, text.casefold().strip(), asked)
        if rank is not None:
            ranked.append((rank, product.sku, product))
    ranked.sort(key=lambda one: one[:2])
    shown = tuple(_found(order, product, catalogue) for _, _, product in ranked[:MOST_FOUND])
    return shown, len(ranked)


def _rank(product: Product, text: str, asked: list[str]) -> int | None:
    sku = product.sku.casefold()
    if sku == text:
        return 0
    if sku.startswith(text):
        return 1
    titles = " ".join(product.titles.values()).casefold()
    if all(word in titles or word in sku for word in asked):
        return 2
    rest = " ".join((titles, sku, product.kind, *product.descriptions.values())).casefold()
    return 3 if all(word in rest for word in asked) else None


def _found(order: Order, product: Product, catalogue: Catalogue) -> Found:
    price = product.list_price(order.currency, order.ordered_on)
    if product.tiers:
        said = "by thresholds"
    else:
        said = (
            f"{words(price, order.currency)} {order.currency}" if price is not None else f"no price in {order.currency}"
        )
    return Found(
        sku=product.sku,
        title=product.title(order.language, catalogue.language),
        description=product.description(order.language, catalogue.language),
        price=said,
        unit=product.unit,
    )


def room_left(order: Order) -> int:
    return MOST_LINES - len(order.lines)

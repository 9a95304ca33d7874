"""The versions of an order, each as it was submitted: with the catalogue of then, what was found and what it touched.

One rule: what is shown was kept when it was submitted; nothing of it is worked out anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from handrail.desk import catalogue, models
from handrail.order.catalogue import Catalogue
from handrail.order.finding import Finding
from handrail.order.money import smallest, total
from handrail.order.purchase import Line, Order
from handrail.order.touched import APPROVALS
from handrail.order.wire import decode_findings, decode_order

MOST = 100


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Who is asked again, and by what."""

    who: str
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    number: int
    by: str
    at: datetime
    catalogue: int | None
    sent_at: datetime | None
    warnings: int
    changes: tuple[str, ...]
    asks: tuple[Ask, ...]


@dataclass(frozen=True, kw_only=True)
class SoldLine:
    number: int
    sku: str
    title: str
    description: str
    quantity: str
    unit: str
    list_price: str
    discount: str
    percent: str
    sold: str
    consume_by: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One version, whole."""

    line: VersionLine
    order: Order
    sold: tuple[SoldLine, ...]
    findings: tuple[Finding, ...]
    total: str


def versions_of(row: models.Order) -> tuple[VersionLine, ...]:
    """Newest first."""
    rows = row.versions.select_related("catalogue").defer("content", "catalogue__content").order_by("-number")[:MOST]
    return tuple(_line(one) for one in rows)


def _line(row: models.OrderVersion) -> VersionLine:
    return VersionLine(
        number=row.number,
        by=row.by_name,
        at=row.at,
        catalogue=row.catalogue.number if row.catalogue else None,
        sent_at=row.sent_at,
        warnings=sum(one.severity == "warning" for one in decode_findings(row.findings)),
        changes=tuple(_sentence(one["says"]) for one in row.changes),
        asks=tuple(
            Ask(who=APPROVALS.get(one["approval"], one["approval"]), because=tuple(one["because"])) for one in row.asks
        ),
    )


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


def kept_version(row: models.Order, number: int) -> Kept | None:
    one = row.versions.select_related("catalogue").filter(number=number).first()
    if one is None:
        return None
    order = decode_order(one.content)
    sold_from = catalogue.version(one.catalogue_id) if one.catalogue_id else None
    return Kept(
        line=_line(one),
        order=order,
        sold=tuple(_sold(line, order, sold_from) for line in order.lines),
        findings=decode_findings(one.findings),
        total=_amount(_total(order.lines), order.currency),
    )


def _total(lines: Iterable[Line]) -> Decimal:
    return total(line.sold_price for line in lines if line.sold_price is not None)


def _sold(line: Line, order: Order, sold_from: Catalogue | None) -> SoldLine:
    product = sold_from.products.get(line.sku) if sold_from is not None else None
    own = sold_from.language if sold_from is not None else ""
    return SoldLine(
        number=line.number,
        sku=line.sku,
        title=product.title(order.language, own) if product else "Not in the catalogue",
        description=line.description or (product.description(order.language, own) if product else ""),
        quantity=f"{line.quantity.normalize():,f}",
        unit=product.unit if product else "",
        list_price=_amount(line.list_price, order.currency),
        discount=_amount(line.discount, order.currency) if line.discount else "",
        percent=f"{line.discount_percent.normalize():f} %" if line.discount_percent else "",
        sold="Included" if line.included else _amount(line.sold_price, order.currency),
        consume_by=f"{line.consume_by.day} {line.consume_by:%b %Y}" if line.consume_by else "",
    )


def _amount(amount: Decimal | None, currency: str) -> str:
    """`12,000.00 EUR`; of what has more digits than the currency, all of them."""
    if amount is None:
        return ""
    digits = max(-int(smallest(currency).as_tuple().exponent), -int(amount.normalize().as_tuple().exponent), 0)
    return f"{amount:,.{digits}f} {currency}"

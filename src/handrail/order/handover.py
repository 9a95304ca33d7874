"""What orders say in the terms of the handoff from Sales to Customer Success, so that nobody is asked for it again.

One rule: everything that an order says is given, be it that there is none of it; each row carries the number of its
order, and no amount is added up over orders.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handrail.order.catalogue import SERVICES, Catalogue, Product
from handrail.order.finding import Finding
from handrail.order.money import NOUGHT, is_countable, rounded
from handrail.order.paper_words import USUAL, unit
from handrail.order.pricing import percent_off, totals
from handrail.order.purchase import Line, Order
from handrail.runbook.kinds import LONGEST_TEXT, MOST_RECORDS, Written

Row = dict[str, str]
# A service without end is sold and looked after like a subscription: there is no day to agree on for it.
_HELD = SERVICES - {"managed service"}
_OURS = "Customer Success"
_FREE = "without charge"  # as the runbook asks for it


@dataclass(frozen=True, kw_only=True)
class Sold:
    """An order that was approved, with the catalogue of then, what was approved though it was found, what Customer
    Success answered when it was consulted (question and answer), and where the order is read."""

    order: Order
    catalogue: Catalogue
    findings: tuple[Finding, ...] = ()
    consultation: tuple[tuple[str, str], ...] = ()
    paper: str = ""


def facts_of(sold: Sequence[Sold], kept: Mapping[str, Written] | None = None) -> dict[str, Written]:
    """By the facts of the runbook. What was `kept` of the promises so far stays kept."""
    last = sold[-1].order
    invoice = next((one.order.invoice for one in reversed(sold) if one.order.invoice.name), last.invoice)
    done = {row["what"] for row in _rows(kept or {}, "promises") if row.get("kept") == "yes"}
    given: dict[str, Written] = {
        "orders": _capped([_order_row(one) for one in sold], "order"),
        "lines": _capped([_line_row(one, line) for one, line in _lines(sold)], "line"),
        "services": _capped([_service_row(one, line) for one, line in _lines(sold) if _is_held(one, line)], "service"),
        "promises": _capped([_promise(row, done) for one in sold for row in _promises(one)], "what"),
        "statement_of_work": "\n\n".join(_work(one) for one in sold if one.order.work)[:LONGEST_TEXT],
        "new_customer": "yes" if any(one.order.new_customer for one in sold) else "no",
        "customer_kind": last.customer_kind,
        "country": last.country,
        "invoice_contact": invoice.name,
        "invoice_email": invoice.email,
        "invoice_phone": invoice.phone,
        "consultation": _capped([_consulted(one, *said) for one in sold for said in one.consultation], "question"),
        "known_risks": _capped([_risk(one, found) for one in sold for found in _approved(one)], "risk"),
    }
    return {name: value for name, value in given.items() if value != ""}


def _lines(sold: Iterable[Sold]) -> Iterator[tuple[Sold, Line]]:
    for one in sold:
        for line in one.order.lines:
            yield one, line


def _product(one: Sold, line: Line) -> Product | None:
    return one.catalogue.products.get(line.sku)


def _named(one: Sold, line: Line) -> str:
    """`PO-7/3 Search workshop`"""
    product = _product(one, line)
    title = product.title(one.catalogue.language, one.catalogue.language) if product else line.sku
    return f"{one.order.number}/{line.number} {_flat(title)}"


def _is_held(one: Sold, line: Line) -> bool:
    product = _product(one, line)
    return product is not None and product.kind in _HELD


def _order_row(one: Sold) -> Row:
    order, sums = one.order, totals(one.order)
    percents = [percent for line in order.lines if (percent := percent_off(line, order.currency)) is not None]
    return _row(
        order=order.number,
        ordered_on=order.ordered_on.isoformat(),
        starts_on=_day(order.starts_on),
        value=_money(sums.sold, order.currency),
        discount=_money(sums.discount, order.currency),
        largest_discount=_plain(max(percents, default=NOUGHT)),
        territory=_territory(order),
        paper=one.paper,
    )


def _territory(order: Order) -> str:
    again = order.territory_check_on
    return f"{_flat(order.territory)}, looked at again on {again}" if again else _flat(order.territory)


def _line_row(one: Sold, line: Line) -> Row:
    product = _product(one, line)
    return _row(
        line=_named(one, line),
        type=product.kind if product else "other",
        quantity=_how_many(line, product),
        price=_price(one, line),
        consume_by=_day(line.consume_by),
        invoiced="before delivery" if product and product.prepaid else "as usual",
    )


def _how_many(line: Line, product: Product | None) -> str:
    """`2 sessions`"""
    named = unit(USUAL, _flat(product.unit), line.quantity) if product else ""
    return f"{_plain(line.quantity)} {named}".strip()


def _price(one: Sold, line: Line) -> str:
    if line.included or line.sold_price == NOUGHT:
        return _FREE
    return _money(line.sold_price, one.order.currency) if line.sold_price is not None else ""


def _service_row(one: Sold, line: Line) -> Row:
    product = _product(one, line)
    return _row(
        service=_named(one, line),
        quantity=_how_many(line, product),
        consume_by=_day(line.consume_by),
    )


def _promises(one: Sold) -> Iterator[Row]:
    """Each service in its number and until its day, and the statement of work as a whole."""
    work = one.order.work
    if work is not None and work.text.strip():
        by = work.specialist or work.author
        yield _row(what=f"{one.order.number} The statement of work", by=_flat(by))
    for line in one.order.lines:
        if _is_held(one, line):
            how_much = f"{_plain(line.quantity)} × " if line.quantity != 1 else ""
            number, _, title = _named(one, line).partition(" ")
            yield _row(what=f"{number} {how_much}{title}", by=_OURS, until=_day(line.consume_by))


def _promise(row: Row, done: set[str]) -> Row:
    return {**row, "kept": "yes" if row["what"] in done else "no"}


def _work(one: Sold) -> str:
    work = one.order.work
    assert work is not None
    by = " with ".join(filter(None, (work.author, work.specialist)))
    head = f"{one.order.number}, by {by}:" if by else f"{one.order.number}:"
    return f"{head}\n{work.text.strip()}"


def _approved(one: Sold) -> Iterator[Finding]:
    """What three had to approve; a notice is nothing that they did."""
    return (found for found in one.findings if found.severity == "warning")


def _risk(one: Sold, found: Finding) -> Row:
    line = next((line for line in one.order.lines if line.number == found.line), None)
    where = f"{one.order.number}/{found.line}" if found.line is not None else one.order.number
    return _row(risk=f"{where} {_flat(found.says)}", line=_named(one, line) if line else "")


def _consulted(one: Sold, question: str, answer: str) -> Row:
    return _row(question=f"{one.order.number} {_flat(question)}", answer=_flat(answer))


# ----------------------------------------------------------------------------------------------------------- as rows


def _row(**cells: str) -> Row:
    return {name: cell for name, cell in cells.items() if cell}


def _capped(rows: list[Row], first: str) -> list[Row]:
    """No two with the same name, and no more than a list holds; then the last says how many are only on the orders."""
    named = {row[first]: row for row in rows}
    found = list(named.values())
    if len(found) <= MOST_RECORDS:
        return found
    left = len(found) - MOST_RECORDS + 1
    return [*found[: MOST_RECORDS - 1], {first: f"And {left} more, on the orders themselves"}]


def _rows(facts: Mapping[str, Written], name: str) -> list[Row]:
    value = facts.get(name)
    return [dict(row) for row in value] if isinstance(value, list) else []


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _money(amount: Decimal, currency: str) -> str:
    """`40,900.00 EUR`"""
    if not is_countable(amount):
        return ""
    return f"{rounded(amount, currency):,f} {currency}"


def _flat(text: str) -> str:
    """A cell has one line."""
    return " ".join(text.split())


def _plain(amount: Decimal | None) -> str:
    """Without an exponent; empty where there is none."""
    if amount is None or not is_countable(amount):
        return ""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

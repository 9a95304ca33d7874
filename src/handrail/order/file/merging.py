"""An order of a file put over the one of its number that is there already.

One rule: what the file has no column for stays as it is; so does what the starter pack put on the order.
"""

from dataclasses import replace
from typing import Any

from handrail.order.file.reading import FileOrder
from handrail.order.invoicing import as_verified
from handrail.order.pack import numbered
from handrail.order.purchase import Address, Invoice, Line, Order, StatementOfWork

# The fields of an order that a column of the same name has.
_PLAIN = (
    "ordered_on",
    "starts_on",
    "language",
    "new_customer",
    "customer_kind",
    "country",
    "territory",
    "territory_check_on",
    "remarks",
)
_CONTACT = ("name", "email", "phone")
_ADDRESS = ("company", "street", "postal_code", "city", "area", "country")


def merged(one: FileOrder, was: Order | None, customer: str) -> Order:
    """`customer` is its name as the desk has it."""
    order = replace(one.order, customer=customer)
    if was is None:
        return order
    kept = {name: getattr(was, name) for name in _PLAIN if name not in one.said}
    order = replace(order, **kept, invoice=_invoice(one, was.invoice), work=_work(one, was.work))
    return numbered(order, tuple(_lines(order, was)))


def _lines(order: Order, was: Order) -> list[Line]:
    packed = {line.sku: line for line in was.lines if line.from_pack}
    if not order.new_customer:
        packed = {}
    there = {line.sku for line in order.lines}
    lines = [replace(line, from_pack=True) if line.sku in packed else line for line in order.lines]
    return [*lines, *(line for sku, line in packed.items() if sku not in there)]


def _invoice(one: FileOrder, was: Invoice) -> Invoice:
    new = one.order.invoice
    where = replace(was.address, **_said(one, new.address, _ADDRESS))
    return as_verified(replace(was, **_said(one, new, _CONTACT), address=where))


def _said(one: FileOrder, new: Invoice | Address, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(new, name) for name in names if f"invoice_{name}" in one.said}


def _work(one: FileOrder, was: StatementOfWork | None) -> StatementOfWork | None:
    if not one.said & {"statement_of_work", "author", "specialist"}:
        return was
    new, old = one.order.work or StatementOfWork(text=""), was or StatementOfWork(text="")
    found = replace(old, text=new.text if "statement_of_work" in one.said else old.text)
    if "author" in one.said and new.author != old.author:
        found = replace(found, author=new.author, author_id=None)
    if "specialist" in one.said and new.specialist != old.specialist:
        found = replace(found, specialist=new.specialist, specialist_id=None)
    return found if found != StatementOfWork(text="") else None

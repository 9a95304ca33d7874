"""What a change of an order touches: from one version of it to the next, in words, and which approvals that asks again.

One rule: an approval is asked again for what it approved, and for nothing else. More changes never ask for less: what
several ask for is what each of them asks for, taken together.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from handrail.order.catalogue import Catalogue
from handrail.order.finding import Finding
from handrail.order.purchase import Address, Line, Order

Area = Literal["prices", "services", "territory", "invoice", "findings", "wording"]

# The approvals, by the name of their step in the runbook, with who gives each.
APPROVALS = {
    "validate": "Customer Success",
    "approve-by-customer-success": "Customer Success",
    "approve-by-finance": "Finance",
    "approve-by-sales": "Sales",
    "approve-by-sales-director": "The Sales Director",
    "approve-by-managing-director": "The Managing Director",
}
_DIRECTORS = frozenset({"approve-by-sales-director", "approve-by-managing-director"})
_ALL = frozenset(APPROVALS)
TOUCHES: dict[Area, frozenset[str]] = {
    "prices": _ALL - {"approve-by-customer-success"},
    "services": _ALL,
    "territory": frozenset({"validate", "approve-by-customer-success", "approve-by-sales"}),
    "invoice": frozenset({"approve-by-finance"}),
    "findings": _ALL - _DIRECTORS,
    "wording": frozenset(),
}
# How the step “Say what is new in the order” turns out, by the approvals that it opens again, fewest first.
OUTCOMES: tuple[tuple[str, frozenset[str]], ...] = (
    ("wording only", frozenset()),
    ("invoice contact and address", TOUCHES["invoice"]),
    ("territory", TOUCHES["territory"]),
    ("all but the discount", TOUCHES["findings"]),
    ("prices and discounts", TOUCHES["prices"]),
    ("services and dates", TOUCHES["services"]),
)
FIRST, NOTHING = "first version", "nothing"


@dataclass(frozen=True, kw_only=True)
class Version:
    """An order as it was submitted, with what was found then and the catalogue of then."""

    order: Order
    catalogue: Catalogue
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One thing that is another: `says` is a clause, “the discount of line 3 went from 10 to 20 percent”. `sku` is
    whose line it is about."""

    area: Area
    says: str
    line: int | None = None
    sku: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """That an approval is asked again, and by what."""

    approval: str
    because: tuple[str, ...]

    @property
    def says(self) -> str:
        return f"{APPROVALS[self.approval]} is asked again: {'; '.join(self.because)}."


def changes(before: Version, after: Version) -> tuple[Changed, ...]:
    """Everything that is another, that of the whole order first and then line by line."""
    return tuple(dict.fromkeys((*_of_order(before, after), *_of_lines(before, after), *_of_findings(before, after))))


def touched(found: Iterable[Changed]) -> frozenset[str]:
    """The approvals that the changes touch."""
    return frozenset(name for one in found for name in TOUCHES[one.area])


def asked(found: Iterable[Changed]) -> tuple[Asked, ...]:
    """Each approval that they touch, with what does."""
    all_found = tuple(found)
    whole = {name: tuple(one.says for one in all_found if name in TOUCHES[one.area]) for name in APPROVALS}
    return tuple(Asked(approval=name, because=because) for name, because in whole.items() if because)


def outcome_of(found: Iterable[Changed]) -> str:
    """As which “Say what is new in the order” is done: the one that opens these approvals again, and no others."""
    all_found = tuple(found)
    if not all_found:
        return NOTHING
    names = touched(all_found)
    return next(outcome for outcome, opens in OUTCOMES if names <= opens)


# ------------------------------------------------------------------------------------------------------ the whole order


def _of_order(before: Version, after: Version) -> Iterator[Changed]:
    was, now = before.order, after.order
    for area, title, value in _FIELDS:
        old, new = value(was), value(now)
        if old != new:
            yield Changed(area=area, says=_went(title, old, new))
    yield from _of_work(was, now)


def _of_work(was: Order, now: Order) -> Iterator[Changed]:
    if was.work == now.work:
        return
    if was.work is None or now.work is None:
        yield Changed(area="services", says=f"the statement of work was {'added' if now.work else 'taken out'}")
    elif was.work.text != now.work.text:
        yield Changed(area="services", says="the statement of work was rewritten")
    else:
        yield Changed(area="wording", says="the author or the specialist of the statement of work is another")


def _went(title: str, old: str, new: str) -> str:
    if old and new:
        return f"{title} went from {old} to {new}"
    return f"{title} is now {new}" if new else f"{title} was taken out, which was {old}"


def _day(on: date | None) -> str:
    return f"{on.day} {on:%B %Y}" if on else ""


def _address(one: Address) -> str:
    parts = (
        one.company,
        one.street,
        one.postal_code,
        one.city,
        one.area,
        one.district,
        one.sorting_code,
        one.country,
    )
    return ", ".join(" ".join(part.split()) for part in parts if part.strip())


_FIELDS: tuple[tuple[Area, str, Callable[[Order], str]], ...] = (
    ("services", "the customer", lambda one: one.customer),
    ("prices", "the currency", lambda one: one.currency),
    ("prices", "the day whose prices count", lambda one: _day(one.ordered_on)),
    ("services", "the start", lambda one: _day(one.starts_on)),
    ("services", "the customer’s first order", lambda one: "yes" if one.new_customer else "no"),
    ("services", "the kind of customer", lambda one: one.customer_kind),
    ("territory", "the customer’s country", lambda one: one.country),
    ("territory", "the territory", lambda one: one.territory),
    ("territory", "the follow-up of the territory", lambda one: _day(one.territory_check_on)),
    ("invoice", "the invoice contact’s name", lambda one: one.invoice.name),
    ("invoice", "the invoice contact’s e-mail", lambda one: one.invoice.email),
    ("invoice", "the invoice contact’s phone", lambda one: one.invoice.phone),
    ("invoice", "the invoice address", lambda one: _address(one.invoice.address)),
    ("wording", "the language", lambda one: one.language),
    ("services", "the free text", lambda one: " ".join(one.remarks.split())),
)


# ------------------------------------------------------------------------------------------------------------ its lines


def _of_lines(before: Version, after: Version) -> Iterator[Changed]:
    was = {line.number: line for line in before.order.lines}
    now = {line.number: line for line in after.order.lines}
    for number in sorted({*was, *now}):
        old, new = was.get(number), now.get(number)
        if old is None and new is not None:
            yield _line(new, "services", f"line {number} was added, {_what(new)}")
        elif new is None and old is not None:
            yield _line(old, "services", f"line {number} was taken out, {_what(old)}")
        elif old is not None and new is not None:
            yield from _of_line(old, new, before, after)


def _line(line: Line, area: Area, says: str) -> Changed:
    return Changed(area=area, says=says, line=line.number, sku=line.sku)


def _what(line: Line) -> str:
    return f"{_number(line.quantity)} {line.sku}"


def _of_line(old: Line, new: Line, before: Version, after: Version) -> Iterator[Changed]:
    if old.sku != new.sku:
        yield _line(new, "services", f"line {new.number} went from {_what(old)} to {_what(new)}")
    for area, title, value in _LINE_FIELDS:
        was, now = value(old), value(new)
        if was != now and not (title == "the number" and old.sku != new.sku):
            yield _line(new, area, _went(f"{title} of line {new.number}", was, now))
    language = before.order.language
    if old.sku == new.sku and _described(old, before.catalogue, language) != _described(new, after.catalogue, language):
        yield _line(new, "services", f"the description of line {new.number} is another")


def _described(line: Line, catalogue: Catalogue, language: str) -> str:
    """What the customer reads that it buys; a translation says the same."""
    product = catalogue.products.get(line.sku)
    return line.description or (product.description(language, catalogue.language) if product else "")


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _percent(value: Decimal | None) -> str:
    return f"{_number(value)} percent" if value is not None else ""


def _tiers(line: Line) -> str:
    return ", ".join(f"{_number(one.price)} above {one.above}" for one in line.tiers)


_LINE_FIELDS: tuple[tuple[Area, str, Callable[[Line], str]], ...] = (
    ("services", "the number", lambda one: _number(one.quantity)),
    ("prices", "the list price", lambda one: _number(one.list_price)),
    ("prices", "the discount", lambda one: _percent(one.discount_percent)),
    ("prices", "the amount of the discount", lambda one: _number(one.discount)),
    ("prices", "the sold price", lambda one: _number(one.sold_price)),
    ("prices", "“included”", lambda one: "yes" if one.included else "no"),
    ("prices", "the way of pricing", lambda one: one.pricing or ""),
    ("prices", "the thresholds", _tiers),
    ("services", "the date to consume by", lambda one: _day(one.consume_by)),
)


# ----------------------------------------------------------------------------------------------------- what was found


def _of_findings(before: Version, after: Version) -> Iterator[Changed]:
    """What was not found before, and has to be approved: whoever approved did not know of it."""
    known = {(one.rule, one.line) for one in before.findings if one.severity != "notice"}
    for one in after.findings:
        if one.severity != "notice" and (one.rule, one.line) not in known:
            yield Changed(area="findings", says=f"something new was found: {one.says.rstrip('.')}", line=one.line)

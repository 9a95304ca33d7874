"""What the page of components shows of orders and of what was bought: an order with findings of each severity, its
approvals in every state, and things that were bought in every state. None of it exists."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from handrail.desk import models
from handrail.desk.orders.overview import Approval
from handrail.desk.queries.acting import Action
from handrail.desk.queries.entitlements import Line as Bought
from handrail.desk.queries.order_findings import found_of
from handrail.desk.web.orders import shown
from handrail.desk.web.orders.form import shown_of
from handrail.desk.web.samples import LONG
from handrail.order import entitlement, samples
from handrail.order.findings import check
from handrail.order.pricing import priced, totals
from handrail.order.purchase import Buyer, Line, Order
from handrail.order.wire import encoded

_ON = date(2026, 12, 1)
_MAY, _NOT_MINE = Action(do="", why_not="", code=""), Action(do="", why_not="It is not yours.", code="not-yours")
_LATER = Action(do="", why_not="Finance approves first.", code="not-yet")


def sample_sale(now: datetime) -> dict[str, object]:
    order, catalogue = exceptional_order(), samples.catalogue()
    findings = check(order, catalogue, Buyer(name=LONG, is_new=False, kind=""), on=_ON)
    row = models.Order(pk=1, number=order.number, state="validation", findings=encoded(findings), checked_at=now)
    sums = totals(order)
    return {
        "order_states": models.Order.State.values,
        "order_row": row,
        "order": order,
        "order_lines": shown.lines_of(row, order, catalogue, shown_of(order), {}),
        "order_totals": {name: shown.words(getattr(sums, name), "EUR") for name in ("list", "discount", "sold")},
        "order_found": found_of(row, order, 1),
        "clash": [("Line 2: discount", "10 %", "12 %"), ("Territory", "Europe", "Worldwide")],
        "clash_lost": ["Line 3: Search workshop"],
        "approvals": _approvals(now),
        "approvals_view": {"handoff_id": 1, "number": 1},
        "bought": _bought(),
    }


def exceptional_order() -> Order:
    """Inside the catalogue, outside it, not to be sold at all, and a name that is too long."""
    catalogue = samples.catalogue()
    lines = (
        Line(number=1, sku="SUB-EDIT", quantity=Decimal(1), discount_percent=Decimal(35)),
        Line(number=2, sku="WS-SEO", quantity=Decimal(2), discount_percent=Decimal(10)),
        Line(number=3, sku="NOT-KNOWN", description=LONG, quantity=Decimal(1), list_price=Decimal(990)),
    )
    return Order(
        number="PO-2026-0143",
        customer=LONG,
        currency="EUR",
        ordered_on=_ON,
        lines=tuple(priced(line, catalogue.products.get(line.sku), "EUR", _ON) for line in lines),
    )


def _approvals(now: datetime) -> tuple[Approval, ...]:
    asked, due = now - timedelta(hours=30), now + timedelta(hours=18)
    done, late, asks = ("done", "Approved"), ("late", "Late"), ("open", "Asked")
    return (
        _approval("Finance approves", "Fay Morgan", "Finance Officer", done, since=asked, note="Paid within 30 days."),
        _approval(
            "Sales approves", "Mona Haddad", "Sales Manager", asks, since=asked, warns_at=now, due_at=due, may=True
        ),
        _approval(
            "Customer Success approves",
            "Carla Santos",
            "Customer Success Manager",
            late,
            since=asked - timedelta(days=3),
            due_at=now - timedelta(hours=4),
            told=("Lena Fischer",),
        ),
        _approval("The Sales Director approves", "Dirk Jansen", "Sales Director", ("waiting", "Not asked yet")),
        _approval("The Managing Director approves", "", "Managing Director", ("rejected", "Rejected"), note=LONG),
    )


def _approval(title: str, who: str, role: str, look: tuple[str, str], *, may: bool = False, **more: object) -> Approval:
    acts = {"approve": _MAY if may else _NOT_MINE, "reject": _MAY if may else _NOT_MINE, "again": _NOT_MINE}
    shown_as, word = look
    return Approval(name="approve", title=title, who=who, role=role, look=shown_as, word=word, **acts, **more)  # type: ignore[arg-type]


def _bought() -> tuple[Bought, ...]:
    return tuple(_thing(at, state) for at, state in enumerate(entitlement.STATES, start=1))


def _thing(at: int, state: entitlement.State) -> Bought:
    used = Decimal(4 if state == "used up" else at % 3)
    return Bought(
        id=at,
        customer_id=1,
        customer="Acme",
        owner="Carla Santos",
        title=LONG if state == "past" else "Search workshop",
        sku="WS-SEO",
        kind="workshop",
        unit="session",
        quantity=Decimal(4),
        used=used,
        left=Decimal(4) - used,
        sold_on=_ON,
        starts_on=_ON + timedelta(days=14) if state == "open" else None,
        consume_by=None if state in {"undated", "as bought"} else _ON + timedelta(days=30 * at),
        state=state,
        order_id=at if at % 2 else None,
        order=f"PO-2026-01{at:02}" if at % 2 else "",
        source="" if at % 2 else "the sheet of 2019",
        closed_as="The customer wants it no more." if state == "closed" else "",
    )

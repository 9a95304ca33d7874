"""A company that sells, to test orders with: `shop.order(...)` writes one, `shop.do("carla", "validate", "approve")`
does a step of its handoff through the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from handrail.desk import catalogue, ledger, models
from handrail.desk.orders import sending, validating
from handrail.desk.people import actor_of
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from handrail.handoff.history import Handoff
from handrail.handoff.refusal import Refused
from handrail.order.finding import Finding
from handrail.order.pricing import priced
from handrail.order.purchase import Address, Invoice, Line, Order, Verified
from handrail.order.touched import APPROVALS
from handrail.order.wire import decode_order, encoded
from handrail.runbook.kinds import Written
from tests.desk.company import done
from tests.desk.kept_company import company_of

# A Tuesday, 10 in New York.
NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
OUTSIDE = Finding(
    rule="outside-catalogue",
    severity="warning",
    says="It is not sold like this.",
    remedy="Let it be approved.",
    serves="S4.13",
    line=1,
    outside=True,
)
RETIRED = Finding(
    rule="retired-sku", severity="error", says="WS-PRINT is retired.", remedy="Sell WS-KICKOFF.", serves="S4.5", line=1
)


def line(number: int = 1, sku: str = "SUB-EDIT", price: str = "12000", percent: str = "0", quantity: str = "1") -> Line:
    line = Line(
        number=number,
        sku=sku,
        quantity=Decimal(quantity),
        list_price=Decimal(price),
        discount_percent=Decimal(percent),
    )
    return priced(line, None, "EUR", date.min)


INVOICE = Invoice(
    name="Ana Lima",
    email="ana.lima@example.org",
    phone="+49 40 1234",
    address=Address(
        country="DE", company="Altona Media", street="Große Elbstraße 1", city="Hamburg", postal_code="22767"
    ),
    verified=Verified(at=NOW, by="Fay Morgan"),
)


class Shop:
    def __init__(self) -> None:
        company_of("order-validation")
        self.people = {row.email.split(".")[0]: row for row in models.Person.objects.all()}

    def customer(self, name: str = "Altona Media") -> models.Customer:
        made = models.Customer.objects.create(key=name.upper(), name=name, owner=self.people["carla"])
        models.CustomerFact.objects.create(customer=made, name="new_customer", value="no", source="a test", at=NOW)
        return made

    def order(
        self,
        *lines: Line,
        customer: models.Customer | None = None,
        number: str = "O-1",
        findings: tuple[Finding, ...] = (),
    ) -> models.Order:
        buyer = customer or self.customer()
        order = Order(
            number=number,
            customer=buyer.name,
            currency="EUR",
            ordered_on=date(2026, 12, 1),
            lines=lines or (line(),),
            customer_kind="small",
            country="DE",
            territory="Europe",
            territory_check_on=date(2027, 6, 1),
            invoice=INVOICE,
        )
        row = models.Order(number=number, customer=buyer, writer=self.people["sam"], writer_name="Sam Keller")
        row.currency, row.ordered_on, row.catalogue = "EUR", order.ordered_on, catalogue.current()
        return self.say(row, order, findings)

    def say(self, row: models.Order, order: Order, findings: tuple[Finding, ...] = ()) -> models.Order:
        """Let the order say this, with what is found."""
        row.content, row.findings = encoded(order), encoded(findings)
        row.errors = sum(one.severity == "error" for one in findings)
        row.value = sum((one.sold_price for one in order.lines if one.sold_price is not None), Decimal(0))
        row.warnings = sum(one.severity == "warning" for one in findings)
        row.save()
        return row

    def change(self, row: models.Order, findings: tuple[Finding, ...] = (), **fields: Any) -> models.Order:
        row.refresh_from_db()
        return self.say(row, replace(decode_order(row.content), **fields), findings)

    @staticmethod
    def change_lines(row: models.Order, *lines: Line) -> None:
        """As Sales does once it has the order again."""
        row.refresh_from_db()
        row.content = encoded(replace(decode_order(row.content), lines=lines))
        row.save()

    def submit(self, row: models.Order, by: str = "sam", now: datetime = NOW) -> Refused | None:
        return validating.submit(row.pk, by=self.people[by], now=now)

    def submitted(self, row: models.Order, by: str = "sam", now: datetime = NOW) -> models.Order:
        refused = self.submit(row, by, now)
        assert refused is None, refused
        row.refresh_from_db()
        return row

    def send(self, row: models.Order, by: str = "sam", now: datetime = NOW) -> Refused | None:
        return sending.send(row.pk, by=self.people[by], now=now)

    def handoff(self, row: models.Order) -> Handoff:
        row.refresh_from_db()
        return ledger.standing_now(row.handoff_id or 0)

    def record(self, row: models.Order, command: c.Command, now: datetime = NOW) -> ledger.Change | Refused:
        row.refresh_from_db()
        return ledger.record(row.handoff_id or 0, command, now=now)

    def approve(self, row: models.Order, who: str, step: str, now: datetime = NOW) -> models.Order:
        done(self.record(row, c.Approve(by=actor_of(self.people[who], now), step=step), now))
        row.refresh_from_db()
        return row

    def reject(self, row: models.Order, who: str, step: str, reason: str, now: datetime = NOW) -> models.Order:
        done(self.record(row, c.Reject(by=actor_of(self.people[who], now), step=step, reason=reason), now))
        row.refresh_from_db()
        return row

    def finish(self, row: models.Order, who: str, step: str, now: datetime = NOW) -> ledger.Change | Refused:
        return self.record(row, c.Finish(by=actor_of(self.people[who], now), step=step), now)

    def give(self, row: models.Order, who: str, facts: dict[str, Written | None]) -> ledger.Change | Refused:
        return self.record(row, c.GiveFacts(by=actor_of(self.people[who], NOW), values=facts))

    def attach(self, row: models.Order, who: str, step: str, item: str, now: datetime = NOW) -> None:
        by, link = actor_of(self.people[who], now), f"https://example.com/{item}"
        done(self.record(row, c.AddEvidence(by=by, step=step, key=f"{step}-{item}", item=item, link=link), now))

    def take_back(self, row: models.Order, now: datetime = NOW) -> None:
        assert validating.take_back(row.pk, reason="They move.", by=self.people["sam"], now=now) is None
        row.refresh_from_db()

    def withdraw(self, row: models.Order, now: datetime = NOW) -> None:
        by = actor_of(self.people["sam"], now)
        done(self.record(row, c.Begin(by=by, step="withdraw-order", note="They bought elsewhere."), now))
        done(self.finish(row, "sam", "withdraw-order", now))
        row.refresh_from_db()

    def open_approvals(self, row: models.Order) -> list[str]:
        handoff = self.handoff(row)
        return [name for name in APPROVALS if handoff.state_of(name) == "open"]

    def signed_by_customer(self, row: models.Order, now: datetime = NOW) -> models.Order:
        self.attach(row, "sam", "customer-signs", "signed", now)
        done(self.finish(row, "sam", "customer-signs", now))
        row.refresh_from_db()
        return row

    def consult(self, row: models.Order, now: datetime = NOW) -> None:
        by, step = actor_of(self.people["carla"], now), "consult-customer-success"
        fields = ("feasibility", "expectations", "workload", "relationship")
        answers = {name: Answer(value=f"About {name}") for name in fields}
        done(self.record(row, c.AnswerForm(by=by, step=step, answers=answers), now))
        done(self.record(row, c.Sign(by=by, step=step), now))

"""An approved order begins the handoff to Customer Success: what it says is known there, and asked for by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handrail.desk import catalogue, ledger, models
from handrail.desk.orders import onward
from handrail.desk.people import actor_of, person_of
from handrail.desk.queries.opened import open_handoff
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.handoff.document import document
from handrail.handoff.events import Answer
from handrail.handoff.owed import owed
from handrail.order.finding import Finding
from handrail.order.purchase import Line, Order
from handrail.order.wire import encoded
from tests.core.test_order_paper import ORDER
from tests.desk.company import NOW, done
from tests.desk.kept_company import company_of

pytestmark = pytest.mark.django_db

VALIDATION = """\
runbook: asks-success
version: "1"
roles:
  csm: {title: CSM}
forms:
  consultation:
    sections: [{title: Said, fields: {feasibility: {}, workload: {may_not_apply: yes}}}]
stages: [all]
steps:
  consult: {stage: all, kind: form, form: consultation, raci: {csm: RA}}
  accept: {stage: all, kind: acceptance, needs: [consult], raci: {csm: RA}}
ends:
  over: {when: {accept: done}}
"""
FINDINGS = (
    Finding(rule="free", severity="warning", says="It costs nothing.", remedy="…", serves="S4.9", line=4),
    Finding(rule="told", severity="notice", says="Nobody has to approve this.", remedy="…", serves="S4.1"),
)


class Desk:
    def __init__(self) -> None:
        company_of(onward.RUNBOOK)
        self.people = {row.email.split(".")[0]: row for row in models.Person.objects.all()}
        self.customer = models.Customer.objects.create(key="N", name="Nordlicht", owner=self.people["carla"])

    def order(self, order: Order, **more: object) -> models.Order:
        work = replace(order.work, author_id=self.people["piet"].pk) if order.work else None
        return models.Order.objects.create(
            number=order.number,
            customer=self.customer,
            content=encoded(replace(order, work=work)),
            currency=order.currency,
            ordered_on=order.ordered_on,
            catalogue=catalogue.current(),
            findings=encoded(FINDINGS),
            writer=self.people["sam"],
            state="approved",
            **more,
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def consulted(desk: Desk) -> int:
    """The handoff of an order in which Customer Success answered."""
    version = publish(VALIDATION, "asks-success.yaml")
    assert isinstance(version, models.RunbookVersion), version
    by = replace(actor_of(desk.people["carla"], NOW), operations=True)
    seats = {"csm": person_of(desk.people["carla"])}
    command = c.Start(by=by, customer_id=desk.customer.pk, customer="Nordlicht", people=seats)
    handoff_id = done(ledger.start(version, command, now=NOW)).handoff_id
    answers: dict[str, Answer | None] = {
        "feasibility": Answer(value="It can\nbe done."),
        "workload": Answer(reason="Small."),
    }
    done(ledger.record(handoff_id, c.AnswerForm(by=by, step="consult", answers=answers), now=NOW))
    return handoff_id


def test_nothing_that_the_order_says_is_asked_for_again(desk: Desk) -> None:
    row = desk.order(ORDER, handoff_id=consulted(desk))
    onward.begin(row, now=NOW)
    opened = open_handoff(models.Order.objects.get().onward_id or 0)
    facts = {name: one.value for name, one in opened.state.facts.items()}
    assert {one.source for one in opened.state.facts.values()} == {"Order PO-7"}
    assert {role: one.name for role, one in opened.state.people.items()} == {
        "sales": "Sam Keller",
        "presales": "Piet Visser",
        "csm": "Carla Santos",
        "lead": "Lena Fischer",
    }
    assert facts["orders"] == [
        {
            "order": "PO-7",
            "ordered_on": "2026-11-26",
            "starts_on": "2027-01-01",
            "value": "40,900.00 EUR",
            "discount": "4,800.00 EUR",
            "largest_discount": "100",
            "territory": "Europe, looked at again on 2027-11-26",
            "paper": f"http://localhost/orders/{row.pk}/documents/",
        }
    ]
    assert [(one["line"], one["quantity"], one["price"]) for one in rows(facts["lines"])] == [
        ("PO-7/1 Editorial Suite", "2 years", "21,000.00 EUR"),
        ("PO-7/2 Page views", "20000 thousand", "18,000.00 EUR"),
        ("PO-7/3 Search workshop", "2 sessions", "1,900.00 EUR"),
        ("PO-7/4 Kick-off workshop", "1 day", "without charge"),
    ]
    assert facts["services"] == [
        {"service": "PO-7/3 Search workshop", "quantity": "2 sessions", "consume_by": "2027-06-30"},
        {"service": "PO-7/4 Kick-off workshop", "quantity": "1 day"},
    ]
    assert facts["promises"] == [
        {"what": "PO-7 The statement of work", "by": "Stella Byrne", "kept": "no"},
        {"what": "PO-7/3 2 × Search workshop", "by": "Customer Success", "until": "2027-06-30", "kept": "no"},
        {"what": "PO-7/4 Kick-off workshop", "by": "Customer Success", "kept": "no"},
    ]
    assert facts["known_risks"] == [{"risk": "PO-7/4 It costs nothing.", "line": "PO-7/4 Kick-off workshop"}]
    assert facts["consultation"] == [
        {"question": "PO-7 Feasibility", "answer": "It can be done."},
        {"question": "PO-7 Workload", "answer": "Small."},
    ]
    assert facts["statement_of_work"] == "PO-7, by Piet Visser with Stella Byrne:\nWe move the archive."
    assert {name for name in opened.plan.runbook.facts if name not in facts} == {
        "customer_kind",  # this order says none
        "invoice_phone",
        "contacts",
        "promised_beside",
    }
    asked = [one.title for one in owed(opened.plan, opened.state) if one.sort == "facts"]
    assert asked == ["Find out: The customer's people, Promised beside the order"]
    tree = document(opened.plan, opened.state)
    promised = next(line for part in tree.parts for line in part.lines if line.label == "Promised by the order")
    assert promised.rows[0] == ("PO-7 The statement of work", "Stella Byrne", "", "no")


def rows(value: object) -> list[dict[str, str]]:
    assert isinstance(value, list)
    return value


def test_beginning_again_changes_nothing_and_another_order_joins(desk: Desk) -> None:
    first = desk.order(ORDER)
    onward.begin(first, now=NOW)
    handoff_id = first.onward_id or 0
    told = models.Event.objects.count()
    onward.begin(models.Order.objects.get(), now=NOW)
    assert models.Event.objects.count() == told

    by = replace(actor_of(desk.people["carla"], NOW), operations=True)
    state = open_handoff(handoff_id).state
    promises = [{**one, "kept": "yes"} for one in rows(state.facts["promises"].value)]
    done(ledger.record(handoff_id, c.GiveFacts(by=by, values={"promises": promises}), now=NOW))
    other = Order(
        number="PO-70",
        customer="Nordlicht",
        currency="USD",
        ordered_on=date(2026, 12, 1),
        lines=(Line(number=1, sku="TR-ADMIN", list_price=Decimal(2700), sold_price=Decimal(2700)),),
    )
    second = desk.order(other)
    onward.begin(second, now=NOW)
    facts = {name: one.value for name, one in open_handoff(handoff_id).state.facts.items()}
    assert second.onward_id == handoff_id
    assert [(one["order"], one["value"]) for one in rows(facts["orders"])] == [
        ("PO-7", "40,900.00 EUR"),
        ("PO-70", "2,700.00 USD"),
    ]
    assert [(one["what"], one["kept"]) for one in rows(facts["promises"])][-2:] == [
        ("PO-7/4 Kick-off workshop", "yes"),
        ("PO-70/1 Administrator training", "no"),
    ]
    assert facts["invoice_contact"] == "Ada Frey"  # the other order names nobody


def test_customer_of_a_handoff_that_is_over_begins_another(desk: Desk) -> None:
    first = desk.order(ORDER)
    onward.begin(first, now=NOW)
    models.Handoff.objects.update(status=models.Handoff.Status.OVER)
    second = desk.order(replace(ORDER, number="PO-8", work=None))
    onward.begin(second, now=NOW)
    assert second.onward_id not in {None, first.onward_id}


def test_largest_order_is_taken_whole_and_two_of_them_say_what_is_left_out(desk: Desk) -> None:
    many = tuple(replace(ORDER.lines[2], number=number) for number in range(1, 501))
    onward.begin(desk.order(replace(ORDER, lines=many)), now=NOW)
    second = desk.order(replace(ORDER, number="PO-8", lines=many))
    onward.begin(second, now=NOW)
    facts = open_handoff(second.onward_id or 0).state.facts
    lines = rows(facts["lines"].value)
    assert (len(lines), lines[-1]) == (500, {"line": "And 501 more, on the orders themselves"})


def test_without_the_runbook_there_is_nothing_to_begin(desk: Desk) -> None:
    models.RunbookVersion.objects.update(is_current=False)
    row = desk.order(ORDER)
    onward.begin(row, now=NOW)
    assert row.onward_id is None


def withdraw(row: models.Order) -> None:
    models.Order.objects.filter(pk=row.pk).update(state="withdrawn")
    row.refresh_from_db()
    onward.leave(row, now=NOW)


def test_withdrawn_order_leaves_nothing_to_take_over(desk: Desk) -> None:
    row = desk.order(ORDER)
    onward.begin(row, now=NOW)
    withdraw(row)
    withdraw(row)
    state = open_handoff(row.onward_id or 0).state
    assert state.cancelled
    (event,) = models.Event.objects.filter(handoff=row.onward_id, data__contains="was withdrawn")
    assert "Order PO-7 was withdrawn, and there is no other order in this handoff." in event.data


def test_other_orders_are_taken_over_without_the_one_that_was_withdrawn(desk: Desk) -> None:
    first = desk.order(ORDER)
    onward.begin(first, now=NOW)
    second = desk.order(replace(ORDER, number="PO-8", work=None))
    onward.begin(second, now=NOW)
    withdraw(first)
    opened = open_handoff(second.onward_id or 0)
    facts = {name: one.value for name, one in opened.state.facts.items()}
    assert [one["order"] for one in rows(facts["orders"])] == ["PO-8"]
    assert [one["line"].partition("/")[0] for one in rows(facts["lines"])] == ["PO-8"] * 4
    assert "statement_of_work" not in facts
    assert (opened.state.cancelled, opened.state.facts["orders"].source) == (None, "Order PO-7, withdrawn")
    withdraw(second)
    assert open_handoff(second.onward_id or 0).state.cancelled


def test_order_that_began_nothing_leaves_nothing(desk: Desk) -> None:
    withdraw(desk.order(ORDER))
    assert models.Handoff.objects.count() == 0

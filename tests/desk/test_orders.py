"""Orders at the desk: begun with their pack, changed under their revision, verified, and their territory looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from handrail.desk import models
from handrail.desk.orders import drafting, invoicing, territories
from handrail.handoff.refusal import Refused
from handrail.order.purchase import Address, Invoice, Order
from handrail.order.wire import decode_order
from tests.desk.company import NOW
from tests.desk.writing_orders import Selling

pytestmark = pytest.mark.django_db

BERLIN = Address(country="DE", company="Altona Media", street="Ufer 1", city="Berlin", postal_code="10115")
ANNA = Invoice(name="Anna Berg", email="anna@example.com", address=BERLIN)


@pytest.fixture
def selling() -> Selling:
    return Selling()


def content(row: models.Order) -> Order:
    row.refresh_from_db()
    return decode_order(row.content)


def lines(row: models.Order) -> list[tuple[int, str, bool]]:
    return [(line.number, line.sku, line.from_pack) for line in content(row).lines]


def entries(row: models.Order) -> list[tuple[str, str]]:
    rows = models.AuditEntry.objects.filter(about="order", key=str(row.pk)).order_by("pk")
    return [(one.action, one.by_name) for one in rows]


def test_first_order_of_a_new_customer_has_its_pack_once_its_kind_is_known(selling: Selling) -> None:
    row = selling.draft()
    assert (row.number, row.state, row.writer_name) == (f"O-2026-{row.pk:05d}", "draft", "Sam Keller")
    assert (content(row).new_customer, lines(row)) == (True, [])
    selling.write(row, replace(content(row), customer_kind="enterprise"))
    assert lines(row) == [(1, "WS-KICKOFF", True), (2, "TR-ADMIN", True), (3, "AU-SETUP", True)]
    row.refresh_from_db()
    assert (row.value, row.currency, row.revision) == (Decimal(7400), "EUR", 1)
    selling.write(row, replace(content(row), new_customer=False))
    assert lines(row) == []
    assert entries(row) == [("began", "Sam Keller"), ("changed", "Sam Keller"), ("changed", "Sam Keller")]


def test_pack_comes_at_once_where_the_kind_is_a_fact_of_the_customer(selling: Selling) -> None:
    customer = selling.customer()
    models.CustomerFact.objects.create(customer=customer, name="customer_kind", value="small", source="a test", at=NOW)
    row = selling.draft(customer)
    assert lines(row) == [(1, "WS-KICKOFF", True), (2, "TR-ADMIN", True)]


def test_what_is_as_it_was_is_not_written_again(selling: Selling) -> None:
    row = selling.draft()
    selling.write(row, content(row))
    assert (row.revision, entries(row)) == (0, [("began", "Sam Keller")])


def test_change_under_another_revision_is_a_clash_and_settled_order_stays(selling: Selling) -> None:
    row = selling.draft()
    order = content(row)
    selling.write(row, replace(order, territory="Europe"))
    mona = selling.people["mona"]
    late = drafting.write(row.pk, replace(order, territory="Worldwide"), revision=0, by=mona, now=NOW)
    assert late == Refused(code="clash", says="Somebody changed this order since you opened it.")
    models.Order.objects.filter(pk=row.pk).update(state="validation")
    settled = drafting.write(row.pk, order, revision=1, by=mona, now=NOW)
    assert settled == Refused(
        code="state",
        says="This order is in validation: what it says is settled. It can be changed once it is returned to Sales.",
    )
    assert content(row).territory == "Europe"


def test_order_has_at_most_five_hundred_lines(selling: Selling) -> None:
    row = selling.draft()
    order = selling.write(row, replace(content(row), customer_kind="small"))
    line = content(order).lines[0]
    many = replace(content(row), lines=(line,) * 501)
    refused = drafting.write(row.pk, many, revision=1, by=selling.people["sam"], now=NOW)
    assert refused == Refused(code="too-many-lines", says="An order has 500 lines at most; this one has 501.")


def test_invoice_is_verified_once_it_is_whole_and_offered_to_the_next_order(selling: Selling) -> None:
    fay = selling.people["fay"]
    row = selling.draft()
    missing = invoicing.verify(row.pk, revision=0, by=fay, now=NOW)
    assert isinstance(missing, Refused)
    assert [one.field for one in missing.mistakes] == ["name", "email", "country"]
    selling.write(row, replace(content(row), invoice=ANNA))
    assert invoicing.verify(row.pk, revision=1, by=fay, now=NOW) is None
    seen = content(row).invoice.verified
    assert seen is not None
    assert (seen.by, seen.by_id, seen.at) == ("Fay Morgan", fay.pk, NOW)
    assert invoicing.last_verified(row.customer_id) == content(row).invoice
    moved = replace(content(row).invoice, address=replace(BERLIN, street="Ufer 2"))
    selling.write(row, replace(content(row), invoice=moved))
    assert content(row).invoice.verified is None
    assert entries(row)[2] == ("verified", "Fay Morgan")


def test_invoice_of_a_settled_order_is_verified_and_keeps_its_findings(selling: Selling) -> None:
    row = selling.draft()
    selling.write(row, replace(content(row), invoice=ANNA))
    models.Order.objects.filter(pk=row.pk).update(state="validation", findings="[]")
    assert invoicing.verify(row.pk, revision=1, by=selling.people["fay"], now=NOW) is None
    row.refresh_from_db()
    assert (row.findings, content(row).invoice.verified is not None) == ("[]", True)
    models.Order.objects.filter(pk=row.pk).update(state="sent")
    assert invoicing.verify(row.pk, revision=2, by=selling.people["fay"], now=NOW) == Refused(
        code="state", says="This order is with the customer: it has left already."
    )


def test_look_at_a_territory_is_kept_and_says_when_the_next_is(selling: Selling) -> None:
    row, sam, today = selling.draft(), selling.people["sam"], NOW.date()
    selling.write(row, replace(content(row), territory="Europe", territory_check_on=today))
    early = territories.record(row.pk, outcome="as agreed", note="", next_on=None, by=sam, now=NOW)
    assert early == Refused(
        code="state", says="The customer does not have this order yet: its territory is looked at once it does."
    )
    models.Order.objects.filter(pk=row.pk).update(state="signed")
    wrong = territories.record(row.pk, outcome="used elsewhere", note=" ", next_on=today, by=sam, now=NOW)
    assert isinstance(wrong, Refused)
    assert [(one.field, one.says) for one in wrong.mistakes] == [
        ("note", "Say where it is used, and what was agreed about it."),
        ("next", "The next look is on a day to come, or never."),
    ]
    later = today + timedelta(days=100)
    kept = territories.record(row.pk, outcome="used elsewhere", note="In Japan", next_on=later, by=sam, now=NOW)
    assert kept is None
    row.refresh_from_db()
    assert (row.territory_check_on, content(row).territory_check_on) == (later, later)
    assert territories.record(row.pk, outcome="as agreed", note="", next_on=None, by=sam, now=NOW) is None
    assert territories.record(row.pk, outcome="as agreed", note="", next_on=None, by=sam, now=NOW) == Refused(
        code="not-due", says="Nothing is to be looked at: somebody did already, or no day is set."
    )
    looks = models.AuditEntry.objects.filter(action="checked territory").order_by("pk")
    assert [(one.says, one.changes) for one in looks] == [
        ("Used elsewhere. In Japan", {"Territory is looked at again": [today.isoformat(), later.isoformat()]}),
        ("Used as agreed.", {"Territory is looked at again": [later.isoformat(), ""]}),
    ]


def test_draft_without_a_catalogue_or_in_a_strange_currency_is_refused(selling: Selling) -> None:
    customer, sam = selling.customer(), selling.people["sam"]
    refused = drafting.draft(customer.pk, by=sam, now=NOW, currency="GBP", language="en")
    assert refused == Refused(code="currency", says="The catalogue has no prices in GBP.")
    models.Order.objects.all().delete()
    models.CatalogueVersion.objects.update(is_current=False)
    assert drafting.draft(customer.pk, by=sam, now=NOW, currency="EUR", language="en") == drafting.NO_CATALOGUE


def test_numbers_are_of_this_year_and_each_is_another(selling: Selling) -> None:
    customer = selling.customer()
    first = selling.draft(customer)
    taken = f"O-2026-{first.pk + 2:05d}"
    models.Order.objects.create(
        number=taken, customer=customer, content="{}", currency="EUR", ordered_on=date(2026, 1, 1)
    )
    assert {selling.draft(customer).number for _ in range(2)} & {taken} == set()

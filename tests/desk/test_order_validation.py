"""An order on its way through its validation, through the real ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from email.header import decode_header, make_header
from email.message import Message
from hashlib import sha256
from pathlib import Path

import pytest

from handrail.desk import demo_orders, ledger, models, runbooks
from handrail.desk.orders.following import follow_due
from handrail.desk.orders.sending import cannot_send
from handrail.desk.orders.validating import cannot_be_sold
from handrail.desk.outbox import deliver_due
from handrail.desk.people import actor_of, person_of
from handrail.desk.rebuild import rebuild
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from handrail.handoff.refusal import Refused
from handrail.order.wire import decode_order
from handrail.runbook.kinds import Written
from tests.desk.company import browser_of, done, refused
from tests.desk.postman import receiving
from tests.desk.selling import INVOICE, NOW, OUTSIDE, RETIRED, Shop, line
from tests.spec.chapter import RUNBOOKS

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_clean_order_is_validated_with_one_action_sent_and_invoiced(shop: Shop) -> None:  # S4.3, S4.19
    row = shop.submitted(shop.order())
    assert (row.state, row.trigger, row.follows_at) == ("validation", "shut", None)
    owed = models.Work.objects.filter(handoff=row.handoff_id, sort="step").order_by("name")
    assert list(owed.values_list("name", "person__name")) == [
        ("shut-invoicing", "Fay Morgan"),
        ("validate", "Carla Santos"),
    ]
    missing = shop.send(row)
    assert missing is not None
    assert [one.says for one in missing.mistakes] == [
        "“Validate the order” is not done yet: it is for the Customer Success Manager (Carla Santos)."
    ]
    shop.approve(row, "carla", "validate")
    assert (row.state, row.follows_at) == ("approved", NOW)
    assert follow_due(NOW) == 1
    assert shop.send(row) is None
    shop.signed_by_customer(row)
    assert (row.state, row.trigger) == ("signed", "shut")
    assert refused(shop.finish(row, "fay", "release-invoicing")).says == "“Open the invoice trigger” is not open yet."
    done(shop.finish(row, "fay", "shut-invoicing"))
    done(shop.finish(row, "fay", "release-invoicing"))
    row.refresh_from_db()
    assert (row.trigger, row.trigger_at) == ("open", NOW)
    assert list(row.versions.values_list("number", "by_name", "sent_at", "changes", "asks")) == [
        (1, "Sam Keller", NOW, [], [])
    ]


def test_exception_goes_to_three_and_a_high_discount_to_the_directors(shop: Shop) -> None:  # S4.7, S4.8
    row = shop.submitted(shop.order(line(percent="40"), findings=(OUTSIDE,)))
    assert shop.open_approvals(row) == ["approve-by-customer-success", "approve-by-finance", "approve-by-sales"]
    for who, step in (
        ("carla", "approve-by-customer-success"),
        ("fay", "approve-by-finance"),
        ("mona", "approve-by-sales"),
        ("dirk", "approve-by-sales-director"),
    ):
        shop.approve(row, who, step)
        assert row.state == "validation"
    shop.approve(row, "greta", "approve-by-managing-director")
    assert row.state == "approved"


def test_after_a_rejection_only_those_are_asked_whom_the_change_touches(shop: Shop) -> None:  # S4.19
    row = shop.submitted(shop.order(line(percent="10"), line(2, "OS-DAY", "1600"), findings=(OUTSIDE,)))
    shop.consult(row)
    shop.approve(row, "carla", "approve-by-customer-success")
    shop.approve(row, "fay", "approve-by-finance")
    shop.reject(row, "mona", "approve-by-sales", "10 percent is not enough for them.")
    assert row.state == "returned"
    shop.change(row, (OUTSIDE,), lines=(line(percent="12"), line(2, "OS-DAY", "1600")))
    shop.submitted(row)
    assert row.state == "validation"
    assert shop.open_approvals(row) == ["approve-by-finance", "approve-by-sales"]
    last = row.versions.get(number=2)
    because = [
        "the discount of line 1 went from 10 percent to 12 percent",
        "the amount of the discount of line 1 went from 1200 to 1440",
        "the sold price of line 1 went from 10800 to 10560",
    ]
    assert last.asks == [{"approval": "approve-by-finance", "because": because}]
    assert [one["says"] for one in last.changes] == because
    said = shop.handoff(row).steps["say-what-changed"]
    assert (said.outcome, said.note) == ("prices and discounts", f"T{'; '.join(because)[1:]}.")


def test_consultation_is_asked_again_where_its_service_changed(shop: Shop) -> None:  # S4.12
    row = shop.submitted(shop.order(line(), line(2, "OS-DAY", "1600")))
    assert shop.open_approvals(row) == []
    shop.consult(row)
    assert shop.open_approvals(row) == ["validate"]
    shop.reject(row, "carla", "validate", "Two days are not enough.")
    shop.change(row, lines=(line(), line(2, "OS-DAY", "1600", quantity="4")))
    shop.submitted(row)
    assert shop.handoff(row).state_of("consult-customer-success") == "open"


def test_what_cannot_be_sold_is_not_submitted_and_every_reason_is_told(shop: Shop) -> None:  # S4.5
    row = shop.order(line(sku="WS-PRINT", price="1700"), findings=(RETIRED,))
    order = decode_order(row.content)
    lost = replace(RETIRED, line=None, says="The territory is missing.", remedy="Choose it.")
    told = cannot_be_sold(order, (RETIRED, lost))
    assert told is not None
    assert told.says == "This order cannot be sold as it is: 2 things have to be corrected before anybody is asked."
    assert [one.says for one in told.mistakes] == [
        "Line 1: WS-PRINT is retired. Sell WS-KICKOFF.",
        "The territory is missing. Choose it.",
    ]
    empty = cannot_be_sold(replace(order, lines=()), ())
    assert empty is not None
    assert [one.says for one in empty.mistakes] == ["It has no lines: add what is sold."]
    refusal = shop.submit(row)
    assert refusal is not None
    assert refusal.code == "not-sellable"
    row.refresh_from_db()
    assert (row.state, row.handoff_id, row.versions.count()) == ("draft", None, 0)
    assert shop.submit(row, by="fay") == Refused(
        code="not-yours", says="Only Sales and CS Operations write orders. Ask one of them; People shows who they are."
    )


def test_what_is_the_orders_own_is_not_done_in_its_handoff(shop: Shop) -> None:
    row = shop.submitted(shop.order())
    again = shop.submit(row)
    assert again is not None
    assert again.says == "This order is in validation: it has been submitted already."
    told = refused(shop.give(row, "olga", {"discount_level": "nobody"}))
    assert told.code == "led-by-order"
    assert refused(shop.finish(row, "sam", "send-order")).says == "“Send the order to the customer” is not open yet."
    shop.approve(row, "carla", "validate")
    shop.attach(row, "sam", "send-order", "order")
    assert refused(shop.finish(row, "sam", "send-order")) == Refused(
        code="led-by-order",
        says="This handoff validates order O-1: send it from the order’s page, under “Validation”.",
    )
    shop.change(row, lines=(line(percent="1"),))
    told_now = cannot_send(row)
    assert told_now is not None
    assert [one.says for one in told_now.mistakes] == [
        "The order says something else than what was approved: submit it again."
    ]


def test_order_that_sales_takes_back_after_it_was_sent_is_sent_anew(shop: Shop) -> None:
    row = shop.approve(shop.submitted(shop.order()), "carla", "validate")
    assert shop.send(row) is None
    shop.take_back(row)
    assert row.state == "returned"
    shop.change(row, invoice=replace(decode_order(row.content).invoice, phone="+49 40 99"))
    shop.submitted(row)
    assert (row.state, row.versions.get(number=2).asks) == ("approved", [])
    assert shop.send(row) is None
    assert row.versions.exclude(sent_at=None).count() == 2


def test_customer_gets_the_order_by_mail_once_and_anew_when_it_changed(shop: Shop) -> None:
    row = shop.approve(shop.submitted(shop.change(shop.order(), language="de")), "carla", "validate")
    with receiving() as postman:
        assert deliver_due(NOW) == 0
        assert shop.send(row) is None
        assert (deliver_due(NOW), deliver_due(NOW)) == (1, 0)
        shop.take_back(row)
        shop.change(row, invoice=replace(decode_order(row.content).invoice, phone="+49 40 99"))
        shop.submitted(row)
        assert shop.send(row) is None
        assert (deliver_due(NOW), deliver_due(NOW)) == (1, 0)
    (to, mail), (again, anew) = postman.taken
    assert (to, again) == ("ana.lima@example.org", "ana.lima@example.org")
    said = {name: decoded(mail[name]) for name in ("Subject", "From", "Reply-To")}
    assert said == {
        "Subject": "Auftrag O-1 für Altona Media",
        "From": "Sam Keller <handrail@example.net>",
        "Reply-To": "sam.keller@example.com",
    }
    assert mail["List-Unsubscribe"] is None
    assert words_of(mail) == (
        "Guten Tag Ana Lima,\n\n"
        "anbei erhalten Sie unseren Auftrag O-1 für Altona Media.\n"
        "Bitte unterschreiben Sie ihn und senden Sie ihn uns zurück.\n"
        "Ist etwas anders als vereinbart, antworten Sie bitte auf diese Nachricht, bevor Sie unterschreiben.\n\n"
        "Sam Keller\n"
    )
    kept = [files_in(one) for one in (mail, anew)]
    assert [[(name, sort) for name, sort, _ in files] for files in kept] == [[("O-1.pdf", "application/pdf")]] * 2
    digests = [sha256(content).hexdigest() for files in kept for _, _, content in files]
    assert digests == list(models.Upload.objects.order_by("pk").values_list("sha256", flat=True))
    assert digests[0] != digests[1]


def test_order_that_cannot_be_mailed_is_owed_by_sales_until_it_says_how(shop: Shop) -> None:
    row = shop.order()
    invoice = replace(decode_order(row.content).invoice, email="by phone")
    row = shop.approve(shop.submitted(shop.change(row, invoice=invoice)), "carla", "validate")
    assert shop.send(row) is None
    assert models.Delivery.objects.count() == 0
    owed = models.Work.objects.get(handoff=row.handoff_id, sort="step", name="mail-order")
    assert owed.person == shop.people["sam"]
    sam = browser_of(shop, "sam")
    page = sam.get(f"/orders/{row.pk}/validation/").content.decode()
    assert "It is not mailed yet: Sam Keller owes it" in page
    assert "Nobody would get this: it goes to “Invoice contact”. No address of Ana Lima is known." in page
    skip = c.Skip(by=actor_of(shop.people["sam"], NOW), step="mail-order", reason="I handed it over myself.")
    done(shop.record(row, skip))
    page = sam.get(f"/orders/{row.pk}/validation/").content.decode()
    assert 'It did not go by mail: <span class="preserve">I handed it over myself.</span>' in page
    shop.signed_by_customer(row)
    assert row.state == "signed"


def test_order_with_a_virus_goes_to_nobody(shop: Shop) -> None:
    row = shop.approve(shop.submitted(shop.order()), "carla", "validate")
    assert shop.send(row) is None
    scan = models.Upload.Scan
    with receiving() as postman:
        models.Upload.objects.update(scan=scan.WAITING)
        deliver_due(NOW)
        waits = models.Delivery.objects.get()
        assert (waits.state, waits.error) == (
            "queued", "“O-1.pdf” is still being looked at for viruses. Try again in a moment."
        )  # fmt: skip
        models.Upload.objects.update(scan=scan.INFECTED)
        deliver_due(NOW + timedelta(minutes=2))
        failed = models.Delivery.objects.get()
        assert (failed.state, failed.error) == ("failed", "A virus was found in “O-1.pdf”. Nobody can open it.")
    assert postman.taken == []


def decoded(header: str) -> str:
    return " ".join(str(make_header(decode_header(header))).split())


def words_of(mail: Message) -> str:
    part = next(one for one in mail.walk() if one.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode().replace("\r\n", "\n")


def files_in(mail: Message) -> list[tuple[str, str, bytes]]:
    return [
        (str(one.get_filename()), one.get_content_type(), bytes(one.get_payload(decode=True)))
        for one in mail.walk()
        if one.get_filename()
    ]


def test_orders_of_one_customer_go_through_it_side_by_side(shop: Shop) -> None:
    buyer = shop.customer()
    one, other = shop.order(customer=buyer), shop.order(line(percent="10"), customer=buyer, number="O-2")
    shop.submitted(one)
    shop.submitted(other)
    shop.approve(one, "carla", "validate")
    other.refresh_from_db()
    assert (one.state, other.state) == ("approved", "validation")
    assert models.Handoff.objects.values_list("project", flat=True).get(validates_order=other) == one.handoff_id


def test_order_that_is_withdrawn_or_refused_by_its_taker_stands_so(shop: Shop) -> None:
    row = shop.submitted(shop.order(line(percent="10")))
    shop.withdraw(row)
    assert (row.state, row.trigger) == ("withdrawn", "shut")
    late = shop.send(row)
    assert late is not None
    assert late.says == "This order’s validation is over: nothing of it is sent any more."


def test_verification_after_the_submission_lets_the_order_leave(shop: Shop) -> None:  # S4.17
    invoice = replace(decode_order(shop.order().content).invoice, verified=None)
    row = models.Order.objects.get()
    shop.submitted(shop.change(row, invoice=invoice))
    shop.approve(row, "carla", "validate")
    told = shop.send(row)
    assert told is not None
    assert [one.field for one in told.mistakes] == ["invoice"]
    shop.change(row, invoice=replace(invoice, verified=INVOICE.verified))
    assert shop.send(row) is None
    row.refresh_from_db()
    assert row.state == "sent"


def test_handoff_that_follows_the_first_version_goes_on_as_it_began(shop: Shop) -> None:
    """Its facts are given by hand, and nothing of the order desk is asked of it."""
    text = (Path(__file__).parent / "order-validation-1.0.yaml").read_text(encoding="utf-8")
    published = runbooks.publish(text, "order-validation.yaml")
    assert isinstance(published, models.RunbookVersion)
    buyer, seats = shop.customer(), {"sales": "sam", "success": "carla", "finance": "fay"}
    people = {role: person_of(shop.people[name]) for role, name in seats.items()}
    olga = actor_of(shop.people["olga"], NOW)
    start = c.Start(by=olga, customer_id=buyer.pk, customer=buyer.name, people=people)
    first = done(ledger.start(published, start, now=NOW)).handoff_id
    current = (Path(RUNBOOKS) / "order-validation.yaml").read_text(encoding="utf-8")
    assert isinstance(runbooks.publish(current, "order-validation.yaml"), models.RunbookVersion)
    price = {"list_price": "10000", "discount": "0", "discount_percent": "0", "sold_price": "10000"}
    lines = [{"line": "1", "sku": "A", "type": "subscription", "catalogue": "in the catalogue", **price}]
    facts: dict[str, Written | None] = {"lines": lines, "findings": [], "new_customer": "no", "territory": "Europe"}
    facts["statement_of_work"] = "no"
    done(ledger.record(first, c.GiveFacts(by=olga, values=facts), now=NOW))
    answers = {"country": Answer(value="Germany"), "invoice_contact": Answer(value="Ana Lima")}
    answers["invoice_address"] = Answer(value="Elbe 1")
    sam = actor_of(shop.people["sam"], NOW)
    done(ledger.record(first, c.AnswerForm(by=sam, step="write-order", answers=answers), now=NOW))
    done(ledger.record(first, c.Sign(by=sam, step="write-order"), now=NOW))
    done(ledger.record(first, c.Finish(by=sam, step="say-what-changed", outcome="first version"), now=NOW))
    carla = actor_of(shop.people["carla"], NOW)
    done(ledger.record(first, c.Approve(by=carla, step="validate"), now=NOW))
    row = shop.submitted(shop.order(customer=buyer))
    assert (row.state, models.Handoff.objects.get(validates_order=row).runbook_version.version) == ("validation", "2.0")


def test_where_an_order_stands_follows_from_its_events(shop: Shop) -> None:
    row = shop.approve(shop.submitted(shop.order()), "carla", "validate")
    models.Order.objects.filter(pk=row.pk).update(state="signed", trigger="open", trigger_at=NOW)
    assert rebuild().mended == [row.handoff_id]
    row.refresh_from_db()
    assert (row.state, row.trigger, row.trigger_at) == ("approved", "shut", None)
    assert rebuild().mended == []


@pytest.mark.django_db(transaction=True)  # what the desk does in none of its own is refused as it would be in use
def test_demo_has_an_order_for_each_way_in_which_one_can_stand(shop: Shop) -> None:
    demo_orders.begin(NOW)
    demo_orders.begin(NOW)
    rows = models.Order.objects.order_by("number").values_list("state", "trigger")
    assert [f"{state}, {trigger}" for state, trigger in rows] == [
        "draft, shut",
        "validation, shut",
        "validation, shut",
        "returned, shut",
        "validation, shut",
        "validation, shut",
        "approved, shut",
        "signed, open",
    ]


def test_price_in_yen_reaches_the_handoff_as_it_is(shop: Shop) -> None:
    row = shop.order()
    yen = replace(line(price="2000000"), discount=Decimal(0))
    shop.submitted(shop.change(row, currency="JPY", lines=(yen,)))
    facts = shop.handoff(row).facts
    lines = facts["lines"].value
    assert isinstance(lines, list)
    assert (facts["currency"].value, lines[0]["sold_price"]) == ("JPY", "2000000")

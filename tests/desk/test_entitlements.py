"""What was bought is kept once, used up by its date, put right in bulk, and reminded of once."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection

from handrail.desk import models
from handrail.desk.long_work import cleaning, earlier_sales
from handrail.desk.long_work.working import work_off
from handrail.desk.orders import reminder_mail
from handrail.desk.orders.consuming import Drawn, Used, What, take_back, use
from handrail.desk.orders.entitling import entitle
from handrail.desk.orders.reminding import remind_due
from handrail.desk.orders.tidying import Tidy, give
from handrail.desk.queries.entitlements import Wanted, all_entitlements, entitlements
from handrail.handoff.refusal import Mistake, Refused
from handrail.order.purchase import Invoice, Line, Order
from handrail.order.wire import encoded
from tests.desk.company import NOW, Company

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def company(db: None) -> Company:
    return Company()


def bought(customer: models.Customer, **more: object) -> models.Entitlement:
    given = {
        "sku": "WS-1",
        "title": "Workshop",
        "kind": "workshop",
        "quantity": Decimal(2),
        "sold_on": date(2017, 5, 1),
        **more,
    }
    return models.Entitlement.objects.create(customer=customer, **given)


def order_of(customer: models.Customer, *lines: Line, **more: object) -> models.Order:
    content = Order(
        number="O-1",
        customer=customer.name,
        currency="EUR",
        ordered_on=TODAY,
        lines=lines,
        **more,  # type: ignore[arg-type]
    )
    return models.Order.objects.create(
        number="O-1", customer=customer, currency="EUR", ordered_on=TODAY, content=encoded(content)
    )


def by_words(text: str) -> Used:
    return Used(quantity=Decimal(text), used_on=TODAY, evidence="They were there.")


def drawn(found: tuple[Drawn, ...] | Refused) -> list[tuple[int, Decimal, Decimal]]:
    assert not isinstance(found, Refused), found
    return [(one.row.pk, one.quantity, one.left) for one in found]


def left() -> dict[int, Decimal]:
    return {row.pk: row.quantity - row.used for row in models.Entitlement.objects.order_by("pk")}


def test_signed_order_gives_each_line_once_with_its_date_and_first_reminder(company: Company) -> None:
    acme = company.customer("Acme")
    row = order_of(
        acme,
        Line(number=1, sku="WS-KICKOFF", quantity=Decimal(2), consume_by=date(2027, 6, 1)),
        Line(number=2, sku="SUB-EDIT"),
    )
    assert [entitle(row, now=NOW), entitle(row, now=NOW)] == [2, 0]
    found = models.Entitlement.objects.order_by("line").values_list("title", "kind", "consume_by", "reminds_on")
    assert list(found) == [
        ("Kick-off workshop", "workshop", date(2027, 6, 1), date(2027, 4, 19)),
        ("Editorial Suite", "subscription", None, None),
    ]


def test_use_is_drawn_in_order_with_evidence_and_is_taken_back_with_a_reason(company: Company) -> None:
    acme, carla = company.customer("Acme"), company.people["carla"]
    undated, late = bought(acme), bought(acme, consume_by=TODAY + 90 * DAY)
    soon = bought(acme, consume_by=TODAY + 9 * DAY, quantity=Decimal("1.5"))
    over = bought(acme, consume_by=TODAY - DAY)
    refused = use(acme.pk, What(sku="WS-1"), by_words("1"), by=company.people["ivan"], today=TODAY, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "not-yours"
    found = use(acme.pk, What(sku="WS-1"), by_words("4"), by=carla, today=TODAY, now=NOW)
    assert drawn(found) == [
        (soon.pk, Decimal("1.5"), Decimal(0)),
        (late.pk, Decimal(2), Decimal(0)),
        (undated.pk, Decimal("0.5"), Decimal("1.5")),
    ]
    wrong = use(
        acme.pk, What(id=over.pk), Used(quantity=Decimal(1), used_on=TODAY + DAY), by=carla, today=TODAY, now=NOW
    )
    assert isinstance(wrong, Refused)
    assert [one.says for one in wrong.mistakes] == [
        "This day is still to come. Write when it was used.",
        "Say by what it is known: words, a link or a file.",
    ]
    assert isinstance(found, tuple)
    together = found[0].together
    assert take_back(acme.pk, together, " ", by=carla, now=NOW) == Refused(
        code="no-reason",
        says="Say why it is taken back.",
        mistakes=(Mistake(field="back_reason", says="Say why it is taken back."),),
    )
    assert take_back(acme.pk, together, "It was another customer.", by=carla, now=NOW) == Decimal(4)
    again = take_back(acme.pk, together, "Twice.", by=carla, now=NOW)
    assert again == Refused(code="gone", says="It is taken back already.")
    assert left() == {undated.pk: 2, late.pk: 2, soon.pk: Decimal("1.5"), over.pk: 2}
    told = models.AuditEntry.objects.filter(about="entitlement", key=str(soon.pk)).order_by("pk")
    assert list(told.values_list("action", "name", "says", "changes")) == [
        ("used", "Workshop, Acme", "They were there.", {"Used": ["0", "1.5"]}),
        ("took back", "Workshop, Acme", "It was another customer.", {"Used": ["1.5", "0"]}),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_draw_more_than_there_is() -> None:
    company = Company()
    acme, carla = company.customer("Acme"), company.people["carla"]
    bought(acme, quantity=Decimal(3)), bought(acme, quantity=Decimal(2), consume_by=TODAY)
    outcomes: list[object] = []
    begun = threading.Barrier(4)

    def draw() -> None:
        begun.wait()
        outcomes.append(use(acme.pk, What(sku="WS-1"), by_words("2"), by=carla, today=TODAY, now=NOW))
        connection.close()

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    refused = [one.says for one in outcomes if isinstance(one, Refused)]
    assert refused == ["Only 1 can be used on 2026-12-01: 1 fewer than 2."] * 2
    assert sum(left().values()) == 1
    assert sum(models.Consumption.objects.values_list("quantity", flat=True)) == 4


def clean(
    company: Company, act: Tidy, wanted: Wanted | None, *rows: models.Entitlement, now: datetime = NOW
) -> models.LongWork:
    work = cleaning.begin(act, [row.pk for row in rows], wanted, "some", by=company.people["olga"], now=now)
    work_off(now)
    work.refresh_from_db()
    return work


def test_clean_up_gives_each_its_outcome_and_is_taken_back_unless_changed_since(company: Company) -> None:
    acme, day = company.customer("Acme"), TODAY + 200 * DAY
    rows = [bought(acme) for _ in range(201)]
    dated, subscription = bought(acme, consume_by=TODAY), bought(acme, kind="subscription")
    work = clean(company, Tidy(name="date", day=day), Wanted(state="undated"))
    assert work.says == "Given a date: 201."
    assert set(models.Entitlement.objects.filter(pk__in=[one.pk for one in rows]).values_list("consume_by")) == {(day,)}
    used = clean(
        company, Tidy(name="used", reason="The diary of Ann."), None, rows[0], rows[1], subscription, now=NOW + DAY
    )
    assert used.says == "Closed as used: 2. Refused: 1."
    gone = clean(company, Tidy(name="write off", reason="Nobody remembers."), Wanted(state="past"), dated)
    assert gone.says == "Written off: 0."  # its last day is today
    undo = cleaning.take_back(work.pk, by=company.people["olga"], now=NOW + 2 * DAY)
    assert isinstance(undo, models.LongWork)
    work_off(NOW + 2 * DAY)
    undo.refresh_from_db()
    assert undo.says == "Taken back: 199. Refused: 2."
    assert undo.report["reasons"] == {"It was changed again since, on 2026-12-02.": 2}
    back = cleaning.take_back(used.pk, by=company.people["olga"], now=NOW + 2 * DAY)
    assert isinstance(back, models.LongWork)
    work_off(NOW + 2 * DAY)
    assert models.Entitlement.objects.filter(used__gt=0).count() == 0
    assert set(models.Consumption.objects.values_list("undone_reason")) == {("A clean-up is taken back.",)}
    assert cleaning.take_back(used.pk, by=company.people["olga"], now=NOW) == Refused(
        code="undone", says="It is taken back already."
    )


def test_what_cannot_be_put_right_says_why(company: Company) -> None:
    acme, by = company.customer("Acme"), company.people["carla"]
    undated, dated = bought(acme), bought(acme, consume_by=TODAY + DAY)
    used = bought(acme, used=Decimal(2))

    def said(act: Tidy, row: models.Entitlement) -> str:
        (one,) = give(act, [row.pk], by=by, now=NOW)
        return one.refused.says if one.refused else ""

    day = TODAY + DAY
    assert [
        said(Tidy(name="extend", day=day, reason="Ill"), undated),
        said(Tidy(name="date", day=day), dated),
        said(Tidy(name="extend", day=day, reason="Ill"), dated),
        said(Tidy(name="write off", reason="Old"), used),
        said(Tidy(name="reopen", reason="Oh"), dated),
        said(Tidy(name="write off", reason="Old"), dated),
        said(Tidy(name="used", reason="Old"), dated),
        said(Tidy(name="reopen", reason="Oh"), dated),
    ] == [
        "It has no date to extend. Set one.",
        "It has a date already. Extend that instead.",
        "It can be called for as long as that already.",
        "Nothing of it is left.",
        "It is not closed.",
        "",
        "It is closed: Written off: Old",
        "",
    ]


def test_reminders_go_once_to_owner_and_customer_and_to_nobody_who_wants_none(company: Company) -> None:
    acme, other = company.customer("Acme"), company.customer("Other")
    for customer in (acme, other):
        row = order_of(
            customer,
            Line(number=1, sku="WS-KICKOFF", consume_by=TODAY + 20 * DAY),
            invoice=Invoice(name="Pat Doe", email=f"Pat@{customer.name.lower()}.example"),
            language="de",
        )
        entitle(row, now=NOW)
        models.Order.objects.filter(pk=row.pk).update(number=f"O-{customer.name}")
    models.Unsubscribed.objects.create(address="pat@other.example", how="", at=NOW)
    assert [remind_due(NOW), remind_due(NOW)] == [2, 0]
    told = models.Notice.objects.filter(about="entitlements").order_by("title")
    assert list(told.values_list("person__name", "title", "why")) == [
        (
            "Carla Santos",
            "Acme has services left to use by 2026-12-21",
            "1 × Auftaktworkshop by 2026-12-21. Pat Doe is written to as well.",
        ),
        (
            "Carla Santos",
            "Other has services left to use by 2026-12-21",
            "1 × Auftaktworkshop by 2026-12-21. pat@other.example wants no more messages: nobody there was written to.",
        ),
    ]
    reminder = models.Reminder.objects.get()
    later = NOW + 30 * DAY
    assert [reminder_mail.send_due(later), reminder_mail.send_due(later)] == [1, 0]
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (
        ["Pat Doe <pat@acme.example>"],
        "Bitte bis 2026-12-21 abrufen, was Sie gekauft haben",
    )
    assert "- 1 × Auftaktworkshop, bis 2026-12-21" in sent.body
    reminder.refresh_from_db()
    assert reminder.state == "sent"
    reminded = models.Entitlement.objects.get(customer=acme)
    assert (reminded.reminded, reminded.reminds_on) == (1, date(2026, 12, 7))
    assert remind_due(NOW + 6 * DAY) == 2


CSV = """Customer,SKU,What,Sold on,Quantity,Used,Consume by,Priority
ACME,WS-1,,2017-05-01,2,1,,
Acme,,A day with Ann,2018-01-01,1.5,,2019-01-01,10
Nobody Inc.,,A day,someday,0,,,
Acme,,,2018-01-01,1,2,2017-01-01,first
"""


def kept(text: str) -> models.OrderFile:
    return models.OrderFile.objects.create(
        file_name="sold.csv", sha256="", content=text.encode(), report={"contents": "entitlements", "state": "preview"}
    )


def test_earlier_sales_come_in_once_and_every_row_that_does_not_says_why(company: Company) -> None:
    company.customer("Acme")
    file = kept(CSV)
    assert earlier_sales.import_all(file.pk, by=company.people["olga"], now=NOW) is None
    file.refresh_from_db()
    assert (file.report["new"], file.report["left_out"]) == (2, 2)
    assert [(one["row"], one["column"], one["says"]) for one in file.report["problems"]] == [
        (4, "Customer", "No customer is “Nobody Inc.”."),
        (4, "Sold on", "“someday” is no day."),
        (4, "Quantity", "“0” is no number that could be sold."),
        (5, "What", "It does not say what was sold."),
        (5, "Priority", "“first” is no priority."),
        (5, "Consume by", "2017-01-01 is before it was sold."),
        (5, "Used", "More was used than was sold."),
    ]
    rows = models.Entitlement.objects.order_by("pk")
    assert list(rows.values_list("title", "kind", "used", "consume_by", "priority", "source")) == [
        ("WS-1", "other", Decimal(1), None, 50, "sold.csv, row 2"),
        ("A day with Ann", "other", Decimal(0), date(2019, 1, 1), 10, "sold.csv, row 3"),
    ]
    assert models.Consumption.objects.get().evidence == (
        "Used before it came here, on a day that is not known. sold.csv, row 2"
    )
    again = kept(CSV)
    earlier_sales.import_all(again.pk, by=company.people["olga"], now=NOW)
    again.refresh_from_db()
    assert (again.report["new"], again.report["left_out"]) == (0, 4)
    assert again.report["problems"][0]["says"] == "“WS-1” of Acme, sold on 2017-05-01, is here already."


def test_many_earlier_sales_are_long_work(company: Company) -> None:
    company.customer("Acme")
    rows = "".join(f"Acme,WS-1,Workshop {at},2017-05-01,1,,,\n" for at in range(250))
    file = kept(CSV.splitlines()[0] + "\n" + rows)
    work = earlier_sales.import_all(file.pk, by=company.people["olga"], now=NOW)
    assert work is not None
    work_off(NOW)
    work.refresh_from_db()
    file.refresh_from_db()
    assert (work.says, file.report["state"], file.report["new"]) == ("Imported: 250.", "done", 250)


def test_list_shows_what_is_left_by_date_and_then_by_age(company: Company) -> None:
    acme, bolt = company.customer("Acme"), company.customer("Bolt")
    models.CustomerWord.objects.create(customer=bolt, word="bolt")
    late = bought(acme, consume_by=TODAY + 90 * DAY)
    soon, past = bought(bolt, consume_by=TODAY + 10 * DAY), bought(acme, consume_by=TODAY - DAY)
    old, new = bought(bolt, kind="audit"), bought(bolt, sold_on=date(2020, 1, 1))
    bought(acme, used=Decimal(2)), bought(acme, kind="subscription")

    def shown(number: int = 1, **wanted: object) -> list[int]:
        asked = Wanted(**wanted)  # type: ignore[arg-type]
        page = entitlements(asked, TODAY, number)
        found = [one.id for one in page.rows]
        assert number > 1 or found == [one.id for one in all_entitlements(asked, TODAY)]
        return found

    assert shown() == [past.pk, soon.pk, late.pk, old.pk, new.pk]
    assert shown(state="undated") == [old.pk, new.pk]
    assert shown(state="past") == [past.pk]
    assert shown(state="undated or past") == [past.pk, old.pk, new.pk]
    assert shown(state="running out", days=30) == [soon.pk]
    assert shown(kind="audit") == [old.pk]
    assert shown(text="bol") == [soon.pk, old.pk, new.pk]
    assert shown(customer=acme.pk, owner=str(company.people["carla"].pk)) == [past.pk, late.pk]
    assert shown(owner="nobody") == []
    assert shown(sort="-date") == [late.pk, soon.pk, past.pk, old.pk, new.pk]
    models.Entitlement.objects.bulk_create(
        [models.Entitlement(customer=acme, sku="X", title="X", kind="audit", quantity=1, sold_on=TODAY)] * 60
    )
    assert len(shown(2)) == 25
    assert entitlements(Wanted(), TODAY, 2).total == 65

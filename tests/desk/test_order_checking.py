"""Orders as the desk checks them: what is kept with each, their page, and all of them again as long work."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.long_work import beginning, rechecking
from handrail.desk.long_work.working import work_due, work_off
from handrail.desk.orders import checking, feasibility
from handrail.desk.queries.order_share import Month, share_until
from handrail.handoff.refusal import Refused
from handrail.order import samples
from handrail.order.purchase import Buyer, Order
from handrail.order.wire import decode_findings, decode_order, encoded
from tests.core.sound_order import line, order
from tests.desk.company import Company

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
State = models.Order.State


@pytest.fixture
def company() -> Company:
    found = Company()
    models.CatalogueVersion.objects.all().delete()
    catalogues.publish(samples.catalogue(), by=found.people["olga"], now=NOW, says="The first.")
    return found


def customer(company: Company, name: str = "Altona Media") -> models.Customer:
    return company.customer(name, {"country": "de", "customer_kind": "small", "new_customer": "no"})


def kept(of: models.Customer, content: Order, state: str = State.DRAFT, **more: Any) -> models.Order:
    count = models.Order.objects.count()
    return models.Order.objects.create(
        number=f"PO-{count + 1}",
        customer=of,
        content=encoded(content),
        state=state,
        currency=content.currency,
        ordered_on=content.ordered_on,
        **more,
    )


def as_(company: Company, first_name: str) -> Client:
    client = Client()
    client.force_login(company.people[first_name])
    return client


def words(page: object) -> str:
    text = re.sub(r"<(script|style).*?</\1>", "", page.content.decode(), flags=re.S)  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_what_was_found_is_kept_with_the_catalogue_that_it_was_found_by(company: Company) -> None:
    asked = order(line(1, "SUB-EDIT", list_price=Decimal(11000), sold_price=Decimal(11000)), remarks="!")
    row = kept(customer(company), asked)
    found = checking.recheck(row, asked, now=NOW)
    row.refresh_from_db()
    assert decode_findings(row.findings) == found
    assert [(one.severity, one.rule) for one in found] == [
        ("error", "free-text"),
        ("warning", "price-not-listed"),
        ("warning", "discount-above-level"),
    ]
    assert (row.errors, row.warnings, row.is_outside, row.value) == (1, 2, True, Decimal(11000))
    assert (row.catalogue, row.checked_at, row.revision) == (catalogues.current(), NOW, 0)


def test_without_a_catalogue_that_is_what_is_found(company: Company) -> None:
    models.CatalogueVersion.objects.update(is_current=False)
    row = kept(customer(company), order())
    assert checking.recheck(row, order(), now=NOW) == (checking.NO_CATALOGUE,)
    assert (row.catalogue, row.errors, row.is_outside) == (None, 1, True)


def test_buyer_is_new_until_something_was_sold_to_it(company: Company) -> None:
    bought = company.customer("Borken Press", {"country": "DE", "customer_kind": "enterprise"})
    pack = order(replace(line(1, "WS-KICKOFF"), from_pack=True))
    first = kept(bought, pack, State.SIGNED)
    later = kept(bought, order(), State.DRAFT)
    new = Buyer(name="Borken Press", kind="enterprise", countries=frozenset({"DE"}), is_new=True)
    assert checking.buyer_of(bought, before=first) == new
    assert checking.buyer_of(bought, before=later) == replace(new, is_new=False, has_pack=True)
    assert checking.buyer_of(bought, before=None) == replace(new, is_new=False, has_pack=True)
    models.Order.objects.update(state=State.WITHDRAWN)
    assert checking.buyer_of(bought, before=later) == new
    old = {"sku": "WS-SEO", "title": "Search workshop", "kind": "workshop", "quantity": 1, "sold_on": "2017-03-01"}
    models.Entitlement.objects.create(customer=bought, **old)
    assert checking.buyer_of(bought, before=later) == replace(new, is_new=False)


def test_team_has_room_less_absences_roles_and_promises(company: Company) -> None:
    carla = company.people["carla"]
    company.start("Cedar Falls Water")
    models.Person.objects.filter(team=carla.team).exclude(pk=carla.pk).update(team=None)
    models.Person.objects.filter(pk=carla.pk).update(capacity=4)
    models.Absence.objects.create(person=carla, first_day=date(2026, 12, 7), last_day=date(2026, 12, 11))
    of = customer(company)
    asked = order(line(1, "TR-ADMIN", "3", consume_by=date(2026, 12, 18)))
    own = kept(of, asked, State.APPROVED)
    models.Entitlement.objects.create(
        customer=of,
        sku="WS-SEO",
        title="Search workshop",
        kind="workshop",
        quantity=4,
        used=2,
        sold_on=date(2026, 10, 1),
        consume_by=date(2026, 12, 10),
    )
    kept(of, order(line(1, "WS-KICKOFF", consume_by=date(2026, 12, 1))), State.SENT)
    (room,) = feasibility.room_for(asked, samples.catalogue(), now=NOW, besides=own.pk)
    assert (room.name, room.until) == ("Client Services", date(2026, 12, 18))
    held = models.Seat.objects.filter(person=carla, is_running=True).count()
    found = re.fullmatch(
        r"Its one person works (\d+) hours until then; (\d+) go to roles that they hold and 24 are promised to other "
        r"customers.",
        room.why,
    )
    assert found
    works, goes = map(int, found.groups())
    assert works <= 12 * 8
    assert abs(works * held / 4 - goes) <= 1
    assert room.hours == works - goes - 24 - (works * held % 4 > 0)
    findings = checking.recheck(own, asked, now=NOW)
    says = next(one.says for one in findings if one.rule == "no-room")
    free = f"Client Services has {int(room.hours)} free hours until 18 December 2026"
    assert says.startswith(f"{free}; this order needs 60.")


def test_checking_asks_the_same_number_of_queries_for_one_line_and_for_three(company: Company) -> None:
    of, counted = customer(company), []
    checking.recheck(kept(of, order()), order(), now=NOW)  # the company and the catalogue are read once
    for content in (order(line(1, "WS-SEO")), order(line(1, "WS-SEO"), line(2, "TR-ADMIN"), line(3, "AU-SETUP"))):
        row = kept(of, content)
        with CaptureQueriesContext(connection) as queries:
            checking.recheck(row, content, now=NOW)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12


def test_findings_are_read_by_severity_and_checked_again(company: Company) -> None:
    asked = order(line(1, "WS-PRINT"), line(2, "SUB-EDIT", discount_percent=Decimal(10)), remarks="")
    row = kept(customer(company), asked, writer_name="Sam Keller")
    olga, address = as_(company, "olga"), f"/orders/{row.pk}/findings/"
    assert "Not checked yet" in words(olga.get(address))
    assert olga.post(f"{address}check/").status_code == 302
    page = words(olga.get(address))
    for said in (
        "Checked again: 2 errors and 1 warning.",
        "Cannot be sold as it is: 2 errors",
        "Against Catalogue 1",
        "Discounts go up to Sales Manager Line 2: 10 %, rule 6 of “Who approves a discount”",
        "Errors 2 Cannot be sold, whoever approves. Sales corrects them.",
        "Line 1 Print workshop Retired SKU Outside the catalogue WS-PRINT is not sold any more since 1 January 2026.",
        "What to do: Sell WS-KICKOFF (Kick-off workshop) instead. S4.5 Products are standard",
        "Percentage and amount differ",
        "Notices 1",
    ):
        assert said in page
    catalogues.publish(samples.catalogue(), by=company.people["olga"], now=NOW)
    assert "Catalogue 2 is sold from now" in words(olga.get(address))
    models.Order.objects.update(state=State.SENT)
    page = words(olga.get(address))
    assert "This order is with the customer: what it says is settled." in page
    assert "Check again" not in page
    olga.post(f"{address}check/")
    assert models.Order.objects.get().catalogue != catalogues.current()


def test_sound_order_is_told_to_take_one_action(company: Company) -> None:
    row = kept(customer(company), order(line(1, "SUB-EDIT")))
    checking.check_again(row.pk, now=NOW)
    page = words(as_(company, "olga").get(f"/orders/{row.pk}/findings/"))
    assert "Wholly inside the catalogue Customer Success validates it with one action." in page
    assert "Nothing was found" in page


def all_kinds(company: Company) -> dict[str, models.Order]:
    """Checked by the first catalogue; the second has a retired SKU and a dearer subscription."""
    of = customer(company)
    rows = {
        "draft": kept(of, order()),
        "signed": kept(of, order(), State.SIGNED),
        "other": kept(of, order(line(1, "PV-1K", "20000")), State.TAKEN_OVER),
    }
    for row in rows.values():
        checking.recheck(row, decode_order(row.content), now=NOW)
    catalogue = samples.catalogue()
    product = replace(catalogue.products["WS-SEO"], retired_on=date(2026, 11, 1))
    products = dict(catalogue.products) | {"WS-SEO": product}
    catalogues.publish(replace(catalogue, products=products), by=company.people["olga"], now=NOW)
    return rows


def test_all_orders_are_checked_again_and_the_settled_ones_counted(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "AT_ONCE", 2)
    rows, olga = all_kinds(company), as_(company, "olga")
    before = rows["signed"].findings
    assert "Check all orders again" in words(olga.get("/orders/recheck/"))
    olga.post("/orders/recheck/")
    assert "0 of 3 orders" not in words(olga.get("/orders/recheck/"))
    work_off(timezone.now())
    (work,) = models.LongWork.objects.all()
    assert work.says == (
        "Written still: 1 with other findings, 0 as they were. Settled: 1 would be otherwise now, 1 as they were."
    )
    assert (work.done, work.total, work.report["rules"]) == (3, 3, {"retired-sku": 1})
    for row in rows.values():
        row.refresh_from_db()
    assert [one.rule for one in decode_findings(rows["draft"].findings)][:1] == ["retired-sku"]
    assert (rows["draft"].catalogue, rows["draft"].errors) == (catalogues.current(), 1)
    assert rows["signed"].findings == before
    assert rows["signed"].catalogue != catalogues.current()
    page = words(olga.get("/orders/recheck/"))
    assert "Check all orders against catalogue 2" in page
    assert "Why settled orders would be otherwise" in page
    assert "1 Retired SKU S4.5 The product is not sold any more" in page
    assert "See what came of it" in words(olga.get(f"/long-work/{work.pk}/"))


def test_checking_again_that_is_cancelled_keeps_what_was_done(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "AT_ONCE", 1)
    all_kinds(company)
    olga = company.people["olga"]
    work = rechecking.begin(by=olga, now=NOW)
    assert not isinstance(work, Refused)
    assert rechecking.begin(by=olga, now=NOW) == work
    work_due(NOW, slice_seconds=0)
    beginning.cancel(work.pk, by=olga, now=NOW)
    work.refresh_from_db()
    assert (work.state, work.done, work.total) == ("cancelled", 1, 3)
    assert models.Order.objects.filter(catalogue=catalogues.current()).count() == 1
    refused = rechecking.begin(by=company.people["paula"], now=NOW)
    assert isinstance(refused, Refused)


def test_share_inside_the_catalogue_is_counted_by_month(company: Company) -> None:
    of, today = customer(company), date(2026, 11, 26)
    for days, state, is_outside in (
        (0, State.SIGNED, False),
        (0, State.SENT, True),
        (0, State.DRAFT, True),
        (0, State.WITHDRAWN, True),
        (30, State.SIGNED, False),
        (400, State.SIGNED, True),
    ):
        content = replace(order(), ordered_on=today - timedelta(days=days))
        kept(of, content, state, is_outside=is_outside)
    share = share_until(today)
    assert share.whole == Month(first=date(2025, 12, 1), orders=3, inside=2)
    assert [(one.orders, one.inside, one.percent, one.is_below) for one in share.months[-3:]] == [
        (0, 0, None, False),
        (1, 1, 100, False),
        (2, 1, 50, True),
    ]
    assert "66 % 2 of 3 orders Below the aim" in words(as_(company, "olga").get("/orders/recheck/"))

"""The pages of what customers bought: they show it, take what was used, and put it right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.desk import models, runbooks, starting
from handrail.desk.ledger import standing
from handrail.desk.long_work.working import work_off
from handrail.desk.orders import telling
from handrail.desk.orders.entitling import entitle
from handrail.order.purchase import Line
from tests.desk.company import Company, done
from tests.desk.test_entitlements import CSV, DAY, bought, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def signed_in(company: Company, name: str) -> Client:
    client = Client()
    client.force_login(company.people[name])
    return client


def text_of(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def form(what: str, quantity: str, **more: str) -> dict[str, str]:
    today = timezone.now().date().isoformat()
    return {"what": what, "quantity": quantity, "used_on": today, "evidence": "", "reason": "", "do": "record", **more}


def test_customers_page_takes_what_was_used_and_gives_it_back(company: Company) -> None:
    acme, client = company.customer("Acme"), signed_in(company, "carla")
    over = bought(acme, consume_by=date(2020, 1, 1))
    bought(acme, sku="", title="A day with Ann", quantity=Decimal("1.5"))
    page = f"/customers/{acme.pk}/entitlements/"
    wrong = client.post(page, form("", "none"))
    assert wrong.status_code == 422
    assert "Choose what was used." in text_of(wrong)
    assert 'value="none"' in text_of(wrong)
    no_reason = client.post(page, form("sku WS-1", "1", evidence="Seen"))
    assert no_reason.status_code == 422
    assert "2 more could be called for until 2020-01-01: say why they are used all the same." in text_of(no_reason)
    look = text_of(client.post(page, form("title A day with Ann", "1", do="look")))
    assert "1 of A day with Ann, without a date" in look
    assert models.Consumption.objects.count() == 0
    told = client.post(page, form("sku WS-1", "1", evidence="Seen", reason="Promised"), follow=True)
    assert "Recorded: 1 used. Drawn from: 1 of Workshop (by 2020-01-01)." in text_of(told)
    used = models.Consumption.objects.get()
    assert (used.entitlement, used.evidence) == (over, "Seen Used after its date: Promised")
    refused = signed_in(company, "ivan").post(page, form("sku WS-1", "1", evidence="Seen", reason="Promised"))
    assert refused.status_code == 403
    assert client.post(page, {"together": used.together, "back_reason": ""}).status_code == 422
    back = client.post(page, {"together": used.together, "back_reason": "Another one"}, follow=True)
    assert "Taken back: 1 can be called for again." in text_of(back)
    assert client.post(page, {"together": used.together, "back_reason": "Again"}).status_code == 409


def test_balance_stands_on_the_customers_page_with_one_query(company: Company) -> None:
    acme, client = company.customer("Acme"), signed_in(company, "carla")
    client.get(f"/customers/{acme.pk}/")
    with CaptureQueriesContext(connection) as none:
        client.get(f"/customers/{acme.pk}/")
    bought(acme), bought(acme, consume_by=date(2120, 1, 1), used=Decimal(1)), bought(acme, sku="AU-1", title="Audit")
    with CaptureQueriesContext(connection) as three:
        found = text_of(client.get(f"/customers/{acme.pk}/"))
    assert len(three) == len(none)
    assert "What was bought" in found
    assert '<td class="number" data-label="Left"><strong>3</strong></td>' in found


def test_file_of_evidence_hangs_on_the_orders_handoff(company: Company) -> None:
    handoff = models.Handoff.objects.get(pk=company.start())
    order = order_of(handoff.customer, Line(number=1, sku="WS-KICKOFF", consume_by=date(2120, 1, 1)))
    models.Order.objects.filter(pk=order.pk).update(onward=handoff)
    entitle(models.Order.objects.select_related("customer").get(pk=order.pk), now=timezone.now())
    client, page = signed_in(company, "carla"), f"/customers/{handoff.customer_id}/entitlements/"
    file = SimpleUploadedFile("who was there.txt", b"Ann, Bob")
    sent = client.post(page, {**form("sku WS-KICKOFF", "1"), "file": file}, follow=True)
    assert "Recorded: 1 used." in text_of(sent)
    used = models.Consumption.objects.select_related("upload").get()
    assert used.upload is not None
    assert (used.upload.name, used.upload.is_loose, used.upload.handoff_id) == ("who was there.txt", False, handoff.pk)
    shown = text_of(signed_in(company, "olga").get(f"/orders/{order.pk}/entitlements/"))
    assert "What it gave" in shown
    assert "who was there.txt" in shown


def test_list_narrows_exports_and_puts_right_what_is_ticked(company: Company) -> None:
    acme, client = company.customer("Acme"), signed_in(company, "olga")
    undated, dated = bought(acme), bought(acme, title="Later", consume_by=date(2120, 1, 1))
    shown = text_of(client.get("/entitlements/?state=undated"))
    assert (f"/entitlements/{undated.pk}/" in shown, f"/entitlements/{dated.pk}/" in shown) == (True, False)
    lines = b"".join(client.get("/entitlements/entitlements.csv").streaming_content)  # type: ignore[attr-defined]
    rows = lines.decode().splitlines()
    assert rows[1] == "Acme,Carla Santos,Later,WS-1,workshop,,2,0,2,2017-05-01,2120-01-01,open,,"
    assert len(rows) == 3
    assert client.post("/entitlements/clean-up/", {"action": "date"}).status_code == 422
    chosen = {"action": "write off", "entitlement": [str(undated.pk), str(dated.pk)], "query": "state=undated"}
    preview = client.post("/entitlements/clean-up/", chosen)
    assert (preview.status_code, "Write off: 2" in text_of(preview)) == (200, True)
    missing = client.post("/entitlements/clean-up/", {**chosen, "do": "confirm"})
    assert (missing.status_code, "Say why they are written off." in text_of(missing)) == (422, True)
    begun = client.post("/entitlements/clean-up/", {**chosen, "do": "confirm", "reason": "Nobody remembers."})
    work_off(timezone.now())
    number = models.LongWork.objects.get().pk
    assert client.get(f"/long-work/{number}/")["Location"] == begun["Location"]
    done = text_of(client.get(begun["Location"]))
    assert "<dt>Written off</dt><dd>2</dd>" in done
    undo = client.post(begun["Location"])
    work_off(timezone.now())
    assert "<dt>Taken back</dt><dd>2</dd>" in text_of(client.get(undo["Location"]))
    every = {"action": "date", "all": "yes", "query": "state=undated", "do": "confirm", "day": "2120-05-01"}
    client.post("/entitlements/clean-up/", every)
    work_off(timezone.now())
    assert models.Entitlement.objects.get(pk=undated.pk).consume_by == date(2120, 5, 1)


def test_one_of_them_is_extended_with_a_reason_and_tells_its_history(company: Company) -> None:
    acme, client = company.customer("Acme"), signed_in(company, "carla")
    row = bought(acme, consume_by=timezone.now().date() - DAY)
    page = f"/entitlements/{row.pk}/"
    missing = client.post(page, {"action": "extend", "day": "", "reason": ""})
    assert missing.status_code == 422
    assert "Choose a day from today on." in text_of(missing)
    shown = text_of(client.post(page, {"action": "extend", "day": "2120-01-01", "reason": "They ask"}, follow=True))
    assert "Extended: Workshop." in shown
    assert "They ask" in shown
    row.refresh_from_db()
    assert (row.consume_by, row.reminds_on) == (date(2120, 1, 1), date(2119, 11, 20))


def test_what_was_sold_earlier_is_previewed_and_imported_once(company: Company) -> None:
    company.customer("Acme")
    client = signed_in(company, "olga")
    broken = client.post("/entitlements/import/", {"file": SimpleUploadedFile("a.csv", b"Customer name,Remark\nx,y\n")})
    assert broken.status_code == 422
    assert "The file has no column “sold on”, “quantity”, “sku or what”." in text_of(broken)
    read = client.post("/entitlements/import/", {"file": SimpleUploadedFile("sold.csv", CSV.encode())})
    preview = text_of(client.get(read["Location"]))
    assert "<dt>Would come in</dt><dd>2</dd>" in preview
    assert "No customer is “Nobody Inc.”." in preview
    assert models.Entitlement.objects.count() == 0
    for _ in range(2):
        done = text_of(client.post(read["Location"], follow=True))
    assert "<dt>Came in</dt><dd>2</dd>" in done
    assert models.Entitlement.objects.count() == 2


def test_balance_stands_in_the_handover_document_of_a_runbook_that_asks_for_it(company: Company) -> None:
    (path,) = (one for one in runbooks.shipped() if one.stem == "transition-to-support-and-cvm")
    version = runbooks.publish(path.read_text("utf-8"), path.name)
    assert isinstance(version, models.RunbookVersion)
    acme, none = company.customer("Acme"), company.customer("None")
    bought(acme), bought(acme, consume_by=date(2120, 1, 1), used=Decimal("0.5"))
    bought(acme, sku="SUB", title="Editorial Suite", kind="subscription", quantity=Decimal(1))
    begun = starting.begin([acme, none], version, {}, company.actor("olga"), timezone.now())
    one, other = (done(each.outcome).handoff for each in begun)
    assert one.facts["entitlements"].value == [
        {"what": "Workshop", "bought": "4", "used": "0.5", "left": "3.5", "consume_by": "2120-01-01",
         "note": "2 without a date"},
        {"what": "Editorial Suite", "bought": "1", "note": "Runs by time"},
    ]  # fmt: skip
    assert other.facts["entitlements"].value == []
    shown = text_of(signed_in(company, "olga").get(f"/handoffs/{done(begun[0].outcome).handoff_id}/document/"))
    assert "What it bought and has not used" in shown
    assert "2 without a date" in shown
    what = form("sku WS-1", "1", evidence="Seen")
    signed_in(company, "carla").post(f"/customers/{acme.pk}/entitlements/", what)
    assert [telling.tell_due(timezone.now()), telling.tell_due(timezone.now())] == [1, 0]
    now_known = standing(done(begun[0].outcome).handoff_id).handoff.facts["entitlements"]
    assert isinstance(now_known.value, list)
    assert (now_known.value[0]["left"], now_known.source) == ("2.5", "What was bought")

"""What people hold and have sold, as pages: sums to the cent, who may see them, and a number of queries that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handrail.desk import credits, models
from tests.desk.company import Company

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.fixture
def company() -> Company:
    return Company()


def browser_of(company: Company, name: str) -> Client:
    client = Client()
    client.force_login(company.people[name])
    return client


def record(key: str, owner: models.Person | None, sort: str = "opportunity", **fields: Any) -> models.CrmRecord:
    made = models.CrmRecord.objects.create(sort=sort, key=key, owner=owner, **fields)
    credits.follow([key], source="a test", now=NOW)
    return made


def sold(key: str, owner: models.Person, amount: str, closed: date, **fields: Any) -> models.CrmRecord:
    opened = date(2026, 9, 1)
    says = {"stage": "Won", **fields}
    return record(key, owner, "opportunity", is_open=False, amount=Decimal(amount), opened_on=opened, closed_on=closed,
                  **says)  # fmt: skip


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_credit_passes_on_and_the_ledger_keeps_who_had_it(company: Company) -> None:
    carla, dev = company.people["carla"], company.people["dev"]
    row = sold("O-1", carla, "100.10", date(2026, 11, 3))
    day = date(2026, 12, 1)
    moved = credits.pass_on({row.pk: dev.pk}, on=day, source="transfer 7")
    assert moved == [credits.Moved(record_id=row.pk, was=carla.pk, now=dev.pk)]
    assert credits.pass_on({row.pk: dev.pk}, on=day, source="transfer 7") == []
    kept = models.Credit.objects.order_by("since").values_list("person", "since", "until", "source")
    assert list(kept) == [
        (carla.pk, date(2026, 9, 1), day, "a test"),
        (dev.pk, day, None, "transfer 7"),
    ]
    assert credits.holder_on([row.pk], date(2026, 11, 30)) == {row.pk: carla.pk}
    assert credits.holder_on([row.pk], day) == {row.pk: dev.pk}


def test_sums_are_exact_by_person_and_month_and_by_the_day_on_which_one_asks(company: Company) -> None:
    carla, dev, olga = company.people["carla"], company.people["dev"], browser_of(company, "olga")
    for number in range(10):
        sold(f"O-{number}", carla, "0.10", date(2026, 10, 3))
    last = sold("O-x", carla, "1234567890123.33", date(2026, 11, 3))
    sold("O-l", carla, "50.00", date(2026, 11, 4), stage="Closed Lost")
    credits.pass_on({last.pk: dev.pk}, on=date(2026, 12, 1), source="transfer 7")
    months = "from=2026-10&to=2026-11"
    before = text_of(olga, f"/credit/?{months}&on=2026-11-30&person={carla.pk}")
    assert (
        '<th scope="row">November 2026</th><td class="number">1</td><td class="number">1,234,567,890,123.33</td>'
        in before
    )
    assert '<th scope="row">October 2026</th><td class="number">10</td><td class="number">1.00</td>' in before
    after = text_of(olga, f"/credit/?{months}&on=2026-12-01")
    assert f'{carla.name}</a></th><td class="number">10</td><td class="number">1.00</td>' in after
    assert f'{dev.name}</a></th><td class="number">1</td><td class="number">1,234,567,890,123.33</td>' in after
    lines = b"".join(olga.get(f"/credit.csv?{months}&on=2026-12-01&person={dev.pk}")).decode("utf-8-sig").splitlines()
    assert lines[1:] == [
        "Dev Patel,2026-12-01,,O-x,O-x,,Won,yes,2026-11-03,1234567890123.33,transfer 7",
    ]


def test_credit_is_seen_by_whose_it_is_their_lead_and_operations(company: Company) -> None:
    carla = company.people["carla"]
    address = f"/credit/?person={carla.pk}"
    asked = {name: browser_of(company, name).get(address).status_code for name in ("carla", "lena", "olga", "sven")}
    assert asked == {"carla": 200, "lena": 200, "olga": 200, "sven": 403}
    sold("O-1", carla, "100.10", date(2026, 11, 3))
    months = "from=2026-10&to=2026-11&on=2026-11-30"
    assert "100.10" in text_of(browser_of(company, "lena"), f"/credit/?{months}")
    assert "Nothing was closed" not in text_of(browser_of(company, "dev"), f"/credit/?{months}")
    assert "100.10" not in text_of(browser_of(company, "dev"), f"/credit/?{months}")
    assert "The last closing is of" in text_of(browser_of(company, "olga"), "/credit/?from=2025-01&to=2025-02")


def test_book_and_customer_show_open_ones_first_and_what_is_on_no_account(company: Company) -> None:
    carla, customer = company.people["carla"], company.customer("Cedar Falls Water")
    record("O-1", carla, customer=customer, title="Renewal", amount=Decimal("20.50"), stage="Proposal")
    record("O-2", carla, account_words="Cedar Fals", title="Lost in names")
    record("C-1", carla, "case", customer=customer, title="Slow reports", is_escalated=True, is_open=False)
    record("C-2", carla, "case", customer=customer, title="Broken export")
    browser = browser_of(company, "carla")
    book = text_of(browser, f"/people/{carla.pk}/book/")
    assert '<dt>Opportunities open</dt><dd>2<span class="sub">worth 20.50</span></dd>' in book
    assert '<dt>On no account</dt><dd>1<span class="sub">' in book
    loose = text_of(browser, f"/people/{carla.pk}/book/?show=loose")
    assert '<bdi>Cedar Fals</bdi><span class="sub">not known here</span>' in loose
    cases = text_of(browser, f"/customers/{customer.pk}/records/?sort=case")
    assert cases.index("Broken export") < cases.index("Slow reports")
    page = text_of(browser, f"/customers/{customer.pk}/")
    assert 'In other systems <span class="count">3</span>' in page
    assert browser_of(company, "sven").get(f"/people/{carla.pk}/book/").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/credit/?from=2026-10&to=2026-11&on=2026-11-30",
        "/people/{person}/book/?show=loose",
        "/people/{person}/book/",
        "/customers/{customer}/records/",
        "/customers/{customer}/",
    ],
)
def test_pages_ask_as_often_whatever_there_is(company: Company, address: str) -> None:
    carla, customer, browser = (
        company.people["carla"],
        company.customer("Cedar Falls Water"),
        browser_of(company, "olga"),
    )
    where = address.format(person=carla.pk, customer=customer.pk)

    def some(first: int, count: int) -> int:
        for number in range(first, first + count):
            person = company.people["dev" if number % 2 else "carla"]
            sold(f"O-{number}", person, "0.10", date(2026, 10, 3), customer=customer if number % 3 else None)
            record(f"T-{number}", carla, "task", customer=customer if number % 2 else None)
        text_of(browser, where)
        with CaptureQueriesContext(connection) as seen:
            text_of(browser, where)
        return len(seen)

    assert some(1, 4) == some(10, 12)

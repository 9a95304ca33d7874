"""The pages that move a transfer's accounts and take them back: what would happen, the buttons, and what came of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.desk import models
from handrail.desk.long_work import transfers_due
from handrail.desk.long_work.working import work_off
from handrail.desk.transfers import foreseeing
from tests.desk.book import Book
from tests.desk.test_flipping import owners

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book()


def as_(book: Book, first_name: str) -> Client:
    client = Client()
    client.force_login(book.people[first_name])
    return client


def words(page: object) -> str:
    text = re.sub(r"<(script|style).*?</\1>", "", page.content.decode(), flags=re.S)  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_what_would_happen_is_seen_before_the_button_and_then_what_came_of_it(book: Book) -> None:
    one, _ = book.owned("One", pm="paula", im="ivan")
    book.ten(one)
    stale = book.account("Stale", "ivan")
    transfer = book.transfer({"customer": one, "measures": {"mrr": 99_050}}, {"customer": stale})
    olga, address = as_(book, "olga"), f"/transfers/{transfer.pk}/move/"
    page = words(olga.get(address))
    for said in (
        "What would happen 1 account",
        "Moves 12 Stays with others 4 Kept as history 3 In the way 1 account",
        "Accounts 1 – – – 990.50",
        "Opportunities 2 – – 1 1,020.15",
        "Sales credits 2 – – 1 1,020.15",
        "Work in handoffs – 2 1 – –",
        "Ivan Petrov owns it now",
        "Move the accounts now",
    ):
        assert said in page
    assert owners("One") == {"One": "Paula Reyes"}
    olga.post(address, {"do": "move"})
    assert "Under way" in words(olga.get(address))
    work_off(timezone.now())
    page = words(olga.get(address))
    assert "Moved: 1 account with 9 things. Could not be moved: 1." in page
    undo = f"/transfers/{transfer.pk}/undo/"
    page = words(olga.get(undo))
    assert "What would go back 1 account" in page
    assert "Accounts 1 – 990.50" in page
    answer = olga.post(undo, {"do": "some"})
    assert (answer.status_code, "Tick the accounts that are to go back." in words(answer)) == (422, True)
    answer = olga.post(undo, {"do": "return-on", "returns_on": "soon"})
    assert (answer.status_code, 'value="soon"' in answer.content.decode()) == (422, True)
    models.CrmRecord.objects.filter(key="One case").update(owner=book.people["ivan"])
    assert "1 Ivan Petrov has it now." in words(olga.get(undo))
    olga.post(undo, {"do": "some", "line": [transfer.lines.get(customer=one).pk]})
    work_off(timezone.now())
    page = words(olga.get(undo))
    assert "Taken back: 1 account with 8 things." in page
    assert "What stayed 1 One case case · One Ivan Petrov has it now." in page


def test_it_may_wait_for_its_day(book: Book) -> None:
    day = timezone.now().date() + timedelta(days=3)
    transfer = book.transfer({"customer": book.account("One")}, effective_date=day)
    olga, address = as_(book, "olga"), f"/transfers/{transfer.pk}/move/"
    assert "It moves by itself on that day." in words(olga.post(address, {"do": "wait"}, follow=True))
    assert transfers_due.begin_due(timezone.now() + timedelta(days=3)) == 1


def test_a_large_transfer_is_counted_in_the_background(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreseeing, "MOST_AT_ONCE", 1)
    transfer = book.transfer(*({"customer": book.account(name)} for name in ("One", "Two")))
    olga, address = as_(book, "olga"), f"/transfers/{transfer.pk}/move/"
    assert "Count what would move" in words(olga.get(address))
    olga.post(address, {"do": "look"})
    work_off(timezone.now())
    assert "Moves 2 Stays with others 0" in words(olga.get(address))


def test_no_more_queries_for_more_accounts(book: Book) -> None:
    rows = []
    for name in ("One", "Two", "Three"):
        row, _ = book.owned(name, pm="paula", im="ivan")
        book.ten(row)
        rows.append(row)
    one, three = book.transfer({"customer": rows[0]}), book.transfer(*({"customer": row} for row in rows))
    olga = as_(book, "olga")
    olga.get(f"/transfers/{one.pk}/move/")
    counts = []
    for transfer in (one, three):
        with CaptureQueriesContext(connection) as asked:
            olga.get(f"/transfers/{transfer.pk}/move/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_customers_page_shows_who_stays_at_hand_and_the_pool(book: Book) -> None:
    one = book.account("One")
    book.set("emma", team=book.team)
    pool = models.Share.objects.create(customer=one, sort="pool", team=book.team, since=timezone.now().date())
    until = timezone.now().date() + timedelta(days=9)
    models.Customer.objects.filter(pk=one.pk).update(owner=None)
    shadow = models.Share.objects.create(
        customer=one, sort="shadow", person=book.paula, since=timezone.now().date(), until=until
    )
    emma = as_(book, "emma")
    page = words(emma.get(f"/customers/{one.pk}/"))
    assert "Has it in a pool since" in page
    assert "stays at hand until" in page
    assert as_(book, "ivan").post(f"/customers/{one.pk}/shares/{shadow.pk}/", {"do": "end"}).status_code == 403
    emma.post(f"/customers/{one.pk}/shares/{pool.pk}/", {"do": "take"})
    assert owners("One") == {"One": "Emma Laurent"}
    emma.post(f"/customers/{one.pk}/shares/{shadow.pk}/", {"do": "end"})
    assert models.Share.objects.filter(ended_at=None).count() == 0

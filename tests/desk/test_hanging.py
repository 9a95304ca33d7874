"""What hangs on accounts: everything is found, whoever holds it, in a number of queries that does not grow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.book.manifest import Hanging, Terms, fate_of
from handrail.desk import models, watches
from handrail.desk.transfers.hanging import hanging_on
from tests.desk.book import TODAY, Book
from tests.desk.company import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book()


def told(things: tuple[Hanging, ...]) -> list[tuple[str, str, str]]:
    """What each is, whose, and what becomes of it where Paula gives."""
    names: dict[int | None, str] = dict(models.Person.objects.values_list("pk", "name"))
    paula = next(pk for pk, name in names.items() if name == "Paula Reyes")
    terms = Terms(giver=paula, effective=TODAY)
    return [
        (f"{one.sort}: {one.title}", names.get(one.holder, "–").split()[0], fate_of(one, terms).happens)
        for one in things
    ]


def test_everything_on_an_account_is_in_its_manifest(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    book.ten(one)
    book.greet(handoff_id)
    book.meet(handoff_id, "next", "Paula Reyes", "A customer")
    book.fill(handoff_id, "im", "emma", date(2026, 12, 20))
    watches.watch(book.paula, models.Handoff.objects.get(pk=handoff_id), NOW)
    transfer = book.transfer({"customer": one, "measures": {"mrr": 990}})
    line = transfer.lines.get()
    things = hanging_on([line], now=NOW)[line.pk]
    assert told(things) == [
        ("account: One", "Paula", "moves"),
        ("case: One case", "Paula", "moves"),
        ("case: One closed case", "Paula", "is kept as history"),
        ("opportunity: One sale", "Paula", "moves"),
        ("credit: One sale", "Paula", "moves"),
        ("opportunity: One won", "Paula", "moves"),
        ("credit: One won", "Paula", "moves"),
        ("opportunity: One old", "Paula", "is kept as history"),
        ("credit: One old", "Paula", "is kept as history"),
        ("pending: One pending", "Paula", "moves"),
        ("sequence: One sequence", "Paula", "moves"),
        ("task: One task", "Emma", "stays"),
        ("role: Project Manager", "Paula", "moves"),
        ("role: Implementation Manager", "Emma", "stays"),
        ("role: Implementation Manager", "Ivan", "stays"),
        ("approval: Look", "Emma", "stays"),
        ("approval: Look", "Paula", "goes with its role"),
        ("work: Meet", "Paula", "goes with its role"),
        ("work: Find out: MRR", "Paula", "goes with its role"),
        ("meeting: Meet", "Paula", "moves"),
        ("message: Greet, to Ivan Petrov", "Ivan", "stays"),
        ("message: Greet, to Paula Reyes", "Paula", "goes with its role"),
        ("watch: Watched", "Paula", "moves"),
    ]
    sale = next(one for one in things if one.sort == "opportunity")
    assert (sale.amount, sale.stage, things[0].amount) == (100_010, "Proposal", 990)


def test_what_is_on_no_account_is_asked_of_its_giver(book: Book) -> None:
    book.put("opportunity", "Of no account", None)
    book.put("task", "Of somebody else", None, owner="emma")
    line = book.transfer({"customer": None}).lines.get()
    assert told(hanging_on([line], now=NOW)[line.pk]) == [
        ("opportunity: Of no account", "Paula", "moves"),
        ("credit: Of no account", "Paula", "moves"),
    ]


def test_the_number_of_queries_does_not_grow_with_the_lines(book: Book) -> None:
    lines = []
    for name in ("One", "Two", "Three"):
        row, handoff_id = book.owned(name, pm="paula", im="ivan")
        book.ten(row)
        book.greet(handoff_id)
        book.meet(handoff_id, "next", "Paula Reyes", at=NOW + timedelta(days=2))
        lines.append({"customer": row})
    rows = list(book.transfer(*lines, {"customer": None}).lines.order_by("pk"))
    hanging_on(rows, now=NOW)  # reads the plan, which is kept
    counts = []
    for some in ([rows[0], rows[3]], rows):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = hanging_on(some, now=NOW)
        counts.append(len(asked))
        assert len(found) == len(some)
    assert counts[0] == counts[1] <= 12

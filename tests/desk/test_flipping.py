"""The flip: everything on an account goes to whoever accepted it, whole, and what cannot move says why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from handrail.desk import models, watches
from handrail.desk.long_work import flipping
from handrail.desk.rebuild import rebuild
from handrail.handoff.refusal import Refused
from tests.desk.book import TODAY, Book
from tests.desk.company import NOW
from tests.desk.test_leaving import attendees, holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book()


def move(book: Book, transfer: models.Transfer) -> models.LongWork:
    work = flipping.begin(transfer.pk, by=book.people["olga"], now=NOW)
    assert isinstance(work, models.LongWork), work
    book.work_off()
    work.refresh_from_db()
    return work


def owners(*names: str) -> dict[str, str | None]:
    rows = models.Customer.objects.filter(name__in=names) if names else models.Customer.objects.all()
    return dict(rows.values_list("name", "owner__name"))


def records() -> dict[str, str | None]:
    return dict(models.CrmRecord.objects.values_list("key", "owner__name"))


def credits_of(key: str) -> list[tuple[Any, ...]]:
    rows = models.Credit.objects.filter(record__key=key).order_by("since", "pk")
    return list(rows.values_list("person__name", "since", "until"))


def lines(transfer: models.Transfer) -> list[tuple[Any, ...]]:
    rows = models.TransferLine.objects.filter(transfer=transfer).order_by("pk")
    return list(rows.values_list("state", "items_moved", "says"))


def test_accounts_move_with_all_that_their_giver_has_on_them(book: Book) -> None:
    one, two = book.account("One"), book.account("Two")
    book.ten(one)
    book.ten(two)
    loose = book.put("task", "loose", None)
    transfer = book.transfer({"customer": one}, {"customer": two, "receiver": book.people["ivan"]}, {"customer": None})
    work = move(book, transfer)
    assert (work.state, work.says) == ("done", "Moved: 3 accounts with 17 things.")
    assert owners() == {"One": "Emma Laurent", "Two": "Ivan Petrov"}
    assert {key: who for key, who in records().items() if not key.startswith("Two")} == {
        "One sale": "Emma Laurent",
        "One won": "Emma Laurent",
        "One old": "Paula Reyes",
        "One case": "Emma Laurent",
        "One closed case": "Paula Reyes",
        "One task": "Emma Laurent",
        "One sequence": "Emma Laurent",
        "One pending": "Emma Laurent",
        loose.key: "Emma Laurent",
    }
    assert credits_of("One sale") == [
        ("Paula Reyes", date(2026, 3, 1), TODAY),
        ("Emma Laurent", TODAY, None),
    ]
    assert credits_of("One won") == [("Paula Reyes", date(2026, 5, 1), TODAY), ("Emma Laurent", TODAY, None)]
    assert credits_of("One old") == []
    assert lines(transfer) == [("moved", 8, ""), ("moved", 8, ""), ("moved", 1, "")]
    transfer.refresh_from_db()
    assert (transfer.state, transfer.moved_at) == ("moved", NOW)
    held = models.Ownership.objects.filter(customer=one).order_by("pk").values_list("person__name", "until", "source")
    assert list(held) == [
        ("Paula Reyes", NOW, "a test"),
        ("Emma Laurent", None, "Transfer “Paula’s book”"),
    ]
    items = models.MovedItem.objects.filter(line=transfer.lines.first()).order_by("pk")
    told = [(row.sort, row.happened, row.was and row.was.name[:5], row.now and row.now.name[:4]) for row in items]
    assert told[:3] == [
        ("account", "moves", "Paula", "Emma"),
        ("case", "moves", "Paula", "Emma"),
        ("case", "is kept as history", "Paula", "Paul"),
    ]
    notices = models.Notice.objects.filter(about="transfer").order_by("person__name")
    assert list(notices.values_list("person__name", "title", "why")) == [
        ("Emma Laurent", "Moved: Paula’s book", "2 accounts of it are yours now."),
        ("Ivan Petrov", "Moved: Paula’s book", "1 account of it is yours now."),
        ("Paula Reyes", "Moved: Paula’s book", "3 accounts of yours have gone to others."),
    ]


def test_roles_meetings_messages_and_watches_go_with_the_account(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    book.greet(handoff_id)
    book.meet(handoff_id, "next", "Paula Reyes", "A customer")
    watches.watch(book.paula, models.Handoff.objects.get(pk=handoff_id), NOW)
    transfer = book.transfer({"customer": one}, shadow_days=14)
    move(book, transfer)
    assert holder(handoff_id, "pm") == "Emma Laurent"
    assert attendees(handoff_id) == {"next": ("Emma Laurent", "A customer")}
    sent = models.Delivery.objects.filter(handoff=handoff_id).order_by("pk").values_list("person__name", flat=True)
    assert sorted(sent) == ["Emma Laurent", "Ivan Petrov"]
    watch = models.Watch.objects.filter(handoff=handoff_id).values_list("person__name", flat=True)
    assert sorted(watch) == ["Emma Laurent", "Paula Reyes"]
    share = models.Share.objects.get()
    assert (share.sort, share.person, share.until) == ("shadow", book.paula, TODAY + timedelta(days=14))
    items = models.MovedItem.objects.filter(happened__in=["moves", "goes with its role"]).order_by("pk")
    assert [(row.sort, row.now and row.now.name) for row in items] == [
        ("account", "Emma Laurent"),
        ("role", "Emma Laurent"),
        ("approval", "Emma Laurent"),
        ("work", "Emma Laurent"),
        ("work", "Emma Laurent"),
        ("meeting", "Emma Laurent"),
        ("message", "Emma Laurent"),
        ("watch", "Emma Laurent"),
    ]
    assert rebuild().mended == []


def test_a_role_that_is_lent_is_somebody_elses_once_it_comes_back(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    book.fill(handoff_id, "pm", "carla", date(2026, 12, 20))
    move(book, book.transfer({"customer": one}))
    assert holder(handoff_id, "pm") == "Carla Santos"
    item = models.MovedItem.objects.get(sort="role", happened="moves")
    assert (item.ref, item.now and item.now.name) == (f"{handoff_id}:pm:lent", "Emma Laurent")


def test_the_handoff_of_the_transfer_itself_stays_as_it_is(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    move(book, book.transfer({"customer": one, "handoff_id": handoff_id}))
    assert (owners("One"), holder(handoff_id, "pm")) == ({"One": "Emma Laurent"}, "Paula Reyes")


def test_what_cannot_move_says_why_and_the_rest_goes_on(book: Book) -> None:
    rows = {name: book.account(name) for name in ("Stale", "Gone", "Nobody", "Fine")}
    models.Customer.objects.filter(pk=rows["Stale"].pk).update(owner=book.people["ivan"])
    models.Ownership.objects.filter(customer=rows["Stale"]).update(person=book.people["ivan"])
    book.set("carla", is_active=False)
    transfer = book.transfer(
        {"customer": rows["Stale"]},
        {"customer": rows["Gone"], "receiver": book.people["carla"]},
        {"customer": rows["Nobody"], "receiver": None},
        {"customer": rows["Fine"]},
    )
    work = move(book, transfer)
    assert work.says == "Moved: 1 account with 1 thing. Could not be moved: 3."
    assert lines(transfer) == [
        ("failed", 0, "Ivan Petrov owns it now, since 1 December 2026; it is not Paula Reyes’s to give any more."),
        ("failed", 0, "Carla Santos has left. Choose somebody else for it."),
        ("failed", 0, "Nobody is to get it: choose somebody first."),
        ("moved", 1, ""),
    ]
    assert models.TransferLine.objects.filter(moved_at=None).count() == 3
    models.Person.objects.filter(pk=book.people["carla"].pk).update(is_active=True)
    work = move(book, transfer)
    assert (work.says, owners("Gone")) == (
        "Moved: 1 account with 1 thing. Could not be moved: 2.",
        {"Gone": "Carla Santos"},
    )


def test_a_pool_has_the_account_without_one_of_it_owning_it(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    book.ten(one)
    move(book, book.transfer({"customer": one, "receiver": None, "pool": book.team}))
    assert owners("One") == {"One": None}
    assert (records()["One sale"], holder(handoff_id, "pm")) == (None, "")
    assert credits_of("One sale") == [("Paula Reyes", date(2026, 3, 1), None)]
    assert list(models.Share.objects.values_list("sort", "team__key", "since", "until")) == [
        ("pool", "implementation", TODAY, None)
    ]


def test_it_is_begun_once_and_only_by_who_may(book: Book) -> None:
    one = book.account("One")
    transfer = book.transfer({"customer": one, "state": "asked"})
    olga, paula = book.people["olga"], book.people["paula"]
    assert flipping.begin(transfer.pk, by=paula, now=NOW) == Refused(
        code="not-yours",
        says="Only a team lead or CS Operations transfers accounts. Ask one of them; Teams shows who they are.",
    )
    assert flipping.begin(transfer.pk, by=olga, now=NOW) == Refused(
        code="not-accepted", says="No account has been accepted by its receiver yet."
    )
    transfer.lines.update(state="accepted")
    assert isinstance(flipping.begin(transfer.pk, by=olga, now=NOW), models.LongWork)
    assert flipping.begin(transfer.pk, by=olga, now=NOW) == Refused(
        code="running", says="Accounts of this transfer are being moved just now. Wait until it is done."
    )

"""A transfer is taken back, as a whole or by line, until something newer contradicts it; and returns on its day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handrail.desk import ledger, models, ownership, watches
from handrail.desk.long_work import taking_back, transfers_due
from handrail.desk.long_work.working import work_off
from handrail.desk.transfers import sharing
from handrail.handoff import commands as c
from handrail.handoff.refusal import Refused
from tests.desk.book import TODAY, Book
from tests.desk.company import NOW
from tests.desk.test_flipping import credits_of, lines, move, owners, records
from tests.desk.test_leaving import attendees, holder

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)


@pytest.fixture
def book() -> Book:
    return Book()


def back(book: Book, transfer: models.Transfer, *line_ids: int) -> models.LongWork:
    work = taking_back.begin(transfer.pk, line_ids or None, by=book.people["olga"], now=LATER)
    assert isinstance(work, models.LongWork), work
    work_off(LATER)
    work.refresh_from_db()
    return work


def stayed(transfer: models.Transfer) -> dict[str, str]:
    rows = models.MovedItem.objects.filter(line__transfer=transfer).exclude(undone__in=["", "Back."])
    return {f"{row.sort}: {row.title}": row.undone for row in rows.order_by("pk")}


def test_a_whole_transfer_goes_back_and_so_does_what_hangs_on_it(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    two = book.account("Two")
    for row in (one, two):
        book.ten(row)
    book.greet(handoff_id)
    book.meet(handoff_id, "next", "Paula Reyes", at=NOW + timedelta(days=9))
    watches.watch(book.paula, models.Handoff.objects.get(pk=handoff_id), NOW)
    before = records()
    transfer = book.transfer({"customer": one}, {"customer": two}, shadow_days=30)
    move(book, transfer)
    work = back(book, transfer)
    assert work.says == "Taken back: 2 accounts with 20 things."
    assert (owners(), records()) == ({"One": "Paula Reyes", "Two": "Paula Reyes"}, before)
    assert (holder(handoff_id, "pm"), attendees(handoff_id)) == ("Paula Reyes", {"next": ("Paula Reyes",)})
    assert set(models.Delivery.objects.values_list("person__name", flat=True)) == {"Paula Reyes", "Ivan Petrov"}
    assert list(models.Watch.objects.values_list("person__name", flat=True)) == ["Paula Reyes"]
    assert credits_of("One sale") == [
        ("Paula Reyes", date(2026, 3, 1), TODAY),
        ("Emma Laurent", TODAY, LATER.date()),
        ("Paula Reyes", LATER.date(), None),
    ]
    assert lines(transfer) == [("undone", 12, ""), ("undone", 8, "")]
    assert models.Share.objects.filter(ended_at=None).count() == 0
    assert stayed(transfer) == {}
    assert taking_back.begin(transfer.pk, None, by=book.people["olga"], now=LATER) == Refused(
        code="not-moved", says="Nothing of this has moved, or all of it has been taken back."
    )


def test_what_something_newer_contradicts_stays_and_says_what(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    two = book.account("Two")
    book.ten(one)
    book.meet(handoff_id, "next", "Paula Reyes", at=NOW + timedelta(days=1))
    transfer = book.transfer({"customer": one}, {"customer": two})
    move(book, transfer)
    ivan = book.people["ivan"]
    models.Customer.objects.filter(pk=one.pk).update(owner=ivan)
    ownership.keep({one.pk: ivan.pk}, ownership.Occasion(source="a test", by=None, now=NOW + timedelta(days=1)))
    models.CrmRecord.objects.filter(key="One case").update(owner=ivan)
    models.Credit.objects.filter(record__key="One won", until=None).update(person=ivan)
    fill = c.FillRole(by=book.olga, role="pm", person=book.person("carla"))
    assert not isinstance(ledger.record(handoff_id, fill, now=NOW), Refused)
    first = transfer.lines.order_by("pk").first()
    assert first is not None
    back(book, transfer, first.pk)
    assert stayed(transfer) == {
        "account: One": "Ivan Petrov owns it now, since 2 December 2026.",
        "case: One case": "Ivan Petrov has it now.",
        "credit: One won": "It is Ivan Petrov’s sale now, since 1 December 2026.",
        "role: Project Manager": "Carla Santos has the role now.",
        "meeting: Meet": "The time of the meeting has passed.",
    }
    assert lines(transfer) == [("undone", 10, "5 things stayed, since they changed meanwhile."), ("moved", 1, "")]
    assert (owners(), records()["One sale"]) == ({"One": "Ivan Petrov", "Two": "Emma Laurent"}, "Paula Reyes")


def test_nothing_goes_back_to_who_has_left(book: Book) -> None:
    transfer = book.transfer({"customer": book.account("One")})
    move(book, transfer)
    book.set("paula", is_active=False)
    work = back(book, transfer)
    assert work.says == "Taken back: 0 accounts with 0 things. Could not be taken back: 1."
    assert lines(transfer) == [("moved", 1, "Paula Reyes has left: it stays with Emma Laurent.")]


def test_it_moves_by_itself_on_its_day_and_returns_on_the_day_agreed(book: Book) -> None:
    one = book.account("One")
    book.ten(one)
    day, agreed = TODAY + timedelta(days=2), TODAY + timedelta(days=10)
    transfer = book.transfer({"customer": one}, effective_date=day, returns_on=agreed)
    assert transfers_due.move_on_its_day(transfer.pk, True, by=book.people["olga"], now=NOW) is None
    found = []
    for days in (1, 2, 9, 10, 11):
        now = NOW + timedelta(days=days)
        begun = transfers_due.begin_due(now)
        work_off(now)
        found.append((days, begun, owners()["One"]))
    assert found == [
        (1, 0, "Paula Reyes"),
        (2, 1, "Emma Laurent"),
        (9, 0, "Emma Laurent"),
        (10, 1, "Paula Reyes"),
        (11, 0, "Paula Reyes"),
    ]
    assert lines(transfer) == [("returned", 8, "")]
    assert credits_of("One sale") == [
        ("Paula Reyes", date(2026, 3, 1), day),
        ("Emma Laurent", day, agreed),
        ("Paula Reyes", agreed, None),
    ]
    told = models.Notice.objects.filter(about="transfer", title__startswith="Back").order_by("person__name")
    assert list(told.values_list("person__name", "why")) == [
        ("Emma Laurent", "1 account of it has gone back."),
        ("Paula Reyes", "1 account of it is yours again."),
    ]
    assert transfers_due.return_on(
        transfer.pk, agreed + timedelta(days=5), by=book.people["olga"], now=LATER
    ) == Refused(code="over", says="It has returned already.")


def test_a_return_is_prolonged_by_hand(book: Book) -> None:
    transfer = book.transfer({"customer": book.account("One")}, returns_on=TODAY + timedelta(days=1))
    move(book, transfer)
    olga = book.people["olga"]
    refused = transfers_due.return_on(transfer.pk, TODAY, by=olga, now=NOW)
    assert refused is not None
    assert refused.says == "Choose a day to come, or take it back now."
    assert transfers_due.return_on(transfer.pk, TODAY + timedelta(days=20), by=olga, now=NOW) is None
    assert transfers_due.begin_due(LATER) == 0


def test_who_stays_at_hand_does_so_until_the_day_and_is_told_no_longer(book: Book) -> None:
    one, handoff_id = book.owned("One", pm="paula", im="ivan")
    move(book, book.transfer({"customer": one}, shadow_days=2))
    watching = models.Watch.objects.filter(handoff=handoff_id, person=book.paula)
    share = models.Share.objects.get()
    assert sharing.prolong(share.pk, TODAY + timedelta(days=4), by=book.people["olga"], now=NOW) is None
    assert (watching.count(), transfers_due.begin_due(NOW + timedelta(days=3)), watching.count()) == (1, 0, 1)
    assert (transfers_due.begin_due(NOW + timedelta(days=4)), watching.count()) == (1, 0)


def test_somebody_takes_an_account_from_the_pool(book: Book) -> None:
    one = book.account("One")
    move(book, book.transfer({"customer": one, "receiver": None, "pool": book.team}))
    share, emma = models.Share.objects.get(), book.people["emma"]
    assert sharing.take_from_pool(share.pk, emma, by=emma, now=LATER) is None
    assert owners() == {"One": "Emma Laurent"}
    assert sharing.take_from_pool(share.pk, emma, by=emma, now=LATER) == Refused(
        code="over", says="It is in no pool any more."
    )

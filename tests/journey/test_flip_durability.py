"""A worker that moves accounts is killed again and again: no account is half moved, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from handrail.desk import models
from handrail.desk.long_work import flipping, taking_back
from handrail.desk.rebuild import rebuild
from tests.desk.book import Book
from tests.desk.test_leaving import holder
from tests.journey.installation import Installation
from tests.journey.killing import dying_in
from tests.thorough import step


@pytest.fixture(autouse=True)
def reachable_database(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def _is_whole(name: str, who: str) -> bool:
    """Whether the account and all that moves with it is one person's, told by their items or by none."""
    account = models.Customer.objects.select_related("owner").get(name=name)
    assert account.owner is not None
    records = models.CrmRecord.objects.filter(customer=account, is_open=True).exclude(key=f"{name} task")
    owners = {account.owner.name, *records.values_list("owner__name", flat=True)}
    credited = models.Credit.objects.filter(record__customer=account, until=None, record__is_open=True)
    owners |= set(credited.values_list("person__name", flat=True))
    for handoff in models.Handoff.objects.filter(customer=account):
        owners.add(holder(handoff.pk, "pm"))
    assert len(owners) == 1, (name, owners)
    return owners == {who}


@pytest.mark.parametrize("does", ["flip", "back"])
def test_accounts_move_whole_after_whichever_statement_their_worker_dies(installation: Installation, does: str) -> None:
    with installation.opened():
        book = Book()
        one, _ = book.owned("One", pm="paula", im="ivan")
        two = book.account("Two")
        for row in (one, two):
            book.ten(row)
        transfer = book.transfer({"customer": one}, {"customer": two}, effective_date=timezone.now().date())
        olga, now = book.people["olga"], timezone.now()
        assert isinstance(flipping.begin(transfer.pk, by=olga, now=now), models.LongWork)
        if does == "back":
            book.work_off()
            assert isinstance(taking_back.begin(transfer.pk, None, by=olga, now=now), models.LongWork)
        each = step(on_sqlite=7, on_postgresql=13)
        who, died, seen = ("Emma Laurent", 0, set()) if does == "flip" else ("Paula Reyes", 0, set())
        with dying_in(installation) as dies:
            while dies("work", each * died + 1):
                died += 1
                seen.add((_is_whole("One", who), _is_whole("Two", who)))
                unended = models.LongWork.objects.filter(next_at__isnull=False)
                unended.update(next_at=timezone.now())  # the lease of who died is over
        assert (_is_whole("One", who), _is_whole("Two", who)) == (True, True)
        assert (False, False) in seen
        assert died * each >= 43
        items = models.MovedItem.objects.filter(line__transfer=transfer)
        assert items.count() == items.values("line", "sort", "ref").distinct().count() > 20
        credit = models.Credit.objects.filter(record__key="One sale").order_by("pk")
        assert credit.count() == (2 if does == "flip" else 3)
        assert rebuild().mended == []

"""A whole agent's book changes hands as a CRM's export has it, dirt and all: nothing is lost, sums agree to the cent.

`HANDRAIL_CRM_EXPORT` names a folder with a real export of the same files; else a small one is made up here.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from handrail.desk import models
from handrail.desk.long_work import flipping, taking_back
from handrail.desk.long_work.working import work_off
from handrail.desk.transfers import answering, asking, classifying, drafting, proposing
from handrail.desk.transfers.adding import Book
from handrail.desk.transfers.policies import Asked
from handrail.handoff.refusal import Refused
from tests.desk.company import Company, browser_of
from tests.desk.test_crm_imports import EXPORT, imported, teams

pytestmark = pytest.mark.django_db

Sums = Mapping[str | None, Decimal]
AGENTS = ("Nina Moreau", "Omar Haddad", "Pia Lund", "Quin Ray")


def made_up() -> dict[str, str]:
    """Forty accounts, six hundred deals: one in six without an account, one in nine of a misspelt product."""
    chance = random.Random(7)
    accounts = [f"Account {number}" for number in range(40)]
    deals = ["opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"]
    for number in range(600):
        stage = ("Won", "Lost", "Engaging", "Prospecting")[number % 4]
        account = "" if number % 6 == 0 else chance.choice(accounts)
        product = "GTXPro" if number % 9 == 0 else "GTX Pro"
        closed = f"2026-{1 + number % 12:02}-{1 + number % 28:02}" if stage in {"Won", "Lost"} else ""
        value = f"{chance.randrange(1, 500_000) / 100:.2f}" if stage == "Won" else "0" if stage == "Lost" else ""
        deals.append(f"O-{number},{AGENTS[number % 4]},{product},{account},{stage},2025-12-01,{closed},{value}")
    return {
        "sales_teams.csv": "sales_agent,manager,regional_office\n"
        + "\n".join(f"{one},Theo Vogel,East" for one in AGENTS),
        "products.csv": "product,series,sales_price\nGTX Pro,GTX,4821\n",
        "accounts.csv": "account,sector\n" + "\n".join(f"{one},technolgy" for one in accounts),
        "sales_pipeline.csv": "\n".join(deals),
    }


def files() -> dict[str, str | bytes]:
    if not EXPORT:
        return dict(made_up())
    names = ("sales_teams.csv", "products.csv", "accounts.csv", "sales_pipeline.csv")
    return {name: (Path(EXPORT) / name).read_bytes() for name in names}


def by_owner() -> Sums:
    return summed(models.CrmRecord.objects.values_list("owner__name", "amount"))


def by_credit() -> Sums:
    return summed(models.Credit.objects.filter(until=None).values_list("person__name", "record__amount"))


def summed(rows: Iterable[tuple[str | None, Decimal | None]]) -> Sums:
    found: dict[str | None, Decimal] = {}
    for name, amount in rows:
        found[name] = found.get(name, Decimal(0)) + (amount or Decimal(0))
    return found


def held() -> dict[str, str | None]:
    return dict(models.CrmRecord.objects.values_list("key", "owner__name"))


def test_whole_book_of_an_agent_goes_to_others_and_back() -> None:
    company = Company()
    adam = browser_of(company, "adam")
    given = files()
    teams(adam, given["sales_teams.csv"])
    for name in ("products.csv", "accounts.csv", "sales_pipeline.csv"):
        imported(adam, given[name], name)
    giver = models.Person.objects.filter(records__isnull=False).order_by("name").distinct().first()
    assert giver is not None
    olga, now = company.people["olga"], timezone.now()
    count, owners, credit = models.CrmRecord.objects.count(), by_owner(), by_credit()
    before = held()
    # Those of theirs that go: what is open, and what was closed within the last 365 days.
    since = now.date() - timedelta(days=365)
    theirs = models.CrmRecord.objects.filter(owner=giver)
    going = set(theirs.filter(is_open=True).values_list("key", flat=True))
    going |= set(theirs.filter(is_open=False, closed_on__gte=since).values_list("key", flat=True))
    assert going

    transfer = models.Transfer.objects.create(
        title="The book",
        reason="job change",
        giver=giver,
        effective_date=now.date(),
        recently_closed_days=365,
        by_name="Olga",
    )
    added = drafting.add_lines(transfer.pk, Book(givers=(giver.pk,)), by=olga, now=now)
    assert not isinstance(added, Refused)
    while classifying.classify_due(now):
        pass
    assert not models.TransferLine.objects.filter(classified_at=None).exists()
    scenario = proposing.propose(transfer.pk, Asked(), name="First", by=olga, now=now)
    assert not isinstance(scenario, Refused)
    assert proposing.take(scenario.pk, by=olga, now=now) is None
    assert asking.ask(transfer.pk, by=olga, now=now) is None
    for receiver in set(transfer.lines.values_list("receiver", flat=True)):
        assert answering.accept(transfer.pk, None, by=olga, now=now, of=receiver) is None
    work = flipping.begin(transfer.pk, by=olga, now=now)
    assert isinstance(work, models.LongWork)
    work_off(timezone.now)
    assert Counter(transfer.lines.values_list("state", flat=True)) == {"moved": added.count}

    after = held()
    assert models.CrmRecord.objects.count() == count
    assert {key for key in after if after[key] != before[key]} == going
    assert not {after[key] for key in going} & {giver.name, None}
    moved = sum((row.amount or Decimal(0) for row in models.CrmRecord.objects.filter(key__in=going)), Decimal(0))
    assert sum(by_owner().values()) == sum(owners.values())
    assert by_owner().get(giver.name, Decimal(0)) == owners[giver.name] - moved
    assert (sum(by_credit().values()), by_credit().get(giver.name, Decimal(0))) == (
        sum(credit.values()),
        credit[giver.name] - moved,
    )

    back = taking_back.begin(transfer.pk, None, by=olga, now=timezone.now())
    assert isinstance(back, models.LongWork)
    work_off(timezone.now)
    assert (held(), by_owner(), by_credit()) == (before, owners, credit)

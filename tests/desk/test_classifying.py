"""How accounts of a transfer are transferred: by the runbook's decision, from CRM records and what else is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.desk import models, runbooks
from handrail.desk.account_facts import facts_of
from handrail.desk.transfers.classifying import NO_ACCOUNT, NO_RUNBOOK, classify, classify_due
from handrail.runbook.model import Runbook
from tests.desk.company import NOW, Company

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 15)
APPLIES = "Transfer: Rule {} applies: Health is {}, Open opportunities is {}, Number of pending items is 0."
BY_TASK = "Each message is a task, to be edited and sent."
SHEET = "The transfer sheet is filled all the same."


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def version(company: Company) -> models.RunbookVersion:
    (path,) = (one for one in runbooks.shipped() if one.stem == "account-transition")
    published = runbooks.publish(path.read_text(encoding="utf-8"), path.name)
    assert isinstance(published, models.RunbookVersion)
    return published


@pytest.fixture
def runbook(version: models.RunbookVersion) -> Runbook:
    return runbooks.runbook_of(version)


def record(sort: str, key: str, customer: models.Customer | None, **fields: Any) -> models.CrmRecord:
    return models.CrmRecord.objects.create(sort=sort, key=key, customer=customer, **fields)


def test_facts_are_those_known_and_lists_of_records(company: Company, runbook: Runbook) -> None:
    customer = company.customer("Cedar Falls Water", {"health": "good", "mrr": "1250.50", "paid_seats": "many"})
    other = company.customer("Northgate")
    record("opportunity", "O-1", customer, title="Renewal", stage="Engaging", amount=Decimal("20.50"))
    record("opportunity", "O-2", customer, about="GTX Pro", stage="Won", is_open=False, closed_on=date(2026, 12, 1))
    record("opportunity", "O-3", customer, stage="Won", is_open=False, closed_on=date(2026, 8, 1))
    record("case", "C-1", customer, title="Slow", about="Course question", is_escalated=True, is_open=False)
    record("pending", "P-1", customer, title="New field", about="Customizations", context="Asked for in May")
    record("pending", "P-0", customer, title="Old field", about="Customizations", is_open=False)
    assert facts_of([customer.pk, other.pk], runbook, today=DAY) == {
        customer.pk: {
            "health": "good",
            "mrr": "1250.50",
            "opportunities": [
                {
                    "name": "Renewal",
                    "stage": "proposal",
                    "value": "20.5",
                    "next_step": "Its stage in the CRM: Engaging",
                },
                {"name": "GTX Pro O-2", "stage": "recently closed", "next_step": "Its stage in the CRM: Won"},
            ],
            "pending": [
                {
                    "name": "New field",
                    "sort": "other",
                    "context": "Asked for in May",
                    "earlier": "Old field",
                }
            ],
            "cases": [{"name": "Slow", "sort": "course", "state": "closed", "escalated": "yes"}],
        },
        other.pk: {"opportunities": [], "pending": [], "cases": []},
    }


def test_list_is_missing_where_nothing_of_its_sort_has_come_in(company: Company, runbook: Runbook) -> None:
    written = [{"name": "Renewal", "stage": "proposal"}]
    customer = company.customer("Cedar Falls Water", {"opportunities": written})  # type: ignore[dict-item]
    assert facts_of([customer.pk], runbook, today=DAY) == {customer.pk: {"opportunities": written}}


def transfer_of(company: Company, version: models.RunbookVersion | None, **fields: Any) -> models.Transfer:
    return models.Transfer.objects.create(
        title="Carla's leave",
        reason="leave",
        giver=company.people["carla"],
        runbook_version=version,
        effective_date=DAY,
        by=company.people["lena"],
        by_name="Lena Fischer",
        **fields,
    )


def line(transfer: models.Transfer, customer: models.Customer | None, **fields: Any) -> models.TransferLine:
    return models.TransferLine.objects.create(transfer=transfer, customer=customer, giver=transfer.giver, **fields)


def found(transfer: models.Transfer) -> dict[str, tuple[str, str, dict[str, int]]]:
    rows = transfer.lines.select_related("customer").order_by("pk")
    return {one.customer.name if one.customer else "": (one.way, one.rule, one.measures) for one in rows}


def test_every_line_gets_the_way_the_rule_and_its_weights(company: Company, version: models.RunbookVersion) -> None:
    transfer, carla = transfer_of(company, version), company.people["carla"]
    good = company.customer("Good", {"health": "good", "mrr": "1250.50"})
    busy = company.customer("Busy", {"health": "good"})
    poor = company.customer("Poor", {"health": "poor"})
    unknown = company.customer("Unknown")
    for one in (good, busy, poor, unknown):
        line(transfer, one)
    line(transfer, None)
    record("opportunity", "O-1", busy, stage="Negotiation", owner=carla)
    record("case", "C-1", busy, owner=company.people["dev"])
    record("pending", "P-1", None, owner=carla)
    assert classify(transfer.pk, now=NOW) is None
    ways = {name: (way, measures) for name, (way, _, measures) in found(transfer).items()}
    assert ways == {
        "Good": ("automated", {"accounts": 1, "mrr": 125050, "effort": 10, "handoffs": 0}),
        "Busy": ("semi-manual", {"accounts": 1, "mrr": 0, "effort": 10 + 5 + 3 + 2, "handoffs": 0}),
        "Poor": ("manual", {"accounts": 1, "mrr": 0, "effort": 10 + 10 + 10, "handoffs": 0}),
        "Unknown": ("", {"accounts": 1, "mrr": 0, "effort": 10, "handoffs": 0}),
        "": ("", {"accounts": 0, "mrr": 0, "effort": 3, "handoffs": 0}),
    }
    assert {name: rule for name, (_, rule, _) in found(transfer).items()} == {
        "Good": f"{APPLIES.format(1, 'good', 0)} The sequence starts by itself.",
        "Busy": f"{APPLIES.format(2, 'good', 1)} There is an opportunity, which is enough. {BY_TASK}",
        "Poor": f"{APPLIES.format(4, 'poor', 0)} Anything but good health goes by hand. {SHEET}",
        "Unknown": "Transfer: Health is missing.",
        "": NO_ACCOUNT,
    }


def test_account_of_somebody_else_weighs_what_the_giver_holds_on_it(
    company: Company, version: models.RunbookVersion
) -> None:
    transfer, customer = transfer_of(company, version), company.customer("Shared", {"health": "good", "mrr": "900"})
    line(transfer, customer, is_owned=False)
    record("task", "T-1", customer, owner=company.people["carla"])
    record("task", "T-2", customer, owner=company.people["dev"])
    assert classify(transfer.pk, now=NOW) is None
    assert found(transfer)["Shared"][2] == {"accounts": 0, "mrr": 0, "effort": 1, "handoffs": 0}


def test_transfer_without_runbook_gets_weights_only_and_one_that_moves_is_left(company: Company) -> None:
    transfer = transfer_of(company, None)
    line(transfer, company.customer("Good", {"mrr": "10"}))
    assert classify(transfer.pk, now=NOW) is None
    assert found(transfer) == {"Good": ("", NO_RUNBOOK, {"accounts": 1, "mrr": 1000, "effort": 10, "handoffs": 0})}
    models.Transfer.objects.filter(pk=transfer.pk).update(state="moving")
    refused = classify(transfer.pk, now=NOW)
    assert refused is not None
    assert refused.says == "This transfer is under way: what it moves to whom is settled."


def test_as_many_queries_whatever_the_number_of_lines(company: Company, version: models.RunbookVersion) -> None:
    def queries(count: int) -> int:
        transfer = transfer_of(company, version)
        for number in range(count):
            customer = company.customer(f"{count} {number}", {"health": "good"})
            line(transfer, customer)
            record("case", f"{count}-{number}", customer)
        with CaptureQueriesContext(connection) as seen:
            assert classify(transfer.pk, now=NOW) is None
        return len(seen)

    queries(2)
    assert queries(1) == queries(20)


def test_very_many_are_left_to_the_worker(
    company: Company, version: models.RunbookVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.desk.transfers.classifying.AT_ONCE", 2)
    transfer = transfer_of(company, version)
    for number in range(3):
        line(transfer, company.customer(f"Of many {number}", {"health": "poor"}))
    assert classify(transfer.pk, now=NOW) is None
    assert {way for way, _, _ in found(transfer).values()} == {""}
    assert [classify_due(NOW), classify_due(NOW)] == [3, 0]
    assert {way for way, _, _ in found(transfer).values()} == {"manual"}
    assert classify(transfer.pk, now=NOW, anew=True) is None
    assert classify_due(NOW) == 3

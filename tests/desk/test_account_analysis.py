"""The analysis of an account in a transfer: filled from the records, kept in its handoff; and its items."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from handrail.desk import models
from handrail.desk.transfers import accompanying, asking
from handrail.handoff import wire
from tests.desk.books import KNOWN, follow, line_of, record, transfer_of
from tests.desk.company import NOW, Company, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> tuple[Company, models.TransferLine]:
    """Dev is asked for Aster, of which the records know much, and its handoff has begun."""
    company = Company()
    follow()
    company.customer("Aster", KNOWN)
    transfer = transfer_of(company, "Aster")
    carla = company.people["carla"]
    record("Aster", "pending", "Export fails", carla, about="integration", context="Since Monday")
    closed = {"about": "integration", "is_open": False, "opened_on": date(2026, 5, 1)}
    record(
        "Aster", "pending", "Import failed", carla, context="A header was wrong.", closed_on=date(2026, 5, 9), **closed
    )
    company.customer("Other")
    record("Other", "pending", "Sync failed", carla, closed_on=date(2026, 5, 4), **closed)
    assert asking.ask(transfer.pk, by=company.people["lena"], now=NOW) is None
    assert accompanying.accompany_due(NOW) == 1
    return company, line_of(transfer, "Aster")


def address(name: str, line: models.TransferLine) -> str:
    return reverse(name, args=[line.transfer_id, line.pk])


def test_checklist_is_filled_from_the_records_and_kept_in_the_handoff(
    asked: tuple[Company, models.TransferLine],
) -> None:  # S2.10 to S2.12
    company, line = asked
    carla = browser_of(company, "carla")
    page = carla.get(address("transfer-analysis", line)).content.decode()
    for says in (
        "More users are active than are paid for",
        "120 active users in the LMS, 100 paid for in billing.",
        "20 have to be paid for or taken out",
        "Filled in from the records: save to keep it",
        "The customer does not have CRED SOFT.",
        "120 of 100, 20 over",
    ):
        assert says in page
    sent = {"do": "answer", "seen": "", "is.main_contact_replies": "given", "f.main_contact_replies": "yes",
            "is.modules": "not-applicable", "reason.modules": "They have none."}  # fmt: skip
    assert carla.post(address("transfer-analysis", line), sent).status_code == 302
    state = wire.decode_handoff(models.Handoff.objects.get(transfer_lines=line).state)
    kept = state.answers["fill-checklist"]
    assert (kept["main_contact_replies"].value, kept["modules"].reason) == ("yes", "They have none.")
    refused = browser_of(company, "dev").post(
        address("transfer-analysis", line), sent | {"f.main_contact_replies": "no"}
    )
    assert refused.status_code == 403


def test_records_stand_side_by_side(asked: tuple[Company, models.TransferLine]) -> None:  # S2.9
    company, line = asked
    page = browser_of(company, "dev").get(address("transfer-records", line) + "?only=differences").content.decode()
    for says in ("bills@example.org", "ana@example.org", "Users paid for, and active", "2 differences"):
        assert says in page
    assert "Terminated users" not in page


def test_fifteen_minutes_are_arranged_with_one_click(asked: tuple[Company, models.TransferLine]) -> None:  # S2.13
    company, line = asked
    dev = browser_of(company, "dev")
    page = dev.get(address("transfer-analysis", line)).content.decode()
    at = page.partition('name="at" value="')[2].partition('"')[0]
    assert (
        dev.post(address("transfer-analysis", line), {"do": "meet", "at": "2020-01-01T00:00:00+00:00"}).status_code
        == 409
    )
    assert dev.post(address("transfer-analysis", line), {"do": "meet", "at": at}).status_code == 302
    state = wire.decode_handoff(models.Handoff.objects.get(transfer_lines=line).state)
    (meeting,) = state.meetings["meet-new-csm"]
    assert sorted(one.name.split()[0] for one in meeting.invited) == ["Carla", "Dev", "Lena"]
    assert meeting.meets_at.isoformat() == at


def test_step_of_a_pending_item_tells_of_like_ones(asked: tuple[Company, models.TransferLine]) -> None:  # S2.16
    company, line = asked
    step = reverse("step", args=[line.handoff_id, "complete-pending-item@export-fails"])
    page = browser_of(company, "dev").get(step).content.decode()
    for says in ("Since Monday", "Import failed", "after 8 days, by Carla Santos", "A header was wrong."):
        assert says in page
    assert "1 like it of 1 other customer; half of them took 3 days or fewer." in page

"""A letter to a customer whose sender is killed at any point goes out once, or nobody can tell; never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from handrail.desk import models
from tests.desk.company import Company
from tests.desk.kinds import version_of
from tests.desk.test_letters import RUNBOOK, begun
from tests.journey.installation import Installation
from tests.journey.killing import dying_in

pytestmark = pytest.mark.usefixtures("reachable_database")

State = models.Delivery.State
TO_THE_END = 10_000


@pytest.fixture
def reachable_database(django_db_blocker: Any) -> Iterator[None]:
    """For `Installation.opened`; the database of the other tests is not touched."""
    with django_db_blocker.unblock():
        yield


def test_letter_goes_once_wherever_its_sender_is_killed(installation: Installation) -> None:
    fates: list[tuple[str, int]] = []
    with installation.opened():
        company = Company()
        version_of(RUNBOOK.replace("    bcc: crm@example.com\n", ""))
        with dying_in(installation) as dies:
            number = 0
            while _dies_at(number, company, dies, installation.folder / "mail", fates):
                number += 1
    assert number >= 6
    assert set(fates) == {(State.SENT, 1), (State.UNKNOWN, 0), (State.UNKNOWN, 1)}


def _dies_at(
    number: int, company: Company, dies: Callable[[str, int], bool], folder: Path, fates: list[tuple[str, int]]
) -> bool:
    """Whether the sender of a new letter got as far as to die there; how often it was sent in the end is kept."""
    before = _mails(folder)
    handoff_id = begun(company, customer=f"Customer {number}", email=f"ana{number}@cedar.example")
    died = dies("mail", number)
    models.Delivery.objects.filter(state=State.SENDING).update(next_at=timezone.now())  # the lease of who died is over
    dies("mail", TO_THE_END)
    assert not dies("mail", TO_THE_END)
    row = models.Delivery.objects.get(handoff=handoff_id)
    fates.append((row.state, _mails(folder) - before))
    return bool(died)


def _mails(folder: Path) -> int:
    """How many were written to customers."""
    texts = [one.read_text(errors="replace") for one in folder.glob("*.log")] if folder.is_dir() else []
    return sum(text.count("\nMessage-ID: ") for text in texts)

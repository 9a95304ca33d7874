"""A worker that is stopped in the middle of waking a handoff, as when its machine falls asleep, and goes on later."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import connection
from django.utils import timezone

from handrail.desk import models
from handrail.desk.jobs import run_due
from tests.desk.company import Company
from tests.journey.installation import PATIENCE_SECONDS, Installation, wait_until

pytestmark = pytest.mark.usefixtures("reachable_database")

_DYING = Path(__file__).with_name("dying.py")
_AFTER_CLAIM = 9  # well inside the transaction that wakes


@pytest.fixture
def reachable_database(django_db_blocker: Any) -> Iterator[None]:
    """For `Installation.opened`; the database of the other tests is not touched."""
    with django_db_blocker.unblock():
        yield


def _begun() -> int:
    """A handoff of which a good deal has fallen due meanwhile; how many events it has."""
    handoff_id = Company().start()
    models.Handoff.objects.filter(pk=handoff_id).update(wake_at=timezone.now() - timedelta(days=1))
    return handoff_id


def _numbers(handoff_id: int) -> list[int]:
    return list(models.Event.objects.filter(handoff=handoff_id).order_by("number").values_list("number", flat=True))


def test_worker_stopped_in_the_middle_loses_its_row_and_records_nothing_twice(installation: Installation) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite others wait at the gate until it goes on: nothing takes its place.")
    with installation.opened():
        handoff_id = _begun()
        sleeper = _asleep(installation)
        assert run_due(timezone.now()) == 0  # it is held
        wait_until(lambda: run_due(timezone.now()) == 1, "the server has ended the transaction of the sleeper")
        recorded = _numbers(handoff_id)
        sleeper.send_signal(signal.SIGCONT)
        wait_until(lambda: "The database failed" in installation.output(), "it notices that it slept")
        wait_until(lambda: models.Worker.objects.exists(), "it goes on")
        sleeper.terminate()
        assert (sleeper.wait(PATIENCE_SECONDS), _numbers(handoff_id)) == (0, recorded)
    assert "idle-in-transaction timeout" in installation.output()


def _asleep(installation: Installation) -> psutil.Popen:
    """`handrail work`, which has stopped itself with a handoff in its hands."""
    environment = {**installation.environment, "HANDRAIL_IDLE_SECONDS": "1"}
    with (installation.folder / "output").open("ab") as output:
        command = [sys.executable, str(_DYING), "pause", str(_AFTER_CLAIM)]
        sleeper = psutil.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    installation.commands.append(sleeper)
    wait_until(lambda: sleeper.status() == psutil.STATUS_STOPPED, "it sleeps", installation.output)
    return sleeper

"""Calendars of people on a real CalDAV server: busy times read from it, meetings written to it, faults told."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import caldav
import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from handrail.desk import calendar_accounts, ledger, models
from handrail.desk.safe_session import public_address, safe_session
from handrail.handoff import commands as c
from tests.desk.company import Company, browser_of, done
from tests.desk.gatherings import begin, colleague, publish_gatherings

pytestmark = pytest.mark.django_db

_BUSY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
BEGIN:VEVENT
UID:dentist
DTSTAMP:20260101T000000Z
DTSTART:{at:%Y%m%dT%H%M%SZ}
DURATION:PT30M
RRULE:FREQ=DAILY;COUNT=2
SUMMARY:Dentist
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A program of its own, on a port of its own."""
    folder: Path = tmp_path_factory.mktemp("radicale")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text("paula:secret\n")
    options = {
        "server-hosts": f"127.0.0.1:{port}", "auth-type": "htpasswd", "auth-htpasswd-filename": f"{folder}/users",
        "auth-htpasswd-encryption": "plain", "storage-filesystem-folder": f"{folder}/kept", "logging-level": "error",
    }  # fmt: skip
    command = [sys.executable, "-m", "radicale", *(f"--{name}={value}" for name, value in options.items())]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(port)
    yield f"http://127.0.0.1:{port}/paula/work/"
    program.kill()
    program.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("Radicale does not start.")


@pytest.fixture
def company() -> Company:
    company = Company()
    publish_gatherings()
    return company


def test_busy_times_are_read_and_meetings_written(company: Company, server: str) -> None:
    now = timezone.now().replace(microsecond=0)
    client: Any = caldav.DAVClient(url=server.removesuffix("paula/work/"), username="paula", password="secret")
    calendar = client.principal().make_calendar(cal_id="work")
    calendar.save_event(_BUSY.format(at=now + timedelta(days=1)))
    with override_settings(CALDAV_PRIVATE=True):
        paula = company.people["paula"]
        browser = browser_of(company, "paula")
        form = {"do": "connect", "url": server, "user": "paula", "password": "secret", "writes": "yes"}
        assert browser.post(reverse("my-calendar"), form).status_code == 302
        assert "secret" not in models.CalendarAccount.objects.get().password
        handoff_id = begin(company)
        plan = c.PlanMeeting(
            by=company.actor("paula"), step="introduce", key="call", meets_at=now + timedelta(days=3),
            invited=(colleague(company, "paula"),),
        )  # fmt: skip
        done(ledger.record(handoff_id, plan, now=now))
        assert calendar_accounts.sync_due(now + timedelta(seconds=5)) == 1
        account = models.CalendarAccount.objects.get()
        assert (account.error, account.synced_at) == ("", now + timedelta(seconds=5))
        spans = models.BusyTime.objects.order_by("starts_at").values_list("starts_at", "ends_at")
        half = timedelta(minutes=30)
        assert list(spans) == [(now + timedelta(days=day), now + timedelta(days=day) + half) for day in (1, 2)]
        titles = {str(one.icalendar_component["summary"]) for one in calendar.events()}
        assert titles == {"Dentist", "Introduce the customer: Cedar Falls Water"}
        off = c.CallOffMeeting(by=company.actor("paula"), step="introduce", key="call", reason="No.")
        done(ledger.record(handoff_id, off, now=now))
        assert calendar_accounts.sync_due(now + timedelta(minutes=11)) == 1
        assert {str(one.icalendar_component["summary"]) for one in calendar.events()} == {"Dentist"}
        assert paula.pk == models.CalendarAccount.objects.get().person_id
        changed = {**form, "password": "wrong"}
        assert browser.post(reverse("my-calendar"), changed).status_code == 302
        assert calendar_accounts.sync_due(timezone.now() + timedelta(seconds=1)) == 1
        page = browser.get(reverse("my-calendar")).content.decode()
        assert "The server does not take the user name and password." in page
        assert calendar_accounts.sync_due(timezone.now() + timedelta(seconds=2)) == 0  # it waits


def test_private_addresses_are_not_asked(company: Company, server: str) -> None:
    paula = company.people["paula"]
    outcome = calendar_accounts.connect(
        paula, url=server, user="paula", password="secret", writes=True, now=timezone.now()
    )
    assert [one.field for one in getattr(outcome, "mistakes", ())] == ["url"]
    for host in ("127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1", "0.0.0.0"):
        with pytest.raises(OSError, match="is not a public server"):
            public_address(host, 443)
    with pytest.raises(OSError, match="is not a public server"):
        safe_session().get(server)

"""Whether the desk says how it does: to machines in a line, to people on a page with what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import models
from handrail.desk.mail import Fate
from handrail.desk.queries.health import health, lasting, not_sent
from tests.desk.company import Company

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def a_worker(host: str = "kermit", ago: timedelta = timedelta(), **fields: object) -> models.Worker:
    at = timezone.now() - ago
    return models.Worker.objects.create(key=host, host=host, pid=7, started_at=at, seen_at=at, **fields)


def findings() -> list[tuple[str, str]]:
    return [(one.state, one.says) for one in health().findings]


def due(handoff_id: int, ago: timedelta) -> None:
    models.Handoff.objects.filter(pk=handoff_id).update(wake_at=timezone.now() - ago)


def test_fresh_desk_wants_a_worker_and_then_is_well() -> None:
    assert findings() == [
        ("bad", "No worker is running. Nothing falls due, no reminder and no message goes out until one does.")
    ]
    a_worker("gonzo", ago=2 * MINUTE)
    assert health().state == "bad"
    a_worker()
    seen = health()
    assert (seen.headline, seen.findings, [one.host for one in seen.alive]) == ("All is well", (), ["kermit"])
    queues = (seen.waking, seen.attending, seen.messages.waits, seen.notices.waits, seen.recounting)
    assert {one.text for one in queues} == {"None"}


def test_lag_is_a_warning_after_a_minute_and_bad_after_ten() -> None:
    handoff_id = Company().start()
    a_worker()
    due(handoff_id, timedelta(seconds=30))
    assert findings() == []
    due(handoff_id, 3 * MINUTE)
    assert findings() == [("warning", "The workers are 3 minutes behind.")]
    due(handoff_id, 11 * MINUTE)
    assert findings() == [("bad", "The workers are 11 minutes behind.")]
    assert health().waking.text == "1, the first 11 minutes late"


def test_handoff_that_cannot_be_woken_is_named_and_is_no_lag() -> None:
    company = Company()
    handoff_id = company.start()
    due(handoff_id, timedelta(hours=5))
    a_worker(failing={str(handoff_id): "ValueError: no state"})
    assert findings() == [("bad", "1 handoff cannot be woken.")]
    browser = Client()
    browser.force_login(company.people["olga"])
    page = browser.get(reverse("health")).content.decode()
    assert all(words in page for words in ("Something is wrong", "Cedar Falls Water", "ValueError: no state"))
    assert Client().get(reverse("healthz")).content == b"ok\nlag_seconds 0\nworkers 1\nfailing 1\n"


def test_messages_that_wait_or_never_arrived_are_told_for_a_week() -> None:
    company = Company()
    handoff_id, now = company.start(), timezone.now()
    a_worker()
    states = {"failed": timedelta(), "unknown": timedelta(days=6), "sent": timedelta(), "queued": 20 * MINUTE}
    for number, (state, ago) in enumerate({**states, "failed ": timedelta(days=8)}.items(), start=1):
        models.Delivery.objects.create(
            handoff_id=handoff_id,
            number=number,
            person=company.people["carla"],
            step="greet",
            state=state.strip(),
            next_at=now - ago if state == "queued" else None,
            changed_at=now - ago,
        )
    assert findings() == [
        ("warning", "A message has waited for 20 minutes to be sent."),
        ("warning", "Of the last 7 days’ messages 1 failed, and 1 may or may not have gone out."),
    ]


def test_mail_of_notices_that_waits_or_never_arrived_is_told_for_a_week() -> None:
    company, now = Company(), timezone.now()
    a_worker()
    told = (("failed", timedelta()), ("unknown", timedelta(days=6)), ("failed", timedelta(days=8)), ("sent", MINUTE))
    waits = (("queued", 20 * MINUTE), ("queued", -MINUTE), ("sending", 30 * MINUTE))  # one of them for a digest to come
    for number, (mail, ago) in enumerate((*told, *waits)):
        models.Notice.objects.create(
            person=company.people["carla"],
            key=str(number),
            sort="work",
            title="Draft",
            at=now - max(ago, timedelta()),
            mail=mail,
            mail_at=now - ago if mail in {"queued", "sending"} else None,
        )
    assert findings() == [
        ("warning", "A notice has waited for 20 minutes to be sent."),
        ("warning", "Of the last 7 days’ notices 1 failed, and 1 may or may not have gone out."),
    ]
    assert health().notices.waits.text == "1, the first 20 minutes late"


def test_recounts_are_told_and_are_a_warning_once_they_take_long() -> None:
    company, now = Company(), timezone.now()
    a_worker()
    for person, ago in ((None, 5 * MINUTE), ("carla", MINUTE)):
        models.Recount.objects.create(
            version=company.version,
            person=company.people[person] if person else None,
            next_at=now,
            begun_at=now - ago,
        )
    assert (health().recounting.since_text, findings()) == ("2, the first for 5 minutes", [])
    models.Recount.objects.filter(person=None).update(begun_at=now - 120 * MINUTE)
    assert findings() == [("warning", "Since a calendar changed, handoffs have been counted anew for 2 hours.")]


def test_page_asks_no_more_however_much_there_is() -> None:
    company, counts = Company(), []
    a_worker()
    for name in ("carla", "paula", "ivan"):
        due(company.start(f"Customer of {name}"), MINUTE)
        models.Notice.objects.update(mail="queued", mail_at=timezone.now() - MINUTE)
        models.Recount.objects.create(
            version=company.version, person=company.people[name], next_at=timezone.now(), begun_at=timezone.now()
        )
        with CaptureQueriesContext(connection) as asked:
            health()
        counts.append(len(asked))
    assert set(counts) == {counts[0]}


def test_what_was_not_sent_is_counted_by_its_index() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # of so few rows it would read them all
    now = timezone.now()
    for rows, columns, index in (
        (models.Delivery.objects.all(), ("state", "changed_at"), "delivery_not_sent"),
        (models.Notice.objects.all(), ("mail", "at"), "notice_not_mailed"),
    ):
        assert index in not_sent(rows, columns[0], Fate.FAILED, columns[1], now).explain()


def test_clock_of_a_machine_that_differs_is_told_once_for_each_machine() -> None:
    a_worker(clock_skew=-3600)
    a_worker("gonzo", clock_skew=4)
    assert findings() == [("warning", "The clock of kermit is 3,600 seconds behind the database’s.")]


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7_200, "2 hours"), (200_000, "2 days")],
)
def test_time_is_told_in_its_largest_unit(seconds: float, says: str) -> None:
    assert lasting(seconds) == says


def test_machines_ask_without_a_session_in_few_queries() -> None:
    for name, most in (("healthz", 3), ("readyz", 5)):
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(reverse(name)).status_code == 200
        assert [one["sql"] for one in asked if "session" in one["sql"] or "person" in one["sql"]] == []
        assert len(asked) <= most


def test_desk_is_not_ready_without_its_migrations_or_its_database(tmp_path: Path) -> None:
    MigrationRecorder.Migration.objects.filter(app="desk").latest("name").delete()
    answer = Client().get(reverse("readyz"))
    assert (answer.status_code, answer.content) == (503, b"not ready: migrations\n")
    before = connections["default"]
    engine = before.settings_dict["ENGINE"]
    nowhere = {**before.settings_dict, "NAME": str(tmp_path) if connection.vendor == "sqlite" else "nowhere"}
    connections["default"] = load_backend(engine).DatabaseWrapper(nowhere, "default")
    try:
        answers = [Client().get(reverse(name)) for name in ("readyz", "healthz")]
    finally:
        connections["default"].close()
        connections["default"] = before
    assert [(one.status_code, one.content) for one in answers] == [(503, b"not ready: database\n"), (200, b"ok\n")]

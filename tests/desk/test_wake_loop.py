"""The wake loop: whose clock counts, in which order handoffs wake, and what holds nobody up."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from handrail.desk import claims, clock, ledger, models
from handrail.desk.clock import Clock
from handrail.desk.failing import Failing
from handrail.desk.jobs import run_due
from handrail.desk.worker import Worker
from handrail.handoff import commands as c
from tests.desk.company import NOW, Company, done

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NAMES = ("Cedar Falls Water", "Harbor County", "Mill Creek")


@pytest.fixture
def company() -> Company:
    return Company()


def begun(company: Company) -> list[int]:
    """Three handoffs, each due a day before the one that began before it."""
    facts = {"mrr": "5000", "vertical": "utilities", "integrator": "Northgate Systems"}
    days = ("2027-02-03", "2027-02-02", "2027-02-01")
    return [company.start(name, facts | {"go_live": day}) for name, day in zip(NAMES, days, strict=True)]


def due_at(handoff_id: int) -> datetime:
    at = models.Handoff.objects.get(pk=handoff_id).wake_at
    assert at is not None
    return at


def last_at(handoff_id: int) -> datetime:
    return models.Event.objects.filter(handoff=handoff_id).latest("number").at


def ticking(at: datetime, step: timedelta = timedelta(seconds=1)) -> Clock:
    """A clock that goes on by so much whenever somebody looks at it."""
    instants = (at + step * number for number in range(10_000))
    return lambda: next(instants)


def far(handoffs: list[int]) -> datetime:
    return max(due_at(one) for one in handoffs) + timedelta(days=1)


def test_who_has_been_due_for_longest_wakes_first_and_each_at_its_own_instant(company: Company) -> None:
    handoffs = begun(company)
    for number, handoff_id in enumerate(handoffs):
        models.Handoff.objects.filter(pk=handoff_id).update(wake_at=NOW - HOUR * number)
    assert run_due(ticking(datetime(2027, 3, 1, tzinfo=NOW.tzinfo))) == 3
    assert sorted(handoffs, key=last_at) == [*reversed(handoffs)]
    assert len({last_at(one) for one in handoffs}) == 3


def test_worker_paused_within_a_batch_goes_by_the_time_after_it(company: Company) -> None:
    first, second = sorted(begun(company)[:2], key=due_at)
    before, after = due_at(first), due_at(second) + HOUR
    # One look for whether anything is due at all, one for the first handoff; then comes the pause.
    instants = iter([before, before])
    assert run_due(lambda: next(instants, after)) >= 2
    woken = [models.Event.objects.filter(handoff=one, at__gt=NOW).earliest("number").at for one in (first, second)]
    assert sorted(woken) == [before, after]  # both may be due at one instant, and then either is the first


def test_nothing_is_recorded_before_what_came_before_it(company: Company) -> None:
    handoff_id = company.start()
    at = due_at(handoff_id)
    assert run_due(at) == 1
    back = at - timedelta(days=3)
    assert run_due(back) == 0
    late = done(ledger.record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": "6000"}), now=back))
    assert {one.at for one in late.events} == {at}
    assert (run_due(at), last_at(handoff_id)) == (0, at)


def test_clock_that_is_ahead_wakes_nothing_early(company: Company) -> None:
    handoff_id = company.start()
    at = due_at(handoff_id)
    ahead = at + timedelta(days=2)
    done(ledger.record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": "6000"}), now=ahead))
    number = models.Handoff.objects.get(pk=handoff_id).number
    assert run_due(at - timedelta(seconds=1)) == 0
    assert models.Handoff.objects.get(pk=handoff_id).number == number
    assert (run_due(at), last_at(handoff_id)) == (1, ahead)


def test_handoff_that_cannot_be_woken_holds_nobody_up(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    handoffs = begun(company)
    broken, *others = sorted(handoffs, key=due_at)
    state = models.Handoff.objects.get(pk=broken).state
    models.Handoff.objects.filter(pk=broken).update(state="not a state")
    at, failing = far(handoffs), Failing()
    assert run_due(at, failing) == len(others)
    assert list(failing.told()) == [str(broken)]
    assert [(one.levelno, one.getMessage(), bool(one.exc_info)) for one in caplog.records] == [
        (logging.ERROR, f"Handoff {broken} cannot be woken; trying again in 1 min.", True)
    ]
    assert run_due(at + timedelta(seconds=59), failing) == 0
    assert len(caplog.records) == 1
    assert run_due(at + timedelta(seconds=60), failing) == 0
    assert caplog.records[-1].getMessage() == f"Handoff {broken} cannot be woken; trying again in 2 min."
    models.Handoff.objects.filter(pk=broken).update(state=state)
    assert run_due(at + timedelta(minutes=10), failing) == 1
    assert failing.told() == {}


@pytest.mark.parametrize("column", ["wake_at", "attend_at"])
def test_what_is_due_next_is_found_by_the_index_and_needs_no_sorting(column: claims.Column) -> None:
    index = {"wake_at": "handoff_by_wake", "attend_at": "handoff_to_attend"}[column]
    values = ["2026-01-01", "2027-01-01", [1, 2] if connection.vendor == "postgresql" else "[1, 2]"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # which is quickest while the table has no rows
        cursor.execute(
            f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{claims.next_statement(column)}", values
        )
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert (index in plan, "Sort" in plan, "TEMP B-TREE" in plan) == (True, False, False), plan


# --- several workers -------------------------------------------------------------------------------------------------


@pytest.fixture
def another() -> Iterator[None]:
    """A connection beside that of the test, as another worker has one."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite one writer at a time goes through the gate: tests/desk/test_sqlite_gate.py")
    connections["another"] = connection.copy(alias="another")
    try:
        yield
    finally:
        connections["another"].close()
        del connections["another"]


@pytest.mark.django_db(transaction=True)
def test_worker_passes_over_what_another_one_holds(company: Company, another: None) -> None:
    handoffs = begun(company)
    first, *others = sorted(handoffs, key=due_at)
    at = far(handoffs)
    with transaction.atomic(using="another"), connections["another"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM desk_handoff WHERE id = %s FOR UPDATE", [first])
        assert run_due(at) == len(others)
    assert (run_due(at), run_due(at)) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_phase_waits_for_whoever_holds_the_first_of_its_project(company: Company, another: None) -> None:
    first, second, third = begun(company)
    models.Handoff.objects.filter(pk=second).update(project=first)
    at = far([first, second, third])
    with transaction.atomic(using="another"), connections["another"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM desk_handoff WHERE id = %s FOR UPDATE", [first])
        assert run_due(at) == 1
    assert (due_at(third) > at, run_due(at), run_due(at)) == (True, 2, 0)


def test_worker_tells_of_itself_and_forgets_who_was_not_seen_for_a_day(caplog: pytest.LogCaptureFixture) -> None:
    now = timezone.now()
    for host, hours in (("gone", 25), ("quiet", 23)):
        seen_at = now - HOUR * hours
        models.Worker.objects.create(key=host, host=host, pid=1, started_at=seen_at, seen_at=seen_at)
    worker = Worker(host="kermit", pid=7, machine=lambda: timezone.now() + timedelta(seconds=90))
    assert (worker.turn(), worker.turn()) == (False, False)
    rows = {row.host: row for row in models.Worker.objects.all()}
    assert set(rows) == {"quiet", "kermit"}
    assert (rows["kermit"].pid, round(rows["kermit"].clock_skew), rows["kermit"].failing) == (7, 90, {})
    assert [one.getMessage() for one in caplog.records] == [
        "This machine's clock is 90 seconds ahead of the database's. The worker goes by the database's."
    ]
    worker.leave()
    assert set(models.Worker.objects.values_list("host", flat=True)) == {"quiet"}


def test_workers_go_by_one_clock() -> None:
    skew = clock.skew_seconds()
    assert abs(skew) < 5  # both are of this machine
    assert round(clock.skew_seconds(lambda: timezone.now() - HOUR)) == -3600

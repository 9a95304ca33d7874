"""Killed at any moment, however often, the desk loses nothing that it acknowledged and leaves nothing half done.

Every test that kills at random says its seed; HANDRAIL_TEST_SEED runs it again with the same one. HANDRAIL_TEST_ROUNDS
has it kill that many times as often.
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from handrail.desk import demo, ledger, models
from handrail.desk.long_work import bulk
from handrail.desk.long_work.acts import Act
from handrail.desk.rebuild import rebuild
from handrail.handoff import events as e
from tests.desk.company import CEDAR_FALLS, Company, done
from tests.journey.installation import Installation, wait_until
from tests.journey.killing import Supervised, Victim, Workers, dying_in
from tests.journey.writing import Browser, Told, Write, Writer, word_of, writing
from tests.thorough import IS_SOAK, ROUNDS

pytestmark = pytest.mark.usefixtures("reachable_database")


@pytest.fixture
def reachable_database(django_db_blocker: Any) -> Iterator[None]:
    """For `Installation.opened`; the database of the other tests is not touched."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("HANDRAIL_TEST_SEED") or random.randrange(1_000_000))
    print(f"HANDRAIL_TEST_SEED={seed}")
    return random.Random(seed)


# --- the server ------------------------------------------------------------------------------------------------------


KILLS: tuple[Victim, ...] = ("everything",) * 3 + ("parent",) * 2 + ("server process",) * 2 + ("worker",)
AT_LEAST = 5  # of them, for every commit: each costs the start of a server


def test_server_killed_at_any_moment_loses_nothing_that_it_acknowledged(
    bare_installation: Installation, chance: random.Random
) -> None:
    installation = bare_installation
    desk = Supervised(installation, chance)
    _kill_while_it_is_first_prepared(desk, chance)
    desk.wait_until(installation.answers, "it answers")
    with installation.opened():
        handoffs = _begin_some()
    with writing(_writers(installation.port, handoffs, chance)) as told:
        for kill in chance.sample(KILLS * ROUNDS, len(KILLS) * ROUNDS if IS_SOAK else AT_LEAST):
            _wait_a_little(desk, told, chance)
            desk.kill(kill)
        desk.wait_until(_more(told, 20), "people can write again")
        desk.kill("everything")
    installation.wait_until_all_has_ended()
    print(dict(desk.kills), len(told.acknowledged()), "acknowledged,", len(told.unanswered()), "unanswered")
    assert told.complaints() == []
    with installation.opened():
        _check_what_is_kept(installation, told, handoffs)
    _check_that_nothing_differs(installation)


def _kill_while_it_is_first_prepared(desk: Supervised, chance: random.Random) -> None:
    for _ in range(3):
        time.sleep(chance.uniform(0.1, 1.2))
        desk.kill("everything")
        desk.keep_up()


def _begin_some() -> list[int]:
    company = Company()
    return [
        done(
            ledger.start(company.version, company.command_to_start(company.customer(name)), now=timezone.now())
        ).handoff_id
        for name in ("Cedar Falls Water", "Harbor County", "Mill Creek", "Pine Ridge")
    ]


def _writers(port: int, handoffs: list[int], chance: random.Random) -> list[Writer]:
    """Two for whom every fact is theirs to give, and one who gives only those of an Implementation Manager."""
    people = {
        "paula-a": ("paula.reyes@example.com", ["integrator", "mrr", "go_live"]),
        "paula-b": ("paula.reyes@example.com", ["integrator", "go_live"]),
        "ivan": ("ivan.petrov@example.com", ["integrator"]),
    }
    writers = []
    for name, (email, facts) in people.items():
        browser = Browser(port)
        browser.sign_in(email, demo.PASSWORD)
        writers.append(Writer(name, browser, handoffs, facts, chance.randrange(1_000_000)))
    return writers


def _wait_a_little(desk: Supervised, told: Told, chance: random.Random) -> None:
    """Until some have written, and now and then only until it is about to start."""
    if chance.random() < 0.25:
        desk.keep_up()
        time.sleep(chance.uniform(0, 1))
    else:
        desk.wait_until(_more(told, chance.randrange(1, 25)), "people can write again")
        time.sleep(chance.uniform(0, 0.03))


def _more(told: Told, number: int) -> Callable[[], bool]:
    wanted = len(told.acknowledged()) + number
    return lambda: len(told.acknowledged()) >= wanted or told.complaints() != []


def _check_what_is_kept(installation: Installation, told: Told, handoffs: list[int]) -> None:
    histories = {handoff_id: ledger.history_of(handoff_id) for handoff_id in handoffs}
    for history in histories.values():
        assert [one.number for one in history] == list(range(1, len(history) + 1))
    recorded = [
        (word, handoff_id, one.event)
        for handoff_id, history in histories.items()
        for one in history
        if (word := word_of(one.event)) is not None
    ]
    writes = {write.word: write for write in (*told.acknowledged(), *told.unanswered())}
    kept = [(writes[word], handoff_id, event) for word, handoff_id, event in recorded if word in writes]
    words_kept = {write.word for write, _, _ in kept}
    print(sum(write.word in words_kept for write in told.unanswered()), "of the unanswered are kept")
    assert [word for word, times in Counter(write.word for write, _, _ in kept).items() if times > 1] == []
    assert {write.word for write in told.acknowledged()} - words_kept == set()
    assert [
        write for write, handoff_id, event in kept if handoff_id != write.handoff_id or not write.is_whole_in(event)
    ] == []
    _check_files(installation, kept)


def _check_files(installation: Installation, kept: list[tuple[Write, int, e.Event]]) -> None:
    """Every event that speaks of a file has its row and its bytes, and no row is there without its event."""
    attached = {event.upload: write for write, _, event in kept if isinstance(event, e.EvidenceAdded)}
    # A loose row is of an upload whose event never came to be: the worker sweeps it away a day later.
    rows = {row.key: row for row in models.Upload.objects.filter(is_loose=False)}
    assert rows.keys() == attached.keys()
    for key, row in rows.items():
        content = (installation.folder / "uploads" / key[:2] / key).read_bytes()
        assert (content, row.size) == (attached[key].content, len(content))


def _check_that_nothing_differs(installation: Installation) -> None:
    with installation.opened():
        handoffs, events = models.Handoff.objects.count(), models.Event.objects.count()
    rebuilt = installation.run("rebuild")
    says = f"{handoffs} handoffs rebuilt from {events} events; 0 had rows that differed.\n"
    assert (rebuilt.returncode, rebuilt.stdout) == (0, says), rebuilt.stderr


# --- the worker ------------------------------------------------------------------------------------------------------

NAMES = 120 * ROUNDS if IS_SOAK else 48  # at a kill for every four or so, each of which costs a start of a worker
DAYS_BEFORE_GO_LIVE = {
    "choose-tsm": 20,
    "share-go-live-overview": 10,
    "complete-integration-summary": 5,
}
PRESENTATION = "attend-go-live-presentation"
NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True, kw_only=True)
class Today:
    """A day at which a company that works every day, by clocks that say about noon, closes in a moment."""

    day: date
    closes_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        ahead = 12 - self.closes_at.astimezone(UTC).hour  # hours of the company's clocks before UTC
        return ZoneInfo(f"Etc/GMT{-ahead:+d}")

    def make_company(self) -> Company:
        local = self.closes_at.astimezone(UTC)
        models.Calendar.objects.create(
            key="eastern-office",
            name="Always open",
            zone=self.zone.key,
            weekdays=list(range(7)),
            opens=time_of_day(0),
            closes=self.closes_at.astimezone(self.zone).time(),
            revision=int(local.timestamp()) % 1_000_000_000,  # this process may remember the calendar of another test
        )
        return Company()

    def fallen(self, go_live: date) -> set[tuple[str, date]]:
        """The steps that fall due until today's closing, and the days at which they do."""
        days = {step: go_live - timedelta(days=before) for step, before in DAYS_BEFORE_GO_LIVE.items()}
        fallen = {(step, day) for step, day in days.items() if day <= self.day}
        presented_at = self._presented_at(go_live)
        return fallen | ({(PRESENTATION, presented_at.date())} if presented_at <= self.closes_at else set())

    def _presented_at(self, go_live: date) -> datetime:
        """When the last presentation ends before the day of the go-live begins where it is held: a Monday at 10 am in
        New York; by our clocks."""
        begins_at = datetime.combine(go_live, time_of_day(0), NEW_YORK)
        days = (go_live + timedelta(days=1 - back) for back in range(10))
        ends = (datetime.combine(day, time_of_day(10), NEW_YORK) for day in days if day.weekday() == 0)
        return next(end for end in ends if end <= begins_at).astimezone(self.zone)


def _today(closing_in_seconds: float) -> Today:
    closes_at = timezone.now() + timedelta(seconds=closing_in_seconds)
    return Today(day=closes_at.date(), closes_at=closes_at)


@dataclass(frozen=True, kw_only=True)
class Begun:
    handoff_id: int
    go_live: date


def _begin(company: Company, name: str, go_live: date) -> Begun:
    facts = {**CEDAR_FALLS, "go_live": go_live.isoformat()}
    command = company.command_to_start(company.customer(name), facts)
    return Begun(
        handoff_id=done(ledger.start(company.version, command, now=timezone.now())).handoff_id, go_live=go_live
    )


def test_workers_killed_at_any_moment_record_what_fell_due_once(
    installation: Installation, chance: random.Random
) -> None:
    with installation.opened():
        today = _today(closing_in_seconds=5)
        company = today.make_company()
        workers = Workers(installation, chance, 4)
        begun = []
        for number in range(NAMES):
            go_live = today.day + timedelta(days=chance.randrange(25))
            begun.append(_begin(company, f"Customer {number}", go_live))
            workers.kill_one_now_and_then(_fell_due())

        def all_is_recorded() -> bool:
            workers.kill_one_now_and_then(_fell_due())
            late = models.Handoff.objects.filter(wake_at__lte=max(today.closes_at, timezone.now()))
            return not late.exists()

        wait_until(all_is_recorded, "everything that fell due is recorded")
        workers.stop()
        print(workers.kills, "workers killed,", _fell_due(), "FellDue events")
        _check_what_fell_due(begun, today)
        _check_that_the_gate_is_free(installation)
        report = rebuild()
        assert (report.handoffs, report.mended, report.broken) == (NAMES, [], [])


def _fell_due() -> int:
    return models.Event.objects.filter(kind="FellDue").count()


def _check_what_fell_due(begun: list[Begun], today: Today) -> None:
    for one in begun:
        history = ledger.history_of(one.handoff_id)
        assert [event.number for event in history] == list(range(1, len(history) + 1))
        fell_due = [(event.at, event.event.steps) for event in history if isinstance(event.event, e.FellDue)]
        recorded = Counter((step, day) for _, steps in fell_due for step, day in steps.items())
        assert recorded == Counter(today.fallen(one.go_live)), one
        closing = [(at, {**steps, PRESENTATION: None}) for at, steps in fell_due]  # which has an hour of its own
        early = [steps for at, steps in closing if today.day in steps.values() and at < today.closes_at]
        assert early == [], one


def _check_that_the_gate_is_free(installation: Installation) -> None:
    if connection.vendor == "sqlite":
        with (installation.folder / "handrail.sqlite3.gate").open("rb") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)


# --- at every moment, one after the other ----------------------------------------------------------------------------


def test_worker_killed_after_any_statement_leaves_nothing_half_done(installation: Installation) -> None:
    with installation.opened():
        today = _today(closing_in_seconds=0)
        one = _begin(today.make_company(), "Cedar Falls Water", today.day)
        before = models.Event.objects.count()
        died = 0
        with dying_in(installation) as dies:
            while dies("wake", died + 1):
                died += 1
                if models.Event.objects.count() > before:
                    break  # it had woken the handoff, and was looking for the next
                assert rebuild().mended == []
                _check_that_the_gate_is_free(installation)
        assert died >= 8
        _check_what_fell_due([one], today)
        assert rebuild().mended == []


def test_bulk_action_killed_after_every_third_statement_is_done_once_to_each(installation: Installation) -> None:
    with installation.opened():
        company = Company()
        ids = tuple(_begin(company, name, date(2099, 1, 5)).handoff_id for name in ("Cedar Falls", "Harbor", "Mill"))
        act, selection = Act(name="hold", reason="A pause"), bulk.Selection(ids=ids)
        work = bulk.begin(act, selection, "3 handoffs", by=company.people["olga"], now=timezone.now())
        died = 0
        with dying_in(installation) as dies:
            while dies("work", 3 * died + 1):
                died += 1
                unended = models.LongWork.objects.filter(next_at__isnull=False)
                unended.update(next_at=timezone.now())  # the lease of who died is over
        work.refresh_from_db()
        held = models.Event.objects.filter(kind="Held").order_by("handoff").values_list("handoff", flat=True)
        assert (work.state, work.says, work.done, tuple(held)) == ("done", "Put on hold: 3.", 3, ids)
        assert models.Notice.objects.filter(about="long work").count() == 1
        assert died >= 6
        assert rebuild().mended == []
        _check_that_the_gate_is_free(installation)


def test_static_files_of_a_start_that_was_killed_are_made_anew(
    installation: Installation, tmp_path: Path, chance: random.Random
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("It is all one for files what the database is.")
    static = tmp_path / "static"
    with dying_in(installation) as dies:
        assert not dies("collect", 0)
        whole = _files_of(static)
        for number in chance.choices(range(1, 60), k=4 * ROUNDS):
            for path in whole:
                (static / path).unlink(missing_ok=True)
            assert dies("collect", number)
            assert not dies("collect", 0)
            assert _files_of(static) == whole


def _files_of(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

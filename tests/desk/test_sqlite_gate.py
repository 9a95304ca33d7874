"""The gate before SQLite: many write at once, none is refused, none starves, and nothing keeps the gate shut."""

from __future__ import annotations

import fcntl
import gc
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from handrail.desk.sqlite_gate.base import DatabaseWrapper
from handrail.desk.sqlite_gate.gate import Gate, GateStaysShut

WRITER = Path(__file__).with_name("writer.py")
ALIAS = "gated"


class Writer:
    """One writing process."""

    def __init__(self, database: Path, name: str, work: str, number: int) -> None:
        command = [sys.executable, str(WRITER), str(database), name, work, str(number)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.says("ready")

    def says(self, line: str) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline().strip() == line

    def start(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def complaints(self) -> str:
        return self.process.communicate(timeout=120)[1]

    def kill(self) -> None:
        self.process.kill()
        if self.process.stdin and not self.process.stdin.closed:
            self.process.communicate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., list[Writer]]]:
    """Start writers together on one database."""
    with ExitStack() as ending:

        def together(*works: tuple[str, str, int]) -> list[Writer]:
            writers = [Writer(tmp_path / "db.sqlite3", *work) for work in works]
            for writer in writers:
                ending.callback(writer.kill)
                writer.start()
            return writers

        yield together


@pytest.fixture
def gated(tmp_path: Path, django_db_blocker: Any) -> Iterator[DatabaseWrapper]:
    """A connection of this process to the same database as the writers'."""
    connections.databases[ALIAS] = {
        **connections.databases["default"],
        "ENGINE": "handrail.desk.sqlite_gate",
        "NAME": tmp_path / "db.sqlite3",
        "OPTIONS": {},
        "CONN_HEALTH_CHECKS": False,
    }
    with django_db_blocker.unblock():
        opened = connections[ALIAS]
        assert isinstance(opened, DatabaseWrapper)
        execute(opened, "CREATE TABLE IF NOT EXISTS line (number INTEGER PRIMARY KEY, who TEXT NOT NULL)")
        yield opened
        opened.close()
    del connections[ALIAS]
    del connections.databases[ALIAS]


def execute(opened: DatabaseWrapper, statement: str) -> list[Any]:
    with opened.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def write_and_fail(opened: DatabaseWrapper) -> None:
    with transaction.atomic(using=ALIAS):
        execute(opened, "INSERT INTO line (who) VALUES ('nobody')")
        raise ZeroDivisionError


def is_free(database: Path) -> bool:
    with database.with_name(database.name + ".gate").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def lines(database: Path) -> list[str]:
    """Who wrote, in the order of the commits."""
    with sqlite3.connect(database) as opened:
        return [who for (who,) in opened.execute("SELECT who FROM line ORDER BY number")]


def test_writers_are_never_refused_and_nothing_is_lost(tmp_path: Path, start: Callable[..., list[Writer]]) -> None:
    writers = start(*[(f"w{number}", "singly", 50) for number in range(6)])
    assert [writer.complaints() for writer in writers] == [""] * 6
    assert Counter(lines(tmp_path / "db.sqlite3")) == {f"w{number}": 50 for number in range(6)}


def test_single_writers_do_not_starve_beside_a_bulk_write(tmp_path: Path, start: Callable[..., list[Writer]]) -> None:
    """Each of the 20 small writes waits for a chunk or two: 400 chunks are far more than they need to be done."""
    writers = start(("bulk", "in-bulk", 400), *[(f"w{number}", "singly", 20) for number in range(3)])
    assert [writer.complaints() for writer in writers] == [""] * 4
    order = lines(tmp_path / "db.sqlite3")
    assert Counter(order) == {"bulk": 40_000, "w0": 20, "w1": 20, "w2": 20}
    last_single = max(place for place, who in enumerate(order) if who != "bulk")
    assert order[last_single:].count("bulk") > 10_000


def test_gate_is_free_after_its_holder_is_killed(
    tmp_path: Path, gated: DatabaseWrapper, start: Callable[..., list[Writer]]
) -> None:
    (holder,) = start(("holder", "hold", 3))
    holder.says("holding")
    assert not is_free(tmp_path / "db.sqlite3")
    holder.kill()
    with transaction.atomic(using=ALIAS):
        execute(gated, "INSERT INTO line (who) VALUES ('survivor')")
    assert lines(tmp_path / "db.sqlite3") == ["survivor"]


def test_gate_is_held_from_the_beginning_to_the_commit(tmp_path: Path, gated: DatabaseWrapper) -> None:
    with transaction.atomic(using=ALIAS):
        assert not is_free(tmp_path / "db.sqlite3")
        with transaction.atomic(using=ALIAS):
            pass
        assert not is_free(tmp_path / "db.sqlite3")
    assert is_free(tmp_path / "db.sqlite3")


def test_gate_is_free_after_an_exception(tmp_path: Path, gated: DatabaseWrapper) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(gated)
    assert is_free(tmp_path / "db.sqlite3")
    assert lines(tmp_path / "db.sqlite3") == []


def test_gate_stays_held_after_an_exception_in_a_savepoint(tmp_path: Path, gated: DatabaseWrapper) -> None:
    with transaction.atomic(using=ALIAS):
        with pytest.raises(ZeroDivisionError):
            write_and_fail(gated)
        assert not is_free(tmp_path / "db.sqlite3")
    assert is_free(tmp_path / "db.sqlite3")


def test_gate_is_free_after_a_commit_that_fails(tmp_path: Path, gated: DatabaseWrapper) -> None:
    execute(gated, "CREATE TABLE part (line INTEGER REFERENCES line (number) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(IntegrityError), transaction.atomic(using=ALIAS):
        execute(gated, "INSERT INTO part VALUES (404)")
    assert is_free(tmp_path / "db.sqlite3")


def test_gate_is_free_after_a_beginning_that_fails(tmp_path: Path, gated: DatabaseWrapper) -> None:
    execute(gated, "PRAGMA busy_timeout = 10")
    with sqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"), transaction.atomic(using=ALIAS):
            pass
        assert is_free(tmp_path / "db.sqlite3")


def test_gate_is_free_after_the_connection_closes_inside_a_transaction(tmp_path: Path, gated: DatabaseWrapper) -> None:
    with transaction.atomic(using=ALIAS):
        execute(gated, "INSERT INTO line (who) VALUES ('nobody')")
        gated.close()
        assert is_free(tmp_path / "db.sqlite3")
    assert lines(tmp_path / "db.sqlite3") == []


def test_gate_is_free_after_a_thread_ends_without_closing_its_connection(
    tmp_path: Path, gated: DatabaseWrapper
) -> None:
    def begin_and_vanish() -> None:
        transaction.atomic(using=ALIAS).__enter__()

    thread = threading.Thread(target=begin_and_vanish)
    thread.start()
    thread.join()
    gc.collect()  # Django's connections refer to themselves
    assert is_free(tmp_path / "db.sqlite3")


def test_threads_take_turns(tmp_path: Path, gated: DatabaseWrapper) -> None:
    def write(name: str) -> None:
        for _ in range(25):
            with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM line")
                cursor.execute("INSERT INTO line (who) VALUES (%s)", [name])
        connections[ALIAS].close()

    threads = [threading.Thread(target=write, args=[f"t{number}"]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(lines(tmp_path / "db.sqlite3")) == {f"t{number}": 25 for number in range(4)}


def test_gate_that_stays_shut_is_not_waited_for_without_end(tmp_path: Path) -> None:
    holder, waiter = Gate(tmp_path / "db"), Gate(tmp_path / "db")
    holder.enter(patience_seconds=1)
    with pytest.raises(GateStaysShut, match="Another writer has held the database for 0 seconds"):
        waiter.enter(patience_seconds=0)
    holder.leave()
    waiter.enter(patience_seconds=0)
    holder.close()
    waiter.close()


def test_database_is_set_up_for_several_writers(gated: DatabaseWrapper) -> None:
    pragmas = ["journal_mode", "synchronous", "busy_timeout", "foreign_keys"]
    assert [execute(gated, f"PRAGMA {pragma}") for pragma in pragmas] == [[("wal",)], [(1,)], [(30_000,)], [(1,)]]


def test_database_is_its_owners_only(tmp_path: Path, gated: DatabaseWrapper) -> None:
    with transaction.atomic(using=ALIAS):
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.django_db
def test_database_of_the_other_tests_is_a_file_behind_the_gate(request: pytest.FixtureRequest) -> None:
    on_sqlite = request.config.getoption("--database") == "sqlite"
    assert (connection.vendor == "sqlite") == on_sqlite
    if on_sqlite:
        assert Path(connection.settings_dict["NAME"]).is_file()

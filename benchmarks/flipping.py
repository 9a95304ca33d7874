"""`make bench-flip`: moving 10,000 and 100,000 accounts of ten things each, beside a bare COPY of the same rows.

    FLIP=10000,100000    how many accounts
    FLIP_SQLITE=10000    and on SQLite; 0 leaves it out

Aims on PostgreSQL: within 5 times a bare COPY of the rows that the move leaves into the tables as they are, with the
same indexes and foreign keys, and linear in the accounts. What the COPY takes without foreign keys is told too. On both
databases: whoever records something in a handoff meanwhile waits less than 200 ms in 95 of 100 cases.

One rule: the work goes through the worker's own turns in a process of its own, as it does in life; times are told
beside their aims, and nothing fails because a machine is slow.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).parents[1]
_RECEIVERS = 200
_HANDOFFS = 20
_MOST_OF_COPY, _MOST_WAIT = 5.0, 200.0
_SERVER = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
_RUNBOOK = """\
runbook: elsewhere
title: Elsewhere
version: "1"
facts: {note: {title: Note, kind: text, owed_by: pm}}
roles: {pm: {title: Project Manager}}
stages: [all]
steps:
  look: {stage: all, kind: acceptance, raci: {pm: RA}}
ends: {over: {when: {look: done}}}
"""
# The tables that a move writes to, with the columns that say which rows it wrote.
_WRITES = {
    "desk_customer": "true",
    "desk_ownership": "true",
    "desk_crmrecord": "true",
    "desk_credit": "true",
    "desk_moveditem": "true",
    "desk_transferline": "true",
}


def main() -> int:
    from tests.postgres import new_server

    sizes = [int(one) for one in (os.environ.get("FLIP") or "10000,100000").split(",")]
    sqlite = int(os.environ.get("FLIP_SQLITE") or 10_000)
    figures = []
    with tempfile.TemporaryDirectory(prefix="handrail-flip-") as folder:
        with new_server(_SERVER) as server:
            for number in sizes:
                figures.append(_measured("PostgreSQL", number, Path(folder), _database(server.address, number)))
        if sqlite:
            figures.append(_measured("SQLite", sqlite, Path(folder), None))
    for line in _lines(figures):
        print(line, flush=True)
    return 0


def _database(address: str, number: int) -> str:
    import psycopg

    name = f"flip{number}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, mark, tail = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{tail}"


def _measured(sort: str, number: int, within: Path, database: str | None) -> dict[str, Any]:
    folder = within / f"{sort}-{number}"
    folder.mkdir()
    environment = {**os.environ, "HANDRAIL_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "handrail.desk.settings"}
    environment.pop("DATABASE_URL", None)
    if database:
        environment["DATABASE_URL"] = database
    command = [sys.executable, "-m", "benchmarks.flipping", "--accounts", str(number)]
    done = subprocess.run(command, env=environment, check=True, cwd=ROOT, stdout=subprocess.PIPE)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"name": f"{sort}, {number:,} accounts", "accounts": number, **answer}


def _lines(figures: list[dict[str, Any]]) -> Iterator[str]:
    heads = f"{'move':>9}{'COPY':>9}{'ratio':>8}{'no keys':>9}{'ratio':>8}{'1,000':>9}{'back':>9}"
    yield f"{'':28}{heads}{'writes p50':>12}{'p95':>9}{'most':>9}"
    for one in figures:
        each = one["move"] / one["accounts"] * 1000
        copied = "".join(_beside(one["move"], one[name]) for name in ("copy", "keyless"))
        waits = one["waits"]
        p95 = quantiles(waits, n=20)[-1] if len(waits) > 1 else 0.0
        missed = p95 > _MOST_WAIT or (one["copy"] and one["move"] / one["copy"] > _MOST_OF_COPY)
        cells = f"{one['name']:28}{one['move']:8.1f}s{copied}{each:8.2f}s{one['back']:8.1f}s"
        yield f"{cells}{median(waits):10.1f}ms{p95:7.1f}ms{max(waits):7.1f}ms" + ("  missed" if missed else "")


def _beside(move: float, copy: float) -> str:
    return f"{copy:8.2f}s{move / copy:7.1f}×" if copy else f"{'–':>9}{'–':>8}"


# ----------------------------------------------------------------------------------------------- one company, measured


def measure(number: int) -> dict[str, Any]:
    from handrail.command_line import preparing

    preparing.set_up_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    transfer_id, handoffs = _load(number)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    move, waits = _worked(_begin(transfer_id, "flip"), handoffs)
    is_postgresql = connection.vendor == "postgresql"
    copy, keyless = (_copied(keys=True), _copied(keys=False)) if is_postgresql else (0.0, 0.0)
    back, more = _worked(_begin(transfer_id, "back"), handoffs)
    return {"move": move, "copy": copy, "keyless": keyless, "back": back, "waits": waits + more}


def _load(number: int) -> tuple[int, list[int]]:
    """Two hundred get what one gives; a few handoffs of other customers run."""
    from django.utils import timezone

    from handrail.desk import models
    from handrail.desk.runbooks import publish

    now, today = timezone.now(), timezone.now().date()
    people = [models.Person(email=f"p{at}@example.com", name=f"Person {at}") for at in range(_RECEIVERS + 2)]
    people[1].is_operations = True
    models.Person.objects.bulk_create(people)
    giver, by, *receivers = models.Person.objects.order_by("pk")
    transfer = models.Transfer.objects.create(
        title="All of it", reason="leave", giver=giver, by=by, by_name=by.name, effective_date=today, state="asked"
    )
    for start in range(0, number, 5_000):
        _accounts(range(start, min(number, start + 5_000)), giver, receivers, transfer, now)
    version = publish(_RUNBOOK, "elsewhere.yaml")
    assert isinstance(version, models.RunbookVersion), version
    return transfer.pk, [_handoff(version, by, at, now) for at in range(_HANDOFFS)]


def _accounts(numbers: range, giver: Any, receivers: list[Any], transfer: Any, now: Any) -> None:
    """Each with three opportunities, whose sales they are, two cases and a task: ten things with itself."""
    from handrail.desk import models

    rows = [models.Customer(key=f"A{at}", name=f"Account {at}", owner=giver) for at in numbers]
    models.Customer.objects.bulk_create(rows)
    models.Ownership.objects.bulk_create(
        models.Ownership(customer=row, person=giver, since=now - timedelta(days=99), source="a file") for row in rows
    )
    sorts = ("opportunity", "opportunity", "opportunity", "case", "case", "task")
    records = [
        models.CrmRecord(
            sort=sort, key=f"{row.key}-{at}", customer=row, owner=giver, title=f"{sort} {at}", amount=100 + at
        )
        for row in rows
        for at, sort in enumerate(sorts)
    ]
    models.CrmRecord.objects.bulk_create(records)
    models.Credit.objects.bulk_create(
        models.Credit(record=one, person=giver, since=date(2026, 1, 1), source="a file")
        for one in records
        if one.sort == "opportunity"
    )
    models.TransferLine.objects.bulk_create(
        models.TransferLine(
            transfer=transfer,
            customer=row,
            giver=giver,
            receiver=receivers[at % len(receivers)],
            state="accepted",
            measures={"mrr": 1000},
        )
        for at, row in zip(numbers, rows, strict=True)
    )


def _handoff(version: Any, by: Any, at: int, now: Any) -> int:
    from handrail.desk import ledger, models
    from handrail.desk.people import actor_of, person_of
    from handrail.handoff import commands as c

    customer = models.Customer.objects.create(key=f"H{at}", name=f"Elsewhere {at}")
    about = {"customer_id": customer.pk, "customer": customer.name, "people": {"pm": person_of(by)}}
    started = ledger.start(version, c.Start(by=actor_of(by, now), **about), now=now)  # type: ignore[arg-type]
    assert isinstance(started, ledger.Change), started
    return started.handoff_id


def _begin(transfer_id: int, does: str) -> int:
    from django.utils import timezone

    from handrail.desk import models
    from handrail.desk.long_work import flipping, taking_back

    by = models.Person.objects.get(is_operations=True)
    if does == "flip":
        work = flipping.begin(transfer_id, by=by, now=timezone.now())
    else:
        work = taking_back.begin(transfer_id, None, by=by, now=timezone.now())
    assert isinstance(work, models.LongWork), work
    return work.pk


def _worked(work_id: int, handoffs: list[int]) -> tuple[float, list[float]]:
    """How many seconds a worker of its own took, and how long, in milliseconds, each write of others took meanwhile."""
    from django.utils import timezone

    from handrail.desk import models

    worker = subprocess.Popen([sys.executable, "-m", "benchmarks.flipping", "--work"], cwd=ROOT)
    waits: list[float] = []
    while worker.poll() is None:
        waits.append(_write(handoffs[len(waits) % len(handoffs)], len(waits)))
        time.sleep(0.05)
    row = models.LongWork.objects.get(pk=work_id)
    assert row.state == "done", (row.state, row.says, timezone.now())
    assert row.started_at is not None
    assert row.ended_at is not None
    return (row.ended_at - row.started_at).total_seconds(), waits


def _write(handoff_id: int, at: int) -> float:
    from django.utils import timezone

    from handrail.desk import ledger, models
    from handrail.desk.people import actor_of
    from handrail.handoff import commands as c

    now = timezone.now()
    by = actor_of(models.Person.objects.get(is_operations=True), now)
    start = time.perf_counter()
    outcome = ledger.record(handoff_id, c.GiveFacts(by=by, values={"note": f"Note {at}"}), now=now)
    assert isinstance(outcome, ledger.Change), outcome
    return (time.perf_counter() - start) * 1000


def work() -> None:
    """As `handrail work` does, until nothing is due."""
    from handrail.command_line import preparing

    preparing.set_up_django()
    from handrail.desk import clock
    from handrail.desk.long_work.working import work_due

    while work_due(clock.now):
        pass


_FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"""


def _copied(*, keys: bool) -> float:
    """How many seconds a bare COPY of the very rows takes, into tables that have the same columns and indexes, and with
    `keys` the same foreign keys."""
    from django.db import connection, transaction

    seconds = 0.0
    for table, where in _WRITES.items():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(_FOREIGN_KEYS, [table])
            for name, says in cursor.fetchall() if keys else ():
                cursor.execute(f"ALTER TABLE bare_{table} ADD CONSTRAINT bare_{name} {says}")
            written = BytesIO()
            with cursor.cursor.copy(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT") as rows:
                for chunk in rows:
                    written.write(chunk)
            start = time.perf_counter()
            with transaction.atomic(), cursor.cursor.copy(f"COPY bare_{table} FROM STDIN") as into:
                into.write(written.getvalue())
            seconds += time.perf_counter() - start
            cursor.execute(f"DROP TABLE bare_{table}")
    return seconds


def _arguments() -> Mapping[str, Any]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int)
    parser.add_argument("--work", action="store_true")
    return vars(parser.parse_args())


if __name__ == "__main__":
    asked = _arguments()
    if asked["work"]:
        work()
    elif asked["accounts"]:
        print(json.dumps(measure(asked["accounts"])), flush=True)
    else:
        raise SystemExit(main())

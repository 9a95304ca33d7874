"""`make soak`: many handoffs fall due while workers and the database are killed at random; then everything is counted.

    SOAK=100000              how many handoffs (20,000 on SQLite)
    SOAK_DATABASE=sqlite     instead of a PostgreSQL that it starts and kills itself
    SOAK_SECONDS=…           over how many seconds their instants are spread
    SOAK_WORKERS=4           how many workers
    SOAK_SEED=…              the same chance again

One rule: it ends with 1 where a single wake was missed, recorded twice, or early.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.postgres import Server, durable_server
from tests.soak.workers import Workers

if TYPE_CHECKING:
    from tests.soak.checking import Found
    from tests.soak.loading import Loaded

_HANDOFFS = {"postgresql": 100_000, "sqlite": 20_000}
_IDLE_SECONDS = 10  # after which PostgreSQL gives up a transaction whose process does nothing
_LONGEST_SECONDS = 4 * 3600
_POLL_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Soak:
    database: str
    number: int
    spread: timedelta
    workers: int
    seed: int


def main() -> int:
    soak = _given()
    print(
        f"{soak.number:,} handoffs on {soak.database}, due within {soak.spread.seconds} s; {soak.workers} workers; "
        f"SOAK_SEED={soak.seed}",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="handrail-soak-") as folder, _server(soak) as server:
        environment = _environment(Path(folder), server)
        os.environ.update(environment)
        return _run(soak, server, Path(folder))


def _given() -> Soak:
    database = os.environ.get("SOAK_DATABASE") or "postgresql"
    number = int(os.environ.get("SOAK") or _HANDOFFS[database])
    return Soak(
        database=database,
        number=number,
        spread=timedelta(seconds=int(os.environ.get("SOAK_SECONDS") or max(20, number // 250))),
        workers=int(os.environ.get("SOAK_WORKERS") or 4),
        seed=int(os.environ.get("SOAK_SEED") or random.randrange(1_000_000)),
    )


@contextmanager
def _server(soak: Soak) -> Iterator[Server | None]:
    if soak.database == "sqlite":
        yield None
        return
    with durable_server() as server:
        yield server


def _environment(folder: Path, server: Server | None) -> dict[str, str]:
    os.environ.pop("DATABASE_URL", None)
    return {
        **({"DATABASE_URL": server.address} if server else {}),
        "HANDRAIL_DATA_DIR": str(folder),
        "HANDRAIL_IDLE_SECONDS": str(_IDLE_SECONDS),
        "DJANGO_SETTINGS_MODULE": "handrail.desk.settings",
    }


def _run(soak: Soak, server: Server | None, folder: Path) -> int:
    from handrail.command_line import preparing

    preparing.set_up_django()
    preparing.migrate()
    chance = random.Random(soak.seed)
    loaded = _loaded(soak, chance)
    workers = Workers(environment={**os.environ}, log=folder / "log", chance=chance, number=soak.workers)
    begun = time.monotonic()
    workers.start()
    try:
        all_woken = _until_all_is_woken(workers, server, chance)
    finally:
        workers.end()
    seconds = time.monotonic() - begun
    from tests.soak.checking import check

    found = check(loaded, chance)
    _tell(loaded, workers, found, seconds)
    if not all_woken or any(found.faults.values()):
        print((folder / "log").read_text(errors="replace")[-5_000:], "FAILED", sep="\n")
        return 1
    return 0


def _loaded(soak: Soak, chance: random.Random) -> Loaded:
    """Loading may lose what it commits, as nothing is killed yet, and need not wait for the disk."""
    from django.db import connection
    from django.utils import timezone

    from tests.soak.loading import load

    begun = time.monotonic()
    if soak.database == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
    loaded = load(soak.number, timezone.now() + timedelta(seconds=20), soak.spread, chance)
    connection.close()
    print(f"loaded in {time.monotonic() - begun:.0f} s", flush=True)
    return loaded


def _until_all_is_woken(workers: Workers, server: Server | None, chance: random.Random) -> bool:
    """Kill and stop meanwhile; False where it takes longer than anybody would wait."""
    begun = time.monotonic()
    kill_at, stop_at, database_at, tell_at = begun + 8, begun + 12, begun + 40, begun + 60
    while (now := time.monotonic()) < begun + _LONGEST_SECONDS:
        time.sleep(_POLL_SECONDS)
        workers.keep_up()
        if now >= kill_at:
            workers.kill_one()
            kill_at = now + chance.uniform(5, 25)
        if now >= stop_at:
            workers.stop_one(chance.uniform(3, 3 * _IDLE_SECONDS))
            stop_at = now + chance.uniform(10, 30)
        if server and now >= database_at:
            _close_connection()
            server.kill()
            time.sleep(chance.uniform(0, 3))
            server.start()
            workers.kills["times PostgreSQL killed"] += 1
            database_at = time.monotonic() + chance.uniform(60, 150)
        if now >= tell_at:
            print(f"  {now - begun:.0f} s: {_left():,} to be woken", dict(workers.kills), flush=True)
            tell_at = now + 60
        if not _is_any_left():
            return True
    return False


def _close_connection() -> None:
    from django.db import connection

    connection.close()


def _is_any_left() -> bool:
    from handrail.desk import models

    return models.Handoff.objects.filter(wake_at__isnull=False).order_by("wake_at").exists()


def _left() -> int:
    from handrail.desk import models

    return models.Handoff.objects.filter(wake_at__isnull=False).count()


def _tell(loaded: Loaded, workers: Workers, found: Found, seconds: float) -> None:
    from tests.soak.checking import FAULTS

    late = sorted(found.lateness)
    print(f"{loaded.number:,} handoffs, {len(late):,} things that fell due, all in {seconds:,.0f} s: ", end="")
    print(f"{len(late) / seconds:,.0f} a second")
    print(", ".join(f"{number} {what}" for what, number in sorted(workers.kills.items())))
    if late:
        last = quantiles(late, n=20)[-1]
        print(f"late by: median {median(late):.1f} s, 95 % within {last:.1f} s, at most {late[-1]:.1f} s")
    print(", ".join(f"{sort} {found.faults[sort]}" for sort in FAULTS))
    print(*found.examples, sep="\n")


if __name__ == "__main__":
    sys.exit(main())

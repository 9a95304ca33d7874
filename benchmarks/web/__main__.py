"""`make bench-web`: how long the main pages take, in a company of 10,000 handoffs and in one of 1,000,000.

    WEB=1000000          how many handoffs the large company on PostgreSQL has
    WEB_SQLITE=20000     and the one on SQLite; 0 leaves it out
    WEB_ROUNDS=100       how often each page is asked for

Aims: the 95th percentile of each page within 3 times that of a trivial signed-in page on the same server, and not more
than 1.5 times from the small company to the large; as many queries in both (and one where a list has more than a page,
which is counted then); the first view under 150 KB.

One rule: it ends with 1 where a page is answered wrongly or asks more often in the large company, never because a
machine is slow: times are told beside their aims.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.web.asking import UNCOUNTED, Asked, ask
from benchmarks.web.pages import PAGES, TRIVIAL
from tests.postgres import new_server

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "benchmarks" / "web_figures.json"
SMALL = 10_000
_MOST_OF_TRIVIAL, _MOST_GROWTH, _MOST_BYTES = 3.0, 1.5, 150_000

# What a server with eight gigabytes for its database is told; the rest is as PostgreSQL comes.
_SERVER = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "log_min_messages": "warning",
    "logging_collector": "off",
}


@dataclass(frozen=True, kw_only=True)
class Company:
    """What was loaded; `environment` says where."""

    name: str
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """`times` in milliseconds by page; `sizes` the bytes of each page before they are compressed."""

    name: str
    times: Mapping[str, list[float]]
    sizes: Mapping[str, int]
    queries: Mapping[str, int]

    def p95(self, page: str) -> float:
        return quantiles(self.times[page], n=20)[-1]


def main() -> int:
    large, sqlite = int(os.environ.get("WEB") or 1_000_000), int(os.environ.get("WEB_SQLITE") or 20_000)
    rounds = int(os.environ.get("WEB_ROUNDS") or 100)
    with tempfile.TemporaryDirectory(prefix="handrail-web-") as folder:
        with new_server(_SERVER) as server:
            companies = [
                _loaded("PostgreSQL", number, Path(folder), _database(server.address, number))
                for number in (SMALL, large)
            ]
            measured = _measured(companies, rounds)
        small, big = measured
        _say(*_lines(small, big))
        if sqlite:
            (alone,) = _measured([_loaded("SQLite", sqlite, Path(folder), None)], rounds)
            _say(*_lines(alone, None))
            measured.append(alone)
    _keep(measured)
    # A list that has more than a page is counted, which asks once more.
    wrong = [page for page in PAGES if big.queries[page] > small.queries[page] + 1]
    for page in wrong:
        _say(f"WRONG: {page} asks {big.queries[page]} times in the large company, {small.queries[page]} in the small.")
    return 1 if wrong else 0


def _database(address: str, number: int) -> str:
    """The address of a database of its own on the server."""
    import psycopg

    name = f"web{number}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    head, mark, tail = address.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{tail}"


def _loaded(sort: str, number: int, within: Path, database: str | None) -> Company:
    folder = within / f"{sort}-{number}"
    folder.mkdir()
    environment = {**os.environ, "HANDRAIL_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "handrail.desk.settings"}
    environment.pop("DATABASE_URL", None)
    if database:
        environment["DATABASE_URL"] = database
    company = Company(name=f"{sort}, {number:,} handoffs", environment=environment)
    _say("", company.name)
    _run(environment, "benchmarks.web.loading", "--handoffs", str(number))
    return company


def _measured(companies: Sequence[Company], rounds: int) -> list[Measured]:
    """All of them at once, in turns."""
    with ExitStack() as servers:
        ports = [servers.enter_context(_serving(one.environment)) for one in companies]
        drawn = [
            _answer(one.environment, "benchmarks.web.drawing", "--rounds", str(rounds + UNCOUNTED)) for one in companies
        ]
        asked = [Asked(port=port, **one) for port, one in zip(ports, drawn, strict=True)]
        ask(asked)
        queries = [_answer(one.environment, "benchmarks.web.counting") for one in companies]
        seen = _answer(companies[-1].environment, "benchmarks.web.viewing", "--port", str(ports[-1]))
    _say("", companies[-1].name, *_of_first_views(seen))
    return [
        Measured(name=company.name, times=one.times, sizes=one.sizes, queries=count)
        for company, one, count in zip(companies, asked, queries, strict=True)
    ]


def _run(environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", *arguments], env=environment, check=True, cwd=ROOT)


def _answer(environment: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], env=environment, check=True, cwd=ROOT, stdout=subprocess.PIPE
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def _serving(environment: Mapping[str, str]) -> Iterator[int]:
    """The port of a desk that serves, without a worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "handrail.command_line", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not _is_up(port):
            if time.monotonic() > until or process.poll() is not None:
                raise SystemExit("The desk did not come up.")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


# --- what is said of it ----------------------------------------------------------------------------------------------


def _lines(one: Measured, large: Measured | None) -> Iterator[str]:
    """p50 and p95 of each page, how that compares with the trivial one, and how it grows to the large company."""
    last = large or one
    grown = f"{'grows':>8}" if large else ""
    yield ""
    yield f"{last.name}{f', beside {one.name}' if large else ''}; milliseconds"
    yield f"{'':28}{'p50':>8}{'p95':>8}{'trivial':>9}{grown}{'queries':>9}{'KB':>7}"
    for page in PAGES:
        p95, trivial = last.p95(page), last.p95(page) / last.p95(TRIVIAL)
        growth = p95 / one.p95(page)
        cells = [f"{page:28}", f"{median(last.times[page]):8.1f}", f"{p95:8.1f}", f"{trivial:8.1f}×"]
        cells += [f"{growth:7.2f}×"] if large else []
        cells += [f"{last.queries[page]:9}", f"{last.sizes[page] / 1000:7.0f}"]
        missed = trivial > _MOST_OF_TRIVIAL or (large is not None and growth > _MOST_GROWTH)
        yield "".join(cells) + ("  missed" if missed else "")


def _of_first_views(seen: Mapping[str, Any]) -> Iterator[str]:
    """What a browser that was never here fetches for a page, compressed; and whether anything moves while it loads."""
    for page, told in seen.items():
        too_much = "  missed" if told["bytes"] > _MOST_BYTES or told["shift"] > 0.01 else ""
        yield f"  first view of {page}: {told['bytes'] / 1000:.0f} KB, layout shift {told['shift']:.3f}{too_much}"


def _keep(companies: list[Measured]) -> None:
    told = [{"name": one.name, "times": one.times, "sizes": one.sizes, "queries": one.queries} for one in companies]
    FIGURES.write_text(json.dumps(told), encoding="utf-8")
    _say("", f"The raw figures are in {FIGURES.relative_to(ROOT)}.")


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

"""`handrail serve` as a real process: it comes up, keeps its worker running, and leaves nothing behind when it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
import psycopg
import pytest

HANDRAIL = [sys.executable, "-m", "handrail.command_line"]
PATIENCE_SECONDS = 60


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A new installation: a data folder, and on PostgreSQL a database, of its own."""
    made = {**os.environ, "HANDRAIL_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "handrail.desk.settings"}
    server = made.get("DATABASE_URL")
    if not server:
        yield made
        return
    name = f"serving_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}".encode())
        yield {**made, "DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        administrator.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


@pytest.fixture
def serving(environment: dict[str, str], port: int, tmp_path: Path) -> Iterator[psutil.Popen]:
    """`handrail serve --demo --worker`, once it answers."""
    with (tmp_path / "output").open("wb") as output:
        command = [*HANDRAIL, "serve", "--demo", "--worker", "--port", str(port)]
        process = psutil.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    family: list[psutil.Process] = []
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, "it answers")
        assert process.poll() is None, (tmp_path / "output").read_text()
        family = process.children(recursive=True)
        yield process
    finally:
        for member in [process, *family]:
            if member.is_running():
                member.kill()
        process.wait()


def wait_until(happens: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except OSError:
        return False
    return True


def workers(serving: psutil.Popen) -> list[psutil.Process]:
    return [child for child in serving.children() if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    try:
        return "work" in process.cmdline()
    except psutil.Error:  # it has just died
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_serving_leaves_nothing_behind(serving: psutil.Popen, port: int, how: signal.Signals) -> None:
    family = serving.children(recursive=True)
    serving.send_signal(how)
    assert psutil.wait_procs([serving, *family], timeout=PATIENCE_SECONDS)[1] == []
    assert not answers(port)


def test_serving_starts_a_worker_that_died_again(serving: psutil.Popen) -> None:
    (worker,) = workers(serving)
    worker.kill()
    wait_until(lambda: [found.pid for found in workers(serving)] not in ([], [worker.pid]), "another worker runs")


def test_serving_says_that_its_port_is_in_use(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        refused = subprocess.run(
            [*HANDRAIL, "serve", "--port", str(number)], env=environment, capture_output=True, text=True, check=False
        )
    assert (refused.returncode, refused.stderr) == (
        1,
        f"handrail: port {number} is in use by another program. Choose another one: handrail serve --port NUMBER.\n",
    )

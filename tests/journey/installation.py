"""A new installation of Handrail for one test, with a data folder, a database and a port of its own.

Its one rule: the commands run as real processes, and none of them outlives the test.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import dj_database_url
import psutil
import psycopg
from django.db import connections
from django.db.utils import load_backend

from tests.prepared import source

HANDRAIL = [sys.executable, "-m", "handrail.command_line"]
PATIENCE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Installation:
    folder: Path
    environment: dict[str, str]
    port: int
    commands: list[psutil.Popen] = field(default_factory=list)
    _seen: set[psutil.Process] = field(default_factory=set)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*HANDRAIL, *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def start(self, *arguments: str) -> psutil.Popen:
        """Run a command in the background; what it says is added to `output`."""
        with (self.folder / "output").open("ab") as output:
            process = psutil.Popen(
                [*HANDRAIL, *arguments], env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        self.commands.append(process)
        return process

    def start_serving(self) -> psutil.Popen:
        return self.start("serve", "--demo", "company", "--worker", "--port", str(self.port))

    def output(self) -> str:
        return (self.folder / "output").read_text(errors="replace")

    def family(self) -> list[psutil.Process]:
        """Everything that was started here and still runs."""
        running = [command for command in self.commands if command.poll() is None]
        for command in running:
            try:
                self._seen.update(command.children(recursive=True))
            except psutil.NoSuchProcess:  # it has ended meanwhile
                pass
        return [*running, *(process for process in self._seen if _is_alive(process))]

    def wait_until_all_has_ended(self) -> None:
        wait_until(lambda: self.family() == [], "everything has ended", lambda: f"{self.family()}\n{self.output()}")

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return error.code < 500
        except OSError:
            return False
        return True

    def url(self) -> str:
        """Where its database is."""
        return self.environment.get("DATABASE_URL") or f"sqlite:///{self.folder / 'handrail.sqlite3'}"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make its database that of the models, in this thread. The test must have unblocked the database."""
        before = connections["default"]
        engine = before.settings_dict["ENGINE"]
        settings = {**before.settings_dict, **dj_database_url.parse(self.url()), "ENGINE": engine}
        connections["default"] = load_backend(engine).DatabaseWrapper(settings, "default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before


@contextmanager
def new_installation(folder: Path, *, has_tables: bool = True) -> Iterator[Installation]:
    """`has_tables` spares whoever starts first to make them."""
    with _database_address(source() if has_tables else "") as address:
        environment = {
            **os.environ,
            **address,
            "HANDRAIL_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "handrail.desk.settings",
        }
        if has_tables and not address:
            shutil.copyfile(source(), folder / "handrail.sqlite3")
        made = Installation(folder=folder, environment=environment, port=_free_port())
        try:
            yield made
        finally:
            _end(made)


def _end(installation: Installation) -> None:
    for member in installation.family():
        try:
            member.kill()
        except psutil.NoSuchProcess:
            pass
    installation.wait_until_all_has_ended()
    for process in installation.commands:
        process.wait(PATIENCE_SECONDS)


@contextmanager
def _database_address(copied: str) -> Iterator[dict[str, str]]:
    """On PostgreSQL a database of its own; nothing for SQLite, whose file lies in the data folder."""
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield {}
        return
    name = f"journey_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name} {f'TEMPLATE {copied}' if copied else ''}".encode())
        try:
            yield {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _free_port() -> int:
    """Below those that the system gives to whoever connects, so that nobody takes it while the server is down."""
    while True:
        number = random.randrange(20_000, 32_000)
        if port_is_free(number):
            return number


def port_is_free(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True


def wait_until(happens: Callable[[], bool], what: str, instead: Callable[[], str] = str) -> None:
    """`instead` tells, for the failure's message, how things stand."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happens():
        assert time.monotonic() < deadline, f"waited in vain until {what}\n{instead()}"
        time.sleep(0.02)


def _is_alive(process: psutil.Process) -> bool:
    """Whether it runs. The dead whose parent is dead too may stay in the table for seconds, as zombies."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_worker(process: psutil.Process) -> bool:
    """Whether it is `handrail work`."""
    return "work" in _words(process)


def is_server_process(process: psutil.Process) -> bool:
    """Whether it is one of the processes of granian that answer requests."""
    return "--multiprocessing-fork" in _words(process)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has just died
        return []

"""The tables of the desk, made by the migrations once in a run; every database of a test is a copy of them.

Its one rule: whoever comes first makes them, and the others wait. `python tests/prepared.py` is whoever comes.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

_FOLDER = "HANDRAIL_TEST_PREPARED"


@contextmanager
def prepared(folder: Path, server: str | None) -> Iterator[None]:
    """They are begun at once, beside all else that a run begins with; `server` is the address of a PostgreSQL."""
    folder.mkdir()
    os.environ[_FOLDER] = str(folder)
    name = f"prepared_{os.getpid()}"  # other runs may have theirs on the same server
    if server:
        _administer(server, f"CREATE DATABASE {name}")
        (folder / "name").write_text(name)
    first = subprocess.Popen(_COMMAND)
    try:
        yield
    finally:
        first.kill()
        first.wait()
        if server:
            _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def source() -> str:
    """What to copy, once it is there: the name of a database, or the path of a file."""
    subprocess.run(_COMMAND, check=True)
    folder = Path(os.environ[_FOLDER])
    name = folder / "name"
    return name.read_text() if name.exists() else str(folder / "handrail.sqlite3")


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(statement.encode())


def _make(folder: Path) -> None:
    os.environ["HANDRAIL_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "handrail.desk.settings"
    if (folder / "name").exists():
        place = f"/{(folder / 'name').read_text()}"
        os.environ["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=place).geturl()
    from handrail.command_line import preparing

    preparing.set_up_django()
    preparing.migrate()
    from django.db import connections

    connections.close_all()


def _come(folder: Path) -> None:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            _make(folder)
            (folder / "made").touch()


_COMMAND = [sys.executable, str(Path(__file__))]

if __name__ == "__main__":
    _come(Path(os.environ[_FOLDER]))

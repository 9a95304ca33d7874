"""A gate that one writer at a time goes through, first come first served, between threads and between processes.

Its one rule: what holds the gate is an open file, so the kernel frees it when its holder dies, however it dies.

Two file locks make it fair. A writer waits in the queue, and whoever is first in the queue waits at the gate. So one
that leaves the gate and wants to go through again finds somebody in the queue before it, and cannot overtake.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there SQLite's own busy timeout has to do, without the fairness
    fcntl = None  # type: ignore[assignment]

_GLANCE_SECONDS = 0.0005


class GateStaysShut(Exception):
    """Somebody holds the gate for longer than anybody should wait."""


class Gate:
    """One writer's place at the gate of `database`: the files `<database>.queue` and `<database>.gate`."""

    def __init__(self, database: Path) -> None:
        self._queue = _Lock(database.with_name(database.name + ".queue"))
        self._gate = _Lock(database.with_name(database.name + ".gate"))

    def enter(self, patience_seconds: float) -> None:
        """Wait for the gate; first in the queue, nobody waits longer than the patience."""
        self._queue.take()
        try:
            deadline = time.monotonic() + patience_seconds
            while not self._gate.try_to_take():
                if time.monotonic() > deadline:
                    raise GateStaysShut(f"Another writer has held the database for {patience_seconds:.0f} seconds.")
                time.sleep(_GLANCE_SECONDS)
        finally:
            self._queue.give_back()

    def leave(self) -> None:
        """Free the gate; without effect where it is not held."""
        self._gate.give_back()

    def close(self) -> None:
        self._gate.close()
        self._queue.close()


class _Lock:
    """An exclusive lock on a file. Each one opens the file for itself, so it also works between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> None:
        if fcntl is not None:
            fcntl.flock(self._opened(), fcntl.LOCK_EX)

    def try_to_take(self) -> bool:
        if fcntl is not None:
            try:
                fcntl.flock(self._opened(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def give_back(self) -> None:
        # Unlocked by name and not only by closing: a forked child may still have the file open.
        if self._file is not None and fcntl is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._file is not None:
            self.give_back()
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        # A thread that ends drops its connection without closing it.
        self.close()

    def _opened(self) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        return self._file

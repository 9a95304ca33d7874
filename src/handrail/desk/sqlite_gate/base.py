"""Django's SQLite backend with a write-ahead log, and with the gate around every transaction.

Its one rule: whoever has a transaction open holds the gate, and nobody else does. Savepoints do not touch it.

Every `atomic()` is taken for a writer's, because SQLite cannot turn a reader into a writer halfway without risking
"database is locked". Reads need no `atomic()` and never wait: with a write-ahead log they read beside the writer.

`synchronous` is NORMAL unless OPTIONS say FULL. With a write-ahead log, NORMAL loses nothing when a process is killed,
however hard, since the system already has what was written; a power failure may lose the last transactions, never the
database's consistency. FULL waits for the disk at each commit and loses nothing even then.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from .gate import Gate, GateStaysShut

_PATIENCE_SECONDS = 30


class DatabaseWrapper(base.DatabaseWrapper):
    """One thread's connection, with its own place at the gate."""

    connection: sqlite3.Connection | None
    _gate: Gate | None = None

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = {"timeout": _PATIENCE_SECONDS, **super().get_connection_params()}
        self.transaction_mode = "IMMEDIATE"
        self._synchronous = str(parameters.pop("synchronous", "NORMAL")).upper()
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        if not self.is_in_memory_db():
            path = Path(self.settings_dict["NAME"])
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)  # SQLite gives the files that it makes beside it the same mode
            self._gate = Gate(path)
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        self._write_ahead(connection)
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        return connection

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        # The database remembers its mode. The first change of it does not wait for others by itself, so it is gated.
        if self._gate and connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            self._enter_gate()
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                self._gate.leave()

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_gate()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._leave_gate()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave_gate()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            if self._gate:
                self._gate.close()
                self._gate = None

    def _enter_gate(self) -> None:
        if self._gate:
            try:
                self._gate.enter(_PATIENCE_SECONDS)
            except GateStaysShut as shut:
                raise OperationalError(str(shut)) from shut

    def _leave_gate(self) -> None:
        # A COMMIT that failed (a deferred foreign key, say) leaves its transaction open: Django rolls it back next,
        # or closes the connection, and the gate is left then.
        if self._gate and not (self.connection and self.connection.in_transaction):
            self._gate.leave()

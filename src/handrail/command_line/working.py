"""`handrail work`: wakes the handoffs that time alone moves and sends the messages, until it is told to stop.

Its one rule: told to stop, it ends after the transaction that it is in; killed, it leaves nothing half done, because
what is due stays due until the transaction that does it is committed.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

from handrail.command_line import preparing

log = logging.getLogger("handrail.work")

_IDLE_SECONDS = 2.0
_LONGEST_BACKOFF_SECONDS = 30.0


def work(*, until_input_ends: bool) -> int:
    """Run until SIGTERM or SIGINT, or until standard input ends where that is asked for."""
    stop = _stop_when_told(until_input_ends=until_input_ends)
    preparing.set_up_django()
    log.info("The worker starts.")
    _repeat(_wait_for_migrations, stop)
    _work_until(stop)
    log.info("The worker ends.")
    return 0


def _work_until(stop: _Stop) -> None:
    """Do what is due, and sleep a little whenever nothing is."""
    from django.db import Error

    from handrail.desk.worker import Worker

    worker = Worker(host=socket.gethostname(), pid=os.getpid())
    _repeat(lambda: 0.0 if worker.turn() else _IDLE_SECONDS, stop)
    with suppress(Error):
        worker.leave()


class _Stop:
    """The word to stop. A queue carries it and not an Event, whose lock a signal's handler could wait for in vain."""

    def __init__(self) -> None:
        self.said = False
        self._word: SimpleQueue[None] = SimpleQueue()

    def say(self) -> None:
        self.said = True
        self._word.put(None)

    def wait(self, seconds: float) -> None:
        with suppress(Empty):
            self._word.get(timeout=seconds)


def _stop_when_told(*, until_input_ends: bool) -> _Stop:
    stop = _Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.say())
    if until_input_ends:
        threading.Thread(target=_watch_input, args=[stop], daemon=True).start()
    return stop


def _watch_input(stop: _Stop) -> None:
    # Read below Python's own buffers, whose lock a thread that is still reading would hold when the process ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.say()


def _repeat(turn: Callable[[], float | None], stop: _Stop) -> None:
    """Take turns until one answers None or the stop comes; after each wait the seconds it answers with.

    A database that fails (restarting, out of reach) is asked again, less and less often.
    """
    from django.db import Error, connection

    backoff_seconds = 1.0
    while not stop.said:
        try:
            pause_seconds = turn()
            backoff_seconds = 1.0
        except Error as error:
            log.warning("The database failed (%s); trying again in %.0f s.", _first_line(error), backoff_seconds)
            connection.close()
            pause_seconds = backoff_seconds
            backoff_seconds = min(2 * backoff_seconds, _LONGEST_BACKOFF_SECONDS)
        if pause_seconds is None:
            return
        stop.wait(pause_seconds)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _wait_for_migrations() -> float | None:
    from handrail.desk.queries.readiness import unready

    if not unready():
        return None
    log.info("Waiting for the database to be migrated.")
    return _IDLE_SECONDS

"""Processes that kill or stop themselves in the middle. `python tests/journey/dying.py`, in an installation, reads
lines `WHAT NUMBER` and answers each with the exit code of a process that does it; `dying.py pause NUMBER` is one.

Their one rule: they die by SIGKILL, which leaves nobody a chance to tidy up; who gets to the end, ends with 0.

    pause    falls asleep after that statement, as its machine may; sent on, it works until it is told to end
    wake     dies after the NUMBERth statement of the transactions that wake what is due
    work     dies after the NUMBERth statement of the transactions that go on with long work
    receive  dies after the NUMBERth statement of the transactions that take mail in
    mail     dies after the NUMBERth statement of what delivers messages, in transactions or not; with 0 as soon as
             the mail server has taken one
    collect  dies when it has written half of the NUMBERth static file
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fall_asleep() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def after_statement(number: int, happens: Callable[[], None], *, anywhere: bool = False) -> Callable[..., Any]:
    """A wrapper around all statements; only those of transactions count, unless they do `anywhere`."""
    from django.db import connection

    statements = count(1)

    def execute_and_then(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if (anywhere or connection.in_atomic_block) and next(statements) == number:
            happens()
        return result

    return execute_and_then


def wake(number: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from handrail.desk.jobs import run_due

    with connection.execute_wrapper(after_statement(number, die)):
        run_due(timezone.now())


def long_work(number: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from handrail.desk.long_work.working import work_off

    with connection.execute_wrapper(after_statement(number, die)):
        work_off(timezone.now())


def receive(number: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from handrail.desk.post.imap import poll_due

    with connection.execute_wrapper(after_statement(number, die)):
        poll_due(timezone.now())


def mail(number: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from handrail.desk import mail as way
    from handrail.desk.outbox import deliver_due

    takes = way.sent

    def taken_and_die(*given: Any) -> Any:
        takes(*given)
        die()

    if number == 0:
        way.sent = taken_and_die  # type: ignore[assignment]
    with connection.execute_wrapper(after_statement(number, die, anywhere=True)):
        deliver_due(timezone.now())


def pause(number: int) -> None:
    from django.db import connection

    from handrail.command_line.working import work

    with connection.execute_wrapper(after_statement(number, fall_asleep)):
        work(until_input_ends=False)


def collect(number: int) -> None:
    from django.core.files.storage import FileSystemStorage

    from handrail.command_line import preparing

    files = count(1)
    write = FileSystemStorage._save  # type: ignore[attr-defined]  # not in the stubs

    def write_half_and_die(storage: FileSystemStorage, name: str, content: Any) -> Any:
        written = write(storage, name, content)
        if next(files) == number:
            path = Path(storage.path(name))
            os.truncate(path, path.stat().st_size // 2)
            die()
        return written

    FileSystemStorage._save = write_half_and_die  # type: ignore[attr-defined]
    preparing.collect_static_files()


def exit_code_of(does: Callable[[int], None], number: int) -> int:
    """Of a child, which has no need to import everything first. Nothing is open yet that it could share."""
    child = os.fork()
    if child == 0:
        try:
            does(number)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


_DOES: dict[str, Callable[[int], None]] = {
    "wake": wake,
    "work": long_work,
    "receive": receive,
    "mail": mail,
    "collect": collect,
}

if __name__ == "__main__":
    from handrail.command_line import preparing

    preparing.set_up_django()
    if len(sys.argv) > 1:
        pause(int(sys.argv[2]))
        sys.exit()
    importlib.import_module("handrail.desk.worker")  # which the children have then
    for line in sys.stdin:
        what, number = line.split()
        print(exit_code_of(_DOES[what], int(number)), flush=True)

"""Trying one input: the command runs in this process as `handrail` runs it, and is watched.

One rule: a command ends by itself, within its time, with an exit code that the manual knows and something said.
"""

from __future__ import annotations

import argparse
import io
import json
import shlex
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from types import FrameType

from handrail.command_line import parser
from tests.fuzz.attempts import Attempt

LONGEST_SECONDS = 20  # of the processor's time, so that a busy machine is not a fault
_MAY_END_WITH = (0, 1, 2)


class TooLong(BaseException):
    """No `except Exception` holds it up."""


def fault_of(attempt: Attempt, folder: Path) -> str | None:
    """What is wrong with how the command took its input; None where nothing is. `folder` is the current one."""
    for name, content in attempt.files.items():
        (folder / name).write_bytes(content)
    given, out, err = _stream(attempt.standard_input), _stream(), _stream()
    try:
        with _reading(given), redirect_stdout(out), redirect_stderr(err), _in_time():
            code = _ended_with(attempt)
    except KeyboardInterrupt:
        raise
    except TooLong:
        return f"It took more than {LONGEST_SECONDS} seconds.\n{traceback.format_exc()}"
    except BaseException:  # what Rust raises where it gives up is no Exception
        return traceback.format_exc()
    return _fault_in_what_it_said(attempt, code, _text(out), _text(err))


def keep(attempt: Attempt, fault: str, folder: Path) -> Path:
    """The input, with how to do it again, in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in attempt.files.items():
        (folder / name).write_bytes(content)
    command = shlex.join(("handrail", *attempt.arguments))
    if attempt.standard_input:
        (folder / "standard-input").write_bytes(attempt.standard_input)
        command += " < standard-input"
    told = f"In this folder:\n\n    {command}\n\n{fault}\n"
    (folder / "how.txt").write_text(told, encoding="utf-8", errors="backslashreplace")
    return folder


def _ended_with(attempt: Attempt) -> int:
    try:
        given = _parser().parse_args(attempt.arguments)
    except SystemExit:  # the words are none that the command knows
        return 2
    code: int = given.command(given)
    return code


@cache
def _parser() -> argparse.ArgumentParser:
    """Made once: that takes as long as a command."""
    return parser()


def _stream(content: bytes = b"") -> io.TextIOWrapper:
    """What it cannot say is said with escapes, as the command line has it."""
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="backslashreplace")


def _fault_in_what_it_said(attempt: Attempt, code: int, out: str, err: str) -> str | None:
    if code not in _MAY_END_WITH:
        return f"It ended with {code}."
    if not out and not err:
        return f"It ended with {code} and said nothing."
    if "--json" in attempt.arguments and out:
        try:
            json.loads(out)
        except ValueError as fault:
            return f"What it said is not JSON: {fault}.\n{out[:2000]}"
    return None


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@contextmanager
def _reading(given: io.TextIOWrapper) -> Iterator[None]:
    before, sys.stdin = sys.stdin, given
    try:
        yield
    finally:
        sys.stdin = before


@contextmanager
def _in_time() -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_: int, __: FrameType | None) -> None:
    raise TooLong

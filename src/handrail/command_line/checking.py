"""`handrail check`: what is wrong with runbooks, all of it, each with its place.

One rule: a file that cannot be read is told like any problem, and the others are still checked.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.runbook.exchange import LARGEST_BYTES
from handrail.runbook.exchange.loading import load_any
from handrail.runbook.model import Runbook
from handrail.runbook.problem import Place, Problem
from handrail.runbook.reading import Reading
from handrail.runbook.reading.yaml_text import lines_of

_WIDEST = 110


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """`unreadable` tells that the file could not be opened; its one problem says why."""

    file: str
    reading: Reading
    lines: tuple[str, ...] = ()
    unreadable: bool = False


def check(files: Sequence[Path], *, as_json: bool = False) -> int:
    """0 without errors, 1 with, 2 where a file could not be read."""
    checked = [_checked(file) for file in files]
    if as_json:
        print(json.dumps({"files": [_plain(one) for one in checked]}, ensure_ascii=False, indent=2))
    else:
        _tell(checked)
    if any(one.unreadable for one in checked):
        return 2
    return 1 if any(one.reading.runbook is None for one in checked) else 0


def content_of(file: Path) -> bytes | str:
    """The file's bytes, no more than are ever read; or a sentence why it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as fault:  # a path with a NUL in it is a ValueError
        reason = getattr(fault, "strerror", None) or str(fault)
        return f"{file} cannot be read: {reason}."


def runbook_in(file: Path) -> Runbook | None:
    """What the file says; where it cannot be used, None, and everything that is wrong is told on standard error."""
    content = content_of(file)
    if isinstance(content, str):
        print(content, file=sys.stderr)
        return None
    reading = load_any(content, str(file))
    if reading.runbook is None:
        tell_problems(reading.problems, content)
    return reading.runbook


def tell_problems(problems: Sequence[Problem], content: bytes) -> None:
    """On standard error, each with the author's line."""
    lines = author_lines(content)
    for problem in problems:
        print(*problem_lines(problem, lines), sep="\n", file=sys.stderr)


def problem_lines(problem: Problem, lines: Sequence[str]) -> Iterator[str]:
    """The problem as people read it: what is wrong, the author's line, and a mark under the place."""
    yield str(problem)
    at, column = problem.where.line, problem.where.column
    if not 0 < at <= len(lines):
        return
    line = lines[at - 1]
    first = max(0, min(column - 1 - _WIDEST // 2, len(line) - _WIDEST))
    shown = line[first : first + _WIDEST]
    yield f"    {''.join(character if character.isprintable() else ' ' for character in shown)}".rstrip()
    yield f"    {' ' * (column - 1 - first)}^"


def author_lines(content: bytes) -> tuple[str, ...]:
    return tuple(lines_of(content.decode("utf-8-sig", "replace")))


def _checked(file: Path) -> _Checked:
    content = content_of(file)
    if isinstance(content, bytes):
        return _Checked(file=str(file), reading=load_any(content, str(file)), lines=author_lines(content))
    problem = Problem(
        where=Place(file=str(file)), code="unreadable", says=content, mend="Check its name and whether you may read it."
    )
    return _Checked(file=str(file), reading=Reading(runbook=None, problems=(problem,)), unreadable=True)


def _tell(checked: Sequence[_Checked]) -> None:
    for one in checked:
        for problem in one.reading.problems:
            stream = sys.stderr if one.unreadable else sys.stdout
            print(*problem_lines(problem, one.lines), sep="\n", file=stream)
    print(_summary(checked))


def _summary(checked: Sequence[_Checked]) -> str:
    problems = [problem for one in checked for problem in one.reading.problems]
    errors = sum(problem.severity == "error" for problem in problems)
    files = _counted(len(checked), "file")
    if not problems:
        return f"{files} checked: nothing is wrong."
    return f"{files} checked: {_counted(errors, 'error')}, {_counted(len(problems) - errors, 'warning')}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _plain(checked: _Checked) -> dict[str, object]:
    runbook = checked.reading.runbook
    return {
        "file": checked.file,
        "ok": runbook is not None,
        "runbook": runbook.name if runbook else None,
        "problems": [
            {
                "file": problem.where.file,
                "line": problem.where.line,
                "column": problem.where.column,
                "severity": problem.severity,
                "code": problem.code,
                "says": problem.says,
                "mend": problem.mend,
            }
            for problem in checked.reading.problems
        ],
    }

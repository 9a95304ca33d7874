"""`handrail import SUBJECT FILE`: the same import as in the browser, for a shell or a nightly job.

Its one rule: every problem is one line that begins with FILE:row:column, and the exit code tells a job what to do:
0 everything was imported, 1 something of the file was left out and told, 2 nothing was imported. A doubt leaves nothing
out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.command_line import preparing

if TYPE_CHECKING:  # Django is set up first
    from handrail.desk.imports.problem import Problem
    from handrail.desk.imports.report import Report
    from handrail.desk.models import Person

_ALL, _NOT_ALL, _NOTHING = 0, 1, 2


class _CannotBegin(Exception):
    """The arguments name something that is not there; the message says what is."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be imported: `contents` is one of `imports.contents`, `settings` how the file is taken."""

    file: Path
    contents: str = "customers"
    dry_run: bool = False
    runbook: str | None = None
    by: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


def import_file(asked: Asked) -> int:
    """Answers with the exit code."""
    preparing.set_up_django()
    with preparing.alone():
        preparing.migrate()
    file = asked.file
    try:
        content = _content(file)
        chosen, person = _runbook(asked, content), _person(asked.by, asked.contents)
    except _CannotBegin as cannot:
        print(f"handrail: {cannot}", file=sys.stderr)
        return _NOTHING
    outcome = _dry_run(content, asked, chosen) if asked.dry_run else _import(content, asked, chosen, person)
    if isinstance(outcome, tuple):
        _tell(file, outcome)
        print(f"Nothing was imported from {file}.", file=sys.stderr)
        return _NOTHING
    _tell(file, outcome.problems)
    _sum_up(outcome, dry_run=asked.dry_run)
    return _NOT_ALL if len(outcome.problems) > outcome.doubts else _ALL


def _sum_up(outcome: Report, *, dry_run: bool) -> None:
    for note in outcome.notes:
        print(f"Note: {note}")
    if outcome.ignored:
        print(f"Columns not imported: {', '.join(outcome.ignored)}.")
    amounts = outcome.amounts
    if amounts:
        print(f"Amounts: {amounts.file} in the file, {amounts.imported} imported, {amounts.refused} not imported.")
    print(f"{outcome.says}{' (a dry run: nothing was changed)' if dry_run else ''}")


def _content(file: Path) -> bytes:
    """At most one byte more than an import takes: enough to be told that it is too large."""
    from handrail.desk.imports.limits import MOST_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise _CannotBegin(f"{file} cannot be read: {error.strerror or error}.") from error


def _runbook(asked: Asked, content: bytes) -> str:
    """The named one, or the one whose facts the file has the most columns of; nothing where it has none of any, or is
    not of customers."""
    from handrail.desk.imports.opened import current_runbooks, fitting

    name = asked.runbook
    if name is None and asked.contents != "customers":
        return ""
    known = list(current_runbooks())
    if name is None:
        fit = fitting(content)
        if len(fit) > 1:
            which = ", ".join(fit)
            raise _CannotBegin(f"The columns hold facts of several runbooks alike: say with --runbook which. {which}.")
        return fit[0] if fit else ""
    if name in known:
        return name
    names = f"They are: {', '.join(known)}." if known else "None is published yet."
    raise _CannotBegin(f"There is no runbook named {name}. {names}")


def _person(email: str | None, contents: str) -> Person | None:
    from handrail.desk.models import Person
    from handrail.desk.permissions import edits_people, imports_customers

    if email is None:
        return None
    person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise _CannotBegin(f"Nobody here has the address {email}.")
    refused = imports_customers(person) or (edits_people(person) if contents == "people" else None)
    if refused is not None:
        raise _CannotBegin(refused.says)
    return person


def _import(content: bytes, asked: Asked, runbook: str, by: Person | None) -> Report | tuple[Problem, ...]:
    from django.utils import timezone

    from handrail.desk import audit
    from handrail.desk.imports import applying
    from handrail.desk.imports.opened import receive
    from handrail.desk.imports.opening import open_file

    received = receive(content, asked.file.name, runbook, by, contents=asked.contents, settings=dict(asked.settings))
    if isinstance(received, tuple):
        return received
    opened = open_file(received)
    if isinstance(opened, tuple) or opened.wrong:
        received.delete()
        return opened if isinstance(opened, tuple) else opened.wrong
    with audit.acting(lambda: audit.person(by) if by else audit.COMMAND_LINE):
        return applying.apply(received.pk, now=timezone.now())


def _dry_run(content: bytes, asked: Asked, runbook: str) -> Report | tuple[Problem, ...]:
    from handrail.desk.imports.opening import file_of
    from handrail.desk.imports.preview import foreseen
    from handrail.desk.imports.sheet import read

    sheet = read(content)
    if isinstance(sheet, tuple):
        return sheet
    found = file_of(sheet, asked.contents, runbook, None, asked.settings)
    return found.wrong or foreseen(found)


def _tell(file: Path, problems: Iterable[Problem]) -> None:
    for one in problems:
        place = ":".join([str(file), *([str(one.row)] if one.row else []), *([one.column] if one.column else [])])
        left_out = "imported as it is written" if one.loses == "nothing" else f"not imported: {one.loses}"
        print(f"{place}: {one} [{one.code}; {left_out}]")

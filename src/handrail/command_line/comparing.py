"""`handrail diff`: what changed from one version of a runbook to another, in the reader's terms.

One rule: both files are read before anything is said, so that the problems of both are told.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import indent

from handrail.command_line.checking import runbook_in
from handrail.runbook.difference import HEADINGS, Change, difference
from handrail.runbook.model import Runbook


def compare(old_file: Path, new_file: Path, *, as_json: bool = False) -> int:
    """0 where both say the same, 1 where they differ, 2 where one of them cannot be read."""
    old, new = runbook_in(old_file), runbook_in(new_file)
    if old is None or new is None:
        return 2
    changes = difference(old, new)
    if as_json:
        print(json.dumps(_plain(old, new, changes), ensure_ascii=False, indent=2))
    else:
        print(*_told(old, new, changes), sep="\n")
    return 1 if changes else 0


def _told(old: Runbook, new: Runbook, changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield f"{new.title}: both versions say the same."
        return
    count = "1 change" if len(changes) == 1 else f"{len(changes):,} changes"
    yield f"{new.title}, version {old.version} to version {new.version}: {count}"
    for part, of_part in groupby(changes, key=lambda change: change.part):
        yield ""
        yield HEADINGS[part]
        for title, of_thing in groupby(of_part, key=lambda change: change.title):
            yield f"  {title}"
            for change in of_thing:
                yield from _lines(change)


def _lines(change: Change) -> Iterator[str]:
    """The sentence; a text that was reworded follows as it was and as it is."""
    yield indent(change.says, "      ").replace("      ", "    - ", 1)
    if change.sort == "reworded":
        for label, text in (("was", change.old), ("now", change.new)):
            if text:
                yield indent(f"{label}: {text}", "        ")


def _plain(old: Runbook, new: Runbook, changes: Sequence[Change]) -> dict[str, object]:
    return {
        "old": _version(old),
        "new": _version(new),
        "same": not changes,
        "changes": [
            {
                "part": change.part,
                "name": change.name,
                "title": change.title,
                "sort": change.sort,
                "says": change.says,
                "old": change.old,
                "new": change.new,
            }
            for change in changes
        ],
    }


def _version(runbook: Runbook) -> dict[str, str]:
    return {"runbook": runbook.name, "title": runbook.title, "version": runbook.version, "digest": runbook.digest}

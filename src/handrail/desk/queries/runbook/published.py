"""The versions of a runbook, each with what its author says of it and how much it changed.

One rule: versions are compared with the one before, and of a long history only the latest: reading each costs time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handrail.desk.queries.comparison import PartView, changes_between
from handrail.desk.queries.runbooks import VersionLine
from handrail.runbook.words import listed

MOST_COMPARED = 12


@dataclass(frozen=True, kw_only=True)
class PublishedLine:
    """`before` is the version that `changed` is counted from; both are empty of the first, and `changed` where it was
    not compared. `says` is what the runbook's own change log has for this version."""

    line: VersionLine
    before: VersionLine | None
    changed: str
    says: str


def published(known: Sequence[VersionLine], notes: dict[str, str]) -> tuple[PublishedLine, ...]:
    """`known` has the latest first; `notes` are the change log's, by version."""
    compared = changes_between(known[: MOST_COMPARED + 1])
    return tuple(
        PublishedLine(
            line=line,
            before=known[at + 1] if at + 1 < len(known) else None,
            changed=_words(compared[at]) if at < len(compared) else "",
            says=notes.get(line.version, ""),
        )
        for at, line in enumerate(known)
    )


def _words(parts: tuple[PartView, ...]) -> str:
    """`7 changes: decisions 2 and steps 5`"""
    count = sum(part.count for part in parts)
    if not count:
        return "No change that anybody reads"
    told = listed([f"{part.title.lower()} {part.count}" for part in parts])
    return f"{count} change{'' if count == 1 else 's'}: {told}"

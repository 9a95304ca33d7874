"""What changed from one version of a document to another, line by line, in words.

One rule: lines are the same where they have the same part and label; rows of a table where they begin alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from handrail.handoff.document_tree import Document, Line

Sort = Literal["new", "removed", "changed"]


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """`was` and `now` as the line is read, of two tables only the rows in which they differ; each is empty where there
    is nothing. `says` is a sentence about it."""

    part: str
    label: str
    sort: Sort
    says: str
    was: str = ""
    now: str = ""


def changes_between(old: Document, new: Document) -> tuple[LineChange, ...]:
    before, after = _lines(old), _lines(new)
    return tuple(
        change
        for key in _in_order(list(before), list(after))
        for change in _change(key, before.get(key), after.get(key))
    )


_Key = tuple[str, str, int]


def _lines(tree: Document) -> dict[_Key, Line]:
    """By part and label; of several with the same label, by which of them it is."""
    found: dict[_Key, Line] = {}
    for part in tree.parts:
        for line in part.lines:
            at = sum(1 for title, label, _ in found if (title, label) == (part.title, line.label))
            found[part.title, line.label, at] = line
    return found


def _in_order(old: Sequence[_Key], new: Sequence[_Key]) -> Iterator[_Key]:
    """As a reader of the new version meets them; what is gone stands after what it stood after."""
    gone: dict[_Key | None, list[_Key]] = {}
    known, before = set(new), None
    for key in old:
        if key in known:
            before = key
        else:
            gone.setdefault(before, []).append(key)
    yield from gone.get(None, ())
    for key in new:
        yield key
        yield from gone.get(key, ())


def _change(key: _Key, old: Line | None, new: Line | None) -> Iterator[LineChange]:
    part, label, _ = key
    was, now = line_words(old), line_words(new)
    if was == now:
        return
    if old is None:
        yield LineChange(part=part, label=label, sort="new", says=f"New: {_short(now)}", now=now)
    elif new is None:
        yield LineChange(part=part, label=label, sort="removed", says=f"No longer there: {_short(was)}", was=was)
    else:
        if old.rows and new.rows and old.heads == new.heads:
            was, now = _other_rows(old, new), _other_rows(new, old)
        yield LineChange(part=part, label=label, sort="changed", says=_said(old, new), was=was, now=now)


def _other_rows(line: Line, other: Line) -> str:
    """Of a long table only the rows that the other does not have as they are, and the notes."""
    rows = tuple(row for row in line.rows if row not in set(other.rows))
    return line_words(replace(line, rows=rows, value="")) if rows else ""


def line_words(line: Line | None) -> str:
    """All that the line says, with a row a line."""
    if line is None:
        return ""
    rows = "\n".join(", ".join(cell for cell in row if cell) for row in line.rows)
    told = {
        "given": rows or line.value,
        "not applicable": f"Not applicable: {line.reason}",
        "missing": f"Missing, owed by {line.owed_by}" if line.owed_by else "Missing",
    }[line.state]
    return "\n".join((told, *line.notes))


def _said(old: Line, new: Line) -> str:
    match old.state, new.state:
        case "missing", "given":
            return f"Given now: {_short(line_words(new))}"
        case "missing", "not applicable":
            return f"Does not apply: {_short(new.reason)}"
        case "missing", "missing":
            return f"Still missing; owed by {new.owed_by or 'nobody in particular'} now."
        case _, "missing":
            return "Missing now."
        case "given", "given" if old.rows or new.rows:
            return _said_of_rows(old, new)
        case "given", "given":
            was, now = old.value, new.value
            return f"Now {_short(now)} (was {_short(was)})" if was != now else "What explains it is another."
        case _, "given":
            return f"Applies now: {_short(line_words(new))}"
        case _:
            return f"Does not apply, with another reason: {_short(new.reason)}"


def _said_of_rows(old: Line, new: Line) -> str:
    before, after = ({row[0]: row for row in line.rows if row} for line in (old, new))
    more = [name for name in after if name not in before]
    less = [name for name in before if name not in after]
    other = [name for name in after if name in before and before[name] != after[name]]
    told = [
        f"{what} {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"
        for what, names in (("New:", more), ("Gone:", less), ("Changed:", other))
        if names
    ]
    return f"{'. '.join(told)}." if told else "Its rows or heads are others."


_SHORT = 160


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rstrip()}…"

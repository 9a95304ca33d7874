"""Orders as JSON: a list of them, or an object with them as `orders`, each with its `lines`; as the rows of a table.

One rule: numbers are taken as they are written, digit by digit. What is no such document is said, with where.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail.order.file.columns import BY_NAME
from handrail.order.file.problem import Problem, printable

_LONGEST_NAME = 60


class Exact(str):
    """A number as JSON writes it: a point is a decimal point there."""


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """`where` is how its author finds it; `cells` are by the name of their column. A row with a `fault` is not read."""

    where: str
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(kw_only=True)
class Document:
    rows: list[FileRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    ignored: dict[str, None] = field(default_factory=dict)


class _NoDocument(Exception):
    """Something of the text is not as JSON has it; the message says what."""


def looks_like_json(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf")[:200].lstrip()[:1] in {b"[", b"{"}


def read_document(content: bytes, most_rows: int) -> Document:
    found = Document()
    try:
        given = json.loads(
            content.decode("utf-8-sig"),
            parse_float=Exact,
            parse_int=Exact,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError:
        return _not_read(found, "The file is not UTF-8 text.")
    except RecursionError:
        return _not_read(found, "The file has lists within lists without end.")
    except json.JSONDecodeError as error:
        return _not_read(found, f"The file is not JSON: line {error.lineno}, column {error.colno}.")
    except _NoDocument as error:
        return _not_read(found, str(error))
    orders = given.get("orders") if isinstance(given, dict) else given
    if not isinstance(orders, list) or not orders:
        return _not_read(found, "The file has no list of orders.")
    for at, order in enumerate(orders, start=1):
        if isinstance(order, dict):
            _take(found, f"order {at}", order)
        else:
            found.problems.append(_odd(f"order {at}", "", "It is no object with the fields of an order."))
        if len(found.rows) > most_rows:
            return _not_read(Document(), f"The file has more than {most_rows:,} lines, the most that is read at once.")
    return found


def _take(found: Document, where: str, order: dict[str, Any]) -> None:
    lines = order.get("lines", [])
    head = dict(_cells(found, where, {name: value for name, value in order.items() if name != "lines"}, "order"))
    if not isinstance(lines, list):
        lines = []
        found.problems.append(_odd(where, "lines", "Its lines are no list."))
    if not lines:
        found.rows.append(FileRow(where=where, cells=head))
    for at, line in enumerate(lines, start=1):
        place = f"{where}, line {at}"
        if isinstance(line, dict):
            found.rows.append(FileRow(where=place, cells={**head, **dict(_cells(found, place, line, "line"))}))
        else:
            found.rows.append(FileRow(where=place, cells=head, fault="It is no object with the fields of a line."))


def _cells(found: Document, where: str, given: dict[str, Any], of: str) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        column = BY_NAME.get(name)
        if column is None or column.of != of:
            found.ignored[printable(name)[:_LONGEST_NAME]] = None
            continue
        found.names[name] = None
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, bool):
            yield name, "yes" if value else "no"
        elif value is not None:
            number = printable(str(given.get("number", "")))[:40] if of == "order" else ""
            found.problems.append(_odd(where, column.title, "It is a list or an object, and no value.", number))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NoDocument(f"An object has “{printable(twice)[:_LONGEST_NAME]}” twice: nobody knows which counts.")
    return given


def _no_number(word: str) -> Any:
    raise _NoDocument(f"The file has {word} where a number should be.")


def _not_read(found: Document, says: str) -> Document:
    found.rows.clear()
    found.problems = [Problem(says=says, mend="Write it as the template for JSON shows, and import it again.")]
    return found


def _odd(where: str, column: str, says: str, order: str = "") -> Problem:
    return Problem(where=where, column=column, says=says, mend="Write it as the template shows.", order=order)

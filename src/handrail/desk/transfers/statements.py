"""The statements by which many things change hands at once, by name: one each, however many rows.

One rule: a row is only changed where it is as it was when it was looked at; which ones were is the answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection

from handrail.desk.statements import insert, instant

Change = tuple[int, int | None, int | None]
"""Which row, whose it was, and whose it is."""

_AT_ONCE = 1_000
_PASS_ON = """
WITH v(id, was, becomes) AS (VALUES {rows})
UPDATE {table} SET {column} = v.becomes, changed_at = %s FROM v
WHERE {table}.id = v.id AND {table}.{column} {same} v.was RETURNING {table}.id"""
_END_CREDITS = """
WITH v(id, becomes) AS (VALUES {rows})
UPDATE desk_credit SET until = v.becomes FROM v
WHERE desk_credit.id = v.id AND desk_credit.until IS NULL RETURNING desk_credit.id"""
_ADD_CREDITS = "INSERT INTO desk_credit (record_id, person_id, since, until, source) VALUES "
_ADD_ITEMS = """
INSERT INTO desk_moveditem (line_id, sort, ref, title, was_id, now_id, happened, data, undone) VALUES """
_UNDONE = """
WITH v(id, words) AS (VALUES {rows}) UPDATE desk_moveditem SET undone = v.words FROM v WHERE desk_moveditem.id = v.id"""
_LINES = """
WITH v(id, items, words) AS (VALUES {rows})
UPDATE desk_transferline SET state = %s, {at} = %s, {items}says = v.words FROM v WHERE desk_transferline.id = v.id"""


def _same() -> str:
    return "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"


def give_accounts(changes: Iterable[Change], now: datetime) -> set[int]:
    """To their new owners; `ownership.keep` is to be told of those that were."""
    return _pass_on("desk_customer", changes, now)


def give_records(changes: Iterable[Change], now: datetime) -> set[int]:
    return _pass_on("desk_crmrecord", changes, now)


def _pass_on(table: str, changes: Iterable[Change], now: datetime) -> set[int]:
    found: set[int] = set()
    with connection.cursor() as cursor:
        for chunk in _chunks(changes):
            rows = _typed(chunk, ("bigint", "bigint", "bigint"))
            cursor.execute(
                _PASS_ON.format(rows=rows, table=table, column="owner_id", same=_same()),
                [value for row in chunk for value in row] + [instant(now)],
            )
            found |= {pk for (pk,) in cursor.fetchall()}
    return found


def end_credits(ends: Iterable[tuple[int, date]]) -> set[int]:
    """Each on its day; those that are not over already."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for chunk in _chunks(ends):
            rows = _typed(chunk, ("bigint", _day_type()))
            cursor.execute(_END_CREDITS.format(rows=rows), [value for pk, day in chunk for value in (pk, _day(day))])
            found |= {pk for (pk,) in cursor.fetchall()}
    return found


CreditRow = tuple[int, int, date, date | None, str]
"""record, person, since, until, source."""


def add_credits(rows: Iterable[CreditRow]) -> None:
    with connection.cursor() as cursor:
        for chunk in _chunks(rows):
            stored = [(record, who, _day(since), _day(until), source) for record, who, since, until, source in chunk]
            insert(cursor, _ADD_CREDITS, stored, " ON CONFLICT DO NOTHING")


ItemRow = tuple[int, str, str, str, int | None, int | None, str, str, str]
"""line, sort, ref, title, was, now, happened, data as JSON, undone."""


def add_items(rows: Iterable[ItemRow]) -> None:
    with connection.cursor() as cursor:
        for chunk in _chunks(rows):
            insert(cursor, _ADD_ITEMS, chunk)


def mark_undone(words: Iterable[tuple[int, str]]) -> None:
    """By item's id what became of it."""
    with connection.cursor() as cursor:
        for chunk in _chunks(words):
            rows = _typed(chunk, ("bigint", "varchar(500)"))
            cursor.execute(_UNDONE.format(rows=rows), [value for row in chunk for value in row])


LineRow = tuple[int, int, str]
"""line, how many items moved, what is to be said of it."""


def lines_are(state: str, rows: Iterable[LineRow], now: datetime, *, is_back: bool = False) -> None:
    """In that state since now. Of those that are taken back it stays known how many items had moved."""
    at, items = ("undone_at", "") if is_back else ("moved_at", "items_moved = v.items, ")
    with connection.cursor() as cursor:
        for chunk in _chunks(rows):
            typed = _typed(chunk, ("bigint", "integer", "varchar(1000)"))
            values = [value for row in chunk for value in row]
            cursor.execute(_LINES.format(rows=typed, at=at, items=items), [*values, state, instant(now)])


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk


def _typed(rows: Sequence[Sequence[Any]], types: Sequence[str]) -> str:
    """Places for the rows; the first says of which types they are, which a list of empty ones does not."""
    first = "(" + ", ".join(f"CAST(%s AS {one})" for one in types) + ")"
    others = "(" + ", ".join(["%s"] * len(types)) + ")"
    return ", ".join([first] + [others] * (len(rows) - 1))


def _day_type() -> str:
    return "text" if connection.vendor == "sqlite" else "date"


def _day(day: date | None) -> Any:
    return connection.ops.adapt_datefield_value(day)

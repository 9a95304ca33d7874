"""The statements by which many things change hands at once, by name: one each, however many rows.

One rule: a row is only changed where it is as it was when it was looked at; which ones were is the answer.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection

from handrail.desk.recordsets import chunks, same, source, value
from handrail.desk.statements import instant

Change = tuple[int, int | None, int | None]
"""Which row, whose it was, and whose it is."""
CreditRow = tuple[int, int, date, date | None, str]
"""record, person, since, until, source."""
ItemRow = tuple[int, str, str, str, int | None, int | None, str, str, str]
"""line, sort, ref, title, was, now, happened, data as JSON, undone."""
LineRow = tuple[int, int, str]
"""line, how many items moved, what is to be said of it."""

_CHANGE = (("id", "bigint"), ("was", "bigint"), ("becomes", "bigint"))
_END = (("id", "bigint"), ("becomes", "date"))
_CREDIT = (("record", "bigint"), ("person", "bigint"), ("since", "date"), ("until", "date"), ("source", "text"))
_ITEM = (
    ("line", "bigint"),
    ("sort", "text"),
    ("ref", "text"),
    ("title", "text"),
    ("was", "bigint"),
    ("becomes", "bigint"),
    ("happened", "text"),
    ("data", "jsonb"),
    ("undone", "text"),
)
_LINE = (("id", "bigint"), ("items", "integer"), ("words", "text"))

_PASS_ON = """
UPDATE {table} SET owner_id = v.becomes, changed_at = %s FROM {v}
WHERE {table}.id = v.id AND {table}.owner_id {same} v.was RETURNING {table}.id"""
_END_CREDITS = """
UPDATE desk_credit SET until = v.becomes FROM {v}
WHERE desk_credit.id = v.id AND desk_credit.until IS NULL RETURNING desk_credit.id"""
_ADD_CREDITS = """
INSERT INTO desk_credit (record_id, person_id, since, until, source)
SELECT v.record, v.person, v.since, v.until, v.source FROM {v} WHERE true ON CONFLICT DO NOTHING"""
_ADD_ITEMS = """
INSERT INTO desk_moveditem (line_id, sort, ref, title, was_id, now_id, happened, data, undone)
SELECT v.line, v.sort, v.ref, v.title, v.was, v.becomes, v.happened, v.data, v.undone FROM {v}"""
_UNDONE = "UPDATE desk_moveditem SET undone = v.words FROM {v} WHERE desk_moveditem.id = v.id"
_LINES = """
UPDATE desk_transferline SET state = %s, {at} = %s, {items}says = v.words FROM {v} WHERE desk_transferline.id = v.id"""


def give_accounts(changes: Iterable[Change], now: datetime) -> set[int]:
    """To their new owners; `ownership.keep` is to be told of those that were."""
    return _pass_on("desk_customer", changes, now)


def give_records(changes: Iterable[Change], now: datetime) -> set[int]:
    return _pass_on("desk_crmrecord", changes, now)


def _pass_on(table: str, changes: Iterable[Change], now: datetime) -> set[int]:
    statement, found = _PASS_ON.format(table=table, same=same(), v=source(_CHANGE)), set[int]()
    with connection.cursor() as cursor:
        for chunk in chunks(changes):
            cursor.execute(statement, [instant(now), value(chunk)])
            found |= {pk for (pk,) in cursor.fetchall()}
    return found


def end_credits(ends: Iterable[tuple[int, date]]) -> set[int]:
    """Each on its day; those that are not over already."""
    statement, found = _END_CREDITS.format(v=source(_END)), set[int]()
    with connection.cursor() as cursor:
        for chunk in chunks(ends):
            cursor.execute(statement, [value(chunk)])
            found |= {pk for (pk,) in cursor.fetchall()}
    return found


def add_credits(rows: Iterable[CreditRow]) -> None:
    statement = _ADD_CREDITS.format(v=source(_CREDIT))
    with connection.cursor() as cursor:
        for chunk in chunks(rows):
            cursor.execute(statement, [value(chunk)])


def add_items(rows: Iterable[ItemRow]) -> None:
    statement = _ADD_ITEMS.format(v=source(_ITEM))
    with connection.cursor() as cursor:
        for chunk in chunks(rows):
            cursor.execute(statement, [value(chunk)])


def mark_undone(words: Iterable[tuple[int, str]]) -> None:
    """By item's id what became of it."""
    statement = _UNDONE.format(v=source((("id", "bigint"), ("words", "text"))))
    with connection.cursor() as cursor:
        for chunk in chunks(words):
            cursor.execute(statement, [value(chunk)])


def lines_are(state: str, rows: Iterable[LineRow], now: datetime, *, is_back: bool = False) -> None:
    """In that state since now; what failed did not move. Of those that are taken back it stays known how many items had
    moved."""
    at, items = ("undone_at", "") if is_back else ("moved_at", "items_moved = v.items, ")
    statement = _LINES.format(at=at, items=items, v=source(_LINE))
    with connection.cursor() as cursor:
        for chunk in chunks(rows):
            cursor.execute(statement, [state, None if state == "failed" else instant(now), value(chunk)])

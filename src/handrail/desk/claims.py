"""Which handoff is due next, and taking it: the statements of the wake loop, by name.

One rule: whoever takes a handoff holds it until the transaction ends; others pass over it and do not wait.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import connection

Column = Literal["wake_at", "attend_at"]

# Ordered by the one indexed column alone: thousands that fall due at one closing time need no sorting.
_NEXT = """
SELECT id, project_id, {column} FROM desk_handoff
WHERE {column} >= %s AND {column} <= %s AND {unlike}
ORDER BY {column} LIMIT 1"""
_UNLIKE = {"postgresql": "id <> ALL(%s)", "sqlite": "id NOT IN (SELECT value FROM json_each(%s))"}
_HOLD = "SELECT id FROM desk_handoff WHERE id = %s"
_IS_DUE = "SELECT 1 FROM desk_handoff WHERE id = %s AND {column} <= %s"

FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A handoff that is due since `due_at`, which is as the database has it."""

    handoff_id: int
    project_id: int | None
    due_at: Any


def peek(column: Column, now: datetime, without: Collection[int] = ()) -> bool:
    """Whether anything is due at all; it takes nothing, so on SQLite it need not go through the gate."""
    return bool(_rows(next_statement(column), [_instant(FIRST), _instant(now), _ids(without)]))


def next_due(column: Column, since: Any, now: datetime, without: Collection[int]) -> Claim | None:
    """The one that has been due for longest of those that nobody holds, and hold it."""
    start = _instant(since) if isinstance(since, datetime) else since
    for handoff_id, project_id, due_at in _rows(
        next_statement(column) + _skip_locked(), [start, _instant(now), _ids(without)]
    ):
        return Claim(handoff_id=handoff_id, project_id=project_id, due_at=due_at)
    return None


def next_statement(column: Column) -> str:
    return _NEXT.format(column=column, unlike=_UNLIKE[connection.vendor])


def hold(handoff_id: int) -> bool:
    """False where somebody else holds it."""
    return bool(_rows(_HOLD + _skip_locked(), [handoff_id]))


def is_due(column: Column, handoff_id: int, now: datetime) -> bool:
    return bool(_rows(_IS_DUE.format(column=column), [handoff_id, _instant(now)]))


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _skip_locked() -> str:
    return " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""


def _ids(numbers: Collection[int]) -> Any:
    """However many they are, they are one value of the statement."""
    return list(numbers) if connection.vendor == "postgresql" else json.dumps(list(numbers))


def _instant(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)

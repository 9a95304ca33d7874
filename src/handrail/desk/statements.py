"""The statements of the write path, by name. Written by hand because every command runs them: the ORM takes longer to
put such a statement together than the database to carry it out.

One rule: only the projection of one handoff and its events are touched here, inside the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from handrail.desk import models
from handrail.desk.projection import COLUMNS, Projection
from handrail.handoff.notices import Duty

# All the handoffs of a project are held together, and in one order: what is done in one can change the others.
_TAKE = f"""
SELECT {", ".join(f'h."{name}"' for name in COLUMNS)}, v.id, v.digest, c.id, c.revision,
  (SELECT revision FROM desk_company), h.id, h.project_id, h.attend_at
FROM desk_handoff h
JOIN desk_runbookversion v ON v.id = h.runbook_version_id
JOIN desk_calendar c ON c.id = v.calendar_id
WHERE h.id = %s OR h.project_id = (SELECT p.project_id FROM desk_handoff p WHERE p.id = %s)
ORDER BY h.id"""
_REVISION = "SELECT revision FROM desk_company"
_ADD_EVENTS = """
INSERT INTO desk_event (handoff_id, number, at, by_id, by_name, on_behalf_of_id, on_behalf_of_name, kind, data)
VALUES """
_WORK = "SELECT id, sort, name, role, person_id, team, title, why, due_at, zone FROM desk_work WHERE handoff_id = %s"
_ENTRY = ("person_id", "team", "title", "why", "due_at", "zone")
_ADD_WORK = """
INSERT INTO desk_work (handoff_id, sort, name, role, person_id, team, title, why, due_at, zone) VALUES """
_CHANGE_WORK = """
UPDATE desk_work
SET sort = %s, name = %s, role = %s, person_id = %s, team = %s, title = %s, why = %s, due_at = %s, zone = %s
WHERE id = %s"""
_REMOVE_WORK = "DELETE FROM desk_work WHERE id IN "
_SEATS = "SELECT id, role, person_id FROM desk_seat WHERE handoff_id = %s"
_ADD_SEATS = "INSERT INTO desk_seat (handoff_id, role, person_id, is_running) VALUES "
_SEATS_RUN = "UPDATE desk_seat SET is_running = %s WHERE handoff_id = %s AND is_running <> %s"
_REMOVE_SEATS = "DELETE FROM desk_seat WHERE id IN "
_REMOVE_LIKE_FACTS = "DELETE FROM desk_likefact WHERE handoff_id = %s"
_ADD_LIKE_FACTS = """
INSERT INTO desk_likefact (handoff_id, customer_id, runbook, name, words)
SELECT h.id, h.customer_id, h.runbook, %s, %s FROM desk_handoff h WHERE h.id = %s"""
_ID = len(COLUMNS) + 5  # where the columns of `_TAKE` have the id
_ATTEND = "UPDATE desk_handoff SET attend_at = %s WHERE id = %s"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The row of a handoff, held until the transaction ends; `version` is the cache key of its plan, `project_id` the
    first handoff of its project, where it has one."""

    columns: Mapping[str, Any]
    version: tuple[int, str, int, int, int]
    project_id: int | None
    attend_at: Any


def take(handoff_id: int) -> Taken:
    """Raises `models.Handoff.DoesNotExist`."""
    hold = " FOR UPDATE OF h" if connection.features.has_select_for_update_of else ""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE + hold, [handoff_id, handoff_id])
        row = next((row for row in cursor.fetchall() if row[_ID] == handoff_id), None)
    if row is None:
        raise models.Handoff.DoesNotExist(f"There is no handoff {handoff_id}.")
    version_id, digest, calendar_id, revision, company, _, project_id, attend_at = row[len(COLUMNS) :]
    return Taken(
        columns=dict(zip(COLUMNS, row, strict=False)),
        version=(version_id, digest, calendar_id, revision, company or 0),
        project_id=project_id,
        attend_at=attend_at,
    )


def attend(handoff_id: int, at: datetime | None, before: Any) -> None:
    """When the desk next looks beyond the handoff; `before` is what stands there, as the database has it."""
    if instant(at) != before:
        with connection.cursor() as cursor:
            cursor.execute(_ATTEND, [instant(at), handoff_id])


EventRow = tuple[int, int, datetime, int | None, str, int | None, str, str, str]
"""handoff, number, at, by, the name of by, on behalf of whom, their name, kind, data."""


def add_events(rows: Sequence[EventRow]) -> None:
    with connection.cursor() as cursor:
        insert(cursor, _ADD_EVENTS, [(*row[:2], instant(row[2]), *row[3:]) for row in rows])


class Written(NamedTuple):
    """`revision` is that of the company as the database has it while the rows are written, where it may be another than
    the one that they were worked out in; `owed` is what was owed until then."""

    revision: int | None
    owed: set[Duty]


def write(
    handoff_id: int,
    shown: Projection,
    before: Mapping[str, Any] | None = None,
    *,
    seats: bool = True,
    like: bool = True,
) -> Written:
    """Bring the rows of the handoff in step with `shown`.

    `before` are the columns that are known to stand already; without `seats` the seats are known to, and without
    `like` the facts that others are compared with.
    """
    with connection.cursor() as cursor:
        revision = _write_columns(cursor, handoff_id, shown.columns, before or {})
        runs = shown.columns["status"] == models.Handoff.Status.RUNNING
        if seats:
            _write_seats(cursor, handoff_id, shown.seats, runs)
        if before is None or before["status"] != shown.columns["status"]:
            cursor.execute(_SEATS_RUN, [runs, handoff_id, runs])
        if like:
            _write_like_facts(cursor, handoff_id, shown.like)
        owed = _write_work(cursor, handoff_id, shown.work)
    return Written(revision, owed)


def _write_columns(
    cursor: CursorWrapper, handoff_id: int, columns: Mapping[str, Any], before: Mapping[str, Any]
) -> int | None:
    """Where others can write at the same time, the company may have changed since the row was taken."""
    stored = {name: _stored(value) for name, value in columns.items()}
    changed = {name: value for name, value in stored.items() if name not in before or before[name] != value}
    shared = connection.features.has_select_for_update
    if changed:
        assignments = ", ".join(f'"{name}" = %s' for name in changed)
        returning = f" RETURNING ({_REVISION})" if shared else ""
        cursor.execute(
            f"UPDATE desk_handoff SET {assignments} WHERE id = %s{returning}", [*changed.values(), handoff_id]
        )
    elif shared:
        cursor.execute(_REVISION)
    return int(cursor.fetchone()[0] or 0) if shared else None


def _write_seats(cursor: CursorWrapper, handoff_id: int, seats: Mapping[str, int], runs: bool) -> None:
    cursor.execute(_SEATS, [handoff_id])
    standing = {(role, person): key for key, role, person in cursor.fetchall()}
    wanted = set(seats.items())
    _remove(cursor, _REMOVE_SEATS, [key for seat, key in standing.items() if seat not in wanted])
    insert(cursor, _ADD_SEATS, [(handoff_id, *seat, runs) for seat in seats.items() if seat not in standing])


def _write_like_facts(cursor: CursorWrapper, handoff_id: int, like: Mapping[str, str]) -> None:
    cursor.execute(_REMOVE_LIKE_FACTS, [handoff_id])
    cursor.executemany(_ADD_LIKE_FACTS, [(name, words, handoff_id) for name, words in like.items()])


def _write_work(
    cursor: CursorWrapper, handoff_id: int, work: Mapping[tuple[str, str, str], Mapping[str, Any]]
) -> set[Duty]:
    """Where one entry takes the place of one other, as when a step follows a step, its row is written over."""
    cursor.execute(_WORK, [handoff_id])
    standing = {tuple(row): key for key, *row in cursor.fetchall()}
    wanted = [(*key, *(_stored(entry[name]) for name in _ENTRY)) for key, entry in work.items()]
    stays = set(wanted)
    stale = [key for row, key in standing.items() if row not in stays]
    fresh = [row for row in wanted if row not in standing]
    if len(stale) == len(fresh) == 1:
        cursor.execute(_CHANGE_WORK, [*fresh[0], stale[0]])
    else:
        _remove(cursor, _REMOVE_WORK, stale)
        insert(cursor, _ADD_WORK, [(handoff_id, *row) for row in fresh])
    return {Duty(sort, name, role, person or 0, team) for sort, name, role, person, team, *_ in standing}


def _stored(value: Any) -> Any:
    return instant(value) if isinstance(value, datetime) else value


def instant(value: datetime | None) -> Any:
    """An instant as the database keeps and gives it, so that rows can be compared without reading them back."""
    return connection.ops.adapt_datetimefield_value(value)


def insert(cursor: CursorWrapper, statement: str, rows: Sequence[tuple[Any, ...]], end: str = "") -> None:
    if rows:
        places = f"({', '.join(['%s'] * len(rows[0]))})"
        values = [value for row in rows for value in row]
        cursor.execute(statement + ", ".join([places] * len(rows)) + end, values)


def _remove(cursor: CursorWrapper, statement: str, keys: Sequence[int]) -> None:
    if keys:
        cursor.execute(f"{statement}({', '.join(['%s'] * len(keys))})", list(keys))

"""How much people and teams have on them: the roles they hold, what they owe, what of it falls due within a week.

One rule: of a few people everything is counted; of a whole team no more than `MOST` of each, so that no page reads all
that a thousand people owe.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from handrail.desk import models
from handrail.desk.loads import seats_held

MOST = 1_000
MOST_ROLES = 20_000
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Load:
    """`seats` are roles in handoffs that run, `work` is what is owed; `week` of it falls due within a week, `late` is
    past its day."""

    seats: int = 0
    work: int = 0
    week: int = 0
    late: int = 0


@dataclass(frozen=True, kw_only=True)
class TeamLoad(Load):
    """Of everybody who works in a team; each number stops a little above its most."""

    @property
    def seats_text(self) -> str:
        return _capped(self.seats, MOST_ROLES)

    @property
    def work_text(self) -> str:
        return _capped(self.work, MOST)

    @property
    def week_text(self) -> str:
        return _capped(self.week, MOST)

    @property
    def late_text(self) -> str:
        return _capped(self.late, MOST)


def _capped(number: int, most: int) -> str:
    return f"{most:,}+" if number > most else f"{number:,}"


NOTHING = Load()


def loads_of_people(ids: Collection[int], now: datetime) -> dict[int, Load]:
    """By person, also of those who hold and owe nothing. Two queries."""
    seats, rows = seats_held(ids), models.Work.objects.filter(person__in=ids).values("person")
    counted = rows.annotate(
        owed=Count("pk"),
        week=Count("pk", filter=Q(due_at__gt=now, due_at__lte=now + WEEK)),
        late=Count("pk", filter=Q(due_at__lte=now)),
    )
    work = {row["person"]: row for row in counted}
    return {
        one: Load(
            seats=seats.get(one, 0),
            work=work[one]["owed"] if one in work else 0,
            week=work[one]["week"] if one in work else 0,
            late=work[one]["late"] if one in work else 0,
        )
        for one in ids
    }


_OF_TEAM = """
    (SELECT COUNT(*) FROM (
        SELECT 1 FROM desk_person p JOIN {table} x ON x.person_id = p.id
        WHERE p.team_id = t.id AND p.is_active AND {which} LIMIT {most}
    ) counted)"""


def loads_of_teams(now: datetime, team_id: int | None = None) -> dict[int, TeamLoad]:
    """By team, of all teams or of one. One query."""
    work = [
        _OF_TEAM.format(table="desk_work", which=which, most=MOST + 1)
        for which in ("1 = 1", "x.due_at > %s AND x.due_at <= %s", "x.due_at <= %s")
    ]
    seats = _OF_TEAM.format(table="desk_seat", which="x.is_running", most=MOST_ROLES + 1) if team_id else "0"
    only = "WHERE t.id = %s" if team_id else ""
    given = [_instant(now), _instant(now + WEEK), _instant(now), *([team_id] if team_id else [])]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.id, {seats}, {', '.join(work)} FROM desk_team t {only}", given)
        rows = cursor.fetchall()
    return {pk: TeamLoad(seats=held, work=owed, week=week, late=late) for pk, held, owed, week, late in rows}


def _instant(at: datetime) -> Any:
    """As the database's own driver takes it."""
    return connection.ops.adapt_datetimefield_value(at)

"""How much people and teams have on them: the roles they hold, what they owe, what of it falls due within a week.

One rule: of a few people everything is counted; of a whole team no more than a most of each, so that no page reads all
that a thousand people owe.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from handrail.desk import models
from handrail.desk.loads import seats_held
from handrail.desk.prepared import prepared

MOST = 500
MOST_ROLES = 5_000
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
    """Of everybody who works in a team; each number stops a little above `most`, or roles above `most_seats`. Of the
    `seats` so many are `counted` against what can be held: those of people who have a limit."""

    counted: int = 0
    most_seats: int = MOST

    @property
    def seats_text(self) -> str:
        return _capped(self.seats, self.most_seats)

    @property
    def counted_text(self) -> str:
        return _capped(self.counted, self.most_seats)

    @property
    def counts_all(self) -> bool:
        """Whether a bar can be drawn of it."""
        return self.counted <= self.most_seats

    @property
    def unlimited(self) -> int:
        """Roles of people without a limit."""
        return self.seats - self.counted

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


def loads_of_people(ids: Collection[int], now: datetime, held: Mapping[int, int] | None = None) -> dict[int, Load]:
    """By person, also of those who hold and owe nothing; `held` are their roles, where they are known. Two queries, or
    one."""
    seats = seats_held(ids) if held is None else held
    owed = {person: counts for person, *counts in _owed(now, now + WEEK, *ids)} if ids else {}
    loads = {}
    for one in ids:
        work, week, late = owed.get(one, (0, 0, 0))
        loads[one] = Load(seats=seats.get(one, 0), work=work, week=week, late=late)
    return loads


@prepared
def _owed(now: datetime, week: datetime, *ids: int) -> QuerySet[models.Work, tuple[int, int, int, int]]:
    rows = models.Work.objects.filter(person__in=ids).values_list("person")
    return rows.annotate(
        owed=Count("pk"),
        week=Count("pk", filter=Q(due_at__gt=now, due_at__lte=week)),
        late=Count("pk", filter=Q(due_at__lte=now)),
    )


_OF_TEAM = """
    (SELECT COUNT(*) FROM (
        SELECT 1 FROM desk_person p JOIN {table} x ON x.person_id = p.id
        WHERE p.team_id = t.id AND p.is_active AND {which} LIMIT {most}
    ) counted)"""


def loads_of_teams(team_ids: Collection[int], now: datetime, *, most_seats: int = MOST) -> dict[int, TeamLoad]:
    """By team. One query, of numbers that each stop soon."""
    if not team_ids:
        return {}
    parts = (
        _part("desk_seat", "x.is_running", most_seats),
        _part("desk_seat", "x.is_running AND p.capacity IS NOT NULL", most_seats),
        _part("desk_work", "1 = 1", MOST),
        _part("desk_work", "x.due_at > %s AND x.due_at <= %s", MOST),
        _part("desk_work", "x.due_at <= %s", MOST),
    )
    wanted = ", ".join(["%s"] * len(team_ids))
    given = [_instant(now), _instant(now + WEEK), _instant(now), *team_ids]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.id, {', '.join(parts)} FROM desk_team t WHERE t.id IN ({wanted})", given)
        rows = cursor.fetchall()
    return {
        pk: TeamLoad(seats=seats, counted=counted, work=work, week=week, late=late, most_seats=most_seats)
        for pk, seats, counted, work, week, late in rows
    }


def _part(table: str, which: str, most: int) -> str:
    return _OF_TEAM.format(table=table, which=which, most=most + 1)


def _instant(at: datetime) -> Any:
    """As the database's own driver takes it."""
    return connection.ops.adapt_datetimefield_value(at)

"""What a person was told, newest first, and how many of it they have not seen.

One rule: the count is one look at an index of what is unseen and matters; it never reads what has been seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.absences import absences_now
from handrail.desk.company import company
from handrail.desk.notices import calendar_for, readers
from handrail.desk.queries.due import Due, clock_text, day_text, due
from handrail.desk.queries.pages import Page, page_of
from handrail.handoff.notices.digest import next_opening

MOST_COUNTED = 9


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """`in_place_of` tells for whom it is, where its reader stands in for somebody; `time` is by the reader's clocks."""

    id: int
    sort: str
    about: str
    name: str
    title: str
    why: str
    customer: str
    handoff_id: int | None
    due: Due | None
    day: date
    time: str
    is_seen: bool
    is_over: bool
    in_place_of: str

    @property
    def is_new(self) -> bool:
        return not self.is_seen and not self.is_over


@dataclass(frozen=True, kw_only=True)
class Day:
    title: str
    rows: tuple[NoticeRow, ...]


def unseen_count(person_id: int) -> int:
    """Of what matters; one more than `MOST_COUNTED` where there are more."""
    return _unseen(person_id)[: MOST_COUNTED + 1].count()


def has_unseen(person_id: int) -> bool:
    return _unseen(person_id).exists()


def _unseen(person_id: int) -> QuerySet[models.Notice]:
    return models.Notice.objects.filter(person=person_id, seen_at=None, over_at=None)


def notices_of(person_id: int, sort: str, only_what_matters: bool, number: int, now: datetime) -> Page[NoticeRow]:
    rows = models.Notice.objects.filter(person=person_id).order_by("-at", "-id")
    rows = rows.filter(sort=sort) if sort else rows
    rows = rows.filter(over_at=None) if only_what_matters else rows
    zone = calendar_for(company(), person_id).zone
    shown = rows.select_related("handoff__customer", "on_behalf_of").defer("handoff__state")
    return page_of(shown, number, lambda taken: _rows(taken, zone, now))


def by_day(rows: Iterable[NoticeRow], person_id: int, now: datetime) -> tuple[Day, ...]:
    """The rows, which are newest first, by the days of their reader."""
    today = now.astimezone(ZoneInfo(calendar_for(company(), person_id).zone)).date()
    found: dict[date, list[NoticeRow]] = {}
    for row in rows:
        found.setdefault(row.day, []).append(row)
    return tuple(Day(title=_heading(day, today), rows=tuple(some)) for day, some in found.items())


def _heading(day: date, today: date) -> str:
    return {0: "Today", 1: "Yesterday"}.get((today - day).days) or day_text(day, today)


def _rows(taken: list[models.Notice], zone: str, now: datetime) -> tuple[NoticeRow, ...]:
    stands_in = _in_place_of(taken, now)
    return tuple(_row(one, zone, stands_in, now) for one in taken)


def _row(one: models.Notice, zone: str, stands_in: dict[int, str], now: datetime) -> NoticeRow:
    local = one.at.astimezone(ZoneInfo(zone))
    return NoticeRow(
        id=one.pk,
        sort=one.sort,
        about=one.about,
        name=one.name,
        title=one.title,
        why=one.why,
        customer=one.handoff.customer.name if one.handoff else "",
        handoff_id=one.handoff_id,
        due=due(one.due_at, zone, now, with_time=True),
        day=local.date(),
        time=f"{local:%H:%M}",
        is_seen=one.seen_at is not None,
        is_over=one.over_at is not None,
        in_place_of=stands_in.get(one.on_behalf_of_id, "") if one.on_behalf_of_id else "",
    )


def _in_place_of(taken: list[models.Notice], now: datetime) -> dict[int, str]:
    """`Anna Lind, who is away until Fri 4 Dec`, by the person who is away, or was."""
    names = {one.on_behalf_of_id: one.on_behalf_of.name for one in taken if one.on_behalf_of}
    away = absences_now([key for key in names if key], now) if names else {}
    return {
        key: f"{name}, who is away until {day_text(away[key].last_day, now.date())}" if key in away else name
        for key, name in names.items()
        if key
    }


def next_digest(person_id: int, now: datetime) -> str:
    """`Mon 7 Dec, 09:00`: when a digest would come next, by the clocks of its reader."""
    reader = readers([person_id], company(), now)[person_id]
    return clock_text(next_opening(reader.calendar, reader.away, now), reader.calendar.zone, now)

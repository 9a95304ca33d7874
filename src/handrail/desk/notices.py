"""Notices as rows: written when something is recorded in a handoff, and over when it matters no longer.

One rule: both in the transaction that records it, with few statements however many people are told.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from handrail.desk import models
from handrail.desk.absences import today_of
from handrail.desk.change import Change
from handrail.desk.statements import insert, instant
from handrail.handoff import events as e
from handrail.handoff.company import Company
from handrail.handoff.history import Handoff
from handrail.handoff.notices import ACTING, SEVERAL, Duty, Notice, duty_of, notices, renamed
from handrail.handoff.notices.digest import Days, next_opening
from handrail.handoff.owed import Owed
from handrail.handoff.people import Person
from handrail.worktime.calendar import Calendar

Mail = models.Notice.Mail

_LONGEST = 1000
_AT_ONCE = 500
_OFFICE = Calendar(name="office", zone="UTC")

_READERS = """
SELECT p.id, p.mail, p.muted, a.first_day, a.last_day, a.delegate_id
FROM desk_person p
LEFT JOIN desk_absence a ON a.person_id = p.id AND a.ended_at IS NULL AND a.last_day >= %s
WHERE p.is_active AND p.id IN """
_ADD = """
INSERT INTO desk_notice (person_id, key, sort, handoff_id, about, name, title, why, due_at, on_behalf_of_id, at, mail,
  mail_at, tries, error)
VALUES """
_ONCE = " ON CONFLICT (person_id, key) DO NOTHING"
_OVER = """
UPDATE desk_notice
SET over_at = %s,
  mail = CASE WHEN mail = 'queued' THEN 'dropped' ELSE mail END,
  mail_at = CASE WHEN mail = 'queued' THEN NULL ELSE mail_at END
WHERE handoff_id = %s AND over_at IS NULL AND """
_ACTING = ", ".join(f"'{sort}'" for sort in sorted(ACTING))
_WHOSE = "COALESCE(desk_notice.on_behalf_of_id, desk_notice.person_id)"
_OWN = f"w.person_id = {_WHOSE}"
# Theirs too is what anybody of their team may do, and what is of a team that they lead.
_OF_THEIR_TEAMS = f"""w.person_id IS NULL AND w.team IN (
  SELECT t.key FROM desk_team t
  WHERE t.lead_id = {_WHOSE}
    OR w.sort <> 'vacancy' AND t.id = (SELECT p.team_id FROM desk_person p WHERE p.id = {_WHOSE}))"""
# A role that was given, or that was to be filled.
_ROLE_WORK = "about = 'role' AND sort = 'work'"


def _not_owed(theirs: str) -> str:
    """Of what asks something of its reader: nothing of it is owed any more, by them or by whom they stand in for."""
    return f"""about IN ('step', 'decision', 'facts', 'handoff') AND sort IN ({_ACTING}) AND NOT EXISTS (
  SELECT 1 FROM desk_work w
  WHERE w.handoff_id = desk_notice.handoff_id AND ({theirs})
    AND (w.name = desk_notice.name OR desk_notice.name = '{SEVERAL}'))"""


_NOT_OWED, _NOT_OWED_WITH_TEAMS = _not_owed(_OWN), _not_owed(f"{_OWN} OR {_OF_THEIR_TEAMS}")


def tell(
    change: Change, before: Handoff, owing: Iterable[Owed], owed_before: set[Duty], *, by: Person | None = None
) -> None:
    """`owing` is what is owed after the change, `owed_before` what the rows of work said before it."""
    if not change.events:
        return
    _rename(change)
    owing = tuple(owing)
    stood = renamed(owed_before, change.events)
    told = notices(change.plan, before, change.handoff, change.events, owing=owing, owed_before=stood, by=by)
    gone = stood - {duty_of(one) for one in owing}
    now = change.events[-1].at
    if not told and not gone and _stands(before, change.handoff):
        return
    with connection.cursor() as cursor:
        _settle(cursor, change, before, {duty.name for duty in gone}, any(one.team for one in owing), now)
        _settle_roles(cursor, change, before, _filled(change, before, gone, owing), now)
        if told:
            _add(cursor, change, told, by, now)


def _stands(before: Handoff, after: Handoff) -> bool:
    """Whether it has the same people as before, and no more and no less goes on."""
    return (before.people, before.hold, before.is_over) == (after.people, after.hold, after.is_over)


# ----------------------------------------------------------------------------------------------- what matters no longer


def _settle(
    cursor: CursorWrapper, change: Change, before: Handoff, names: Set[str], teams: bool, now: datetime
) -> None:
    """A hold ends nothing: what is owed stands still with the clock. `teams` is whether any of it is a team's."""
    after, handoff_id, not_owed = change.handoff, change.handoff_id, _NOT_OWED_WITH_TEAMS if teams else _NOT_OWED
    turned = before.hold != after.hold or before.is_over != after.is_over
    if turned:
        _close(cursor, handoff_id, "about = 'handoff' AND name IN ('held', 'resumed')", [], now)
    if turned and not _is_held(after):
        _close(cursor, handoff_id, not_owed, [], now)
    elif names and not _is_held(after):
        places = ", ".join(["%s"] * (len(names) + 1))
        _close(cursor, handoff_id, f"name IN ({places}) AND {not_owed}", [*sorted(names), SEVERAL], now)


def _settle_roles(cursor: CursorWrapper, change: Change, before: Handoff, filled: list[str], now: datetime) -> None:
    """What was told of roles that have passed on, and of `filled` ones that were to be."""
    people = change.handoff.people
    passed = [role for role, was in before.people.items() if people.get(role) != was]
    if passed:
        _close(cursor, change.handoff_id, f"about = 'role' AND name IN ({_places(passed)})", passed, now)
    if filled:
        _close(cursor, change.handoff_id, f"{_ROLE_WORK} AND name IN ({_places(filled)})", filled, now)


def _filled(change: Change, before: Handoff, gone: Set[Duty], owing: tuple[Owed, ...]) -> list[str]:
    """The roles that somebody was to be named for, and is no more; while the handoff is on hold nothing is owed, and
    only what is filled is known."""
    people = change.handoff.people
    if _is_held(change.handoff):
        return sorted(people.keys() - before.people.keys())
    found = {duty.name for duty in gone if duty.sort == "vacancy"}
    if before.hold is not None:
        empty = change.plan.runbook.roles.keys() - people.keys()
        found |= empty - {one.name for one in owing if one.sort == "vacancy"}
    return sorted(found)


def _is_held(handoff: Handoff) -> bool:
    """One that was cancelled while it was on hold is over."""
    return handoff.hold is not None and not handoff.is_over


def _close(cursor: CursorWrapper, handoff_id: int, which: str, values: Sequence[Any], now: datetime) -> None:
    cursor.execute(_OVER + which, [instant(now), handoff_id, *values])


def _rename(change: Change) -> None:
    """What was told under the names of one version stays about the same things under those of another."""
    for one in change.events:
        if isinstance(one.event, e.VersionChanged):
            for about, group in (("step", "steps"), ("decision", "decisions"), ("role", "roles")):
                _rename_all(change.handoff_id, about, one.event.names.get(group, {}))


def _rename_all(handoff_id: int, about: str, names: dict[str, str]) -> None:
    rows = list(models.Notice.objects.filter(handoff=handoff_id, about=about)) if names else []
    for row in rows:
        name, at, item = row.name.partition("@")
        row.name = f"{names.get(name, name)}{at}{item}"
    models.Notice.objects.bulk_update(rows, ["name"])


# ------------------------------------------------------------------------------------------------------ who is told how


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How a person is told. `away` are the days of absences to come and of one that lasts, `delegate` who acts for them
    now."""

    mail: str
    muted: frozenset[str]
    calendar: Calendar
    away: tuple[Days, ...] = ()
    is_away: bool = False
    delegate: int | None = None

    def mailed_at(self, sort: str, now: datetime) -> datetime | None:
        """When they are told by e-mail; None where they do not want to be."""
        is_breach = sort == "breach"
        if not is_breach and (self.mail == models.Person.Mail.OFF or sort in self.muted):
            return None
        if self.is_away or (not is_breach and self.mail == models.Person.Mail.DAILY):
            return next_opening(self.calendar, self.away, now)
        return now


def readers(people: Iterable[int], company: Company, now: datetime) -> dict[int, Reader]:
    """By person; nobody who has left is among them."""
    with connection.cursor() as cursor:
        return _readers(cursor, list(people), company, now)


def _readers(cursor: CursorWrapper, people: list[int], company: Company, now: datetime) -> dict[int, Reader]:
    since = connection.ops.adapt_datefield_value(now.date() - timedelta(days=1))
    cursor.execute(f"{_READERS}({_places(people)})", [since, *people])
    rows: dict[int, list[_Row]] = {}
    for row in cursor.fetchall():
        rows.setdefault(row[0], []).append(_Row(*row))
    return {person: _reader(person, found, company, now) for person, found in rows.items()}


class _Row(NamedTuple):
    person: int
    mail: str
    muted: Any
    first_day: Any
    last_day: Any
    delegate: int | None


def _reader(person: int, rows: list[_Row], company: Company, now: datetime) -> Reader:
    today = today_of(person, company, now)
    away = [(_day(row.first_day), _day(row.last_day), row.delegate) for row in rows if row.first_day is not None]
    lasts = sorted((last, delegate) for first, last, delegate in away if first <= today <= last) if away else []
    muted = rows[0].muted
    return Reader(
        mail=rows[0].mail,
        muted=frozenset(json.loads(muted) if isinstance(muted, str) else muted),
        calendar=calendar_for(company, person),
        away=tuple((first, last) for first, last, _ in away),
        is_away=bool(lasts),
        delegate=lasts[-1][1] if lasts else None,
    )


def calendar_for(company: Company, person: int) -> Calendar:
    """Their own or their team's, else the company's first."""
    return company.calendar_of(Person(person, "")) or next(iter(company.calendars.values()), _OFFICE)


def _day(stored: Any) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


# ------------------------------------------------------------------------------------------------------------- the rows


def _add(cursor: CursorWrapper, change: Change, told: tuple[Notice, ...], by: Person | None, now: datetime) -> None:
    company = change.plan.company
    known = _readers(cursor, [one.person.id for one in told], company, now)
    delegates = {one.delegate for one in known.values() if one.delegate is not None} - known.keys()
    if delegates:
        known |= _readers(cursor, sorted(delegates), company, now)
    handed = tuple(_handed_on(told, known, by.id if by else None))
    row = _row_of(change.handoff_id, known, now)
    rows = [row(one, one.person.id, None) for one in told if one.person.id in known]
    rows += [row(one, delegate, one.person.id) for one, delegate in handed]
    for at in range(0, len(rows), _AT_ONCE):  # a database takes so many values in one statement
        insert(cursor, _ADD, rows[at : at + _AT_ONCE], _ONCE)


def _handed_on(told: Iterable[Notice], known: dict[int, Reader], giver: int | None) -> Iterator[tuple[Notice, int]]:
    """What asks something of somebody who is away, for their delegate: not one who is away too, or did it, or is in the
    same team and told of it for themself."""
    told = tuple(told)
    own = {(one.person.id, one.key, one.title) for one in told}
    for one in told:
        reader = known.get(one.person.id)
        delegate = reader.delegate if reader else None
        if one.sort not in ACTING or delegate is None or delegate == giver or (delegate, one.key, one.title) in own:
            continue
        if delegate in known and not known[delegate].is_away:
            yield one, delegate


_Values = tuple[Any, ...]


def _row_of(handoff_id: int, known: dict[int, Reader], now: datetime) -> Callable[[Notice, int, int | None], _Values]:
    def row(one: Notice, person: int, on_behalf_of: int | None) -> _Values:
        mail_at = known[person].mailed_at(one.sort, now)
        key = f"h{handoff_id}.{one.key}"
        return (
            person,
            f"{key}.for{on_behalf_of}" if on_behalf_of else key,
            one.sort,
            handoff_id,
            one.about,
            one.name,
            one.title[:_LONGEST],
            (_to_delegate(one) if on_behalf_of else one.why)[:_LONGEST],
            instant(one.due_at),
            on_behalf_of,
            instant(now),
            str(Mail.QUEUED if mail_at else Mail.NONE),
            instant(mail_at),
            0,
            "",
        )

    return row


def _to_delegate(one: Notice) -> str:
    return f"You act for {one.person.name}, who was told: “{one.why}”"


def _places(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))

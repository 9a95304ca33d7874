"""Notices on their way by e-mail: what is due for one person goes as one mail, at once or in the day's digest.

One rule: that of `mail`. Right before it goes, each notice is looked at once more: what matters no longer is dropped,
and what stands still waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from handrail.desk import mail, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.company import company
from handrail.desk.mail import LEASE, LOST, PAUSES, SERVER_PAUSE, Fate
from handrail.desk.notice_letter import letter
from handrail.desk.notices import Mail, Reader, calendar_for, readers
from handrail.handoff.company import Company
from handrail.handoff.notices import ACTING, SEVERAL
from handrail.handoff.people import Person

BATCH = 20
# What is on hold is looked at again after so long: a hold may last for months.
HELD_PAUSE = timedelta(hours=1)
_MOST = 200  # of one person in one mail; what is left goes in the next


def mail_due(now: datetime | Clock) -> int:
    """Send what is due, to a batch of people at most; how many were tried. Several workers share the work. A clock is
    asked anew for each person."""
    clock = clock_of(now)
    now = clock()
    models.Notice.objects.filter(mail=Mail.SENDING, mail_at__lte=now).update(
        mail=Mail.UNKNOWN, mail_at=None, error=LOST
    )
    people = _people_due(now)
    if not people:
        return 0
    server = mail.opened()
    if isinstance(server, str):
        _due(now).update(mail_at=clock() + SERVER_PAUSE, error=server)
        return 0
    try:
        return _mail_all(people, server, clock)
    finally:
        mail.close(server)


def _due(now: datetime) -> QuerySet[models.Notice]:
    return models.Notice.objects.filter(mail=Mail.QUEUED, mail_at__lte=now)


def _people_due(now: datetime) -> list[int]:
    """Those whose mail has been due longest."""
    rows = _due(now).order_by("mail_at", "id").values_list("person", flat=True)
    return list(dict.fromkeys(rows[: BATCH * 5]))[:BATCH]


def _mail_all(people: list[int], server: BaseEmailBackend, clock: Clock) -> int:
    """How many were tried. The first that is not taken is the last: the connection may be of no use after it."""
    for tried, person_id in enumerate(people, start=1):
        if _mail_one(person_id, server, clock) not in {Fate.SENT, None}:
            return tried
    return len(people)


def _mail_one(person_id: int, server: BaseEmailBackend, clock: Clock) -> Fate | None:
    """What became of it; None where nothing was left to send, or another worker has it."""
    now = clock()
    claimed = _claimed(person_id, now)
    if not claimed:
        return None
    firm = company()
    reader = readers([person_id], firm, now).get(person_id)
    rows = _still_to_send(claimed, reader, firm, now)
    if not rows or reader is None:
        return None
    tries = max(row.tries for row in rows) + 1
    fate, error = mail.sent(server, letter(rows, calendar_for(firm, person_id), now), tries)
    again = clock() + PAUSES[tries - 1] if fate == Fate.QUEUED else None
    _set(rows, mail=str(fate), mail_at=again, tries=tries, error=error)
    return fate


def _claimed(person_id: int, now: datetime) -> list[models.Notice]:
    """Their notices that are due, marked as being sent: by this worker and no other."""
    with transaction.atomic():
        due = _due(now).filter(person=person_id).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = list(due.values_list("pk", flat=True)[:_MOST])
        models.Notice.objects.filter(pk__in=found).update(mail=Mail.SENDING, mail_at=now + LEASE)
    rows = models.Notice.objects.filter(pk__in=found)
    return list(rows.select_related("person", "handoff__customer", "on_behalf_of").order_by("id"))


def _set(rows: Iterable[models.Notice], **values: object) -> None:
    models.Notice.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


@dataclass(kw_only=True)
class _Sorted:
    """What is to be done with each of the notices, as things stand now."""

    sends: list[models.Notice]
    drops: list[models.Notice]
    mutes: list[models.Notice]
    waits: list[models.Notice]


def _still_to_send(
    rows: list[models.Notice], reader: Reader | None, firm: Company, now: datetime
) -> list[models.Notice]:
    found = _Sorted(sends=[], drops=[], mutes=[], waits=[])
    owed = _Owed(rows, firm)
    for row in rows:
        _put(row, found, reader, owed, now)
    _set(found.drops, mail=Mail.DROPPED, mail_at=None)
    _set(found.mutes, mail=Mail.NONE, mail_at=None)
    _set(found.waits, mail=Mail.QUEUED, mail_at=now + HELD_PAUSE)
    if reader is None or not reader.is_away:
        return found.sends
    back = reader.mailed_at("breach", now)
    _set(found.sends, mail=Mail.QUEUED, mail_at=back)
    return []


def _put(row: models.Notice, found: _Sorted, reader: Reader | None, owed: _Owed, now: datetime) -> None:
    if reader is None or row.seen_at is not None or row.over_at is not None:
        found.drops.append(row)
    elif reader.mailed_at(row.sort, now) is None:
        found.mutes.append(row)
    elif not asks(row):
        found.sends.append(row)
    elif owed.is_held(row):
        found.waits.append(row)
    else:
        (found.sends if owed.owes(row) else found.drops).append(row)


def asks(row: models.Notice) -> bool:
    """Whether it asks something of its reader in a handoff, which can be done, so that it matters no longer. What asks
    something elsewhere is told to be over where it is."""
    return row.sort in ACTING and row.about != "role" and row.handoff_id is not None


class _Owed:
    """What is owed now in the handoffs that the notices are about."""

    def __init__(self, rows: list[models.Notice], company: Company) -> None:
        handoffs = {row.handoff_id for row in rows if asks(row)}
        self._teams = {one: _teams(Person(one, ""), company) for one in {_owing(row) for row in rows}}
        teams = Q(person=None, team__in={team for teams in self._teams.values() for team, _ in teams})
        work = models.Work.objects.filter(Q(person__in=self._teams) | teams | Q(sort="hold"), handoff__in=handoffs)
        found = list(work.values_list("handoff", "person", "team", "name", "sort")) if handoffs else []
        self._held = {handoff for handoff, _, _, _, sort in found if sort == "hold"}
        self._things = {(at, person or (team, sort == "vacancy"), name) for at, person, team, name, sort in found}
        self._anything = {(handoff, whose) for handoff, whose, _ in self._things}

    def is_held(self, row: models.Notice) -> bool:
        return row.handoff_id in self._held

    def owes(self, row: models.Notice) -> bool:
        whose: tuple[_Whose, ...] = (_owing(row), *self._teams[_owing(row)])
        if row.name == SEVERAL:
            return any((row.handoff_id, one) in self._anything for one in whose)
        return any((row.handoff_id, one, row.name) in self._things for one in whose)


# A person, or a team: what anybody of it may do or, where it is true, the role that its lead is to fill.
_Whose = int | tuple[str, bool]


def _teams(person: Person, company: Company) -> tuple[tuple[str, bool], ...]:
    led = [(team, is_vacancy) for team in sorted(company.led_by(person)) for is_vacancy in (False, True)]
    team = company.team_of(person)
    return (*led, (team, False)) if team else tuple(led)


def _owing(row: models.Notice) -> int:
    return row.on_behalf_of_id or row.person_id

"""The company as handoffs look at it: its people, teams and calendars, read once for each revision.

One rule: whoever changes any of them says so by `changed`, in the same transaction; saving one of their rows does, and
publishing a runbook: what else is read once for each revision counts on it.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.db import connection

from handrail.desk import models
from handrail.desk.calendars import UnreadableCalendar, calendar_of
from handrail.handoff.company import Company, Member, Squad
from handrail.worktime.calendar import Calendar

_THE_ONE = 1
_SHARE, _SHARE_AT_ONCE = " FOR SHARE", " FOR SHARE SKIP LOCKED"
_REVISION = "SELECT revision FROM desk_company WHERE id = %s"


# What was looked up for what is shown just now: empty until then, None where nothing is shown.
_shown: ContextVar[list[int] | None] = ContextVar("shown", default=None)


@contextmanager
def shown_as_it_is() -> Iterator[None]:
    """Within it the revision is looked up once: all that one page shows is of one company."""
    token = _shown.set([])
    try:
        yield
    finally:
        _shown.reset(token)


def changed() -> None:
    """People, teams, calendars, absences or runbooks are not what they were. The row is held until the transaction
    ends.

    A revision is drawn by lot and not counted, so that one that was rolled back never comes again.
    """
    revision = secrets.randbits(62)
    if not models.Company.objects.filter(pk=_THE_ONE).update(revision=revision):
        models.Company.objects.create(pk=_THE_ONE, revision=revision)
    _shown.set(None)


def held(*, waits: bool) -> int | None:
    """The revision, which nobody changes until the transaction ends; many may hold it at once.

    None where somebody is changing the company and it was not to be waited for: whoever holds a handoff must not wait,
    since who changes the company may wait for that.
    """
    share = "" if not connection.features.has_select_for_update else _SHARE if waits else _SHARE_AT_ONCE
    with connection.cursor() as cursor:
        cursor.execute(_REVISION + share, [_THE_ONE])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def company() -> Company:
    """As it is now; within `shown_as_it_is`, as it was when that first asked."""
    known = _shown.get()
    if known:
        return company_at(known[0])
    revision = _revision()
    if known is not None:
        known.append(revision)
    return company_at(revision)


def _revision() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_REVISION, [_THE_ONE])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@lru_cache(maxsize=4)
def company_at(revision: int) -> Company:
    """`revision` is the cache's key."""
    return Company(revision=revision, members=_members(), squads=_squads(), calendars=_calendars())


def _members() -> dict[int, Member]:
    rows = models.Person.objects.values_list(
        "pk", "name", "manager_id", "team__key", "calendar__key", "is_active", "email"
    )
    return {
        pk: Member(name, manager, team or "", key or "", active, email)
        for pk, name, manager, team, key, active, email in rows
    }


def _squads() -> dict[str, Squad]:
    rows = models.Team.objects.values_list("key", "name", "lead_id", "calendar__key")
    return {key: Squad(name, lead, calendar or "") for key, name, lead, calendar in rows}


def _calendars() -> dict[str, Calendar]:
    """One that cannot be read is left out, and those who would work on it work on that of the runbook."""
    found = {}
    for row in models.Calendar.objects.order_by("pk").prefetch_related("closing_days"):
        try:
            found[row.key] = calendar_of(row)
        except UnreadableCalendar:
            continue
    return found

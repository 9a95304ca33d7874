"""The audit: who changed or saw what, beside the histories of handoffs.

One rule: an entry is written in the transaction of what it tells, so that neither is ever there without the other; and
no entry has a secret in it.

Rows that are `Watched` (people, teams, calendars, closing days, absences, departures) tell of themselves whenever they
are saved or deleted, see `watching`: whoever writes them has nothing to do. What is no change of such a row is told
where it happens:

    audit.write(action="exported", about="export", name="handoffs.csv", says="Those of Paula Reyes.")
    audit.write(action="changed", about="setting", key="mail", changes=audit.changes(before, after))

Who acts is known: the signed-in person while a request is answered, the command line where `acting` says so, and
otherwise the desk itself. `by` says it where that is not so, as for what is written in somebody's name.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from handrail.desk import models

_LONGEST_WORDS = 500  # of a value that was changed


@dataclass(frozen=True, kw_only=True)
class By:
    """Who acts; without `id` nobody who has an account."""

    id: int | None = None
    name: str


DESK = By(name="Handrail")
COMMAND_LINE = By(name="The command line")
NOT_SIGNED_IN = By(name="Somebody not signed in")

_acting: ContextVar[Callable[[], By]] = ContextVar("acting", default=lambda: DESK)


@contextmanager
def acting(who: Callable[[], By]) -> Iterator[None]:
    """`who` is asked only when there is something to tell."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def person(row: models.Person) -> By:
    return By(id=row.pk, name=row.name)


Changes = dict[str, list[str]]


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    """Of each field that is not what it was, the words before and after."""
    pairs = {name: [before.get(name, ""), after.get(name, "")] for name in {**before, **after}}
    return {name: [old[:_LONGEST_WORDS], new[:_LONGEST_WORDS]] for name, (old, new) in pairs.items() if old != new}


def entry(
    *,
    action: str,
    about: str,
    key: object = "",
    name: str = "",
    says: str = "",
    changes: Changes | None = None,
    by: By | None = None,
    at: datetime | None = None,
) -> models.AuditEntry:
    """An entry that is not written yet, for those who write several."""
    who = by or _acting.get()()
    return models.AuditEntry(
        at=at or timezone.now(),
        by_id=who.id,
        by_name=_fitting(who.name, 200),
        action=action,
        about=about,
        key=_fitting(str(key), 200),
        name=_fitting(name, 300),
        says=_fitting(says, 1000),
        changes=changes or {},
    )


def write(
    *,
    action: str,
    about: str,
    key: object = "",
    name: str = "",
    says: str = "",
    changes: Changes | None = None,
    by: By | None = None,
    at: datetime | None = None,
) -> None:
    """Within the transaction of the caller."""
    told = entry(action=action, about=about, key=key, name=name, says=says, changes=changes, by=by, at=at)
    told.save(force_insert=True)


def _fitting(text: str, length: int) -> str:
    """In one line, and without characters that PostgreSQL refuses."""
    return "".join(one if one.isprintable() else " " for one in text).strip()[:length]

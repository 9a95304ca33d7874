"""What is to be counted anew where a calendar is another, or somebody works on another one: which handoffs.

One rule: it is noted in the transaction that changes the calendar, and worked off by the worker in the order of ids, so
that no number of handoffs holds anybody up, and none is left out where a worker is lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from handrail.desk import models
from handrail.desk.runbooks import UnreadableVersion, plan_of
from handrail.runbook.model import Role

LEASE = timedelta(minutes=5)  # far longer than a batch takes

Status = models.Handoff.Status
# What runs, and what outlives the end of a handoff and has its times.
_RUNNING = Q(status=Status.RUNNING)
_OUTLIVING = Q(status=Status.OVER) & (Q(wake_at__isnull=False) | Q(due_at__isnull=False))


class Concerned(NamedTuple):
    """Handoffs of a version, and of those where there is a person, those in which that person holds a role."""

    version_id: int
    person_id: int | None = None

    @property
    def handoffs(self) -> QuerySet[models.Handoff]:
        rows = models.Handoff.objects.filter(runbook_version=self.version_id)
        if self.person_id is None:
            return rows
        return rows.filter(Exists(models.Seat.objects.filter(handoff=OuterRef("pk"), person=self.person_id)))


# --------------------------------------------------------------------------------------------------- whom it concerns


def moves_calendar(one: models.Person | models.Team) -> bool:
    """Whether saving the row lets it work on another calendar than the one it has in the database."""
    if isinstance(one, models.Team):
        was = models.Team.objects.filter(pk=one.pk).values_list("calendar_id").first()
        return (one.calendar_id,) != (was or (None,))
    before = models.Person.objects.filter(pk=one.pk).values_list("calendar_id", "team__calendar_id").first()
    own = one.team.calendar_id if one.team else None
    return before is not None and (one.calendar_id or own) != (before[0] or before[1])


def counting_on(one: models.Calendar | models.Team | models.Person) -> tuple[Concerned, ...]:
    """What is counted on the calendar, or on whatever calendar the team or the person has."""
    person_id = one.pk if isinstance(one, models.Person) else None
    return tuple(Concerned(version.pk, person_id) for version in _living_versions() if _counts_on(version, one))


def _living_versions() -> QuerySet[models.RunbookVersion]:
    its = models.Handoff.objects.filter(runbook_version=OuterRef("pk"))
    living = Exists(its.filter(_RUNNING)) | Exists(its.filter(_OUTLIVING))
    return models.RunbookVersion.objects.filter(living).select_related("calendar").defer("source")


def _counts_on(version: models.RunbookVersion, one: models.Calendar | models.Team | models.Person) -> bool:
    if isinstance(one, models.Calendar) and version.calendar_id == one.pk:
        return True
    roles = tuple(_roles_apart(version))
    match one:
        case models.Person():
            return any(role.calendar == "holder" for role in roles)
        case models.Team():
            return any(
                role.calendar == "holder" or (role.calendar == "team" and role.team == one.key) for role in roles
            )
        case _:
            teams = set(one.teams.values_list("key", flat=True)) if roles else set()
            is_held = bool(teams) or (bool(roles) and one.people.exists())
            return any(
                role.calendar == one.key
                or (role.calendar == "team" and role.team in teams)
                or (role.calendar == "holder" and is_held)
                for role in roles
            )


def _roles_apart(version: models.RunbookVersion) -> Iterator[Role]:
    """Those whose steps count on another calendar than the runbook's."""
    try:
        yield from (role for role in plan_of(version).runbook.roles.values() if role.calendar != "runbook")
    except UnreadableVersion:  # nothing of it can be worked out before a program that reads it looks again
        return


def how_many(concerned: Iterable[Concerned]) -> int:
    """Running handoffs."""
    return sum(one.handoffs.filter(_RUNNING).count() for one in concerned)


# ----------------------------------------------------------------------------------------------------- working it off


def begin(concerned: Iterable[Concerned], *, now: datetime) -> None:
    """In the transaction that changes the calendar. What was under way begins again."""
    for one in concerned:
        those = Q(person__isnull=True) if one.person_id is None else Q(person=one.person_id)
        standing = models.Recount.objects.filter(those, version=one.version_id)
        if not standing.update(done_to=0, next_at=now):
            models.Recount.objects.create(version_id=one.version_id, person_id=one.person_id, next_at=now)


def taken(now: datetime) -> models.Recount | None:
    """The one that has waited longest, for this worker alone until its lease ends."""
    until = now + LEASE
    for row in models.Recount.objects.filter(next_at__lte=now).order_by("next_at", "pk")[:10]:
        if models.Recount.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=until):
            row.next_at = until
            return row
    return None


def following(row: models.Recount, most: int) -> list[int]:
    """The next ids. Of what outlives the end only as far as the running ones go: so all is looked through once."""
    rest = Concerned(row.version_id, row.person_id).handoffs.filter(pk__gt=row.done_to).order_by("pk")
    running = list(rest.filter(_RUNNING).values_list("pk", flat=True)[:most])
    until = Q(pk__lt=running[-1]) if len(running) == most else Q()
    outliving = rest.filter(_OUTLIVING, until).values_list("pk", flat=True)[:most]
    return sorted([*running, *outliving])[:most]


def done(row: models.Recount, ids: Sequence[int], *, is_over: bool, now: datetime) -> None:
    """Nothing is noted where it began again meanwhile, or another worker took it over."""
    mine = models.Recount.objects.filter(pk=row.pk, next_at=row.next_at)
    if is_over:
        mine.delete()
    else:
        mine.update(done_to=ids[-1], next_at=now)

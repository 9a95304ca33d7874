"""What is to be counted anew where a calendar is another, or somebody works on another one: which handoffs.

One rule: it is noted in the transaction that changes the calendar, and worked off by the worker in the order of ids, so
that no number of handoffs holds anybody up, and none is left out where a worker is lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from handrail.desk import models
from handrail.desk.calendars import UnreadableCalendar
from handrail.desk.runbooks import UnreadableVersion, runbook_of
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
    versions = list(_living_versions())
    found = {version.pk for version, role in roles_apart(versions) if _is_counted_on(role, one)}
    if isinstance(one, models.Calendar):
        found |= {version.pk for version in versions if version.calendar_id == one.pk}
    person_id = one.pk if isinstance(one, models.Person) else None
    return tuple(Concerned(version.pk, person_id) for version in versions if version.pk in found)


def _living_versions() -> QuerySet[models.RunbookVersion]:
    its = models.Handoff.objects.filter(runbook_version=OuterRef("pk"))
    living = Exists(its.filter(_RUNNING)) | Exists(its.filter(_OUTLIVING))
    return models.RunbookVersion.objects.filter(living).select_related("calendar").defer("source").order_by("pk")


def followed_versions() -> QuerySet[models.RunbookVersion]:
    """Those that handoffs follow, or may yet."""
    living = _living_versions().values("pk")
    rows = models.RunbookVersion.objects.filter(Q(is_current=True) | Q(pk__in=living))
    return rows.select_related("calendar").defer("source").order_by("title", "pk")


def roles_apart(versions: Iterable[models.RunbookVersion]) -> Iterator[tuple[models.RunbookVersion, Role]]:
    """The roles whose steps count on another calendar than the runbook's."""
    for version in versions:
        try:
            roles = runbook_of(version).roles.values()
        except (UnreadableVersion, UnreadableCalendar):
            continue  # nothing of it can be worked out before somebody mends it
        yield from ((version, role) for role in roles if role.calendar != "runbook")


def _is_counted_on(role: Role, one: models.Calendar | models.Team | models.Person) -> bool:
    match one:
        case models.Person():
            return role.calendar == "holder"
        case models.Team():
            return role.calendar == "holder" or (role.calendar, role.team) == ("team", one.key)
        case _ if role.calendar == "team":
            return one.teams.filter(key=role.team).exists()
        case _ if role.calendar == "holder":
            return one.teams.exists() or one.people.exists()
        case _:
            return role.calendar == one.key


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
            models.Recount.objects.create(version_id=one.version_id, person_id=one.person_id, next_at=now, begun_at=now)


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

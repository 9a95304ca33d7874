"""Runbooks of the company: publishing a version, and the plan that handoffs of a version follow.

One rule: a published text never changes. A plan is kept in memory under its digest and its calendar's revision, what
the checks find under the text itself.
"""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from handrail.desk import audit, models
from handrail.desk.calendars import calendar_of
from handrail.desk.company import changed, company, company_at
from handrail.handoff.plan import Plan
from handrail.runbook.loading import load
from handrail.runbook.model import Runbook
from handrail.runbook.problem import Problem
from handrail.runbook.reading import Reading, read

ORDERS = "order-validation"  # the runbook that takes orders through their validation


def publish(text: str, file: str, *, by: models.Person | None = None) -> models.RunbookVersion | tuple[Problem, ...]:
    """Make the text the current version of its runbook, or say everything that is wrong with it.

    Publishing the same text again changes nothing. Handoffs that run stay on the version they started with.
    """
    loaded = _loaded(text, file)
    if loaded.runbook is None or any(problem.severity == "error" for problem in loaded.problems):
        return loaded.problems
    runbook = loaded.runbook
    with transaction.atomic():
        same = models.RunbookVersion.objects.filter(digest=runbook.digest).first()
        if same is not None and same.is_current:
            return same
        was = models.RunbookVersion.objects.filter(name=runbook.name, is_current=True).first()
        models.RunbookVersion.objects.filter(name=runbook.name, is_current=True).update(is_current=False)
        changed()
        _make_teams(runbook)
        _tell(runbook, was, by)
        if same is not None:
            models.RunbookVersion.objects.filter(pk=same.pk).update(is_current=True)
            same.refresh_from_db()
            return same
        return _new_version(runbook, text, by)


def _tell(runbook: Runbook, was: models.RunbookVersion | None, by: models.Person | None) -> None:
    audit.write(
        action="published",
        about="runbook",
        key=runbook.name,
        name=runbook.title,
        says=f"SHA-256 of the text: {runbook.digest}",
        changes={"Current version": [was.version if was else "", runbook.version]},
        by=audit.person(by) if by else None,
    )


def _new_version(runbook: Runbook, text: str, by: models.Person | None) -> models.RunbookVersion:
    return models.RunbookVersion.objects.create(
        name=runbook.name,
        version=runbook.version,
        title=runbook.title,
        digest=runbook.digest,
        source=text,
        calendar=_calendar_row(runbook.calendar),
        published_at=timezone.now(),
        published_by=by,
    )


def _make_teams(runbook: Runbook) -> None:
    """The teams that fill the runbook's roles, where the company does not have them yet."""
    for key in dict.fromkeys(role.team for role in runbook.roles.values() if role.team):
        models.Team.objects.get_or_create(key=key, defaults={"name": key.replace("-", " ").capitalize()})


def _calendar_row(key: str) -> models.Calendar:
    """The calendar that the runbook names; where the company has none of that name, the first it has."""
    row = models.Calendar.objects.filter(key=key).first() or models.Calendar.objects.order_by("pk").first()
    if row is not None:
        return row
    return models.Calendar.objects.create(
        key=key or "office", name="Office", zone="UTC", weekdays=[0, 1, 2, 3, 4], opens="09:00", closes="17:00"
    )


def runbook_of(version: models.RunbookVersion) -> Runbook:
    """Where nobody needs to know in which company it is followed."""
    return _plan_on(version.pk, version.digest, version.calendar_id, version.calendar.revision).runbook


def role_teams(name: str) -> dict[str, str]:
    """The key of the team that fills each role of the runbook's current version; none where there is no runbook."""
    return _role_teams(name, company().revision)


@lru_cache(maxsize=64)
def _role_teams(name: str, revision: int) -> dict[str, str]:
    runbook = _current(name, revision)
    return {role.name: role.team for role in runbook.roles.values() if role.team} if runbook is not None else {}


def current_runbook(name: str) -> Runbook | None:
    """The runbook's current version; None where there is none."""
    return _current(name, company().revision)


@lru_cache(maxsize=64)
def _current(name: str, revision: int) -> Runbook | None:
    """`revision` is the cache's key: it is another whenever a runbook is published."""
    row = models.RunbookVersion.objects.select_related("calendar").filter(name=name, is_current=True).first()
    return runbook_of(row) if row is not None else None


def plan_of(version: models.RunbookVersion, revision: int | None = None) -> Plan:
    """`revision` is that of the company, where the caller has looked it up for several versions."""
    calendar = version.calendar
    known = company().revision if revision is None else revision
    return plan_known_as(version.pk, version.digest, calendar.pk, calendar.revision, known)


@lru_cache(maxsize=256)
def version_at(version_id: int, revision: int) -> models.RunbookVersion:
    """The row without its text, as it is at that revision of the company, which is another whenever a runbook is
    published or a calendar changed: no page reads it again. Raises `models.RunbookVersion.DoesNotExist`."""
    return models.RunbookVersion.objects.select_related("calendar").defer("source").get(pk=version_id)


@lru_cache(maxsize=64)
def plan_known_as(
    version_id: int, digest: str, calendar_id: int, calendar_revision: int, company_revision: int
) -> Plan:
    """In the company as it is now."""
    return _plan_on(version_id, digest, calendar_id, calendar_revision).within(company_at(company_revision))


@lru_cache(maxsize=64)
def _plan_on(version_id: int, digest: str, calendar_id: int, revision: int) -> Plan:
    """Read again only where the text or the calendar is another; `digest` and `revision` are the cache's key.

    What was checked when it was published is not checked again: handoffs follow it, whatever later checks may find.
    """
    version = models.RunbookVersion.objects.select_related("calendar").get(pk=version_id)
    reading = read(version.source, f"{version.name}.yaml")
    if reading.runbook is None:
        told = "; ".join(str(problem) for problem in reading.problems[:3])
        raise UnreadableVersion(f"Runbook version {version} can no longer be read: {told}")
    return Plan(reading.runbook, calendar_of(version.calendar))


def found_in(version: models.RunbookVersion) -> tuple[Problem, ...]:
    """All that is wrong with a published text, as this program sees it; an error where an older one saw none."""
    return _loaded(version.source, f"{version.name}.yaml").problems


@lru_cache(maxsize=64)
def _loaded(text: str, file: str) -> Reading:
    """The check of a large runbook takes a second: each process makes it once."""
    return load(text, file)


class UnreadableVersion(Exception):
    """A published text that this program cannot read any more: a fault of the program, since it once read it."""


def shipped() -> list[Path]:
    """The runbooks that come with Handrail: package data when installed, the project's own folder in a checkout."""
    installed = Path(str(files("handrail"))) / "runbooks"
    folder = installed if installed.is_dir() else Path(__file__).parents[3] / "runbooks"
    return sorted(folder.glob("*.yaml"))

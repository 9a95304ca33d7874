"""What the company lacks for a version of a runbook: people for its roles, the calendar that it counts by.

One rule: nothing here is wrong with the text. It is told to whoever publishes or reads it, and holds nothing up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.runbooks import runbook_of
from handrail.runbook.model import Fill, Role, Runbook
from handrail.runbook.words import listed

# The ways of filling a role in which somebody of its team is looked for.
_FROM_THE_TEAM: tuple[Fill, ...] = ("by hand", "least load", "anybody of the team", "chosen")


@dataclass(frozen=True, kw_only=True)
class Lack:
    """`roles` are those that nobody can fill; none where it is about something else."""

    says: str
    mend: str
    roles: tuple[str, ...] = ()


def lacking(version: models.RunbookVersion) -> tuple[Lack, ...]:
    """One query for the people; the company's calendars are read already."""
    runbook = runbook_of(version)
    return (*_calendar(runbook, version.calendar), *_calendars_of_roles(runbook), *_people(runbook))


def _calendar(runbook: Runbook, taken: models.Calendar) -> Iterator[Lack]:
    if runbook.calendar not in {"", taken.key}:
        yield Lack(
            says=f"The company has no calendar “{runbook.calendar}”: this version counts by “{taken.name}” instead.",
            mend="Add the calendar before the next version is published, or name one that there is.",
        )


def _calendars_of_roles(runbook: Runbook) -> Iterator[Lack]:
    known = company().calendars
    by_key: dict[str, list[str]] = {}
    for role in runbook.roles.values():
        if role.calendar not in {"runbook", "team", "holder", *known}:
            by_key.setdefault(role.calendar, []).append(f"the {role.title}")
    for key, titles in by_key.items():
        yield Lack(
            says=f"The company has no calendar “{key}”: what is asked of {listed(titles)} counts by this version’s.",
            mend="Add the calendar, and the days are counted by it from then on.",
        )


def _people(runbook: Runbook) -> Iterator[Lack]:
    by_team: dict[str, list[Role]] = {}
    for role in runbook.roles.values():
        if role.team and role.fill in _FROM_THE_TEAM:
            by_team.setdefault(role.team, []).append(role)
    teams = _teams(by_team)
    for key, roles in by_team.items():
        name, people = teams.get(key, (key, 0))
        if people == 0:
            yield _empty(name, roles)


def _teams(keys: Mapping[str, object]) -> dict[str, tuple[str, int]]:
    """By key, the name of each team and how many active people it has."""
    active = Count("people", filter=Q(people__is_active=True))
    rows = models.Team.objects.filter(key__in=keys).annotate(active=active)
    return {key: (name, people) for key, name, people in rows.values_list("key", "name", "active")}


def _empty(team: str, roles: list[Role]) -> Lack:
    titles = listed([f"the {role.title}" for role in roles])
    return Lack(
        says=f"Nobody is in the team “{team}”, from which {titles} {'is' if len(roles) == 1 else 'are'} filled.",
        mend="Put somebody into the team: only its people are offered for the role.",
        roles=tuple(role.name for role in roles),
    )

"""Where a version of a runbook is used: who runs on it and how far, and what of the company it names.

One rule: no count goes on without an end, and the stages are told of no more handoffs than were looked at.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.queries.runbook.lines import place_of, the_role
from handrail.desk.queries.runbooks import MOST_COUNTED, VersionLine, in_order
from handrail.runbook.model import Runbook
from handrail.runbook.words import calendar_words, listed


@dataclass(frozen=True, kw_only=True)
class StageCount:
    stage: str
    title: str
    running: int


@dataclass(frozen=True, kw_only=True)
class TeamLine:
    """`name` is empty where the company has no such team; `roles` as (title, place)."""

    key: str
    name: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CalendarLine:
    """`id` leads to its page; None where it depends on who holds the role, or the company has none of that key."""

    words: str
    id: int | None
    counts: str


@dataclass(frozen=True, kw_only=True)
class UsedView:
    """`looked_at` running handoffs were told apart by stage, and `is_capped` is whether there are more."""

    stages: tuple[StageCount, ...]
    looked_at: int
    is_capped: bool
    teams: tuple[TeamLine, ...]
    others: tuple[tuple[str, str], ...]
    calendars: tuple[CalendarLine, ...]
    systems: tuple[str, ...]
    has_phases: bool


def used_view(runbook: Runbook, version: models.RunbookVersion, line: VersionLine) -> UsedView:
    stages = _stages(version.pk)
    return UsedView(
        stages=tuple(StageCount(stage=one, title=_title(one), running=stages[one]) for one in runbook.stages),
        looked_at=sum(stages.values()),
        is_capped=line.running > MOST_COUNTED,
        teams=tuple(_teams(runbook)),
        others=tuple((one.title, place_of("role", one.name)) for one in runbook.roles.values() if not one.team),
        calendars=tuple(_calendars(runbook, version.calendar)),
        systems=tuple(dict.fromkeys(step.system for step in runbook.steps.values() if step.system)),
        has_phases=runbook.phases is not None,
    )


def _title(stage: str) -> str:
    return stage[:1].upper() + stage[1:]


def _stages(version_id: int) -> Counter[str]:
    rows = in_order(version_id, running=True)
    return Counter(rows.values_list("stage", flat=True)[:MOST_COUNTED])


def _teams(runbook: Runbook) -> Iterator[TeamLine]:
    by_team: dict[str, list[tuple[str, str]]] = {}
    for role in runbook.roles.values():
        if role.team:
            by_team.setdefault(role.team, []).append((role.title, place_of("role", role.name)))
    names = dict(models.Team.objects.filter(key__in=by_team).values_list("key", "name"))
    for key, roles in by_team.items():
        yield TeamLine(key=key, name=names.get(key, ""), roles=tuple(roles))


def _calendars(runbook: Runbook, own: models.Calendar) -> Iterator[CalendarLine]:
    yield CalendarLine(words=f"{own.name}, {own.zone}", id=own.pk, counts="Everything that counts on no other")
    by_calendar: dict[str, list[str]] = {}
    for role in runbook.roles.values():
        if role.calendar != "runbook":
            by_calendar.setdefault(role.calendar, []).append(role.name)
    keys = [key for key in by_calendar if key in company().calendars]
    rows = dict(models.Calendar.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}
    for key, roles in by_calendar.items():
        titles = listed([the_role(runbook, name) for name in roles])
        words = calendar_words(key)
        yield CalendarLine(words=words[:1].upper() + words[1:], id=rows.get(key), counts=f"What is asked of {titles}")

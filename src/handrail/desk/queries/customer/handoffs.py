"""The handoffs of one customer: those that run first, then the latest.

One rule: two queries, however many there are. Of the first few the folded state is read too, so that a page can tell
what they know, asked and promised; of the others only what stands in columns.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, Value, When

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.prepared import prepared
from handrail.desk.queries.due import Due, due
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.desk.runbooks import plan_of, version_at
from handrail.handoff import wire
from handrail.handoff.company import Company

MOST = 200
MOST_READ = 20
FIRST_READ = 4  # until more is asked for


@dataclass(frozen=True, kw_only=True)
class HandoffLine:
    """`held` is why it is on hold."""

    id: int
    runbook: str
    title: str
    version: str
    phase: str
    status: str
    end: str
    stage: str
    done: int
    needed: int
    next_title: str
    next_person: str
    next_team: str
    due: Due | None
    started_at: datetime
    ended_at: datetime | None
    held: str = ""

    @property
    def is_running(self) -> bool:
        return self.status == models.Handoff.Status.RUNNING


@dataclass(frozen=True, kw_only=True)
class Handoffs:
    """`opened` are those of the first few `lines` whose state was read; `teams` the company, read once for the page."""

    lines: tuple[HandoffLine, ...]
    opened: tuple[Opened, ...]
    teams: Company

    @property
    def running(self) -> tuple[Opened, ...]:
        return tuple(one for one in self.opened if one.row.status == models.Handoff.Status.RUNNING)

    def title_of(self, handoff_id: int, step: str) -> str:
        """What the runbook calls the step; where it was not read, the step's name as words."""
        found = next((one for one in self.opened if one.row.pk == handoff_id), None)
        return title_of_step(found, step) if found else step.partition("@")[0].replace("-", " ").capitalize()

    def runbook_of(self, handoff_id: int) -> str:
        return next((one.title for one in self.lines if one.id == handoff_id), "")


_FIRST = Case(When(status=models.Handoff.Status.RUNNING, then=Value(0)), default=Value(1))


def handoffs_of(customer_id: int, now: datetime, *, running_only: bool = False, read: int = MOST_READ) -> Handoffs:
    """Of the first few the state is read, those that run before the others; with `running_only` of those alone."""
    rows, teams = _rows(customer_id), company()
    for row in rows:
        row.runbook_version = version_at(row.runbook_version_id, teams.revision)
    first = [row for row in rows[:read] if row.status == models.Handoff.Status.RUNNING or not running_only]
    opened = _opened(first, teams.revision)
    holds = {one.row.pk: one.state.hold for one in opened}
    lines = tuple(_line(row, holds.get(row.pk), teams, now) for row in rows)
    return Handoffs(lines=lines, opened=opened, teams=teams)


@prepared
def _rows(customer_id: int) -> QuerySet[models.Handoff]:
    rows = models.Handoff.objects.filter(customer=customer_id).defer("state")
    return rows.order_by(_FIRST, "-started_at", "-id")[: MOST + 1]


@prepared
def _states(*ids: int) -> QuerySet[models.Handoff, tuple[int, str]]:
    return models.Handoff.objects.filter(pk__in=ids).values_list("pk", "state")


def _opened(rows: list[models.Handoff], revision: int) -> tuple[Opened, ...]:
    known = dict(_states(*(row.pk for row in rows))) if rows else {}
    return tuple(
        Opened(row=row, plan=plan_of(row.runbook_version, revision), state=wire.decode_handoff(known[row.pk]))
        for row in rows
    )


def _line(row: models.Handoff, hold: object, teams: Company, now: datetime) -> HandoffLine:
    zone = row.runbook_version.calendar.zone
    return HandoffLine(
        id=row.pk,
        runbook=row.runbook,
        title=row.runbook_version.title,
        version=row.runbook_version.version,
        phase=row.phase,
        status=row.status,
        end=row.end,
        stage=row.stage,
        done=row.steps_done,
        needed=row.steps_needed,
        next_title=row.next_title,
        next_person=named(teams, row.next_person_id),
        next_team=teams.team_name(row.next_team) if row.next_team else "",
        due=due(row.due_at, row.due_zone or zone, now, told_in=zone),
        started_at=row.started_at,
        ended_at=row.ended_at,
        held=getattr(hold, "reason", ""),
    )


def named(teams: Company, person_id: int | None) -> str:
    person = teams.members.get(person_id or 0)
    return "" if person is None else person.name if person.is_active else f"{person.name} (left)"

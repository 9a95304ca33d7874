"""What the desk itself has to do after something was recorded: count beyond the handoff, find who holds a role, and
keep the phases of a project together.

One rule: it only looks. What it finds are commands of nobody, and only where they bring news; the ledger records them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from handrail.desk import models
from handrail.desk.change import Change
from handrail.desk.counting import customers_counted, phases_counted
from handrail.desk.runbooks import plan_of
from handrail.desk.seating import chosen_for
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.handoff.projects import other_front, same_front
from handrail.runbook.kinds import Written

Given = tuple[int, c.Count | c.Seat]


def following(change: Change, now: datetime) -> Iterator[Given]:
    """The commands that follow, each with the handoff it is for: the next one of the handoff itself, after which it is
    looked at again, and those of the other phases of its project."""
    command = _next(change, now)
    if command is not None:
        yield change.handoff_id, command
    if change.project_id is not None:
        yield from _in_other_phases(change)


def attends_at(plan: Plan, handoff: Handoff, now: datetime) -> datetime | None:
    """The beginning of the next day, as long as the handoff goes on."""
    if handoff.is_over or not plan.looks_beyond:
        return None
    return plan.calendar.opening(plan.calendar.day_of(now) + timedelta(days=1))


def _next(change: Change, now: datetime) -> c.Count | c.Seat | None:
    plan, handoff = change.plan, change.handoff
    if handoff.is_over:
        return None
    if plan.counted and not _counts_as_before(change.events):
        values = customers_counted(plan, handoff, now)
        if plan.counts_phases:
            values |= phases_counted(plan, _statuses(change.project_id, change.handoff_id))
        if news := _news(handoff, values):
            return c.Count(values=news)
    seats = (chosen_for(plan, handoff, role, now) for role in plan.found)
    return next((seat for seat in seats if seat is not None), None)


def _counts_as_before(events: Iterable[e.Recorded]) -> bool:
    """What was counted does not change by counting or staffing."""
    first = next(iter(events), None)
    return first is not None and isinstance(first.event, e.Counted | e.RoleFilled | e.RoleSucceeded)


def _news(handoff: Handoff, values: dict[str, Written | None]) -> dict[str, Written | None]:
    return {name: value for name, value in values.items() if value != handoff.counted.get(name)}


def _statuses(project_id: int | None, handoff_id: int) -> list[str]:
    """Of the other phases."""
    if project_id is None:
        return []
    rows = models.Handoff.objects.filter(project=project_id).exclude(pk=handoff_id)
    return list(rows.values_list("status", flat=True))


def _in_other_phases(change: Change) -> Iterator[Given]:
    """Other phases count this one anew when it starts or is over, and have the same people before the customer."""
    turned = any(isinstance(one.event, e.Started | e.Ended | e.Cancelled) for one in change.events)
    changed = same_front(change.plan, change.handoff, change.events)
    if not turned and not changed:
        return
    rows = list(
        models.Handoff.objects.filter(project=change.project_id)
        .order_by("pk")
        .select_related("runbook_version__calendar")
    )
    statuses = {row.pk: row.status for row in rows}
    for row in rows:
        if row.pk == change.handoff_id or row.status != models.Handoff.Status.RUNNING:
            continue
        plan, other = plan_of(row.runbook_version, change.plan.company.revision), wire.decode_handoff(row.state)
        values = phases_counted(plan, (status for pk, status in statuses.items() if pk != row.pk))
        if turned and (news := _news(other, values)):
            yield row.pk, c.Count(values=news)
        for seat in other_front(plan, other, changed):
            yield row.pk, seat

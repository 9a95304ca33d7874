"""A session that ends before the day it leads up to begins (S3.18, S3.23): what a customer may be brought to.

One rule: a step that is due by the last session before a day is not planned in one that ends later; where the day moves
meanwhile, whoever holds it is told.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handrail.handoff.counting import anchor_day
from handrail.handoff.history import Handoff, Meeting
from handrail.handoff.items import step_of
from handrail.handoff.plan import Plan
from handrail.handoff.words import day_words
from handrail.runbook.model import Step, Timing


def day_before_which(plan: Plan, handoff: Handoff, step: Step) -> date | None:
    """The day before which its session must be over; None where it leads up to none, or that is not known."""
    timing = _leads_up_to(step)
    return anchor_day(plan, handoff, timing.anchor) if timing else None


def _leads_up_to(step: Step) -> Timing | None:
    due = step.due
    is_so = due is not None and due.session and due.session == step.session and due.side == "before"
    return due if is_so and due is not None and due.anchor.source in {"fact", "start"} else None


def too_late(plan: Plan, handoff: Handoff, step: Step, meets_at: datetime) -> str:
    """Why a meeting at that time comes too late; empty where it does not."""
    day, timing = day_before_which(plan, handoff, step), _leads_up_to(step)
    if day is None or timing is None or step.session is None:
        return ""
    session = plan.runbook.sessions[step.session]
    begins = datetime.combine(day, time.min, ZoneInfo(session.zone))
    length = datetime.combine(day, session.ends) - datetime.combine(day, session.starts)
    if meets_at + max(length, timedelta()) <= begins:
        return ""
    fact = plan.runbook.facts.get(timing.anchor.name)
    return f"It is over only after {fact.title if fact else 'that day'}, {day_words(day)}, begins."


def came_too_late(plan: Plan, before: Handoff, after: Handoff) -> Iterator[tuple[Step, Meeting, str]]:
    """The planned meetings that were in time, and are not any more."""
    for name, meetings in after.meetings.items():
        step = step_of(plan, after, name)
        if step is None or not _leads_up_to(step):
            continue
        for one in meetings:
            says = too_late(plan, after, step, one.meets_at) if one.state == "planned" else ""
            if says and not too_late(plan, before, step, one.meets_at):
                yield step, one, says

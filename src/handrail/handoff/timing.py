"""When the steps of a handoff open by themselves, fall due, and what the time brings before and after that.

One rule: none of these instants is ever stored. They follow their anchors, so a moved go-live or a new holiday moves
them too; and whose calendar they are counted on, so they follow whoever does the step.
"""

from collections.abc import Iterator
from datetime import date, datetime

from handrail.handoff.calendars import calendar_of
from handrail.handoff.counting import Own, day_of, instant_of, lapsed_at
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.model import Step, Timing
from handrail.worktime.calendar import Calendar
from handrail.worktime.windows import Window, next_day_in, next_day_outside

_MOST_TURNS = 60


def due_date(plan: Plan, handoff: Handoff, step: Step) -> date | None:
    """The step's last day; None where it has none, or its anchor is not known yet. What is to be done again is due on
    the day that was said then."""
    known = handoff.steps.get(step.name)
    if known is not None and known.due_on is not None:
        return known.due_on
    return day_of(plan, handoff, step.due, _opened(plan, handoff, step)) if step.due else None


def due_at(plan: Plan, handoff: Handoff, step: Step) -> datetime | None:
    """The instant itself where it is due in hours or with a session; else the end of the last day's working time."""
    known = handoff.steps.get(step.name)
    if step.due is not None and (step.due.in_hours or step.due.session) and not (known and known.due_on):
        return instant_of(plan, handoff, step.due, _opened(plan, handoff, step))
    day = due_date(plan, handoff, step)
    return calendar_of(plan, handoff, step).closing(day) if day else None


def warn_at(plan: Plan, handoff: Handoff, step: Step) -> datetime | None:
    return instant_of(plan, handoff, step.warn, own_moments(plan, handoff, step)) if step.warn else None


def escalations_at(plan: Plan, handoff: Handoff, step: Step) -> Iterator[tuple[int, datetime]]:
    """For each rung of the step's ladder whose time is known: its level from 1, and when."""
    if not step.escalations:
        return
    own = own_moments(plan, handoff, step)
    for level, one in enumerate(step.escalations, start=1):
        at = instant_of(plan, handoff, one.at, own)
        if at is not None:
            yield level, at


def silence_at(plan: Plan, handoff: Handoff, step: Step) -> datetime | None:
    """When nobody's answering becomes an answer, of an open step of which the runbook says so."""
    since = _opened_at(handoff, step)
    if step.silence is None or since is None:
        return None
    return lapsed_at(plan, handoff, since, step.silence.after, calendar_of(plan, handoff, step))


def waits_for_a_day(handoff: Handoff, step: Step) -> bool:
    known = handoff.steps.get(step.name)
    has_day = step.opens_on is not None or (known is not None and known.again_on is not None)
    return has_day or bool(step.opens_in or step.opens_not_in)


def opens_at(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> datetime | None:
    """When the step opens as far as the time goes: as a rule the beginning of a day's working time. None where that
    day is not known, or there is none within ten years. What is open has come in by its window."""
    known, own = handoff.steps.get(step.name), Own(calendar=calendar_of(plan, handoff, step))
    day = known.again_on if known is not None else None
    if day is None and step.opens_on is not None:
        if _is_exact(step.opens_on) and not (step.opens_in or step.opens_not_in):
            return instant_of(plan, handoff, step.opens_on, own)
        day = day_of(plan, handoff, step.opens_on, own)
        if day is None:
            return None
    if step.opens_in or step.opens_not_in:
        came = known.since if known is not None and known.state == "open" else now
        day = _within(plan, step, max(day or date.min, own.calendar.day_of(came)))
    return own.calendar.opening(day) if day else None


def _is_exact(timing: Timing) -> bool:
    return timing.in_hours or bool(timing.session)


def _within(plan: Plan, step: Step, day: date) -> date | None:
    """The first day from `day` on that lies in one of the windows and in none of the blackouts; those are of the
    runbook's calendar."""
    windows = [plan.windows[name] for name in step.opens_in]
    blackouts = [plan.windows[name] for name in step.opens_not_in]
    found: date | None = day
    for _ in range(_MOST_TURNS):
        before = found
        if found is not None and windows:
            found = _first_in(plan, windows, found)
        for blackout in blackouts:
            found = next_day_outside(blackout, found, plan.calendar, worked=True) if found else None
        if found == before:
            return found
    return None


def _first_in(plan: Plan, windows: list[Window], day: date) -> date | None:
    days = (next_day_in(window, day, plan.calendar, worked=True) for window in windows)
    return min((one for one in days if one is not None), default=None)


def day_after(calendar: Calendar, now: datetime, amount: int, unit: str) -> date:
    """The day that lies so many days after today."""
    today = calendar.day_of(now)
    if unit == "working days":
        return calendar.working_days_after(today, amount)
    return date.fromordinal(today.toordinal() + amount)


def own_moments(plan: Plan, handoff: Handoff, step: Step) -> Own:
    """When the open step opened and is due, on the calendar that it counts on."""
    calendar = calendar_of(plan, handoff, step)
    return Own(calendar=calendar, opened_at=_opened_at(handoff, step), due_at=due_at(plan, handoff, step))


def _opened(plan: Plan, handoff: Handoff, step: Step) -> Own:
    """For when it is due: that does not start from itself."""
    return Own(calendar=calendar_of(plan, handoff, step), opened_at=_opened_at(handoff, step))


def _opened_at(handoff: Handoff, step: Step) -> datetime | None:
    known = handoff.steps.get(step.name)
    return known.since if known is not None and known.state == "open" else None

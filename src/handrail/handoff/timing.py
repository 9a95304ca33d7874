"""When the steps of a handoff open by themselves and fall due.

One rule: a due date is never stored. It follows its anchor, so a moved go-live or a new holiday moves it too.
"""

from datetime import date, datetime

from handrail.handoff.history import Handoff, OnHold
from handrail.handoff.knowledge import value_of, written_of
from handrail.handoff.plan import Plan
from handrail.runbook.kinds import Date, Number
from handrail.runbook.model import Anchor, Ref, Step, Timing

_LONGEST = 20_000  # days; a longer wait than half a century is a typing mistake, and dates end


def due_date(plan: Plan, handoff: Handoff, step: Step) -> date | None:
    """The step's last day; None where it has none, or its anchor is not known yet. What is to be done again is due on
    the day that was said then."""
    known = handoff.steps.get(step.name)
    if known is not None and known.due_on is not None:
        return known.due_on
    return day_of(plan, handoff, step.due) if step.due else None


def due_at(plan: Plan, handoff: Handoff, step: Step) -> datetime | None:
    """The end of the last day's working time."""
    day = due_date(plan, handoff, step)
    return plan.calendar.closing(day) if day else None


def waits_for_a_day(handoff: Handoff, step: Step) -> bool:
    known = handoff.steps.get(step.name)
    return step.opens_on is not None or (known is not None and known.again_on is not None)


def opens_at(plan: Plan, handoff: Handoff, step: Step) -> datetime | None:
    """The beginning of the working time of the day on which the step opens; None where that day is not known."""
    known = handoff.steps.get(step.name)
    day = known.again_on if known is not None else None
    if day is None and step.opens_on is not None:
        day = day_of(plan, handoff, step.opens_on)
    return plan.calendar.opening(day) if day else None


def day_after(plan: Plan, now: datetime, amount: int, unit: str) -> date:
    """The day that lies so many days after today."""
    today = plan.calendar.day_of(now)
    if unit == "working days":
        return plan.calendar.working_days_after(today, amount)
    return date.fromordinal(today.toordinal() + amount)


def day_of(plan: Plan, handoff: Handoff, timing: Timing) -> date | None:
    anchor = _anchor_day(plan, handoff, timing.anchor)
    amount = _amount(plan, handoff, timing.amount)
    if anchor is None or amount is None:
        return None
    if timing.side == "after":
        amount += sum(_held(plan, one, anchor, timing) for one in handoff.holds)
    try:
        return _counted(plan, anchor, amount, timing)
    except (OverflowError, ValueError):
        return None  # beyond the calendar's first or last year


def _counted(plan: Plan, anchor: date, amount: int, timing: Timing) -> date:
    if timing.unit == "calendar days":
        return date.fromordinal(anchor.toordinal() + (amount if timing.side == "after" else -amount))
    if timing.side == "after":
        return plan.calendar.working_days_after(anchor, amount)
    return plan.calendar.working_days_before(anchor, amount)


def _held(plan: Plan, hold: OnHold, anchor: date, timing: Timing) -> int:
    """The days after the anchor in which the clock stood; a hold that goes on has not put off anything yet."""
    if hold.until is None:
        return 0
    first, last = max(anchor, plan.calendar.day_of(hold.since)), plan.calendar.day_of(hold.until)
    if timing.unit == "working days":
        return plan.calendar.working_days_between(first, last)
    return max(0, (last - first).days)


def _anchor_day(plan: Plan, handoff: Handoff, anchor: Anchor) -> date | None:
    match anchor.source:
        case "fact":
            value = value_of(plan, handoff, Ref(source="fact", name=anchor.name), Date())
            return value if isinstance(value, date) else None
        case "step":
            known = handoff.steps.get(anchor.name)
            return plan.calendar.day_of(known.since) if known and known.state == "done" else None
        case "start":
            return plan.calendar.day_of(handoff.started_at) if handoff.started_at else None
        case "opened" | "due":
            return None


def _amount(plan: Plan, handoff: Handoff, amount: int | Ref) -> int | None:
    if isinstance(amount, int):
        return amount
    written = written_of(plan, handoff, amount)
    number = plan.typed(Number(), written) if written is not None else None
    return min(int(number), _LONGEST) if number is not None and not isinstance(number, str | tuple | date) else None

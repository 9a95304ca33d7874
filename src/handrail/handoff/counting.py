"""Counting from an anchor: so many days or hours before or after it, or the session next to it.

One rule: what is counted on from an anchor is put off by the time that the clock stood since; what is counted back is
not, since the anchor is somebody's to move. Days and hours are those of the step's own calendar; the day of a fact and
the sessions are those of the runbook's.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handrail.handoff.history import Handoff, OnHold
from handrail.handoff.knowledge import value_of, written_of
from handrail.handoff.plan import Plan
from handrail.runbook.kinds import Date, Instant, Number
from handrail.runbook.model import Anchor, Lapse, Ref, Timing
from handrail.worktime.calendar import Calendar

_LONGEST = 20_000  # days; a longer wait than half a century is a typing mistake, and dates end
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """What is the step's own: the calendar that it counts on, when it opened and when it is due, where its timings
    start from those."""

    calendar: Calendar
    opened_at: datetime | None = None
    due_at: datetime | None = None


def day_of(plan: Plan, handoff: Handoff, timing: Timing, own: Own) -> date | None:
    """The day that the timing comes to; None where its anchor or amount is not known yet, or dates end before."""
    if timing.session or timing.in_hours:
        at = instant_of(plan, handoff, timing, own)
        return own.calendar.day_of(at) if at else None
    anchor = anchor_day(plan, handoff, timing.anchor, own)
    amount = _amount(plan, handoff, timing.amount)
    if anchor is None or amount is None:
        return None
    if timing.side == "after":
        amount += sum(_held_days(own.calendar, one, anchor, timing) for one in handoff.holds)
    try:
        return _counted(own.calendar, anchor, amount, timing)
    except (OverflowError, ValueError):
        return None  # beyond the calendar's first or last year


def instant_of(plan: Plan, handoff: Handoff, timing: Timing, own: Own) -> datetime | None:
    """Of a timing in hours its instant, of one by a session the end of the session; else the end of its day."""
    try:
        if timing.session:
            return _session(plan, handoff, timing, own)
        if timing.in_hours:
            return _hours_on(plan, handoff, timing, own)
    except (OverflowError, ValueError):
        return None
    day = day_of(plan, handoff, timing, own)
    return own.calendar.closing(day) if day else None


def lapsed_at(plan: Plan, handoff: Handoff, since: datetime, lapse: Lapse, calendar: Calendar) -> datetime | None:
    """When so much time has passed since an instant, holds left out."""
    anchor = Anchor(source="opened")
    timing = Timing(amount=lapse.amount, unit=lapse.unit, side="after", anchor=anchor, text=str(lapse))
    return instant_of(plan, handoff, timing, Own(calendar=calendar, opened_at=since))


def _counted(calendar: Calendar, anchor: date, amount: int, timing: Timing) -> date:
    inclusive = timing.inclusive
    if timing.unit == "calendar days":
        days = max(0, amount - 1) if inclusive else amount
        return date.fromordinal(anchor.toordinal() + (days if timing.side == "after" else -days))
    if timing.side == "after":
        return calendar.working_days_after(anchor, amount, inclusive=inclusive)
    return calendar.working_days_before(anchor, amount, inclusive=inclusive)


def _hours_on(plan: Plan, handoff: Handoff, timing: Timing, own: Own) -> datetime | None:
    anchor = _anchor_instant(plan, handoff, timing.anchor, own)
    amount = _amount(plan, handoff, timing.amount)
    if anchor is None or amount is None:
        return None
    calendar, hours = own.calendar, timedelta(hours=amount)
    if timing.side == "after":
        hours += sum((_held_time(calendar, one, anchor, timing) for one in handoff.holds), timedelta())
    if timing.unit == "hours":
        return anchor + hours if timing.side == "after" else anchor - hours
    return calendar.after(anchor, hours) if timing.side == "after" else calendar.before(anchor, hours)


def _session(plan: Plan, handoff: Handoff, timing: Timing, own: Own) -> datetime | None:
    """The last session that is over when the anchor's day begins, or the first of a later day."""
    sessions = plan.sessions[timing.session]
    day = anchor_day(plan, handoff, timing.anchor, own)
    if day is None:
        return None
    if timing.side == "before":
        found = sessions.last_ending_before(day, plan.calendar)
    else:
        following = plan.calendar.opening(day + _DAY).replace(hour=0, minute=0)
        found = sessions.first_from(following, plan.calendar)
    return found.ends_at if found else None


def _held_days(calendar: Calendar, hold: OnHold, anchor: date, timing: Timing) -> int:
    """The days after the anchor in which the clock stood; a hold that goes on has not put off anything yet."""
    if hold.until is None:
        return 0
    first, last = max(anchor, calendar.day_of(hold.since)), calendar.day_of(hold.until)
    if timing.unit == "working days":
        return calendar.working_days_between(first, last)
    return max(0, (last - first).days)


def _held_time(calendar: Calendar, hold: OnHold, anchor: datetime, timing: Timing) -> timedelta:
    if hold.until is None or hold.until <= anchor:
        return timedelta()
    first = max(anchor, hold.since)
    return calendar.between(first, hold.until) if timing.unit == "working hours" else hold.until - first


def anchor_day(plan: Plan, handoff: Handoff, anchor: Anchor, own: Own | None = None) -> date | None:
    """Told by the step's own calendar, except of a fact: that has one day, whoever counts from it."""
    if anchor.source == "fact" and not isinstance(plan.kinds[anchor.name], Instant):
        value = value_of(plan, handoff, Ref(source="fact", name=anchor.name), Date())
        return value if isinstance(value, date) else None
    at = _anchor_instant(plan, handoff, anchor, own)
    calendar = plan.calendar if own is None or anchor.source == "fact" else own.calendar
    return calendar.day_of(at) if at else None


def _anchor_instant(plan: Plan, handoff: Handoff, anchor: Anchor, own: Own | None) -> datetime | None:
    match anchor.source:
        case "fact":
            value = value_of(plan, handoff, Ref(source="fact", name=anchor.name), Instant())
            return value if isinstance(value, datetime) else None
        case "step":
            known = handoff.steps.get(anchor.name)
            return known.since if known and known.state == "done" else None
        case "start":
            return handoff.started_at
        case "opened":
            return own.opened_at if own else None
        case "due":
            return own.due_at if own else None


def _amount(plan: Plan, handoff: Handoff, amount: int | Ref) -> int | None:
    if isinstance(amount, int):
        return amount
    written = written_of(plan, handoff, amount)
    number = plan.typed(Number(), written) if written is not None else None
    return min(int(number), _LONGEST) if number is not None and not isinstance(number, str | tuple | date) else None

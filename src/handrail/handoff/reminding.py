"""When whoever owes a step is reminded of it.

One rule: who was not reminded in time is reminded once, and not once for each time that was missed.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime

from handrail.handoff.calendars import calendar_of
from handrail.handoff.counting import instant_of, lapsed_at
from handrail.handoff.history import Handoff, StepState
from handrail.handoff.plan import Plan
from handrail.handoff.timing import own_moments
from handrail.runbook.model import Lapse, Step

# A step that nobody has done after so many reminders is not done because of one more.
MOST = 30

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Reminding:
    """The how manieth reminder comes at that instant; `since` is the day of the first where that one can move."""

    number: int
    at: datetime
    since: date | None


def reminding(plan: Plan, handoff: Handoff, step: Step, known: StepState, now: datetime) -> Reminding | None:
    """Of those that an open step was not reminded of yet the last one that has come by now, else the first to come.

    What would have come before the step opened never does, and where the day from which they count has moved, they
    begin anew.
    """
    if step.remind is None:
        return None
    first = _at(plan, handoff, step, 1)
    if first is None:
        return None
    since = calendar_of(plan, handoff, step).day_of(first) if step.remind.first is not None else None

    def at(number: int) -> datetime:
        return _at(plan, handoff, step, number) or _NEVER

    numbers = range(1, MOST + 1)
    told = known.reminded if known.reminded_since == since else 0
    gone = max(told, bisect_right(numbers, known.since, key=at))
    number = max(gone + 1, bisect_right(numbers, now, key=at))
    if number > MOST or at(number) == _NEVER:
        return None
    return Reminding(number=number, at=at(number), since=since)


def _at(plan: Plan, handoff: Handoff, step: Step, number: int) -> datetime | None:
    assert step.remind is not None
    own, every = own_moments(plan, handoff, step), step.remind.every
    begins = own.opened_at
    if step.remind.first is not None:
        begins, number = instant_of(plan, handoff, step.remind.first, own), number - 1
    if begins is None or number == 0:
        return begins
    return lapsed_at(plan, handoff, begins, Lapse(amount=every.amount * number, unit=every.unit), own.calendar)

"""What a team has free in a period: what its people work on their calendars, less absences, roles and promises.

One rule: it is simple and says how it comes about. Whoever can hold so many roles at most gives a part of their time to
each that they hold; whoever has no limit counts as free. Nobody is asked to work what is promised already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from handrail.order.room import Need, Room
from handrail.worktime.calendar import Calendar

# Where nobody has given a person a calendar: Monday to Friday from nine to five.
USUAL = Calendar(name="usual", zone="UTC")
_MINUTE = timedelta(minutes=1)

Days = tuple[date, date]


@dataclass(frozen=True, kw_only=True)
class Worker:
    """`away` are days on which they are not there, the first and the last; `limit` is how many roles they can hold at
    most, None where there is none."""

    calendar: Calendar = USUAL
    away: tuple[Days, ...] = ()
    held: int = 0
    limit: int | None = None

    @property
    def free(self) -> Fraction:
        """What part of their time no role takes."""
        if self.limit is None:
            return Fraction(1)
        return Fraction(max(0, self.limit - self.held), self.limit) if self.limit else Fraction(0)


def room_of(need: Need, name: str, workers: Sequence[Worker], promised: Decimal, besides: str = "") -> Room:
    """`promised` hours are other customers' until then; `besides` is what else is to be known of the figures."""
    worked = [hours_of(one, need.since, need.until) for one in workers]
    whole = sum(worked, Fraction(0))
    unheld = sum((one * worker.free for one, worker in zip(worked, workers, strict=True)), Fraction(0))
    hours = _hours(unheld) - promised
    return Room(
        team=need.team,
        name=name,
        since=need.since,
        until=need.until,
        hours=hours,
        why=_why(len(workers), _hours(whole), _hours(whole - unheld), promised) + besides,
    )


def hours_of(worker: Worker, since: date, until: date) -> Fraction:
    """What they work from the first to the last day, both included, without the days on which they are away."""
    total = _worked(worker.calendar, since, until)
    for first, last in _apart(worker.away):
        total -= _worked(worker.calendar, max(first, since), min(last, until))
    return total


def _worked(calendar: Calendar, first: date, last: date) -> Fraction:
    if last < first:
        return Fraction(0)
    return Fraction(calendar.between(calendar.opening(first), calendar.closing(last)) // _MINUTE, 60)


def _apart(away: Sequence[Days]) -> list[Days]:
    """The same days, none of them twice."""
    found: list[Days] = []
    for first, last in sorted(away):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _why(people: int, worked: Decimal, held: Decimal, promised: Decimal) -> str:
    if not people:
        return "Nobody works in that team."
    who = "Its one person works" if people == 1 else f"Its {people:,} people work"
    parts = []
    if held:
        parts.append(f"{_said(held)} go to roles that they hold")
    if promised:
        parts.append(f"{_said(promised)} are promised to other customers")
    less = f"; {' and '.join(parts)}" if parts else ""
    return f"{who} {_said(worked)} hours until then{less}."


def _hours(amount: Fraction) -> Decimal:
    """Whole hours: nobody plans finer than that over weeks."""
    return Decimal(amount.numerator // amount.denominator)


def _said(hours: Decimal) -> str:
    return f"{int(hours.to_integral_value(rounding=ROUND_FLOOR)):,}"

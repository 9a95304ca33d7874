"""Adding 80 working hours: Handrail's `Calendar.after` beside businesstimedelta.

One rule: no engine is timed before each of its answers has been compared with the reference, a walk from day to day.
Where the two are known to answer otherwise, on days when the clock changes, that is counted and told, and not timed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import pytz
from decision import Mismatch
from report import Line, Subject
from rounds import over_cases, side_by_side

from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import Period

_AMOUNT = timedelta(hours=80)
_ZONE = "America/New_York"
_CHECKED_CASES = 500
_TIMED_CASES = 40  # the peer takes milliseconds for each

_HANDRAIL = "Handrail"
_FIRST_TIME = "Handrail, on a calendar made anew"
_PEER = "businesstimedelta"


@dataclass(frozen=True, kw_only=True)
class Office:
    """The same hours on each of its weekdays: one period, or two with a break between them."""

    name: str
    periods: tuple[Period, ...]
    weekdays: frozenset[int] = frozenset(range(5))
    closed: frozenset[date] = frozenset()

    def calendar(self) -> Calendar:
        return Calendar(
            name=self.name,
            zone=_ZONE,
            weekdays=self.weekdays,
            periods=dict.fromkeys(self.weekdays, self.periods),
            closed=self.closed,
        )

    def peer(self) -> businesstimedelta.BusinessTimeDelta:
        around = {"working_days": sorted(self.weekdays), "tz": pytz.timezone(_ZONE)}
        opens, closes = self.periods[0][0], self.periods[-1][1]
        rules = [businesstimedelta.WorkDayRule(start_time=opens, end_time=closes, **around)]
        if len(self.periods) > 1:
            (_, begins), (ends, _) = self.periods
            rules.append(businesstimedelta.LunchTimeRule(start_time=begins, end_time=ends, **around))
        if self.closed:
            rules.append(businesstimedelta.HolidayRule(self.closed, tz=around["tz"]))
        return businesstimedelta.BusinessTimeDelta(businesstimedelta.Rules(rules), timedelta=_AMOUNT)

    def walk(self, instant: datetime) -> datetime:
        """The reference."""
        day, left = instant.astimezone(ZoneInfo(_ZONE)).date(), _AMOUNT
        while True:
            for opens, closes in self._open_on(day):
                begins = max(opens, instant)
                if begins < closes and left <= closes - begins:
                    return begins + left
                left -= max(timedelta(0), closes - begins)
            day += timedelta(days=1)

    def _open_on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if day.weekday() in self.weekdays and day not in self.closed:
            for period in self.periods:
                opens, closes = (datetime.combine(day, at, ZoneInfo(_ZONE)).astimezone(UTC) for at in period)
                yield opens, closes


_OFFICES = (
    Office(name="9:00 to 17:00, Monday to Friday", periods=((time(9), time(17)),)),
    Office(
        name="with a lunch break and the holidays of the US",
        periods=((time(9), time(12)), (time(13), time(17))),
        closed=frozenset(holidays.country_holidays("US", years=range(2026, 2036))),
    ),
)
# The clock jumps over 2:30 on 14 March 2027, so these hours end half an hour before they would.
_SKIPPED = Office(
    name="hours that end at 2:30, which one day skips",
    periods=((time(0), time(2, 30)),),
    weekdays=frozenset(range(7)),
)


def working_time_subjects(rounds: int) -> Iterator[Subject]:
    for office in _OFFICES:
        yield _subject(office, rounds)


def _subject(office: Office, rounds: int) -> Subject:
    calendar, amount, instants = office.calendar(), office.peer(), _instants(_CHECKED_CASES)
    _check(_HANDRAIL, office, lambda instant: calendar.after(instant, _AMOUNT), instants)
    _check(_PEER, office, lambda instant: instant + amount, instants)
    timed = instants[:_TIMED_CASES]
    contestants = [
        over_cases(_HANDRAIL, lambda instant: calendar.after(instant, _AMOUNT), timed),
        over_cases(_FIRST_TIME, lambda instant: office.calendar().after(instant, _AMOUNT), timed),
        over_cases(_PEER, lambda instant: instant + amount, timed),
    ]
    laps = side_by_side(contestants, rounds)
    aims = {_HANDRAIL: 100.0}
    return Subject(
        name=f"80 working hours: {office.name}",
        unit="sum",
        says=f"{len(instants):,} answers of each equal the reference's; {len(timed)} cases timed.",
        against=_PEER,
        lines=tuple(Line(name=name, laps=one, aim=aims.get(name)) for name, one in laps.items()),
    )


def difference_lines() -> Iterator[str]:
    """A closed day of 25 hours is not tried: the peer never answers where it is open in the last of them."""
    calendar, amount, instants = _SKIPPED.calendar(), _SKIPPED.peer(), _instants(_CHECKED_CASES)
    differ = sum(instant + amount != calendar.after(instant, _AMOUNT) for instant in instants)
    yield f"Where {_PEER} answers otherwise than Handrail"
    yield f"  {_SKIPPED.name}: {differ} of {len(instants)} answers"


def _instants(count: int) -> list[datetime]:
    """Minutes of two years, with both changes of the clock in each."""
    random = Random(80)
    begins = datetime(2027, 1, 1, tzinfo=UTC)
    return [begins + timedelta(minutes=random.randrange(2 * 365 * 24 * 60)) for _ in range(count)]


def _check(engine: str, office: Office, add: Callable[[datetime], datetime], instants: Sequence[datetime]) -> None:
    for instant in instants:
        found, expected = add(instant), office.walk(instant)
        if found != expected:
            raise Mismatch(f"{engine} adds 80 hours to {instant} and gets {found}, the reference {expected}.")

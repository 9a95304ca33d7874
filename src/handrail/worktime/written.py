"""Opening hours as people write them: read from what somebody typed, and told in words.

One rule: whatever is told can be typed again, and means the same.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import time
from itertools import groupby

from handrail.worktime.walltime import MIDNIGHT, WEEKDAYS, Period

_PERIOD = re.compile(
    r"(?P<opens>\d{1,2})(?:[:.]?(?P<opens_minute>\d{2}))?\s*(?:-|–|—|to|until)\s*"
    r"(?P<closes>\d{1,2})(?:[:.]?(?P<closes_minute>\d{2}))?"
)
_BETWEEN = re.compile(r"\s*(?:,|;|\band\b|\n)\s*")
_NONE = frozenset({"", "-", "–", "—", "closed", "not worked", "none"})


def read_periods(text: str) -> tuple[Period, ...]:
    """`09:00–12:30, 13:30–17:00`, or `9-17`; none from an empty text. Raises ValueError, in words."""
    if text.strip().lower() in _NONE:
        return ()
    return tuple(_period(part) for part in _BETWEEN.split(text.strip().lower()) if part)


def _period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is not a time from … to …: write it like 09:00–12:30, 13:30–17:00.")
    return _time(found["opens"], found["opens_minute"]), _time(found["closes"], found["closes_minute"])


def _time(hour: str, minute: str | None) -> time:
    """24:00 is the midnight at which the day ends."""
    if (int(hour), int(minute or 0)) == (24, 0):
        return MIDNIGHT
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise ValueError(f"{hour}:{minute or '00'} is no time of the day: it goes from 00:00 to 24:00.") from None


def periods_words(periods: Sequence[Period]) -> str:
    """`09:00–12:30, 13:30–17:00`; nothing for a day that is not worked."""
    return ", ".join(f"{opens:%H:%M}–{_end(closes)}" for opens, closes in periods)


def _end(closes: time) -> str:
    return "24:00" if closes == MIDNIGHT else f"{closes:%H:%M}"


def week_words(week: Sequence[Sequence[Period]]) -> str:
    """`Monday to Thursday 09:00–17:00; Friday 09:00–13:00`, from the periods of each weekday."""
    return "; ".join(_stretches(week)) or "Never open"


def _stretches(week: Sequence[Sequence[Period]]) -> Iterator[str]:
    for periods, alike in groupby(range(7), key=lambda weekday: tuple(week[weekday])):
        days = [WEEKDAYS[weekday] for weekday in alike]
        if periods:
            which = days[0] if len(days) == 1 else f"{days[0]} {'and' if len(days) == 2 else 'to'} {days[-1]}"
            yield f"{which} {periods_words(periods)}"

"""The company's working calendars as the pure ones: opening hours, public holidays and own closing days together."""

from datetime import date, time
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone

from handrail.desk import models
from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import Period

# Holidays are worked out this far around the present: due dates lie within it, and history never asks again.
_YEARS_BACK, _YEARS_AHEAD = 3, 12

_WEEKDAYS = {str(weekday): weekday for weekday in range(7)}


class UnreadableCalendar(Exception):
    """A calendar's row that says what no calendar can be made of; the message says what, for whoever looks after it."""


def calendar_of(row: models.Calendar) -> Calendar:
    """Raises UnreadableCalendar."""
    own = {one.day for one in row.closing_days.all()}
    try:
        return Calendar(
            name=row.key,
            zone=_zone(row.zone),
            weekdays=_weekdays(row.weekdays),
            opens=row.opens,
            closes=row.closes,
            periods=_periods(row.periods),
            closed=frozenset(own | _public_holidays(row.country, row.region)),
        )
    except ValueError as fault:
        raise UnreadableCalendar(f"The calendar “{row.name}” cannot be read. {fault}") from fault


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):  # an unknown name, one that is no path, one that is a folder
        raise ValueError(f"There is no time zone “{name}”; write it like America/New_York.") from None


def _weekdays(kept: object) -> frozenset[int]:
    """Monday to Friday where none are kept."""
    if not isinstance(kept, list) or not all(type(day) is int for day in kept):
        raise ValueError(f"Its weekdays must be numbers from 0, Monday, to 6, Sunday, in a list, not {kept!r}.")
    return frozenset(kept or range(5))


def _periods(kept: object) -> dict[int, tuple[Period, ...]]:
    """By weekday, from what the model shows."""
    if isinstance(kept, dict):
        try:
            return {_WEEKDAYS[weekday]: tuple(_period(one) for one in periods) for weekday, periods in kept.items()}
        except (KeyError, TypeError, ValueError):
            pass  # said below
    raise ValueError(
        "Its periods must be times in pairs, in a list for each weekday from 0, Monday, to 6, Sunday, like "
        f'{{"4": [["09:00", "12:30"], ["13:30", "15:00"]]}}, not {kept!r}.'
    )


def _period(kept: list[str]) -> Period:
    begins, ends = kept
    return _time(begins), _time(ends)


def _time(kept: str) -> time:
    read = time.fromisoformat(kept)
    if f"{read:%H:%M}" != kept:  # seconds, or a zone of its own
        raise ValueError(kept)
    return read


def _public_holidays(country: str, region: str) -> set[date]:
    if not country:
        return set()
    this_year = timezone.now().year
    years = range(this_year - _YEARS_BACK, this_year + _YEARS_AHEAD + 1)
    try:
        return set(holidays.country_holidays(country, subdiv=region or None, years=years))
    except NotImplementedError:
        place = f"the region “{region}” of “{country}”" if region else f"the country “{country}”"
        raise ValueError(f"The public holidays of {place} are not known.") from None

"""The company's working calendars as the pure ones: opening hours, public holidays and own closing days together."""

from collections.abc import Iterable
from datetime import date, time
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone
from holidays.registry import COUNTRIES

from handrail.desk import models
from handrail.worktime.calendar import Calendar
from handrail.worktime.walltime import Period

# Holidays are worked out this far around the present: due dates lie within it, and history never asks again.
_YEARS_BACK, _YEARS_AHEAD = 3, 12

_LONGEST_REGION = 10  # characters of a code that are kept
_WEEKDAYS = {str(weekday): weekday for weekday in range(7)}


class UnreadableCalendar(Exception):
    """A calendar's row that says what no calendar can be made of; the message says what, for whoever looks after it."""


def calendar_of(row: models.Calendar, own: Iterable[date] | None = None) -> Calendar:
    """`own` are its closing days where they are not those of the database. Raises UnreadableCalendar."""
    days = {one.day for one in row.closing_days.all()} if own is None else set(own)
    try:
        return Calendar(
            name=row.key,
            zone=_zone(row.zone),
            weekdays=_weekdays(row.weekdays),
            opens=row.opens,
            closes=row.closes,
            periods=_periods(row.periods),
            closed=frozenset(days | public_holidays(row.country, row.region).keys()),
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


def public_holidays(country: str, region: str) -> dict[date, str]:
    """With their names, in English where those are known. Raises ValueError."""
    if not country:
        return {}
    this_year = timezone.now().year
    years = range(this_year - _YEARS_BACK, this_year + _YEARS_AHEAD + 1)
    try:
        language = "en_US" if "en_US" in getattr(holidays, country).supported_languages else None
        return dict(holidays.country_holidays(country, subdiv=region or None, years=years, language=language))
    except (AttributeError, NotImplementedError):
        place = f"the region “{region}” of “{country}”" if region else f"the country “{country}”"
        raise ValueError(f"The public holidays of {place} are not known.") from None


@cache
def countries() -> dict[str, str]:
    """By their codes, the names of those whose public holidays are known."""
    known = {codes[1]: " ".join(map(_capital, name.split("_"))) for name, codes in COUNTRIES.items()}
    return dict(sorted(known.items(), key=lambda one: one[1]))


@cache
def regions(country: str) -> dict[str, str]:
    """Those of the country that have holidays of their own: by their codes, the names where they are known."""
    if country not in countries():
        return {}
    known = getattr(holidays, country)
    names = {code: name for name, code in getattr(known, "subdivisions_aliases", {}).items()}
    kept = [code for code in known.subdivisions if len(code) <= _LONGEST_REGION]
    return dict(sorted(((code, names.get(code, code)) for code in kept), key=lambda one: one[1]))


def _capital(word: str) -> str:
    return word if word in {"and", "of", "the"} else word.capitalize()

"""The company's working calendars as the pure ones: opening hours, public holidays and own closing days together."""

from datetime import date

import holidays
from django.utils import timezone

from handrail.desk import models
from handrail.worktime.calendar import Calendar

# Holidays are worked out this far around the present: due dates lie within it, and history never asks again.
_YEARS_BACK, _YEARS_AHEAD = 3, 12


def calendar_of(row: models.Calendar) -> Calendar:
    own = set(row.closing_days.values_list("day", flat=True))
    return Calendar(
        name=row.key,
        zone=row.zone,
        weekdays=frozenset(row.weekdays or range(5)),
        opens=row.opens,
        closes=row.closes,
        closed=frozenset(own | _public_holidays(row.country, row.region)),
    )


def _public_holidays(country: str, region: str) -> set[date]:
    if not country:
        return set()
    this_year = timezone.now().year
    years = range(this_year - _YEARS_BACK, this_year + _YEARS_AHEAD + 1)
    return set(holidays.country_holidays(country, subdiv=region or None, years=years))

"""The calendar of the cases: an office in New York, and its holidays. The manual tells them in its introduction."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from handrail.worktime.calendar import Calendar

HOLIDAYS = {
    date(2027, 1, 1): "New Year’s Day",
    date(2027, 1, 18): "Martin Luther King Jr. Day",
    date(2027, 2, 15): "Presidents’ Day",
    date(2027, 5, 31): "Memorial Day",
    date(2027, 7, 5): "Independence Day, observed",
}
OFFICE = Calendar(name="office", zone="America/New_York", closed=frozenset(HOLIDAYS))

_CLOCK = "%Y-%m-%d %H:%M"


def instant(text: str) -> datetime:
    """`2027-01-04 09:00` on the office's clock, in UTC; raises ValueError where it is not an instant."""
    return datetime.strptime(text, _CLOCK).replace(tzinfo=ZoneInfo(OFFICE.zone)).astimezone(UTC)


def clock(at: datetime) -> str:
    return at.astimezone(ZoneInfo(OFFICE.zone)).strftime(_CLOCK)

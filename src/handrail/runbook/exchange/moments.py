"""Times, dates with times and durations: what DMN compares, and of which our cells hold but instants.

One rule: they are only ever compared, never shown or counted; two that have no order have none here.
"""

import re
from datetime import UTC, datetime, time
from decimal import Decimal

# The types of FEEL beside those that our kinds hold, by every name that readers use.
TYPES = {
    "time": "time",
    "datetime": "date and time",
    "date and time": "date and time",
    "daytimeduration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearmonthduration": "years and months duration",
    "years and months duration": "years and months duration",
}
EXAMPLES = {
    "time": "16:11:00",
    "date and time": "2027-03-01T16:11:00Z",
    "days and time duration": "P1DT10H",
    "years and months duration": "P1Y5M",
}

# What is compared: only two of the same first part have an order.
Ordered = tuple[str, datetime | time | Decimal]

_DAYS = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII)
_MONTHS = re.compile(r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)


def ordered(type_name: str, text: str) -> Ordered | None:
    """None where the text is not of the type."""
    text = text.strip()
    if len(text) > 80:
        return None
    match type_name:
        case "time":
            return _time(text)
        case "date and time":
            return _instant(text)
        case "days and time duration":
            return _days(text)
        case _:
            return _months(text)


def _time(text: str) -> Ordered | None:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return ("time here" if found.tzinfo is None else "time", found)


def _instant(text: str) -> Ordered | None:
    try:
        found = datetime.fromisoformat(text)
        return ("here", found) if found.tzinfo is None else ("anywhere", found.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _days(text: str) -> Ordered | None:
    found = _DAYS.fullmatch(text)
    if found is None or text[-1] in "PT":
        return None
    days, hours, minutes, seconds = (Decimal(part or 0) for part in found.groups()[1:])
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return ("seconds", -total if found[1] else total)


def _months(text: str) -> Ordered | None:
    found = _MONTHS.fullmatch(text)
    if found is None or text[-1] == "P":
        return None
    total = Decimal(found[2] or 0) * 12 + Decimal(found[3] or 0)
    return ("months", -total if found[1] else total)

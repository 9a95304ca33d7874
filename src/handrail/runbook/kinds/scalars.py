"""One value, of whatever kind but a list: how text becomes one, and how one is written and spoken.

One rule: what is written is canonical. Reading it gives the value back, and equal values are the same text.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from handrail.runbook.kinds.amounts import grouped, plain, read_amount
from handrail.runbook.kinds.declared import (
    LONGEST_PERSON,
    LONGEST_TEXT,
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Records,
    Scalar,
    Several,
    Text,
    YesNo,
)
from handrail.runbook.kinds.unfit import Unfit, quoted


def read_scalar(kind: Kind, text: str) -> Scalar | Unfit:
    text = text.strip()
    if not text:
        return Unfit("Nothing is written here.")
    match kind:
        case Text():
            return _read_text(text)
        case Number() | Money():
            return read_amount(kind, text)
        case Date():
            return _read_date(text)
        case Instant():
            return _read_instant(text)
        case YesNo():
            return _read_yes_no(text)
        case Choice(of=of):
            return _read_choice(of, text)
        case Link():
            return _read_link(text)
        case PersonName():
            return _read_person(text)
        case Records() | Several():
            return Unfit("A list has rows, not one value.")


def write_scalar(value: Scalar) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case datetime():
            return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
        case date():
            return value.isoformat()
        case str():
            return value


def spoken_scalar(kind: Kind, value: Scalar) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{grouped(value)} {kind.currency}" if isinstance(kind, Money) else grouped(value)
        case datetime():
            clock = f"{value:%H:%M:%S}".removesuffix(":00")
            return f"{value.day} {value:%B %Y} at {clock} UTC"
        case date():
            return f"{value.day} {value:%B %Y}"
        case str():
            return value


def _read_text(text: str) -> str | Unfit:
    if len(text) > LONGEST_TEXT:
        return Unfit(f"This text has {len(text):,} characters; at most {LONGEST_TEXT:,} are kept. Shorten it.")
    if any(character < " " and character not in "\n\t\r" for character in text):
        return Unfit("This text holds control characters. Remove them.")
    return text


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _read_date(text: str) -> date | Unfit:
    bare = text.removesuffix("T00:00:00").removesuffix(" 00:00:00")
    if not _ISO_DATE.fullmatch(bare):
        return Unfit(f"{quoted(text)} is not a date. Write year-month-day, like 2026-08-03.")
    try:
        return date.fromisoformat(bare)
    except ValueError:
        return Unfit(f"{bare} is not a day of the calendar.")


# RFC 3339, in which the seconds may be left out.
_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt ](?P<minute>\d{2}:\d{2})(?P<second>:\d{2})?(?P<fraction>\.\d+)?"
    r" ?(?P<offset>[Zz]|[+-]\d{2}:\d{2})?",
    re.ASCII,
)


def _read_instant(text: str) -> datetime | Unfit:
    found = _INSTANT.fullmatch(text)
    if not found:
        like = "2027-01-04T09:00-05:00"
        return Unfit(f"{quoted(text)} is not an instant. Write day, time and offset from UTC, like {like}.")
    day, minute, second, fraction, offset = found.groups(default="")
    local = f"{day}T{minute}{second}"
    if not offset:
        ways = f"{local}Z where that is the time in UTC, {local}-05:00 where clocks are five hours behind it"
        return Unfit(f"{quoted(text)} does not say where clocks show that time. Add the offset from UTC: {ways}.")
    if fraction.strip(".0"):
        return Unfit(f"{quoted(text)} is finer than a second. Instants are kept in whole seconds: leave the rest out.")
    try:
        return datetime.fromisoformat(f"{local}{offset.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        return Unfit(f"{quoted(text)} is not a time of the calendar.")


_YES = {"yes", "true", "y"}
_NO = {"no", "false", "n"}


def _read_yes_no(text: str) -> bool | Unfit:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    return Unfit(f"{quoted(text)} is neither yes nor no.")


def _read_choice(of: tuple[str, ...], text: str) -> str | Unfit:
    if text in of:
        return text
    folded = {choice.casefold(): choice for choice in of}
    if text.casefold() in folded and len(folded) == len(of):
        return folded[text.casefold()]
    return Unfit(f"{quoted(text)} is not one of {', '.join(of)}.")


def _read_link(text: str) -> str | Unfit:
    """Only http and https: a link is shown to people who click on it."""
    mistake = Unfit(f"{quoted(text)} is not a link. Write it whole, like https://example.com/page.")
    if len(text) > 2000 or any(character <= " " for character in text):
        return mistake
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return mistake
    return text if usable else mistake


_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


def _read_person(text: str) -> str | Unfit:
    """An e-mail address is kept in small letters, so that nobody is two people."""
    name = " ".join(text.split())
    name = name.lower() if _ADDRESS.fullmatch(name) else name
    if len(name) > LONGEST_PERSON:
        return Unfit(f"This name has {len(name):,} characters; at most {LONGEST_PERSON} are kept. Shorten it.")
    if any(character < " " for character in name):
        return Unfit("This name holds control characters. Remove them.")
    return name

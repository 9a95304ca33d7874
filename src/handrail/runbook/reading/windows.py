"""The windows of a runbook: `{days: first 5 working days of a quarter}`, or `{from: 12-15, to: 01-05}` each year.

One rule: a window is made of whole days.
"""

import re
from datetime import date
from typing import cast

from handrail.runbook.model import FirstDays, Period, Season, Window
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import SAYS, TITLE, Key, Keys, Words
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.names import title_of

KEYS: Keys = {
    "title": TITLE,
    "days": Key(
        says="The first or last days of each week, month, quarter or year.",
        shape=Words(examples=("first 5 working days of a quarter", "last 3 calendar days of a month")),
    ),
    "from": Key(says="Month and day on which it begins, each year.", shape=Words(examples=("12-15",))),
    "to": Key(says="Month and day on which it ends.", shape=Words(examples=("01-05",))),
    "says": SAYS,
}
# A window is written in one of these ways.
WAYS = (("days",), ("from", "to"))

_LONGEST: dict[Period, int] = {"week": 7, "month": 31, "quarter": 92, "year": 366}
_FIRST_DAYS = re.compile(
    r"(?P<end>first|last) (?P<count>[0-9]{1,9}) (?P<unit>working|calendar) days? of a "
    r"(?P<period>week|month|quarter|year)"
)
_DAY = re.compile(r"(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_NOTHING = FirstDays(count=1, of="week")  # stands where a problem has been told
_LEAP_YEAR = 2024


def windows_of(top: Block) -> dict[str, Window]:
    return {name: _window(name, block) for name, block in top.declared("windows", "window", KEYS)}


def _window(name: str, block: Block) -> Window:
    return Window(
        name=name,
        title=block.title("title", title_of(name)),
        days=_days(block),
        says=block.text("says"),
        place=block.place,
    )


def _days(block: Block) -> FirstDays | Season:
    if "days" in block and ("from" in block or "to" in block):
        says = f"{sentence(block.what)} says its days twice: with “days”, and with “from” and “to”."
        block.margin.error(block.place_of("days"), "key-beside-another", says, "Keep one of the two.")
    elif "days" not in block and "from" not in block and "to" not in block and block.is_sound:
        says = f"{sentence(block.what)} has no days."
        mend = "Write “days: first 5 working days of a quarter”, or “from: 12-15” and “to: 01-05”."
        block.margin.error(block.place, "missing-key", says, mend)
    return _first_days(block) if "days" in block else _season(block)


def _first_days(block: Block) -> FirstDays:
    leaf = block.leaf("days")
    if leaf is None:
        return _NOTHING
    found = _FIRST_DAYS.fullmatch(" ".join(leaf.text.split()))
    period = cast("Period", found["period"]) if found else "year"
    if found and 1 <= int(found["count"]) <= _LONGEST[period]:
        working, last = found["unit"] == "working", found["end"] == "last"
        return FirstDays(count=int(found["count"]), of=period, working=working, last=last)
    says = f"{quoted(leaf.text)} does not say which days."
    mend = "Write it like “first 5 working days of a quarter” or “last 3 calendar days of a month”."
    block.margin.error(leaf.place, "bad-window", says, mend)
    return _NOTHING


def _season(block: Block) -> FirstDays | Season:
    if "from" in block or "to" in block:
        block.needs("from", "to")
    first, last = _day(block, "from"), _day(block, "to")
    return Season(first=first, last=last) if first and last else _NOTHING


def _day(block: Block, key: str) -> tuple[int, int] | None:
    leaf = block.leaf(key)
    if leaf is None:
        return None
    found = _DAY.fullmatch(leaf.text.strip())
    day = (int(found["month"]), int(found["day"])) if found else (0, 0)
    if _is_of_the_calendar(*day):
        return day
    says = f"{quoted(leaf.text)} is not a day of the year."
    block.margin.error(leaf.place, "bad-window", says, "Write month and day, like 12-15 for the 15th of December.")
    return None


def _is_of_the_calendar(month: int, day: int) -> bool:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True

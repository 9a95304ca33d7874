"""The sessions of a runbook: meetings that recur for everybody.

One rule: a session is held on days of the week and in the wall time of its zone; which customers come is not said here.
"""

import re
from datetime import date, time
from zoneinfo import ZoneInfo

from handrail.runbook.kinds import Date, Unfit, read_scalar
from handrail.runbook.model import Session
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import FORWARDING, SAYS, TITLE, WHERE, Key, Keys, ListOf, OneOf, Words
from handrail.runbook.reading.margin import did_you_mean, quoted, sentence
from handrail.runbook.reading.names import LONGEST_TITLE, title_of
from handrail.runbook.reading.tree import Leaf

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_WEEKS = 52
MOST_SEATS = 100_000

KEYS: Keys = {
    "title": TITLE,
    "on": Key(says="The days of the week on which it is held.", shape=ListOf(of=OneOf(words=WEEKDAYS)), needed=True),
    "every": Key(says="How often: “week”, where nothing is said.", shape=OneOf(words=("week",), or_like=("2 weeks",))),
    "first": Key(
        says="A day on which it is held; needed where it is not held every week.", shape=Words(examples=("2026-01-07",))
    ),
    "from": Key(says="When it begins.", shape=Words(examples=("09:00",)), needed=True),
    "to": Key(says="When it ends.", shape=Words(examples=("10:00",)), needed=True),
    "zone": Key(says="The time zone of both.", shape=Words(examples=("America/New_York",)), needed=True),
    "seats": Key(says="How many can come."),
    "where": WHERE,
    "forwarding": FORWARDING,
    "says": SAYS,
}

_EVERY = re.compile(r"(?P<weeks>[0-9]{1,9}) weeks?")
_TIME = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])")


def sessions_of(top: Block) -> dict[str, Session]:
    return {name: _session(name, block) for name, block in top.declared("sessions", "session", KEYS)}


def _session(name: str, block: Block) -> Session:
    weekdays, every = _weekdays(block), _every(block)
    starts, ends = time_in(block, "from"), time_in(block, "to")
    if starts is not None and ends is not None and starts >= ends:
        says = f"{sentence(block.what)} ends before it begins."
        block.margin.error(block.place_of("to"), "empty-range", says, "Write the earlier time at “from”.")
    return Session(
        name=name,
        title=block.title("title", title_of(name)),
        weekdays=weekdays,
        every=every,
        first=_first(block, weekdays, every),
        starts=starts or time.min,
        ends=ends or time.max,
        zone=_zone(block),
        seats=_seats(block),
        where=block.text("where", "", LONGEST_TITLE),
        forwarding=block.yes_no("forwarding", default=True),
        says=block.text("says"),
        place=block.place,
    )


def _weekdays(block: Block) -> tuple[int, ...]:
    leaves = block.texts("on")
    for leaf in leaves:
        if leaf.text.strip() not in WEEKDAYS:
            says = f"{quoted(leaf.text)} is not a day of the week."
            block.margin.error(leaf.place, "unknown-word", says, did_you_mean(leaf.text.strip().capitalize(), WEEKDAYS))
    if block.is_empty_list("on"):
        says = f"{sentence(block.what)} is held on no day."
        block.margin.error(block.place_of("on"), "empty-value", says, "List its days, as in “on: [Monday]”.")
    return tuple(number for number, day in enumerate(WEEKDAYS) if day in {leaf.text.strip() for leaf in leaves})


def _every(block: Block) -> int:
    leaf = block.leaf("every")
    if leaf is None or leaf.text.strip() == "week":
        return 1
    found = _EVERY.fullmatch(" ".join(leaf.text.split()))
    if found and 1 <= int(found["weeks"]) <= MOST_WEEKS:
        return int(found["weeks"])
    says = f"{quoted(leaf.text)} does not say how often."
    block.margin.error(
        leaf.place, "bad-timing", says, f"Write “every: week”, or like “every: 2 weeks”, at most {MOST_WEEKS}."
    )
    return 1


def _first(block: Block, weekdays: tuple[int, ...], every: int) -> date | None:
    leaf = block.leaf("first")
    if leaf is None:
        if every > 1 and "first" not in block:
            says = f"{sentence(block.what)} is not held every week, and nothing says in which."
            block.margin.error(
                block.place_of("every"), "missing-key", says, "Add “first: …” with a day of one of them."
            )
        return None
    day = read_scalar(Date(), leaf.text)
    if isinstance(day, Unfit):
        block.margin.error(leaf.place, "unfit-value", day.says, "Write a day on which it is held.")
        return None
    assert isinstance(day, date)  # the kind is a date
    if weekdays and day.weekday() not in weekdays:
        says = f"{leaf.text.strip()} is a {WEEKDAYS[day.weekday()]}, and {block.what} is not held on that."
        block.margin.error(leaf.place, "unfit-value", says, "Write a day on which it is held.")
    return day


def time_in(block: Block, key: str) -> time | None:
    leaf = block.leaf(key)
    if leaf is None:
        return None
    found = _TIME.fullmatch(leaf.text.strip())
    if found is None:
        says = f"{quoted(leaf.text)} is not a time of day."
        block.margin.error(leaf.place, "bad-timing", says, "Write hours and minutes, like 09:00 or 16:30.")
        return None
    return time(int(found["hour"]), int(found["minute"]))


def _zone(block: Block) -> str:
    leaf = block.leaf("zone")
    if leaf is not None and not _is_zone(leaf):
        says = f"{quoted(leaf.text)} is not a time zone."
        block.margin.error(leaf.place, "unknown-zone", says, "Write its name in the IANA database, like Europe/Paris.")
    return leaf.text.strip() if leaf else ""


def _is_zone(leaf: Leaf) -> bool:
    try:
        ZoneInfo(leaf.text.strip())
    except (ValueError, OSError, LookupError):  # no such file, a folder, or no name of one
        return False
    return True


def _seats(block: Block) -> int | None:
    leaf = block.leaf("seats")
    if leaf is None:
        return None
    text = leaf.text.strip()
    if re.fullmatch(r"[0-9]{1,9}", text) and 1 <= int(text) <= MOST_SEATS:
        return int(text)
    says = f"{quoted(text)} is not a number of seats."
    block.margin.error(leaf.place, "unfit-value", says, f"Write a whole number, from 1 to {MOST_SEATS:,}.")
    return None

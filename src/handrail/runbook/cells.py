"""One cell of a decision table or condition: DMN unary tests (S-FEEL) over one typed value.

A cell is kept in a normal form from which everything else follows: what it matches, where it begins and ends, what it
shares with another. Cells are data: there is no expression to evaluate.

    -                     anything            < 5000   >= 5000      a comparison
    new                   that value          [0..5000)  (0..5]     an interval, [ ] closed, ( ) open
    tax, utilities        one of these        not(tax)              anything else
    given   missing       whether the value is known at all
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from handrail.runbook.kinds import (
    ORDERED,
    Choice,
    Date,
    Instant,
    Kind,
    PersonName,
    Several,
    Text,
    Unfit,
    Value,
    YesNo,
    a_value_of,
    read_scalar,
    spoken,
)

Point = Decimal | date | datetime  # those of one interval are of one kind

LONGEST_CELL = 2_000


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`; None is without end on that side."""

    low: Point | None
    low_closed: bool
    high: Point | None
    high_closed: bool

    def holds(self, value: Point) -> bool:
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)  # type: ignore[operator]
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)  # type: ignore[operator]
        return above and below


@dataclass(frozen=True)
class Anything:
    text: str = "-"


@dataclass(frozen=True)
class Within:
    """Any of the intervals; for numbers, money, dates and instants."""

    intervals: tuple[Interval, ...]
    text: str


@dataclass(frozen=True)
class Among:
    """One of the values, or with `negated` none of them; for choices, yes/no, text and persons."""

    values: frozenset[str | bool]
    negated: bool
    text: str


@dataclass(frozen=True)
class Presence:
    """Whether the value is known (`given`) or not (`missing`)."""

    given: bool
    text: str


Cell = Anything | Within | Among | Presence


def matches(cell: Cell, value: Value | None) -> bool | None:
    """Whether the cell holds for `value`; None (a missing value) leaves it unknown, except where presence is asked.

    For several values it holds where it does for one of them; `not(…)` where none of them is among those named. A list
    of none is given: that there is none is known.
    """
    if isinstance(value, tuple) and isinstance(cell, Among | Within):
        none_of = isinstance(cell, Among) and cell.negated
        return (all if none_of else any)(matches(cell, one) is True for one in value if not isinstance(one, Mapping))
    match cell:
        case Anything():
            return True
        case Presence(given=given):
            return (value is not None) == given
        case _ if value is None:
            return None
        case Among(values=values, negated=negated):
            return (value in values) != negated
        case Within(intervals=intervals):
            return any(interval.holds(value) for interval in intervals)  # type: ignore[arg-type]


def parse(text: str, kind: Kind) -> Cell | Unfit:
    """Read a cell for values of `kind`."""
    text = text.strip()
    if len(text) > LONGEST_CELL:
        return Unfit(f"A cell has at most {LONGEST_CELL:,} characters; this one has {len(text):,}.")
    if _negated(_negated(text) or "") is not None:
        return Unfit("A double not is hard to read: write what it may be.")
    if text == "-":
        return Anything()
    if text in {"given", "missing"} and not (isinstance(kind, Choice) and text in kind.of):
        return Presence(text == "given", text)
    if isinstance(kind, Several):
        return parse(text, kind.of)
    if isinstance(kind, ORDERED):
        return _parse_ordered(text, kind)
    if isinstance(kind, Choice | YesNo | Text | PersonName):
        return _parse_discrete(text, kind)
    said = a_value_of(kind)
    return Unfit(f"{said[0].upper()}{said[1:]} can only be tested for given or missing.")


def _parse_ordered(text: str, kind: Kind) -> Cell | Unfit:
    if _GROUPING.search(text):
        return Unfit("A comma separates alternatives here: write 5000 for five thousand, and “1, 200” for 1 or 200.")
    inner = _negated(text)
    if inner is not None:
        parsed = _parse_ordered(inner, kind)
        return Within(_complement(parsed.intervals), text) if isinstance(parsed, Within) else parsed
    intervals = []
    for part in _split(text):
        interval = _parse_interval(part, kind)
        if isinstance(interval, Unfit):
            return interval
        intervals.append(interval)
    return Within(tuple(intervals), text)


_COMPARISON = re.compile(r"(<=|>=|<|>|=)\s*(.+)", re.DOTALL)
_INTERVAL = re.compile(r"([\[\](])(.+?)\.\.(.+)([\[\])])", re.DOTALL)


def _parse_interval(text: str, kind: Kind) -> Interval | Unfit:
    if found := _INTERVAL.fullmatch(text):
        return _between(*found.groups(), kind=kind)
    if found := _COMPARISON.fullmatch(text):
        return _compared(*found.groups(), kind=kind)
    value = _endpoint(text, kind)
    return value if isinstance(value, Unfit) else Interval(value, True, value, True)


def _between(opening: str, low_text: str, high_text: str, closing: str, *, kind: Kind) -> Interval | Unfit:
    low, high = _endpoint(low_text, kind), _endpoint(high_text, kind)
    if isinstance(low, Unfit):
        return low
    if isinstance(high, Unfit):
        return high
    low_closed, high_closed = opening == "[", closing == "]"
    if low > high or (low == high and not (low_closed and high_closed)):  # type: ignore[operator]
        return Unfit(
            f"The interval {opening}{low_text}..{high_text}{closing} holds no value. Write the lower end first."
        )
    return Interval(low, low_closed, high, high_closed)


def _compared(sign: str, text: str, *, kind: Kind) -> Interval | Unfit:
    value = _endpoint(text, kind)
    if isinstance(value, Unfit):
        return value
    match sign:
        case "<" | "<=":
            return Interval(None, False, value, sign == "<=")
        case ">" | ">=":
            return Interval(value, sign == ">=", None, False)
        case _:
            return Interval(value, True, value, True)


# FEEL's own way of writing one, which may stand in a cell too.
_LITERALS = {
    Date: re.compile(r'date\(\s*"([^"]*)"\s*\)'),
    Instant: re.compile(r'date and time\(\s*"([^"]*)"\s*\)'),
}


def _endpoint(text: str, kind: Kind) -> Point | Unfit:
    pattern = _LITERALS.get(type(kind))
    literal = pattern.fullmatch(text.strip()) if pattern else None
    value = read_scalar(kind, literal[1] if literal else text)
    if isinstance(value, Unfit):
        return value
    assert isinstance(value, Decimal | date)  # the kind is an ordered one
    return value


def _parse_discrete(text: str, kind: Kind) -> Cell | Unfit:
    if isinstance(kind, Choice) and text in kind.of:
        return Among(frozenset({text}), False, text)  # a choice may itself hold a comma or brackets
    inner = _negated(text)
    values: set[str | bool] = set()
    for part in _split(text if inner is None else inner):
        value = read_scalar(kind, _unquoted(part))
        if isinstance(value, Unfit):
            return value
        assert isinstance(value, str | bool)  # the kind is a discrete one
        values.add(value)
    return Among(frozenset(values), inner is not None, text)


def _negated(text: str) -> str | None:
    """What stands in `not( … )`, None where the text is not of that form."""
    found = re.fullmatch(r"not\s*\((.*)\)", text, re.DOTALL)
    return found[1].strip() if found else None


_PARTS = re.compile(
    r'\s*("(?:[^"\\]|\\.)*"|[\[\](][^,]*?\.\.[^,]*?[\[\])]|date(?: and time)?\([^)]*\)|[^,]*)\s*(?:,|$)', re.DOTALL
)
_GROUPING = re.compile(r"\d,\d{3}(?!\d)", re.ASCII)


def _split(text: str) -> list[str]:
    """The alternatives of a cell, at commas outside quotes and brackets."""
    parts: list[str] = []
    at = 0
    while at < len(text) or not parts:
        found = _PARTS.match(text, at)
        if found is None or found.end() == at:
            return [*parts, text[at:].strip()]
        parts.append(found[1].strip())
        at = found.end()
        if at == len(text) and text.endswith(","):
            parts.append("")
    return parts


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return text


def _complement(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """What the intervals leave out, in order."""
    found: list[Interval] = []
    low: Point | None = None
    low_closed = False
    for interval in sorted(intervals, key=_from_low):
        if interval.low is not None and _nonempty(low, low_closed, interval.low, not interval.low_closed):
            found.append(Interval(low, low_closed, interval.low, not interval.low_closed))
        if interval.high is None:
            return tuple(found)
        if low is None or (interval.high, interval.high_closed) >= (low, not low_closed):
            low, low_closed = interval.high, not interval.high_closed
    found.append(Interval(low, low_closed, None, False))
    return tuple(found)


def _nonempty(low: Point | None, low_closed: bool, high: Point, high_closed: bool) -> bool:
    return low is None or low < high or (low == high and low_closed and high_closed)  # type: ignore[operator]


def _from_low(interval: Interval) -> tuple[bool, Point, bool]:
    return (interval.low is not None, interval.low or Decimal(0), not interval.low_closed)


def interval_text(interval: Interval, kind: Kind) -> str:
    """The interval in a person's words: from 3,000 USD to below 5,000 USD."""
    low = None if interval.low is None else spoken(kind, interval.low)
    high = None if interval.high is None else spoken(kind, interval.high)
    if low is not None and low == high:
        return low
    starts = "" if low is None else (f"from {low}" if interval.low_closed else f"above {low}")
    ends = "" if high is None else (f"up to {high}" if interval.high_closed else f"below {high}")
    if starts and ends:
        return f"{starts} {'to ' + ends if ends.startswith('below') else ends}"
    return starts or ends or "anything"


def a_value_in(interval: Interval, step: Decimal | None) -> Point | None:
    """Some value of the interval on the kind's grid (`step`), None where there is none; the roundest that is near."""
    low, high = interval.low, interval.high
    if isinstance(low, date) or isinstance(high, date):
        return _a_time_in(interval)
    if low is None and high is None:
        return Decimal(0)
    if low is None:
        assert isinstance(high, Decimal)
        return high if interval.high_closed else high - (step or 1)
    if interval.low_closed:
        return low
    if high is None:
        return low + (step or 1)
    candidate = low + step if step else (low + high) / 2
    return candidate if interval.holds(candidate) else None


# Days and, of instants, seconds: the grids on which those lie.
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


def _a_time_in(interval: Interval) -> date | None:
    """The first day or second after the lower end, or the last before the upper one, where the calendar has it."""
    low, high = interval.low, interval.high
    step = _SECOND if isinstance(low, datetime) or isinstance(high, datetime) else _DAY
    try:
        if isinstance(low, date):
            candidate = low if interval.low_closed else low + step
        else:
            assert isinstance(high, date)
            candidate = high if interval.high_closed else high - step
    except OverflowError:
        return None  # before the calendar's first day, or after its last
    return candidate if interval.holds(candidate) else None

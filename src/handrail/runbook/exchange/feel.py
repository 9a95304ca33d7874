"""S-FEEL as far as decision tables write it: unary tests and literals, read into what they say.

One rule: nothing is evaluated. What is more than a test, a value or a name is an expression, and is refused as one.

    "new"  5000  true  date("2027-03-01")  @"2027-03-01"  null      values
    < 5    != 5  [1..5]  ]1..5[  (1..5)                             comparisons and intervals
    1, 2   [1, 2]   (1, 2)   [[1..3], [5..7]]                       alternatives
    not(…)                                                          anything else
    Applicant.age   [low..high]                                     the names of other data, as values
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from handrail.runbook.cells import LONGEST_CELL
from handrail.runbook.kinds import Instant, Scalar, Unfit, read_scalar, write_scalar
from handrail.runbook.reading.margin import quoted

_DEEPEST = 8
_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Literal:
    """None is FEEL's null."""

    value: Scalar | None


@dataclass(frozen=True)
class Moment:
    """A value of a type that no cell holds: a time, a duration, a date and time that names no offset from UTC."""

    text: str


@dataclass(frozen=True)
class Name:
    path: str


Operand = Literal | Moment | Name


@dataclass(frozen=True)
class Compared:
    sign: str
    operand: Operand


@dataclass(frozen=True)
class Between:
    low: Operand
    low_closed: bool
    high: Operand
    high_closed: bool


Test = Compared | Between


@dataclass(frozen=True)
class UnaryTests:
    """Alternatives; none at all is anything (`-`)."""

    tests: tuple[Test, ...] = ()
    negated: bool = False


class Names:
    """The names that a text may use; they may hold spaces, so the longest that fits is meant."""

    def __init__(self, known: Collection[str]) -> None:
        self._by_first_word: dict[str, list[str]] = {}
        for name in sorted(known, key=lambda name: (-len(name), name)):
            self._by_first_word.setdefault(_first_word(name, 0), []).append(name)
        self._patterns: dict[str, re.Pattern[str]] = {}

    def match(self, text: str, at: int) -> "re.Match[str] | None":
        word = _first_word(text, at)
        names = self._by_first_word.get(word)
        if not names:
            return None
        if word not in self._patterns:
            spaced = (r"\s+".join(re.escape(part) for part in name.split()) for name in names)
            self._patterns[word] = re.compile(rf"(?:{'|'.join(spaced)})(?!\w)")
        return self._patterns[word].match(text, at)


_WORD = re.compile(r"\w*")


def _first_word(text: str, at: int) -> str:
    found = _WORD.match(text, at)
    return found[0] if found else ""


def read_tests(text: str, names: Names) -> UnaryTests | Unfit:
    """What a cell says."""
    text = text.strip()
    if len(text) > LONGEST_CELL:
        return Unfit(f"A cell has at most {LONGEST_CELL:,} characters; this one has {len(text):,}.")
    if text in {"", "-"}:
        return UnaryTests()
    reader = _Reader(text, names)
    try:
        return reader.whole(reader.unary_tests)
    except _NoTest:
        return Unfit(f"{quoted(text)} is not a unary test of S-FEEL over known names.")


def read_sum(text: str, names: Names) -> tuple[Operand, ...] | Unfit:
    """The operands that an output joins with `+`; one alone is that value."""
    if len(text) > LONGEST_CELL:
        return Unfit(f"An output has at most {LONGEST_CELL:,} characters; this one has {len(text):,}.")
    reader = _Reader(text.strip(), names)
    try:
        return reader.whole(reader.joined)
    except _NoTest:
        return Unfit(f"{quoted(text)} is not a value.")


class _NoTest(Exception):
    """The text is something else; raised and caught in this module only."""


_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?(?!\w)", re.ASCII)
_CONSTANT = re.compile(r"(?:true|false|null)(?!\w)")
_DATE = re.compile(r'(?:date\s*\(\s*"(\d{4}-\d\d-\d\d)"\s*\)|@"(\d{4}-\d\d-\d\d)")', re.ASCII)
_MOMENT = re.compile(r'(?:(time|date and time|duration)\s*\(\s*"([^"]{1,80})"\s*\)|@"([^"]{1,80})")')
_SIGN = re.compile(r"<=|>=|!=|<|>|=")
_NOT = re.compile(r"not\s*\(")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r"}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class _Reader:
    def __init__(self, text: str, names: Names) -> None:
        self._text = text
        self._names = names
        self._at = 0
        self._depth = 0

    def whole(self, part: Callable[[], _Part]) -> _Part:
        found = part()
        if self._at < len(self._text):
            raise _NoTest
        return found

    def unary_tests(self) -> UnaryTests:
        if self._take(_NOT):
            return UnaryTests(self._until(")"), negated=True)
        return UnaryTests(tuple(self._alternatives()))

    def joined(self) -> tuple[Operand, ...]:
        found = [self._operand()]
        while self._takes("+"):
            found.append(self._operand())
        return tuple(found)

    def _alternatives(self) -> list[Test]:
        found = [*self._test()]
        while self._takes(","):
            found += self._test()
        return found

    def _until(self, closing: str) -> tuple[Test, ...]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NoTest
        found = tuple(self._alternatives())
        self._depth -= 1
        if not self._takes(closing):
            raise _NoTest
        return found

    def _test(self) -> tuple[Test, ...]:
        """One test, or those of a list in brackets."""
        if sign := self._take(_SIGN):
            return (Compared(sign[0], self._operand()),)
        before = self._at
        for opening, closing in (("[", "]"), ("(", ")"), ("]", "")):
            if self._takes(opening):
                interval = self._interval(opening)
                if interval is None and closing:
                    self._at = before + len(opening)
                    return self._until(closing)
                if interval is not None:
                    return (interval,)
                raise _NoTest
        return (Compared("=", self._operand()),)

    def _interval(self, opening: str) -> Between | None:
        try:
            low = self._operand()
            if not self._takes(".."):
                return None
            high = self._operand()
        except _NoTest:
            return None
        for closing in "])[":
            if self._takes(closing):
                return Between(low, opening == "[", high, closing == "]")
        return None

    def _operand(self) -> Operand:
        if found := self._take(_STRING):
            return Literal(_ESCAPE.sub(_unescaped, found[1]))
        if found := self._take(_NUMBER):
            return Literal(Decimal(found[0]))
        if found := self._take(_CONSTANT):
            return Literal(_CONSTANTS[found[0]])
        if found := self._take(_DATE):
            return _day(found[1] or found[2])
        if found := self._take(_MOMENT):
            return _moment(found[1], found[2] or found[3])
        if found := self._names.match(self._text, self._at):
            self._ahead(found)
            return Name(" ".join(found[0].split()))
        raise _NoTest

    def _takes(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        self._skip()
        return True

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._at)
        if found:
            self._ahead(found)
        return found

    def _ahead(self, found: re.Match[str]) -> None:
        self._at = found.end()
        self._skip()

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if not code:
        return _SHORT.get(found[3], found[3] if found[3] in "\"\\'" else found[0])
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else found[0]


def _day(text: str) -> Literal:
    try:
        return Literal(date.fromisoformat(text))
    except ValueError:
        raise _NoTest from None


def _moment(function: str | None, text: str) -> Literal | Moment:
    """`function` is None for `@"…"`, which may be of any of the types."""
    if function in {"time", "duration"}:
        return Moment(text)
    found = read_scalar(Instant(), text)
    return Moment(text) if isinstance(found, Unfit) else Literal(found)


def written(value: Scalar | None) -> str:
    """The value as FEEL writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return f'date and time("{write_scalar(value)}")'
        case date():
            return f'date("{value.isoformat()}")'
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'

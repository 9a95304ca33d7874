"""What a kind can be: the kinds themselves, what they are called, and what they allow.

One rule: a kind is data. What its values are written like is told where they are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Text:
    pass


@dataclass(frozen=True, kw_only=True)
class Number:
    """`whole` numbers have no fraction; bounds are inclusive."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount in the units of `currency` (ISO 4217), to the cent; bounds are inclusive."""

    currency: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Date:
    pass


@dataclass(frozen=True, kw_only=True)
class Instant:
    """A point in time, the same everywhere, in whole seconds: as a value a `datetime` in UTC."""


@dataclass(frozen=True, kw_only=True)
class YesNo:
    pass


@dataclass(frozen=True, kw_only=True)
class Choice:
    of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Link:
    pass


@dataclass(frozen=True, kw_only=True)
class PersonName:
    """Somebody of the company, by the e-mail address or name under which the company knows them. It need not be one of
    those who use Handrail."""


@dataclass(frozen=True, kw_only=True)
class Records:
    """A list of records, such as the invoice types of a biller; each column has a kind of its own. The first column
    names the record: no two records of a list have the same in it."""

    columns: Mapping[str, "Kind"] = field(default_factory=dict)
    at_least: int = 0


@dataclass(frozen=True, kw_only=True)
class Several:
    """Any number of values of one kind, in order: what a decision gives that lists the outputs of all its rules."""

    of: "Text | Number | Money | Date | Instant | YesNo | Choice | Link | PersonName"


Kind = Text | Number | Money | Date | Instant | YesNo | Choice | Link | PersonName | Records | Several

# An instant is a datetime, which Python counts among the dates: whoever asks for one asks before asking for a date.
Scalar = str | Decimal | date | datetime | bool
Record = Mapping[str, Scalar]
Value = Scalar | tuple[Record, ...] | tuple[Scalar, ...]

# What is stored and sent: the canonical text of a value, or the texts of a list of records. A kind reads it.
Written = str | list[dict[str, str]]

ORDERED = (Number, Money, Date, Instant)

LONGEST_TEXT = 20_000
LONGEST_PERSON = 200
MOST_RECORDS = 500


def name_of(kind: Kind) -> str:
    """The kind in the author's words."""
    match kind:
        case Text():
            return "text"
        case Number(whole=whole):
            return "whole number" if whole else "number"
        case Money(currency=currency):
            return f"money in {currency}"
        case Date():
            return "date"
        case Instant():
            return "instant"
        case YesNo():
            return "yes/no"
        case Choice(of=of):
            return "one of " + ", ".join(of)
        case Link():
            return "link"
        case PersonName():
            return "person"
        case Records():
            return "list"
        case Several(of=of):
            return f"list of {name_of(of)}"


def a_value_of(kind: Kind) -> str:
    """The kind's name with its article: an instant, a date, one of new, existing."""
    name = name_of(kind)
    return name if isinstance(kind, Choice) else f"{'an' if name[0] in 'aeio' else 'a'} {name}"


def step_of(kind: Kind) -> Decimal | None:
    """The distance between neighbouring values of a numeric kind, None where there is always one in between."""
    match kind:
        case Money():
            return Decimal("0.01")
        case Number(whole=True):
            return Decimal(1)
        case _:
            return None


def bounds_of(kind: Kind) -> tuple[Decimal | None, Decimal | None]:
    match kind:
        case Number(at_least=low, at_most=high) | Money(at_least=low, at_most=high):
            return low, high
        case _:
            return None, None

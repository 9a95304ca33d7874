"""The kinds of value that a runbook can speak about, and how text becomes such a value and back.

One rule: nothing is typed by how it looks. `no`, `1.10` and `2024-08-01` are text until a declared kind reads them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit


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
class YesNo:
    pass


@dataclass(frozen=True, kw_only=True)
class Choice:
    of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Link:
    pass


@dataclass(frozen=True, kw_only=True)
class Records:
    """A list of records, such as the invoice types of a biller; each column has a kind of its own."""

    columns: Mapping[str, "Kind"] = field(default_factory=dict)
    at_least: int = 0


@dataclass(frozen=True, kw_only=True)
class Several:
    """Any number of values of one kind, in order: what a decision gives that lists the outputs of all its rules."""

    of: "Text | Number | Money | Date | YesNo | Choice | Link"


Kind = Text | Number | Money | Date | YesNo | Choice | Link | Records | Several

Scalar = str | Decimal | date | bool
Record = Mapping[str, Scalar]
Value = Scalar | tuple[Record, ...] | tuple[Scalar, ...]

# What is stored and sent: the canonical text of a value, or the texts of a list of records. A kind reads it.
Written = str | list[dict[str, str]]

ORDERED = (Number, Money, Date)

LONGEST_TEXT = 20_000
MOST_RECORDS = 500
# Fifteen digits and twelve decimals are kept and counted exactly (Decimal's own precision is 28).
_LARGEST = Decimal(10) ** 15
_MOST_DECIMALS = 12


@dataclass(frozen=True)
class Unfit:
    """Text that is not a value of the kind; `says` tells why and what would be."""

    says: str


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
        case YesNo():
            return "yes/no"
        case Choice(of=of):
            return "one of " + ", ".join(of)
        case Link():
            return "link"
        case Records():
            return "list"
        case Several(of=of):
            return f"list of {name_of(of)}"


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


def read(kind: Kind, written: Written) -> Value | Unfit:
    """The value that `written` stands for, or why it is not one."""
    if isinstance(kind, Records):
        return _read_records(kind, written)
    if isinstance(kind, Several) and isinstance(written, str):
        return _read_several(kind, written)
    if not isinstance(written, str):
        return Unfit(f"A list is not a {name_of(kind)}.")
    return read_scalar(kind, written)


def read_scalar(kind: Kind, text: str) -> Scalar | Unfit:
    text = text.strip()
    if not text:
        return Unfit("Nothing is written here.")
    match kind:
        case Text():
            return _read_text(text)
        case Number() | Money():
            return _read_number(kind, text)
        case Date():
            return _read_date(text)
        case YesNo():
            return _read_yes_no(text)
        case Choice(of=of):
            return _read_choice(of, text)
        case Link():
            return _read_link(text)
        case Records() | Several():
            return Unfit("A list has rows, not one value.")


def write(kind: Kind, value: Value) -> Written:
    """The canonical text of `value`: reading it gives the value back."""
    if not isinstance(value, tuple):
        return write_scalar(value)
    if isinstance(kind, Several):
        return (
            f"[{', '.join(_quoted_where_needed(write_scalar(one)) for one in value if not isinstance(one, Mapping))}]"
        )
    columns = kind.columns if isinstance(kind, Records) else {}
    rows = (row for row in value if isinstance(row, Mapping))
    return [{name: write_scalar(cell) for name, cell in row.items() if name in columns} for row in rows]


def write_text(kind: Kind, value: Scalar | tuple[Scalar, ...]) -> str:
    """Like `write`, for what is never a list of records."""
    written = write(kind, value)
    assert isinstance(written, str)
    return written


def write_scalar(value: Scalar) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case str():
            return value


def plain(number: Decimal) -> str:
    """Digits without exponent or trailing zeros: 5E+3 is 5000, 1.10 is 1.1."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def spoken(kind: Kind, value: Value) -> str:
    """The value as a person reads it: 5,000 USD; 3 August 2026; yes."""
    match kind, value:
        case Money(currency=currency), Decimal():
            return f"{_grouped(value)} {currency}"
        case _, bool():
            return "yes" if value else "no"
        case _, Decimal():
            return _grouped(value)
        case _, date():
            return f"{value.day} {value:%B %Y}"
        case Records(columns=columns), tuple():
            return "; ".join(_spoken_record(columns, row) for row in value if isinstance(row, Mapping))
        case Several(of=of), tuple():
            return ", ".join(spoken(of, one) for one in value if not isinstance(one, Mapping)) or "none"
        case _:
            return str(value)


def _spoken_record(columns: Mapping[str, Kind], row: Record) -> str:
    return ", ".join(spoken(columns[name], cell) for name, cell in row.items() if name in columns)


def _grouped(number: Decimal) -> str:
    whole, _, fraction = plain(number).partition(".")
    return f"{int(whole):,}" if not fraction else f"{number:,.{max(2, len(fraction))}f}"


def _read_text(text: str) -> str | Unfit:
    if len(text) > LONGEST_TEXT:
        return Unfit(f"This text has {len(text):,} characters; at most {LONGEST_TEXT:,} are kept. Shorten it.")
    if any(character < " " and character not in "\n\t\r" for character in text):
        return Unfit("This text holds control characters. Remove them.")
    return text


_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?|[+-]?\.\d+", re.ASCII)
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def _read_number(kind: Number | Money, text: str) -> Decimal | Unfit:
    bare = _without_currency(kind.currency, text) if isinstance(kind, Money) else text
    if len(bare) > 60 or not (_PLAIN_NUMBER.fullmatch(bare) or _GROUPED_NUMBER.fullmatch(bare)):
        example = "5000 or 5,000.00" if isinstance(kind, Money) else "12 or 1.5"
        return Unfit(f"{_quoted(text)} is not a {_amount(kind)}. Write it like {example}.")
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return Unfit(f"{_quoted(text)} is not a {_amount(kind)}.")
    return _within_limits(kind, number)


def _within_limits(kind: Number | Money, number: Decimal) -> Decimal | Unfit:
    if abs(number) >= _LARGEST:
        return Unfit(f"{plain(number)[:40]} is larger than Handrail counts (fifteen digits).")
    if _decimals(number) > _MOST_DECIMALS:
        return Unfit(f"{plain(number)[:40]} has more than {_MOST_DECIMALS} decimals.")
    step = step_of(kind)
    if step is not None and number % step:
        finest = "a whole number" if step == 1 else "at most two decimals"
        return Unfit(f"{plain(number)} has more decimals than a {_amount(kind)} takes: write {finest}.")
    if kind.at_least is not None and number < kind.at_least:
        return Unfit(f"{plain(number)} is less than {plain(kind.at_least)}, the least that is allowed.")
    if kind.at_most is not None and number > kind.at_most:
        return Unfit(f"{plain(number)} is more than {plain(kind.at_most)}, the most that is allowed.")
    return number + 0  # -0 is 0


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _amount(kind: Number | Money) -> str:
    return f"{kind.currency} amount" if isinstance(kind, Money) else name_of(kind)


def _without_currency(currency: str, text: str) -> str:
    """`$5,000`, `5000 USD` and `USD 5000` are all 5000 where the currency is USD."""
    for mark in (currency, _SIGNS.get(currency, "")):
        if mark and text.startswith(mark):
            return text[len(mark) :].strip()
        if mark and text.endswith(mark):
            return text[: -len(mark)].strip()
    return text


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _read_date(text: str) -> date | Unfit:
    bare = text.removesuffix("T00:00:00").removesuffix(" 00:00:00")
    if not _ISO_DATE.fullmatch(bare):
        return Unfit(f"{_quoted(text)} is not a date. Write year-month-day, like 2026-08-03.")
    try:
        return date.fromisoformat(bare)
    except ValueError:
        return Unfit(f"{bare} is not a day of the calendar.")


_YES = {"yes", "true", "y"}
_NO = {"no", "false", "n"}


def _read_yes_no(text: str) -> bool | Unfit:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    return Unfit(f"{_quoted(text)} is neither yes nor no.")


def _read_choice(of: tuple[str, ...], text: str) -> str | Unfit:
    if text in of:
        return text
    folded = {choice.casefold(): choice for choice in of}
    if text.casefold() in folded and len(folded) == len(of):
        return folded[text.casefold()]
    return Unfit(f"{_quoted(text)} is not one of {', '.join(of)}.")


def _read_link(text: str) -> str | Unfit:
    """Only http and https: a link is shown to people who click on it."""
    mistake = Unfit(f"{_quoted(text)} is not a link. Write it whole, like https://example.com/page.")
    if len(text) > 2000 or any(character <= " " for character in text):
        return mistake
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return mistake
    return text if usable else mistake


_ONE_OF_SEVERAL = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",]*))\s*(,|$)')


def _read_several(kind: Several, text: str) -> tuple[Scalar, ...] | Unfit:
    """`[Finance, "Sales, EMEA"]`; `[]` is a list of none."""
    inner = text.strip()
    if not (inner.startswith("[") and inner.endswith("]")):
        return Unfit(f"{_quoted(text)} is not a list. Write it like [one, two].")
    values: list[Scalar] = []
    for part in _parts(inner[1:-1]):
        value = Unfit("A list is written like [one, two].") if part is None else read_scalar(kind.of, part)
        if isinstance(value, Unfit):
            return value
        values.append(value)
    return tuple(values)


def _parts(text: str) -> Iterator[str | None]:
    """The texts between the commas; None where the text is not of that form."""
    at = 0
    while text.strip() and at <= len(text):
        found = _ONE_OF_SEVERAL.match(text, at)
        if found is None:
            yield None
            return
        quoted, plain_text, comma = found.groups()
        yield re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain_text.strip()
        if not comma:
            return
        at = found.end()


def _quoted_where_needed(text: str) -> str:
    if not text or text != text.strip() or any(sign in text for sign in '",[]\\'):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return text


def _read_records(kind: Records, written: Written) -> tuple[Record, ...] | Unfit:
    if isinstance(written, str):
        return Unfit("This is a list: it takes rows, not one text.")
    if len(written) < kind.at_least:
        return Unfit(f"{len(written)} rows are listed; at least {kind.at_least} must be.")
    if len(written) > MOST_RECORDS:
        return Unfit(f"{len(written)} rows are listed; at most {MOST_RECORDS} are kept.")
    rows = [_read_record(kind, number, row) for number, row in enumerate(written, start=1)]
    mistakes = [row.says for row in rows if isinstance(row, Unfit)]
    return Unfit(" ".join(mistakes)) if mistakes else tuple(row for row in rows if not isinstance(row, Unfit))


def _read_record(kind: Records, number: int, row: dict[str, str]) -> Record | Unfit:
    read_cells: dict[str, Scalar] = {}
    for name, column in kind.columns.items():
        text = row.get(name, "").strip()
        if not text and name != next(iter(kind.columns)):
            continue  # only the first column names the record; the others may be empty
        cell = read_scalar(column, text)
        if isinstance(cell, Unfit):
            return Unfit(f"Row {number}, {name.replace('_', ' ')}: {cell.says}")
        read_cells[name] = cell
    return read_cells


def _quoted(text: str) -> str:
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"

"""What people and files write for amounts, numbers, percentages and days: read exactly, or not at all.

One rule: what can be meant in two ways is not guessed. It is said, with both readings and how to write either.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision

MOST_WHOLE_DIGITS = 12
MOST_PLACES = 6
LONGEST = 40

_GROUPS = " \u00a0\u202f'\u2019_"
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR"}
_NUMBER = re.compile(r"[-+\u2212]?[0-9][0-9.,]*")
_NAMED = re.compile(r"(?:([A-Za-z]{3})\s*)?(.*?)(?:\s*([A-Za-z]{3}))?")
_DAY = re.compile(r"(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})")


@dataclass(frozen=True, kw_only=True)
class Unread:
    """What cannot be read for certain: why, and how to write it."""

    says: str
    mend: str

    def __str__(self) -> str:
        return f"{self.says} {self.mend}"


def amount(written: str, currency: str) -> Decimal | Unread:
    """An amount of the currency: 1900, 1,900.00 and 1.900,00 EUR are the same."""
    text = written.strip()
    for sign, code in _SIGNS.items():
        if sign in text:
            text = text.replace(sign, "" if code == currency or (sign == "$" and currency.endswith("D")) else code)
    parts = _NAMED.fullmatch(text)
    named = (parts[1] or parts[3] or "") if parts else ""
    if parts and named:
        if named.upper() != currency:
            return Unread(
                says=f"{quoted(written)} is not in {currency}.",
                mend=f"Write an amount in {currency}, without its name.",
            )
        text = parts[2]
    return number(text, places=get_currency_precision(currency))


def percent(written: str) -> Decimal | Unread:
    return number(written.strip().removesuffix("%"))


def number(written: str, places: int = 0) -> Decimal | Unread:
    """`places` are those that such a number usually has: of three, one point is no grouping of thousands."""
    text = written.strip()
    shown = text.replace("\u2212", "-")
    plain = shown.translate(dict.fromkeys(map(ord, _GROUPS)))
    if len(text) > LONGEST or not _NUMBER.fullmatch(plain) or not _is_grouped(shown):
        return Unread(says=f"{quoted(text)} is not a number.", mend="Write it with digits, such as 1900 or 1900.50.")
    exact = _exact(plain, places)
    if isinstance(exact, Unread):
        return exact
    whole, _, rest = exact.lstrip("-+").partition(".")
    if len(whole.lstrip("0")) > MOST_WHOLE_DIGITS or len(rest) > MOST_PLACES:
        says = f"{quoted(text)} has more digits than are kept."
        return Unread(says=says, mend=f"At most {MOST_WHOLE_DIGITS} stand before the point and {MOST_PLACES} after it.")
    return Decimal(exact)


def day(written: str) -> date | Unread:
    """2026-12-01 or 1.12.2026; 13/12/2026 where it can only be meant in one way."""
    text = written.strip()
    found = _DAY.fullmatch(text) if len(text) <= LONGEST else None
    unread = Unread(says=f"{quoted(text)} is not a day.", mend="Write it like 2026-12-01.")
    if found is None:
        return unread
    first, mark, second, third = int(found[1]), found[2], int(found[3]), int(found[4])
    if len(found[1]) == 4:
        return _day(first, second, third) or unread
    if len(found[4]) != 4:
        return unread
    if mark == "." or first > 12:
        return _day(third, second, first) or unread
    if second > 12:
        return _day(third, first, second) or unread
    if first == second:
        return _day(third, second, first) or unread
    readings = (_day(third, second, first), _day(third, first, second))
    says = f"{quoted(text)} can be {' or '.join(one.isoformat() for one in readings if one)}."
    return Unread(says=says, mend=unread.mend)


YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si", "sí"})
NO = frozenset({"no", "n", "false", "0", "nein", "non"})


def yes_or_no(written: str) -> bool | Unread:
    word = written.strip().casefold()
    if word in YES or word in NO:
        return word in YES
    return Unread(says=f"{quoted(written)} is neither yes nor no.", mend="Write yes or no.")


def _exact(plain: str, places: int) -> str | Unread:
    """With a point before what is less than one, and nothing between thousands."""
    marks = [one for one in plain if one in ".,"]
    if not marks:
        return plain
    last = marks[-1]
    if len(set(marks)) == 2:
        other = marks[0]
        whole, _, rest = plain.rpartition(last)
        if marks.count(last) > 1 or not _in_thousands(whole, other) or not rest:
            return _odd(plain)
        return f"{whole.replace(other, '')}.{rest}"
    if len(marks) > 1:
        return plain.replace(last, "") if _in_thousands(plain, last) else _odd(plain)
    whole, _, rest = plain.partition(last)
    if not rest:
        return _odd(plain)
    could_group = len(rest) == 3 and _in_thousands(plain, last)
    if could_group and not (places == 3 and last == "."):
        says = f"{quoted(plain)} can be {whole}{rest} or {whole}.{rest}."
        return Unread(says=says, mend=f"Write {whole}{rest} or {whole}.{rest}0.")
    return f"{whole}.{rest}"


def _in_thousands(text: str, mark: str) -> bool:
    return re.fullmatch(rf"[-+]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", text) is not None


def _is_grouped(text: str) -> bool:
    """Whether what stands between digits, other than points and commas, groups thousands."""
    if not any(one in _GROUPS for one in text):
        return True
    return re.fullmatch(rf"[-+]?\d{{1,3}}(?:[{_GROUPS}]\d{{3}})+(?:[.,]\d+)?", text) is not None


def _odd(plain: str) -> Unread:
    says = f"{quoted(plain)} has points and commas where no number has them."
    return Unread(says=says, mend="Write it with one point at most, such as 1900.50.")


def _day(year: int, month: int, of_month: int) -> date | None:
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def quoted(text: str) -> str:
    plain = "".join(one if one.isprintable() else " " for one in text)
    return f"“{plain[:40]}…”" if len(plain) > 40 else f"“{plain}”"

"""What a cell of a file of products says, or why it says nothing. One rule: nothing is guessed."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from handrail.desk.imports.problem import quoted
from handrail.order.catalogue import KINDS

_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,8})?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,8})?")
_WITH_A_COMMA = re.compile(r"\d{1,15},\d{1,2}")
NOTHING = "(none)"
_MOST_QUANTITIES = 200
_YES, _NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0", ""})


@dataclass(frozen=True, kw_only=True)
class Fault:
    says: str
    mend: str


def is_nothing(text: str) -> bool:
    """Whether it takes away what stands there; an empty cell says nothing."""
    return text.casefold() == NOTHING


def amount(text: str) -> Decimal | Fault | None:
    """1200.50 and 1,200.50; 1200,5 too, since it can mean nothing else. 1,200 could, where a comma is a point."""
    if not text:
        return None
    if _AMOUNT.fullmatch(text):
        return Decimal(text)
    if _GROUPED.fullmatch(text) and "." in text:
        return Decimal(text.replace(",", ""))
    if _WITH_A_COMMA.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _GROUPED.fullmatch(text):
        return Fault(says=f"{quoted(text)} can be read in two ways.", mend="Write it without a comma, like 1200.")
    return Fault(says=f"{quoted(text)} is not an amount.", mend="Write it like 1200 or 1200.50.")


def day(text: str) -> date | Fault | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text[:10]) if re.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?", text) else None
    except ValueError:
        found = None
    return found or Fault(says=f"{quoted(text)} is not a day.", mend="Write it like 2027-01-31.")


def number(text: str) -> int | Fault | None:
    if not text:
        return None
    if re.fullmatch(r"\d{1,9}", text):
        return int(text)
    return Fault(says=f"{quoted(text)} is not a whole number.", mend="Write digits only, like 10000.")


def numbers(text: str) -> tuple[int, ...] | Fault:
    found = [number(one.strip()) for one in re.split(r"[;,\s]+", text) if one.strip()]
    wrong = next((one for one in found if isinstance(one, Fault)), None)
    if wrong:
        return Fault(says=wrong.says, mend="Write the numbers it is sold in, like 1; 2; 4.")
    if len(found) > _MOST_QUANTITIES:
        return Fault(says=f"These are {len(found)} numbers; at most {_MOST_QUANTITIES} fit.", mend="Name fewer.")
    return tuple(one for one in found if isinstance(one, int))


def yes_or_no(text: str) -> bool | Fault:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    return Fault(says=f"{quoted(text)} is neither yes nor no.", mend="Write yes or no.")


def kind(text: str) -> str | Fault:
    plain = " ".join(text.casefold().split())
    if plain in KINDS:
        return plain
    return Fault(says=f"{quoted(text)} is no kind of product.", mend=f"Write one of: {', '.join(KINDS)}.")


def pricing(text: str) -> str | Fault:
    plain = text.casefold() or "graduated"
    if plain in {"graduated", "volume"}:
        return plain
    return Fault(says=f"{quoted(text)} is no way of pricing.", mend="Write graduated or volume.")


def words(text: str) -> str:
    """Without what no spreadsheet and no database keeps: control characters but the ends of lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one == "\n" or unicodedata.category(one) not in {"Cc", "Cs"}).strip()


# How the cell of each column of a product is read, by the name of its field.
READ: dict[str, Callable[[str], Any]] = {
    "kind": kind,
    "unit": words,
    "quantities": numbers,
    "pricing": pricing,
    "consume_within_days": number,
    "consults": yes_or_no,
    "prepaid": yes_or_no,
    "effort_hours": amount,
    "team": words,
    "retired_on": day,
    "replaced_by": words,
    "title": words,
    "description": words,
    "valid_from": day,
    "valid_until": day,
    "above": number,
    "price": amount,
}

"""Numbers and amounts of money: how text becomes one, and how one is written and spoken.

One rule: what is counted is counted exactly, in decimals; what would lose a digit is refused.
"""

import re
from decimal import Decimal, InvalidOperation

from handrail.runbook.kinds.declared import Money, Number, name_of, step_of
from handrail.runbook.kinds.unfit import Unfit, quoted

# Fifteen digits and twelve decimals are kept and counted exactly (Decimal's own precision is 28).
_LARGEST = Decimal(10) ** 15
_MOST_DECIMALS = 12

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?|[+-]?\.\d+", re.ASCII)
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def read_amount(kind: Number | Money, text: str) -> Decimal | Unfit:
    bare = _without_currency(kind.currency, text) if isinstance(kind, Money) else text
    if len(bare) > 60 or not (_PLAIN_NUMBER.fullmatch(bare) or _GROUPED_NUMBER.fullmatch(bare)):
        example = "5000 or 5,000.00" if isinstance(kind, Money) else "12 or 1.5"
        return Unfit(f"{quoted(text)} is not a {_amount(kind)}. Write it like {example}.")
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return Unfit(f"{quoted(text)} is not a {_amount(kind)}.")
    return _within_limits(kind, number)


def _without_currency(currency: str, text: str) -> str:
    """`$5,000`, `5000 USD` and `USD 5000` are all 5000 where the currency is USD."""
    for mark in (currency, _SIGNS.get(currency, "")):
        if mark and text.startswith(mark):
            return text[len(mark) :].strip()
        if mark and text.endswith(mark):
            return text[: -len(mark)].strip()
    return text


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


def plain(number: Decimal) -> str:
    """Digits without exponent or trailing zeros: 5E+3 is 5000, 1.10 is 1.1."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(number: Decimal) -> str:
    """As a person reads it: 5,000 and 1,234.50."""
    whole, _, fraction = plain(number).partition(".")
    return f"{int(whole):,}" if not fraction else f"{number:,.{max(2, len(fraction))}f}"

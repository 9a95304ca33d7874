"""Amounts of money on an order: exact decimals in one currency, rounded in one way.

One rule: an amount is rounded once, where a line's amount is worked out, half away from zero to the currency's smallest
unit (CLDR; two places for euros, none for yen). Sums of rounded amounts are exact.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision

NOUGHT = Decimal(0)
# As many digits as any product of two amounts has, so that nothing is rounded but where it is said.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
# What an order can hold of anything that is counted, so that sums and columns do. The smallest part is ours.
_DIGITS = 12
LARGEST = Decimal(10) ** _DIGITS
_FINEST = Decimal("1E-10")


@lru_cache(maxsize=512)
def smallest(currency: str) -> Decimal:
    """The currency's smallest unit: 0.01 for EUR, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def is_currency(code: str) -> bool:
    """Whether it is the ISO 4217 code of a currency."""
    return code in get_global("all_currencies")


def is_countable(amount: Decimal) -> bool:
    """Whether it can be worked with: a number, not too large, of ten places at most. A file may bring anything."""
    if not amount.is_finite() or (amount.adjusted() >= _DIGITS and amount):
        return False
    return amount == amount.quantize(_FINEST, ROUND_HALF_UP, EXACT)


def rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(smallest(currency), ROUND_HALF_UP, EXACT)


def is_whole(amount: Decimal, currency: str) -> bool:
    """Whether it can be paid in the currency: 10.005 EUR cannot."""
    return amount == rounded(amount, currency)


def total(amounts: Iterable[Decimal]) -> Decimal:
    found = NOUGHT
    for amount in amounts:
        found = EXACT.add(found, amount)
    return found


def money_words(amount: Decimal, currency: str) -> str:
    """As findings write it: `1,900.00 EUR`; with more places than can be paid where it has them."""
    exact = amount if not is_countable(amount) or not is_whole(amount, currency) else rounded(amount, currency)
    return f"{exact:,f} {currency}" if is_countable(exact) else f"{exact} {currency}"


def number_words(number: Decimal) -> str:
    """Without noughts at the end: `2.5`, `10,000`."""
    if not is_countable(number):
        return str(number)
    whole = f"{number:,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def grouped(amount: Decimal, currency: str) -> str:
    """As columns have it, whose head says the currency: `1,900.00`."""
    return money_words(amount, currency).removesuffix(f" {currency}")

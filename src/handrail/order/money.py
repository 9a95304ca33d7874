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


@lru_cache(maxsize=512)
def smallest(currency: str) -> Decimal:
    """The currency's smallest unit: 0.01 for EUR, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def is_currency(code: str) -> bool:
    """Whether it is the ISO 4217 code of a currency."""
    return code in get_global("all_currencies")


def rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(smallest(currency), context=EXACT)


def is_whole(amount: Decimal, currency: str) -> bool:
    """Whether it can be paid in the currency: 10.005 EUR cannot."""
    return amount == rounded(amount, currency)


def total(amounts: Iterable[Decimal]) -> Decimal:
    found = NOUGHT
    for amount in amounts:
        found = EXACT.add(found, amount)
    return found

"""Sums of amounts, exact on every database. One rule: what is added up are whole cents."""

from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Cast, Round


def cents_of(column: str, **narrowed: Any) -> Sum:
    """The sum of the column in cents; None where there is nothing to add."""
    return Sum(Cast(Round(F(column) * 100), BigIntegerField()), **narrowed)


def in_words(cents: int | None) -> str:
    """`10,005,534.00`"""
    return f"{Decimal(cents or 0) / 100:,.2f}"


def amount_words(amount: Decimal | None) -> str:
    """Empty where there is none."""
    return "" if amount is None else f"{amount:,.2f}"

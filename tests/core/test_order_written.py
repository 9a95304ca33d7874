"""Amounts and days are read exactly, or it is said why they cannot be."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.order import written
from handrail.order.written import Unread

ONE_POINT = "Write it with one point at most, such as 1900.50."
DIGITS = "At most 12 stand before the point and 6 after it."


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1900", "1900"),
        ("1,900.00", "1900"),
        ("1.900,00", "1900"),
        ("1 900,50", "1900.50"),
        ("1\u202f900,50", "1900.50"),
        ("1'900.50", "1900.50"),
        ("1.234.567", "1234567"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("€ 12,5", "12.5"),
        ("12.50 eur", "12.50"),
        ("-5", "-5"),
        ("\u22125", "-5"),
    ],
)
def test_amount_is_the_same_however_it_is_written(text: str, amount: str) -> None:
    assert written.amount(text, "EUR") == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,234", "“1,234” can be 1234 or 1.234. Write 1234 or 1.2340."),
        ("1.234", "“1.234” can be 1234 or 1.234. Write 1234 or 1.2340."),
        ("12 USD", "“12 USD” is not in EUR. Write an amount in EUR, without its name."),
        ("$12", "“$12” is not in EUR. Write an amount in EUR, without its name."),
        ("1 23", "“1 23” is not a number. Write it with digits, such as 1900 or 1900.50."),
        ("٣", "“٣” is not a number. Write it with digits, such as 1900 or 1900.50."),
        ("1e5", "“1e5” is not a number. Write it with digits, such as 1900 or 1900.50."),
        ("=1+1", "“=1+1” is not a number. Write it with digits, such as 1900 or 1900.50."),
        ("1.2.3", f"“1.2.3” has points and commas where no number has them. {ONE_POINT}"),
        ("9" * 13, f"“{'9' * 13}” has more digits than are kept. {DIGITS}"),
    ],
)
def test_amount_that_can_be_meant_in_two_ways_is_not_guessed(text: str, says: str) -> None:
    found = written.amount(text, "EUR")
    assert isinstance(found, Unread)
    assert str(found) == says


def test_point_is_decimal_where_a_currency_has_three_places() -> None:
    assert written.amount("1.234", "KWD") == Decimal("1.234")
    assert isinstance(written.amount("1,234", "KWD"), Unread)
    assert written.amount("$ 5", "USD") == Decimal(5)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-12-01", (2026, 12, 1)), ("1.12.2026", (2026, 12, 1)), ("13/02/2026", (2026, 2, 13)),
     ("02/13/2026", (2026, 2, 13)), ("5/5/2026", (2026, 5, 5)), ("2024/2/29", (2024, 2, 29))],
)  # fmt: skip
def test_day_is_read_where_it_can_be_meant_in_one_way(text: str, day: tuple[int, int, int]) -> None:
    assert written.day(text) == date(*day)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("03/04/2026", "“03/04/2026” can be 2026-04-03 or 2026-03-04."),
        ("2026-02-30", "“2026-02-30” is not a day."),
        ("1.12.26", "“1.12.26” is not a day."),
        ("tomorrow", "“tomorrow” is not a day."),
    ],
)
def test_day_that_is_none_or_two_is_said(text: str, says: str) -> None:
    assert written.day(text) == Unread(says=says, mend="Write it like 2026-12-01.")


@settings(max_examples=60)
@given(st.text("0123456789.,-+/ €$EURx%\u00a0\u202f’٣\x00", max_size=45), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_whatever_is_written_is_read_or_told(text: str, currency: str) -> None:
    for read in (written.amount(text, currency), written.percent(text), written.day(text), written.yes_or_no(text)):
        assert not isinstance(read, Unread) or (read.says and read.mend)


@settings(max_examples=60)
@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_amount_that_a_spreadsheet_shows_is_read_back(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    assert written.amount(english, "EUR") == amount
    assert written.amount(continental, "EUR") == amount

"""Kinds: text becomes a value or a sentence why not, and a value's text gives the value back."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Records,
    Text,
    Unfit,
    Value,
    YesNo,
    a_value_of,
    bounds_of,
    in_a_line,
    name_of,
    plain,
    read,
    spoken,
    step_of,
    write,
)

USD = Money(currency="USD", at_least=Decimal(0))
KINDS: list[Kind] = [
    Text(),
    Number(),
    Number(whole=True, at_least=Decimal(1), at_most=Decimal(9)),
    USD,
    Date(),
    YesNo(),
    Choice(of=("new", "existing")),
    Link(),
    Instant(),
    PersonName(),
    Records(columns={"name": Text(), "seats": Number(whole=True)}, at_least=1),
]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Text(), " as it is ", "as it is"),
        (Text(), "no", "no"),
        (Number(), "1.10", Decimal("1.1")),
        (Number(), "-0", Decimal(0)),
        (Number(), "+5", Decimal(5)),
        (Number(), "1,234,567.8", Decimal("1234567.8")),
        (Number(whole=True), "5.0", Decimal(5)),
        (USD, "$5,000", Decimal(5000)),
        (USD, "5000 USD", Decimal(5000)),
        (USD, "USD 0.10", Decimal("0.1")),
        (Date(), "2024-08-01", date(2024, 8, 1)),
        (Date(), "2024-08-01 00:00:00", date(2024, 8, 1)),
        (YesNo(), "Yes", True),
        (YesNo(), "n", False),
        (Choice(of=("New", "existing")), "new", "New"),
        (Choice(of=("A", "a")), "a", "a"),
        (Link(), "https://example.com/a?b=c", "https://example.com/a?b=c"),
        (Instant(), "2027-01-04T09:00-05:00", datetime(2027, 1, 4, 14, tzinfo=UTC)),
        (Instant(), "2027-01-04 14:00:07 Z", datetime(2027, 1, 4, 14, 0, 7, tzinfo=UTC)),
        (Instant(), "2027-01-04t14:00:00.000z", datetime(2027, 1, 4, 14, tzinfo=UTC)),
        (Instant(), "2026-12-31T23:30-01:00", datetime(2027, 1, 1, 0, 30, tzinfo=UTC)),
        (PersonName(), " Anna  Berg ", "Anna Berg"),
        (PersonName(), "Anna.Berg@Example.com", "anna.berg@example.com"),
    ],
)
def test_text_becomes_a_value(kind: Kind, text: str, value: Value) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Text(), "  ", "Nothing is written here."),
        (Text(), "a\x00", "This text holds control characters. Remove them."),
        (Text(), "x" * 20_001, "This text has 20,001 characters; at most 20,000 are kept. Shorten it."),
        (Number(), "five", "“five” is not a number. Write it like 12 or 1.5."),
        (Number(), "1e9", "“1e9” is not a number. Write it like 12 or 1.5."),
        (Number(), "1,50", "“1,50” is not a number. Write it like 12 or 1.5."),
        (Number(), "NaN", "“NaN” is not a number. Write it like 12 or 1.5."),
        (Number(), "١٢", "“١٢” is not a number. Write it like 12 or 1.5."),
        (Number(), "1" * 16, "1111111111111111 is larger than Handrail counts (fifteen digits)."),
        (Number(), "0.0000000000001", "0.0000000000001 has more than 12 decimals."),
        (Number(whole=True), "1.5", "1.5 has more decimals than a whole number takes: write a whole number."),
        (USD, "1.005", "1.005 has more decimals than a USD amount takes: write at most two decimals."),
        (USD, "-1", "-1 is less than 0, the least that is allowed."),
        (USD, "€5", "“€5” is not a USD amount. Write it like 5000 or 5,000.00."),
        (Number(at_most=Decimal(4)), "5", "5 is more than 4, the most that is allowed."),
        (Date(), "1.8.2024", "“1.8.2024” is not a date. Write year-month-day, like 2026-08-03."),
        (Date(), "2023-02-29", "2023-02-29 is not a day of the calendar."),
        (YesNo(), "maybe", "“maybe” is neither yes nor no."),
        (Choice(of=("new", "existing")), "old", "“old” is not one of new, existing."),
        (Choice(of=("A", "a")), "B", "“B” is not one of A, a."),
        (Link(), "example.com", "“example.com” is not a link. Write it whole, like https://example.com/page."),
        (Link(), "javascript:x", "“javascript:x” is not a link. Write it whole, like https://example.com/page."),
        (Link(), "https://[::1", "“https://[::1” is not a link. Write it whole, like https://example.com/page."),
        (
            Instant(),
            "noon",
            "“noon” is not an instant. Write day, time and offset from UTC, like 2027-01-04T09:00-05:00.",
        ),
        (
            Instant(),
            "2027-01-04",
            "“2027-01-04” is not an instant. Write day, time and offset from UTC, like 2027-01-04T09:00-05:00.",
        ),
        (
            Instant(),
            "2027-01-04 09:00",
            (
                "“2027-01-04 09:00” does not say where clocks show that time. Add the offset from UTC: "
                "2027-01-04T09:00Z "
                "where that is the time in UTC, 2027-01-04T09:00-05:00 where clocks are five hours behind it."
            ),
        ),
        (
            Instant(),
            "2027-01-04T09:00:00.5Z",
            "“2027-01-04T09:00:00.5Z” is finer than a second. Instants are kept in whole seconds: leave the rest out.",
        ),
        (Instant(), "2027-02-29T09:00Z", "“2027-02-29T09:00Z” is not a time of the calendar."),
        (Instant(), "2027-02-28T24:01Z", "“2027-02-28T24:01Z” is not a time of the calendar."),
        (Instant(), "2027-02-28T09:00+25:00", "“2027-02-28T09:00+25:00” is not a time of the calendar."),
        (Instant(), "0001-01-01T00:00+01:00", "“0001-01-01T00:00+01:00” is not a time of the calendar."),
        (PersonName(), "x" * 201, "This name has 201 characters; at most 200 are kept. Shorten it."),
        (PersonName(), "a\x00", "This name holds control characters. Remove them."),
        (KINDS[-1], "text", "This is a list: it takes rows, not one text."),
    ],
)
def test_unfit_text_says_why(kind: Kind, text: str, says: str) -> None:
    assert read(kind, text) == Unfit(says)


def test_rows_are_read_by_their_columns() -> None:
    rows = [{"name": "Paper", "seats": "5"}, {"name": "E-mail", "seats": "", "other": "x"}]
    assert read(KINDS[-1], rows) == ({"name": "Paper", "seats": Decimal(5)}, {"name": "E-mail"})


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "0 rows are listed; at least 1 must be."),
        (
            [{"name": one} for one in ("Water", "Sewer", " Water", "Sewer", "Gas", "Water ")],
            (
                "Rows 1, 3 and 6 have the same name, “Water”. A row is known by it: give each its own, or keep one. "
                "Rows 2 and 4 have the same name, “Sewer”. A row is known by it: give each its own, or keep one."
            ),
        ),
        ([{"name": "x"}] * 501, "501 rows are listed; at most 500 are kept."),
        (
            [{"name": "a", "seats": "many"}, {"seats": "1"}],
            (
                "Row 1, seats: “many” is not a whole number. Write it like 12 or 1.5. "
                "Row 2, name: Nothing is written here."
            ),
        ),
    ],
)
def test_unfit_rows_say_why(rows: list[dict[str, str]], says: str) -> None:
    assert read(KINDS[-1], rows) == Unfit(says)


def test_list_is_not_a_scalar() -> None:
    assert read(Date(), [{"a": "b"}]) == Unfit("A list is not a date.")
    assert read(Instant(), [{"a": "b"}]) == Unfit("A list is not an instant.")


def test_rows_are_told_apart_by_the_values_of_their_first_column() -> None:
    kind = Records(columns={"held_at": Instant(), "by": PersonName()})
    rows = [{"held_at": "2027-01-04T09:00-05:00", "by": "Lena"}, {"held_at": "2027-01-04T14:00Z", "by": "Paula"}]
    assert read(kind, rows) == Unfit(
        "Rows 1 and 2 have the same held at, “4 January 2027 at 14:00 UTC”. "
        "A row is known by it: give each its own, or keep one."
    )


def test_list_of_none_is_a_value() -> None:
    kind = Records(columns={"name": Text()})
    assert read(kind, []) == ()
    assert (write(kind, ()), spoken(kind, ())) == ([], "none")


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (USD, Decimal(5000), "5,000 USD"),
        (USD, Decimal("1234.5"), "1,234.50 USD"),
        (Number(), Decimal("1234567"), "1,234,567"),
        (Number(), Decimal("0.125"), "0.125"),
        (Date(), date(2026, 8, 3), "3 August 2026"),
        (Instant(), datetime(2027, 1, 4, 14, tzinfo=UTC), "4 January 2027 at 14:00 UTC"),
        (Instant(), datetime(2027, 1, 4, 14, 0, 7, tzinfo=UTC), "4 January 2027 at 14:00:07 UTC"),
        (PersonName(), "anna.berg@example.com", "anna.berg@example.com"),
        (YesNo(), False, "no"),
        (Text(), "as it is", "as it is"),
        (KINDS[-1], ({"name": "Paper", "seats": Decimal(5)}, {"name": "E-mail"}), "Paper, 5; E-mail"),
    ],
)
def test_value_is_spoken(kind: Kind, value: Value, says: str) -> None:
    assert spoken(kind, value) == says


def test_what_is_written_is_told_in_a_line() -> None:
    rows = [{"name": "Water", "from": "2027-03-01"}, {"name": "Gas"}]
    assert [in_a_line(one) for one in ("5000", rows, [])] == ["5000", "Water, 2027-03-01; Gas", "none"]


def test_kinds_have_names() -> None:
    assert [name_of(kind) for kind in KINDS] == [
        "text",
        "number",
        "whole number",
        "money in USD",
        "date",
        "yes/no",
        "one of new, existing",
        "link",
        "instant",
        "person",
        "list",
    ]
    assert [a_value_of(kind) for kind in (Instant(), Date(), Choice(of=("new", "old")))] == [
        "an instant",
        "a date",
        "one of new, old",
    ]


def test_numeric_kinds_have_a_step_and_bounds() -> None:
    assert [step_of(kind) for kind in KINDS[:5]] == [None, None, Decimal(1), Decimal("0.01"), None]
    assert bounds_of(KINDS[2]) == (Decimal(1), Decimal(9))
    assert bounds_of(Date()) == (None, None)


NUMBERS = st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, places=12)


@given(NUMBERS)
def test_number_written_plainly_is_read_back(number: Decimal) -> None:
    assert read(Number(), plain(number)) == number


@given(st.sampled_from(KINDS), st.text() | st.lists(st.dictionaries(st.sampled_from(["name", "seats"]), st.text())))
def test_any_text_is_a_value_that_is_read_back_or_unfit(kind: Kind, written: str | list[dict[str, str]]) -> None:
    value = read(kind, written)
    if isinstance(value, Unfit):
        assert value.says
    else:
        assert read(kind, write(kind, value)) == value
        assert isinstance(spoken(kind, value), str)


@given(
    st.sampled_from([Number(), Number(whole=True), USD]),
    st.from_regex(r"[+-]?[0-9]{0,17}(\.[0-9]{0,14})?", fullmatch=True),
)
def test_any_number_is_read_exactly_or_not_at_all(kind: Number | Money, text: str) -> None:
    value = read(kind, text)
    assert isinstance(value, Unfit) or value == Decimal(text)


@given(st.dates())
def test_date_is_read_back(day: date) -> None:
    assert read(Date(), write(Date(), day)) == day


_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=_OFFSETS))  # noqa: DTZ001
def test_instant_is_read_back_to_the_second(at: datetime) -> None:
    at = at.replace(microsecond=0)
    value = read(Instant(), at.isoformat())
    assert value == at
    assert write(Instant(), at) == f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    assert read(Instant(), write(Instant(), at)) == at

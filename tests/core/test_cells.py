"""Cells: what an author writes in a table or condition, and exactly which values it holds for."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.runbook.cells import (
    Among,
    Anything,
    Cell,
    Interval,
    Presence,
    Within,
    a_value_in,
    interval_text,
    matches,
    parse,
)
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
    Scalar,
    Text,
    Unfit,
    YesNo,
    write_scalar,
)

USD = Money(currency="USD")
SIZE = Choice(of=("small", "large", "given", "one, two"))


def parsed(text: str, kind: Kind) -> Cell:
    cell = parse(text, kind)
    assert not isinstance(cell, Unfit), cell.says
    return cell


@pytest.mark.parametrize(
    ("text", "kind", "holds", "fails"),
    [
        ("-", Text(), ["x"], []),
        ("5", Number(), ["5"], ["4.999999999999", "5.000000000001"]),
        ("< 5000", USD, ["4999.99", "-1"], ["5000"]),
        (">= 5000", USD, ["5000"], ["4999.99"]),
        ("= 3", Number(), ["3"], ["4"]),
        ("[0..5000)", USD, ["0", "4999.99"], ["-0.01", "5000"]),
        ("(0..5]", Number(), ["0.1", "5"], ["0", "5.1"]),
        ("]0..5[", Number(), ["0.1", "4.9"], ["0", "5"]),
        ("1, 200", Number(), ["1", "200"], ["1200", "2"]),
        ("[1..2], > 7", Number(), ["1", "8"], ["3", "7"]),
        ("not([1..2], > 7)", Number(), ["0", "3", "7"], ["1", "2", "8"]),
        ("not(-)", Text(), ["x"], ["-"]),
        (">= 2024-08-01", Date(), ["2024-08-01"], ["2024-07-31"]),
        ('[date("2024-01-01")..2024-12-31]', Date(), ["2024-06-01"], ["2025-01-01"]),
        ("small, large", SIZE, ["small", "large"], ["given"]),
        ("not(small)", SIZE, ["large", "given"], ["small"]),
        ("given", SIZE, ["given"], ["small"]),
        ("one, two", SIZE, ["one, two"], ["small"]),
        (">= 2027-01-04T09:00-05:00", Instant(), ["2027-01-04T14:00Z"], ["2027-01-04T13:59:59Z"]),
        ("[2027-01-04T14:00Z..2027-01-04T15:00Z)", Instant(), ["2027-01-04T15:59+01:00"], ["2027-01-04T15:00Z"]),
        (
            '< date and time("2027-01-04T14:00:00Z"), 2027-01-05T00:00Z',
            Instant(),
            ["2027-01-04T13:59:59Z", "2027-01-05T01:00+01:00"],
            ["2027-01-04T14:00Z"],
        ),
        ("not(2027-01-04T14:00Z)", Instant(), ["2027-01-04T14:00:01Z"], ["2027-01-04T09:00-05:00"]),
        ("Paula@Example.com, Tomas", PersonName(), ["paula@example.com", "Tomas"], ["tomas", "Lena"]),
        ("not(Tomas)", PersonName(), ["Lena"], ["Tomas"]),
        ("yes", YesNo(), ["yes"], ["no"]),
        ('"a, b", c', Text(), ["a, b", "c"], ["a", "b"]),
    ],
)
def test_cell_holds_for_its_values(text: str, kind: Kind, holds: list[str], fails: list[str]) -> None:
    cell = parsed(text, kind)
    assert [matches(cell, value_of(kind, one)) for one in holds] == [True] * len(holds)
    assert [matches(cell, value_of(kind, one)) for one in fails] == [False] * len(fails)


def value_of(kind: Kind, text: str) -> Scalar:
    match kind:
        case Number() | Money():
            return Decimal(text)
        case Date():
            return date.fromisoformat(text)
        case Instant():
            return datetime.fromisoformat(text)
        case YesNo():
            return text == "yes"
        case _:
            return text


@pytest.mark.parametrize(
    "kind", [Text(), Number(), Date(), Instant(), YesNo(), Choice(of=("a",)), Link(), PersonName(), Records()]
)
def test_presence_can_be_asked_of_every_kind(kind: Kind) -> None:
    assert parse("given", kind) == Presence(True, "given")
    assert parse("missing", kind) == Presence(False, "missing")
    assert matches(Presence(True, "given"), None) is False
    assert matches(Presence(False, "missing"), None) is True
    assert matches(Presence(True, "given"), "x") is True


def test_list_of_none_is_given() -> None:
    kind = Records(columns={"name": Text()})
    assert [matches(parsed("given", kind), value) for value in ((), ({"name": "x"},), None)] == [True, True, False]
    assert [matches(parsed("missing", kind), value) for value in ((), ({"name": "x"},), None)] == [False, False, True]


def test_missing_value_leaves_a_cell_unknown() -> None:
    assert matches(parsed("< 5", Number()), None) is None
    assert matches(parsed("not(a)", Text()), None) is None
    assert matches(Anything(), None) is True


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("", Text(), "Nothing is written here."),
        ("5,000", USD, "A comma separates alternatives here: write 5000 for five thousand, and “1, 200” for 1 or 200."),
        ("[5..3]", Number(), "The interval [5..3] holds no value. Write the lower end first."),
        ("[5..5)", Number(), "The interval [5..5) holds no value. Write the lower end first."),
        ("> many", Number(), "“many” is not a number. Write it like 12 or 1.5."),
        ("[1..x]", Number(), "“x” is not a number. Write it like 12 or 1.5."),
        ("1,", Number(), "Nothing is written here."),
        ("not()", Number(), "Nothing is written here."),
        ("medium", Choice(of=("small", "large")), "“medium” is not one of small, large."),
        ("not(not(small))", SIZE, "A double not is hard to read: write what it may be."),
        ("not( not (not(5)))", Number(), "A double not is hard to read: write what it may be."),
        ("x" * 2001, Text(), "A cell has at most 2,000 characters; this one has 2,001."),
        ("5", Link(), "A link can only be tested for given or missing."),
        (
            ">= 2027-01-04",
            Instant(),
            "“2027-01-04” is not an instant. Write day, time and offset from UTC, like 2027-01-04T09:00-05:00.",
        ),
        (
            "[2027-01-04T15:00Z..2027-01-04T09:00-05:00]",
            Instant(),
            "The interval [2027-01-04T15:00Z..2027-01-04T09:00-05:00] holds no value. Write the lower end first.",
        ),
        ('date("5")', Number(), '“date("5")” is not a number. Write it like 12 or 1.5.'),
        ("5", Records(), "A list can only be tested for given or missing."),
    ],
)
def test_unfit_cell_says_why(text: str, kind: Kind, says: str) -> None:
    assert parse(text, kind) == Unfit(says)


# --------------------------------------------------------------------------------------- against a brute-force reading

# Small whole numbers and their halves: every boundary, and what lies between and beyond.
POINTS = [Decimal(n) / 2 for n in range(-6, 27)]
ENDS = st.integers(0, 10)
Part = tuple[str, Callable[[Decimal], bool]]


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """One alternative as an author writes it, and what it means, read independently."""
    low, high = sorted((draw(ENDS), draw(ENDS)))
    form = draw(st.sampled_from(["value", "<", "<=", ">", ">=", "interval"]))
    if form == "interval" and low < high:
        opening, closing = draw(st.sampled_from("[(]")), draw(st.sampled_from("])["))
        return (
            f"{opening}{low}..{high}{closing}",
            lambda x: (x >= low if opening == "[" else x > low) and (x <= high if closing == "]" else x < high),
        )
    compared: dict[str, Callable[[Decimal], bool]] = {
        "<": lambda x: x < low,
        "<=": lambda x: x <= low,
        ">": lambda x: x > low,
        ">=": lambda x: x >= low,
    }
    return (f"{form} {low}", compared[form]) if form in compared else (str(low), lambda x: x == low)


@given(st.lists(parts(), min_size=1, max_size=4))
def test_ordered_cell_holds_as_it_is_written(alternatives: list[Part]) -> None:
    text = ", ".join(written for written, _ in alternatives)
    expected = [any(meaning(point) for _, meaning in alternatives) for point in POINTS]
    assert [matches(parsed(text, Number()), point) for point in POINTS] == expected


@given(st.lists(parts(), min_size=1, max_size=4))
def test_negation_is_the_complement(alternatives: list[Part]) -> None:
    text = ", ".join(written for written, _ in alternatives)
    cell, opposite = parsed(text, Number()), parsed(f"not({text})", Number())
    assert [matches(opposite, point) for point in POINTS] == [not matches(cell, point) for point in POINTS]


@given(st.lists(parts(), min_size=1, max_size=4))
def test_complement_is_in_order_and_apart(alternatives: list[Part]) -> None:
    cell = parsed(f"not({', '.join(written for written, _ in alternatives)})", Number())
    assert isinstance(cell, Within)
    for before, after in zip(cell.intervals, cell.intervals[1:], strict=False):
        assert isinstance(before.high, Decimal)
        assert isinstance(after.low, Decimal)
        assert before.high < after.low or (before.high == after.low and not (before.high_closed or after.low_closed))


@given(st.lists(st.dates(date(2024, 1, 1), date(2024, 1, 9)), min_size=2, max_size=2), st.booleans())
def test_negation_of_dates_is_the_complement(ends: list[date], closed: bool) -> None:
    low, high = sorted(ends)
    text = f"[{low}..{high}{']' if closed or low == high else ')'}"
    cell, opposite = parsed(text, Date()), parsed(f"not({text})", Date())
    days = [date(2024, 1, day) for day in range(1, 12)]
    assert [matches(opposite, day) for day in days] == [not matches(cell, day) for day in days]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(
    lambda word: word == word.strip()
)


@given(st.lists(WORDS, min_size=1, max_size=4), st.booleans(), WORDS)
def test_quoted_words_hold_for_themselves_alone(words: list[str], negated: bool, other: str) -> None:
    inner = ", ".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in words)
    cell = parsed(f"not({inner})" if negated else inner, Text())
    assert cell == Among(frozenset(words), negated, cell.text)
    assert matches(cell, other) == ((other in words) != negated)


@given(
    st.text(),
    st.sampled_from([Text(), Number(), USD, Date(), Instant(), YesNo(), SIZE, Link(), PersonName(), Records()]),
)
def test_any_text_is_a_cell_or_unfit(text: str, kind: Kind) -> None:
    cell = parse(text, kind)
    assert cell.says if isinstance(cell, Unfit) else isinstance(matches(cell, None), bool | None)


@given(st.text(alphabet='not()[]..<>=-,015" da', max_size=40), st.sampled_from([Text(), Number(), Date(), SIZE]))
def test_any_cell_like_text_is_a_cell_or_unfit(text: str, kind: Kind) -> None:
    cell = parse(text, kind)
    assert cell.says if isinstance(cell, Unfit) else isinstance(matches(cell, None), bool | None)


def test_long_cells_are_read_quickly() -> None:
    for text in ("[" * 1999, "[.." * 600, ", " * 900, "not(" * 400, '"' * 1999, "[1..2], " * 240 + "3"):
        parse(text, Number())
        parse(text, Text())


# -------------------------------------------------------------------------------------------------------- intervals


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Any interval that holds a value."""
    low, high = draw(st.none() | ENDS), draw(st.none() | ENDS)
    if low is not None and high is not None and low >= high:
        return Interval(
            Decimal(high), low == high or draw(st.booleans()), Decimal(low), low == high or draw(st.booleans())
        )
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    return Interval(ends[0], draw(st.booleans()), ends[1], draw(st.booleans()))


@given(intervals())
def test_value_in_an_interval_lies_in_it(interval: Interval) -> None:
    value = a_value_in(interval, Decimal(1))
    if value is None:
        assert [n for n in range(-1, 12) if interval.holds(Decimal(n))] == []
    else:
        assert interval.holds(value)
    between = a_value_in(interval, None)
    assert between is not None
    assert interval.holds(between)


@pytest.mark.parametrize(
    ("low", "low_closed", "high", "high_closed", "expected"),
    [
        (date(2024, 1, 1), False, date(2024, 1, 2), False, None),
        (date(2024, 1, 1), False, date(2024, 1, 3), False, date(2024, 1, 2)),
        (date(2024, 1, 1), True, None, False, date(2024, 1, 1)),
        (None, False, date(2024, 1, 1), False, date(2023, 12, 31)),
        (date.max, False, None, False, None),
        (None, False, date.min, False, None),
    ],
)
def test_date_in_an_interval_lies_in_it(
    low: date | None, low_closed: bool, high: date | None, high_closed: bool, expected: date | None
) -> None:
    assert a_value_in(Interval(low, low_closed, high, high_closed), None) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[3000..5000)", "from 3,000 USD to below 5,000 USD"),
        ("[3000..5000]", "from 3,000 USD up to 5,000 USD"),
        ("(3000..5000]", "above 3,000 USD up to 5,000 USD"),
        (">= 20000", "from 20,000 USD"),
        ("> 5", "above 5 USD"),
        ("< 5", "below 5 USD"),
        ("7", "7 USD"),
    ],
)
def test_interval_is_said_in_words(text: str, says: str) -> None:
    cell = parsed(text, USD)
    assert isinstance(cell, Within)
    assert interval_text(cell.intervals[0], USD) == says


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 3), st.booleans(), st.booleans())
def test_a_value_between_instants_is_a_whole_second(
    at: datetime, seconds: int, low_closed: bool, high_closed: bool
) -> None:
    low = at.replace(microsecond=0)
    high = low + timedelta(seconds=seconds)
    within = Interval(low, low_closed, high, high_closed)
    fitting = [one for past in range(seconds + 1) if within.holds(one := low + timedelta(seconds=past))]
    assert a_value_in(within, None) == (fitting[0] if fitting else None)


@given(st.datetimes(timezones=st.just(UTC)))
def test_any_instant_can_be_a_cell(at: datetime) -> None:
    at = at.replace(microsecond=0)
    assert matches(parsed(write_scalar(at), Instant()), at) is True


@given(st.dates())
def test_any_date_can_be_a_cell(day: date) -> None:
    assert matches(parsed(write_scalar(day), Date()), day) is True

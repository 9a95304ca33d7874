"""Deciding very many cases at once: each answer against `Table.decide`, in every form that a column can have."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from handrail.runbook.cells import Cell, parse
from handrail.runbook.inquiries import Inquiries
from handrail.runbook.inquiry import Inquiry
from handrail.runbook.kinds import Choice, Date, Kind, Money, Number, Scalar, Unfit
from handrail.runbook.loading import load
from handrail.runbook.model import Aggregator, HitPolicy
from handrail.runbook.tables.cases import CaseColumn, Coded, Days, Scaled
from handrail.runbook.tables.deciding import Decided, Table, Undecided
from handrail.runbook.tables.many import Grid
from tests.core.random_tables import RandomTable, decision_of, tables

USD = Money(currency="USD")
POLICIES: list[tuple[HitPolicy, Aggregator | None]] = [
    ("unique", None), ("first", None), ("any", None), ("priority", None), ("rule order", None), ("output order", None),
    ("collect", None), ("collect", "sum"), ("collect", "min"), ("collect", "max"), ("collect", "count"),
]  # fmt: skip


def table(kind: Kind, *texts: str) -> Table:
    return Table(decision_of([kind], [(cell(text, kind),) for text in texts]))


def cell(text: str, kind: Kind) -> Cell:
    parsed = parse(text, kind)
    assert not isinstance(parsed, Unfit), parsed.says
    return parsed


def each_by_itself(ready: Table, columns: Mapping[str, Sequence[Scalar | None]]) -> list[Decided | Undecided]:
    rows = zip(*columns.values(), strict=True)
    return [ready.decide(dict(zip(columns, row, strict=True))) for row in rows]


# ----------------------------------------------------------------------------------------------------- the same answers


@st.composite
def columns_of(draw: st.DrawFn, random: RandomTable) -> dict[str, list[Scalar | None]]:
    """Some cases of the table's grid, column by column, with values missing; now and then a column is not there."""
    count = draw(st.integers(0, 30))
    named = zip(random.decision.inputs, random.grids, strict=True)
    columns: dict[str, list[Scalar | None]] = {
        column.name: draw(st.lists(st.sampled_from([*grid.values, None]), min_size=count, max_size=count))
        for column, grid in named
    }
    if len(columns) > 1 and draw(st.integers(0, 5)) == 0:
        del columns[draw(st.sampled_from(sorted(columns)))]
    return columns


def in_a_form(draw: st.DrawFn, kind: Kind, values: list[Scalar | None]) -> CaseColumn:
    match kind, draw(st.sampled_from(["as it is", "coded", "numpy's own"])):
        case _, "coded":
            return coded(values)
        case Number() | Money(), "numpy's own":
            return scaled(values, decimals=draw(st.integers(2, 12)))
        case Date(), "numpy's own":
            return Days(days=np.array(["NaT" if day is None else str(day) for day in values], dtype="datetime64[D]"))
        case _:
            return values


def coded(values: list[Scalar | None]) -> Coded:
    distinct = list(dict.fromkeys(value for value in values if value is not None))
    codes = [-1 if value is None else distinct.index(value) for value in values]
    return Coded(values=distinct, codes=np.array(codes, dtype=np.int8))


def scaled(values: list[Scalar | None], decimals: int) -> Scaled:
    """Where a value is missing, the unit is any."""
    units = [int(value * 10**decimals) if isinstance(value, Decimal) else 7 for value in values]
    missing = np.array([value is None for value in values], dtype=np.bool_)
    return Scaled(units=np.array(units, dtype=np.int64), decimals=decimals, missing=missing if missing.any() else None)


@given(tables(), st.sampled_from(POLICIES), st.sampled_from([(), (Decimal(0),)]), st.data())
def test_every_case_is_answered_as_by_itself(
    random: RandomTable,
    policy: tuple[HitPolicy, Aggregator | None],
    otherwise: tuple[Scalar, ...],
    data: st.DataObject,
) -> None:
    hit_policy, aggregator = policy
    decision = replace(random.decision, hit_policy=hit_policy, aggregator=aggregator, otherwise=otherwise)
    columns = data.draw(columns_of(random))
    kinds = {column.name: column.kind for column in decision.inputs}
    cases = {name: data.draw(st.composite(in_a_form)(kinds[name], values)) for name, values in columns.items()}
    answers = Grid(Table(decision)).decide(cases)
    expected = each_by_itself(Table(decision), columns)
    assert list(answers) == expected
    assert answers.decided.tolist() == [isinstance(one, Decided) for one in expected]
    assert answers.rules.tolist() == [first_rule(one) for one in expected]
    output = answers.output("says")
    assert [output[case] for case in range(len(output))] == [says(one) for one in expected]


def first_rule(outcome: Decided | Undecided) -> int:
    return outcome.rule.number if isinstance(outcome, Decided) and outcome.rule else 0


def says(outcome: Decided | Undecided) -> object:
    return outcome.outputs["says"] if isinstance(outcome, Decided) else None


@given(
    st.lists(st.sampled_from(["< 0.005", "0.005", ">= 12.5", "(1..1.25]", "[0..0.1)", "-5", "not(3)"]), min_size=1),
    st.integers(0, 4),
    st.lists(st.integers(-60_000, 130_000) | st.sampled_from([0, 1, 50, 12_500, 125_000]), min_size=1),
)
def test_units_coarser_or_finer_than_the_ends_are_exact(texts: list[str], decimals: int, units: list[int]) -> None:
    ready = table(Number(), *texts)
    answers = Grid(ready).decide({"c0": Scaled(units=np.array(units), decimals=decimals)})
    assert list(answers) == each_by_itself(ready, {"c0": [Decimal(unit) / 10**decimals for unit in units]})


@pytest.mark.parametrize("decimals", [-3, 0, 4, 12])
def test_ends_beyond_what_64_bits_hold_are_never_reached_or_always(decimals: int) -> None:
    ready = table(USD, "< -999999999999999", "[-999999999999999..999999999999999)", ">= 999999999999999")
    furthest = np.iinfo(np.int64)
    units = [furthest.min, furthest.min + 1, -1, 0, 1, furthest.max - 1, furthest.max]
    answers = Grid(ready).decide({"c0": Scaled(units=np.array(units), decimals=decimals)})
    assert list(answers) == each_by_itself(ready, {"c0": [Decimal(unit).scaleb(-decimals) for unit in units]})


def test_amounts_of_any_precision_are_exact_as_they_are_and_coded() -> None:
    ready = table(Number(), "< 1000000", ">= 1000000")
    just_below = Decimal(1_000_000) - Decimal("1e-12")
    values = [just_below, Decimal(1_000_000), Decimal("1e-40"), Decimal("1e40"), None]
    grid = Grid(ready)
    assert grid.decide({"c0": values}).rules.tolist() == [1, 2, 1, 2, 0]
    assert grid.decide({"c0": coded([*values])}).rules.tolist() == [1, 2, 1, 2, 0]


def test_days_on_the_calendars_edges_are_days() -> None:
    ready = table(Date(), "0001-01-01", "> 0001-01-01")
    days = np.array(["0001-01-01", "0001-01-02", "9999-12-31", "NaT"], dtype="datetime64[D]")
    assert list(Grid(ready).decide({"c0": Days(days=days)})) == each_by_itself(
        ready, {"c0": [date(1, 1, 1), date(1, 1, 2), date(9999, 12, 31), None]}
    )


def test_many_starts_are_searched_for() -> None:
    ready = table(Number(whole=True), *(f"[{at}..{at + 1})" for at in range(0, 200, 2)))
    units = np.arange(-1, 202, dtype=np.int16)
    expected = [at // 2 + 1 if 0 <= at < 200 and at % 2 == 0 else 0 for at in range(-1, 202)]
    assert Grid(ready).decide({"c0": Scaled(units=units, decimals=0)}).rules.tolist() == expected


def test_more_cases_than_are_looked_up_at_once_are_answered_in_order() -> None:
    ready = table(Number(whole=True), *(f"[{at * 1000}..{(at + 1) * 1000})" for at in range(100)))
    units = np.arange(100_000)
    answers = Grid(ready).decide({"c0": Scaled(units=units, decimals=0)})
    assert (answers.rules == units // 1000 + 1).all()
    assert len(answers.distinct) == 100


def test_table_too_large_for_a_grid_decides_case_by_case() -> None:
    words = tuple("abcdefghij")
    kind = Choice(of=words)
    decision = decision_of([kind] * 7, [tuple(cell(word, kind) for _ in range(7)) for word in words])
    codes = np.arange(-1, 10)
    cases = {column.name: Coded(values=words, codes=codes) for column in decision.inputs}
    columns = {column.name: [None, *words] for column in decision.inputs}
    answers = Grid(Table(decision)).decide(cases)
    assert list(answers) == each_by_itself(Table(decision), columns)
    assert answers.rules.tolist() == list(range(11))


# ---------------------------------------------------------------------------------------------- with what they rest on


SHIPPED = Path(__file__).parents[2] / "runbooks" / "transition-to-client-services.yaml"
KNOWN: dict[str, list[Scalar | tuple[Scalar, ...]]] = {
    "mrr": [Decimal(-1), Decimal("2999.99"), Decimal(3000), Decimal(20_000)],
    "integration.integration": ["new", "existing", ("new", "existing")],
    "vertical": ["tax", "utilities"],
    "earlier_customers": [Decimal(0), Decimal(2), Decimal(3)],
    "first_in_state": [True, False],
}


@cache
def support() -> Inquiry:
    runbook = load(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name).runbook
    assert runbook is not None
    return Inquiry(runbook, "support")


@given(st.lists(st.fixed_dictionaries({}, optional={name: st.sampled_from(of) for name, of in KNOWN.items()})))
def test_many_inquiries_are_answered_as_each(cases: list[dict[str, Scalar | tuple[Scalar, ...]]]) -> None:
    inquiry = support()
    assert inquiry.tables is not None
    answers = Inquiries(inquiry.tables).ask(cases)
    assert list(answers) == [inquiry.ask(known)[-1].outcome for known in cases]


# --------------------------------------------------------------------------------------------- what cannot be a column


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ([0.0, 1.0], "Codes are whole numbers; these are float64."),
        ([0, 2], "Codes go from -1 to 1, for 2 values; these go from 0 to 2."),
        ([-2, 0], "Codes go from -1 to 1, for 2 values; these go from -2 to 0."),
    ],
)
def test_codes_of_no_value_are_refused(codes: list[float], says: str) -> None:
    with pytest.raises(ValueError, match="Codes") as refused:
        Coded(values=("a", "b"), codes=np.array(codes))
    assert str(refused.value) == says


@pytest.mark.parametrize("units", [np.array([0.5]), np.array([2**63], dtype=np.uint64), np.array([True])])
def test_units_that_are_not_exact_are_refused(units: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="Units") as refused:
        Scaled(units=units, decimals=2)
    assert str(refused.value) == f"Units are whole numbers of at most 64 bits with a sign; these are {units.dtype}."


@pytest.mark.parametrize("missing", [np.array([True]), np.array([0, 1])])
def test_missing_that_is_not_told_for_each_case_is_refused(missing: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="What is missing is told by true or false, once for each case"):
        Scaled(units=np.array([1, 2]), decimals=2, missing=missing)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (np.array(["2027-03-01T12:00"], dtype="datetime64[m]"),
         "Dates are days, datetime64[D]; these are datetime64[m]."),
        (np.array(["10000-01-01"], dtype="datetime64[D]"),
         "Dates go from 0001-01-01 to 9999-12-31; some of these lie outside."),
    ],
)  # fmt: skip
def test_days_that_are_no_dates_are_refused(days: NDArray[Any], says: str) -> None:
    with pytest.raises(ValueError, match="Dates") as refused:
        Days(days=days)
    assert str(refused.value) == says


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        ({}, "Each column has a value for each case; these have no columns."),
        ({"c0": [Decimal(1)], "other": []}, "Each column has a value for each case; these have c0: 1, other: 0."),
        (
            {"c0": Days(days=np.array(["NaT"], dtype="datetime64[D]"))},
            "c0 is of the kind “number”: it is not given as days.",
        ),
    ],
)
def test_columns_that_do_not_fit_are_refused(cases: dict[str, CaseColumn], says: str) -> None:
    with pytest.raises(ValueError, match=r"these have|is not given|is an array") as refused:
        Grid(table(Number(), ">= 0")).decide(cases)
    assert str(refused.value) == says


def test_units_of_a_choice_are_refused() -> None:
    with pytest.raises(ValueError, match="c0 is of the kind “one of a, b”: it is not given as units"):
        Grid(table(Choice(of=("a", "b")), "a")).decide({"c0": Scaled(units=np.array([1]), decimals=0)})


def test_numpy_is_not_loaded_before_very_many_cases_come() -> None:
    loads = "import sys, handrail.command_line, handrail.runbook.inquiry; print('numpy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"

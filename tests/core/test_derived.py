"""What derived facts say, against a plain way of working the same out; and the sentences that tell why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.handoff.derived import because, written
from handrail.handoff.document import document
from handrail.handoff.history import Handoff, KnownFact
from handrail.handoff.plan import Plan
from handrail.runbook.kinds import Written
from handrail.runbook.loading import load
from handrail.worktime.calendar import Calendar

RUNBOOK = """\
runbook: derived
version: "1"
facts:
  products: {title: Products, kind: list, of: {name: text, kind: {kind: choice, of: [licence, service]}, price: number}}
  asks: {title: Asks, kind: yes/no}
  writes: {title: Writes, kind: yes/no}
  calls: {title: Calls, kind: yes/no}
  first: {title: First, kind: number}
  second: {title: Second, kind: number}
  signed_on: {title: Signed on, kind: date}
  go_live: {title: Go-live, kind: date}
  met_at: {title: Met at, kind: instant}
  crm: {title: CRM, kind: money, currency: USD}
  billing: {title: Billing, kind: money, currency: USD}
  vertical: {title: Vertical, kind: text}
  integrator: {title: Integrator, kind: text}
derived:
  licences: {title: Licences, count: products, where: {kind: licence}}
  licence_total: {title: Licence total, sum: products.price, where: {kind: licence}}
  dearest: {title: Dearest, max: products.price}
  cheapest: {title: Cheapest, min: products.price}
  any_licence: {title: Any licence, any: products, where: {kind: licence}}
  all_licences: {title: All licences, all: products, where: {kind: licence}}
  no_licence: {title: No licence, none: products, where: {kind: licence}}
  signs: {title: Signs, count: [asks, writes, calls], that_are: "yes"}
  any_sign: {title: Any sign, any: [asks, writes, calls], that_are: "yes"}
  all_signs: {title: All signs, all: [asks, writes, calls], that_are: "yes"}
  no_sign: {title: No sign, none: [asks, writes, calls], that_are: "yes"}
  short: {title: Short, difference: [first, second]}
  usage: {title: Usage, ratio: [first, second]}
  twice: {title: Twice, difference: [short, second]}
  notice: {title: Notice, days: [signed_on, go_live]}
  working_notice: {title: Working notice, working_days: [signed_on, go_live]}
  since_meeting: {title: Since the meeting, days: [met_at, go_live]}
  same: {title: Same, agree: [crm, billing]}
  earlier: {title: Earlier customers, count: customers, like: [vertical, integrator], live: go_live}
  alike: {title: Customers alike, any: customers, like: [vertical]}
  others: {title: Other phases, count: phases, that_are: running}
roles: {pm: {title: Project Manager}}
stages: [all]
steps:
  accept: {stage: all, kind: acceptance, raci: {pm: RA}}
ends:
  over: {when: {accept: done}}
"""

_AT = datetime(2027, 1, 4, 14, tzinfo=UTC)


def _plan() -> Plan:
    reading = load(RUNBOOK, "derived.yaml")
    assert reading.runbook is not None, reading.problems
    return Plan(reading.runbook, Calendar(name="office", zone="America/New_York"))


PLAN = _plan()


def handoff(counted: Mapping[str, Written] | None = None, **facts: Written | None) -> Handoff:
    """One that knows the facts, without those that are None."""
    known = {
        name: KnownFact(value=value, source="a test", at=_AT, by=None, number=1)
        for name, value in facts.items()
        if value is not None
    }
    return Handoff(customer="Cedar Falls", started_at=_AT, facts=known, counted=dict(counted or {}))


def says(name: str, known: Handoff) -> Written | None:
    return written(PLAN, known, PLAN.runbook.derived[name])


def why(name: str, known: Handoff) -> str:
    return because(PLAN, known, PLAN.runbook.derived[name])


# ------------------------------------------------------------------------------------------------- lists of records

_PRICES = st.none() | st.integers(-10_000, 10_000).map(lambda cents: Decimal(cents) / 100)
_ROWS = st.lists(st.tuples(st.sampled_from(["licence", "service", None]), _PRICES), max_size=5)
Row = tuple[str | None, Decimal | None]


def _written_rows(rows: Sequence[Row]) -> Written:
    cells = ({"kind": kind, "price": None if price is None else f"{price:f}"} for kind, price in rows)
    return [
        {"name": f"Product {number}", **{name: cell for name, cell in row.items() if cell is not None}}
        for number, row in enumerate(cells)
    ]


def _every_completion(rows: Sequence[Row]) -> list[list[str]]:
    """The kinds of the rows, in each way in which the missing ones could turn out."""
    found: list[list[str]] = [[]]
    for kind, _ in rows:
        found = [[*before, one] for before in found for one in ([kind] if kind else ["licence", "service"])]
    return found


def _certain(answers: list[str]) -> str | None:
    """What is so however the missing turns out."""
    return answers[0] if len(set(answers)) == 1 else None


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


@given(_ROWS)
def test_gathering_over_records_says_what_is_certain(rows: list[Row]) -> None:
    known, kinds = handoff(products=_written_rows(rows)), _every_completion(rows)
    gathered: dict[str, Callable[[list[str]], str]] = {
        "licences": lambda row: str(row.count("licence")),
        "any_licence": lambda row: _yes("licence" in row),
        "all_licences": lambda row: _yes(all(kind == "licence" for kind in row)),
        "no_licence": lambda row: _yes("licence" not in row),
    }
    for name, gather in gathered.items():
        assert says(name, known) == _certain([gather(row) for row in kinds]), name


@given(_ROWS)
def test_sum_is_of_the_records_that_certainly_count(rows: list[Row]) -> None:
    total = says("licence_total", handoff(products=_written_rows(rows)))
    counted = [price for kind, price in rows if kind == "licence"]
    if any(kind is None for kind, _ in rows) or None in counted:
        assert total is None
    else:
        assert isinstance(total, str)
        assert Decimal(total) == sum(filter(None, counted), Decimal(0))


@given(_ROWS)
def test_least_and_most_are_missing_where_a_value_is(rows: list[Row]) -> None:
    known, prices = handoff(products=_written_rows(rows)), [price for _, price in rows]
    for name, choose in (("cheapest", min), ("dearest", max)):
        found = says(name, known)
        if not prices or None in prices:
            assert found is None
        else:
            assert isinstance(found, str)
            assert Decimal(found) == choose(price for price in prices if price is not None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("licences", "0"), ("licence_total", "0"), ("dearest", None), ("all_licences", "yes"), ("no_licence", "yes")],
)
def test_empty_list_is_not_a_missing_one(name: str, value: str | None) -> None:
    assert (says(name, handoff(products=[])), says(name, handoff())) == (value, None)


# -------------------------------------------------------------------------------------------------- several facts


@given(st.lists(st.sampled_from(["yes", "no", None]), min_size=3, max_size=3))
def test_gathering_over_facts_says_what_is_certain(given_facts: list[str | None]) -> None:
    asks, writes, calls = given_facts
    known = handoff(asks=asks, writes=writes, calls=calls)
    completions: list[list[str]] = [[]]
    for one in given_facts:
        completions = [[*before, each] for before in completions for each in ([one] if one else ["yes", "no"])]
    assert says("signs", known) == _certain([str(row.count("yes")) for row in completions])
    assert says("any_sign", known) == _certain([_yes("yes" in row) for row in completions])
    assert says("all_signs", known) == _certain([_yes("no" not in row) for row in completions])
    assert says("no_sign", known) == _certain([_yes("yes" not in row) for row in completions])


_NUMBERS = st.decimals(min_value=-(10**14), max_value=10**14, places=4)


@given(_NUMBERS, _NUMBERS)
def test_difference_and_ratio_are_exact(first: Decimal, second: Decimal) -> None:
    known = handoff(first=f"{first:f}", second=f"{second:f}")
    short = says("short", known)
    assert isinstance(short, str)
    assert Fraction(short) == Fraction(first) - Fraction(second)
    usage = says("usage", known)
    if not second:
        assert usage is None
        return
    exact = Fraction(first) / Fraction(second)
    rounded = Fraction(int(abs(exact) * 10_000 + Fraction(1, 2)), 10_000)
    expected = rounded if exact >= 0 else -rounded
    assert (None if usage is None else Fraction(str(usage))) == (expected if abs(expected) < 10**15 else None)


def test_what_is_larger_than_its_kind_can_say_is_missing() -> None:
    known = handoff(first="999999999999999", second="-999999999999999")
    assert (says("short", known), says("twice", known)) == (None, None)
    assert says("twice", handoff(first="10", second="3")) == "4"


@given(st.dates(date(2026, 6, 1), date(2028, 6, 1)), st.dates(date(2026, 6, 1), date(2028, 6, 1)))
def test_days_between_are_counted_one_by_one(first: date, last: date) -> None:
    known = handoff(signed_on=str(first), go_live=str(last))
    low, high = sorted((first, last))
    passed = [low + timedelta(days=number + 1) for number in range((high - low).days)]
    sign = 1 if first <= last else -1
    assert says("notice", known) == str(sign * len(passed))
    assert says("working_notice", known) == str(sign * sum(1 for day in passed if day.weekday() < 5))


def test_instant_counts_as_its_day_at_the_office() -> None:
    assert says("since_meeting", handoff(met_at="2027-01-05T03:00+00:00", go_live="2027-01-06")) == "2"


@pytest.mark.parametrize(
    ("crm", "billing", "same"), [("5000", "5000.00", "yes"), ("5000", "5001", "no"), ("5000", None, None)]
)
def test_facts_agree_where_their_values_do(crm: str, billing: str | None, same: str | None) -> None:
    assert says("same", handoff(crm=crm, billing=billing)) == same


def test_what_the_desk_counts_is_what_it_recorded() -> None:
    assert (says("earlier", handoff()), says("earlier", handoff({"earlier": "3"}))) == (None, "3")


# ----------------------------------------------------------------------------------------------------- the sentences

PRODUCTS = [{"name": "Portal", "kind": "licence", "price": "10"}, {"name": "Set-up", "kind": "service", "price": "5"}]


@pytest.mark.parametrize(
    ("name", "known", "sentence"),
    [
        ("signs", handoff(asks="yes", calls="yes"), "2 of 3: Asks, Calls."),
        ("any_sign", handoff(asks="no"), "0 of 3."),
        ("licence_total", handoff(products=PRODUCTS), "1 of 2 in Products."),
        ("licence_total", handoff(), "Products is missing."),
        ("short", handoff(first="10", second="4"), "First: 10, Second: 4."),
        ("twice", handoff(first="10", second="4"), "Short: 6, Second: 4."),
        ("usage", handoff(first="10"), "First: 10, Second: missing."),
        ("notice", handoff(signed_on="2027-01-04"), "Signed on: 4 January 2027, Go-live: missing."),
        ("same", handoff(crm="5000", billing="5001"), "CRM: 5,000 USD, Billing: 5,001 USD."),
        ("earlier", handoff(vertical="tax"), "Customers cannot be compared without Integrator."),
        (
            "earlier",
            handoff(vertical="tax", integrator="Northgate"),
            "Customers alike in Vertical, Integrator whose Go-live has come: not counted yet.",
        ),
        (
            "earlier",
            handoff({"earlier": "2"}, vertical="tax", integrator="Northgate"),
            "Customers alike in Vertical, Integrator whose Go-live has come: counted by the desk.",
        ),
        ("alike", handoff({"alike": "no"}, vertical="tax"), "Customers alike in Vertical: counted by the desk."),
        ("others", handoff(), "Other phases of the project that are running: not counted yet."),
        ("others", handoff({"others": "0"}), "Other phases of the project that are running: counted by the desk."),
    ],
)
def test_because_tells_what_it_rests_on(name: str, known: Handoff, sentence: str) -> None:
    assert why(name, known) == sentence


def test_document_tells_derived_facts_beside_the_facts() -> None:
    lines = document(PLAN, handoff(first="10", second="4")).parts[0].lines
    told = {line.label: (line.state, line.value, line.notes, line.required) for line in lines}
    assert told["Short"] == ("given", "6", ("First: 10, Second: 4.",), True)
    assert told["Notice"] == ("missing", "", ("Signed on: missing, Go-live: missing.",), False)

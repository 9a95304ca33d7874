"""Random decisions with everything that a decision can say: for what goes out to other programs and comes back.

One rule: only what reading a runbook can give. Its texts begin and end with no space, and are not empty.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

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
    Scalar,
    Text,
    YesNo,
)
from handrail.runbook.model import Decision, HitPolicy, Input, Output, Override, Ref
from tests.core.random_tables import tables

_NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True).filter(lambda name: name not in {"start", "not"})
_CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t\"\\'<>&={}[],:#|%@-"
)
TEXTS = st.text(_CHARACTERS, min_size=1, max_size=30).map(str.strip).filter(bool)
_TITLES = TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
_CHOICES = st.lists(_TITLES, min_size=1, max_size=4, unique_by=str.casefold).map(tuple)
_NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
_CENTS = st.decimals(min_value=0, max_value=10**9, places=2)
_DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
_INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def _outputs(draw: st.DrawFn, rules: int) -> tuple[Kind, tuple[Scalar, ...]]:
    """A kind, and a value of it for each rule and for none."""
    of = draw(_CHOICES)
    pairs: list[tuple[Kind, st.SearchStrategy[Any]]] = [
        (Text(), TEXTS), (Link(), st.just("https://example.com/a?b=1&c=2")), (Date(), _DATES),
        (Instant(), _INSTANTS.map(lambda at: at.replace(microsecond=0))), (PersonName(), st.just("paula@example.com")),
        (YesNo(), st.booleans()), (Choice(of=of), st.sampled_from(of)), (Number(), _NUMBERS),
        (Number(whole=True, at_most=Decimal(9)), st.integers(-5, 9).map(Decimal)),
        (Money(currency="EUR", at_least=Decimal(0)), _CENTS),
    ]  # fmt: skip
    kind, values = draw(st.sampled_from(pairs))
    return kind, tuple(draw(st.lists(values, min_size=rules + 1, max_size=rules + 1)))


def _policies(kinds: list[Kind]) -> list[tuple[HitPolicy, str | None]]:
    """Those that can work with outputs of such kinds."""
    found: list[tuple[HitPolicy, str | None]] = [
        ("unique", None), ("first", None), ("any", None), ("rule order", None), ("collect", None)
    ]  # fmt: skip
    if all(isinstance(kind, Choice) for kind in kinds):
        found += [("priority", None), ("output order", None)]
    if len(kinds) == 1:
        found.append(("collect", "count"))
        if isinstance(kinds[0], Number | Money):
            found += [("collect", "sum"), ("collect", "min"), ("collect", "max")]
    return found


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    table = draw(tables(most_rules=4)).decision
    columns = draw(st.lists(_outputs(len(table.rules)), min_size=1, max_size=3))
    policy, aggregator = draw(st.sampled_from(_policies([kind for kind, _ in columns])))
    name = draw(_NAMES)
    names = draw(st.lists(_NAMES.filter(lambda own: own != name), min_size=3, max_size=3, unique=True))
    if len(columns) == 1 and draw(st.booleans()):
        names[0] = name
    rows = list(zip(*(values for _, values in columns), strict=True))
    return Decision(
        name=name,
        title=draw(_TITLES),
        hit_policy=policy,
        aggregator=aggregator,  # type: ignore[arg-type]
        inputs=tuple(_input(draw, column, name) for column in table.inputs),
        outputs=tuple(
            Output(name=own, title=draw(_TITLES), kind=kind) for own, (kind, _) in zip(names, columns, strict=False)
        ),
        rules=tuple(
            replace(rule, outputs=row, note=draw(st.one_of(st.just(""), TEXTS)))
            for rule, row in zip(table.rules, rows, strict=False)
        ),
        otherwise=draw(st.sampled_from([(), rows[-1]])),
        override=draw(st.sampled_from([None, Override(asked_by=("pm", "im"), approved_by="lead")])),
        says=draw(st.one_of(st.just(""), TEXTS)),
        place=table.place,
    )


def _input(draw: st.DrawFn, column: Input, decision: str) -> Input:
    """A column with a heading of its own, perhaps over an answer in a form or another decision's output."""
    answer = Ref(source="answer", name=f"fill-{column.name}", part="amount")
    output = Ref(source="output", name=f"{decision}_before", part=column.name)
    ref = draw(st.sampled_from([column.ref, answer, output]))
    name = column.name if ref.source == "fact" else str(ref)
    return replace(column, name=name, title=draw(_TITLES), ref=ref)


def listed(column: Input) -> Input:
    """The column over a list of records."""
    return replace(column, kind=Records(columns={"name": Text(), "sum": Money(currency="USD")}, at_least=1))

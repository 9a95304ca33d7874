"""The support decision of S3 as each engine is given it, in four sizes, and an independent reference for its answers.

One rule: the reference is written from the source's words and knows neither engine. `[` includes an end and `)` does
not: the source puts 5,000 and 20,000 USD in two rows each, and the upper row is taken.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from handrail.runbook.loading import load
from handrail.runbook.model import Decision

RUNBOOK = Path(__file__).parents[1] / "runbooks" / "transition-to-client-services.yaml"

_LIGHT, _FULL, _DESK = "Transition Success light", "Transition Success", "Help Desk"
OUTPUTS = ("type", "days", "meetings")


@dataclass(frozen=True, kw_only=True)
class Row:
    """`cells` by column, as unary tests; a column that is not there, or `-`, accepts anything."""

    cells: Mapping[str, str]
    outputs: tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One customer with the answer that the reference gives: None where the table has a gap, below 0 USD."""

    texts: Mapping[str, str]
    rule: int | None
    outputs: Mapping[str, str | int]
    on_a_line: bool

    @property
    def decimal_values(self) -> dict[str, str | Decimal]:
        return {name: Decimal(text) if name == "mrr" else text for name, text in self.texts.items()}

    @property
    def float_values(self) -> dict[str, str | float]:
        return {name: float(text) if name == "mrr" else text for name, text in self.texts.items()}


@dataclass(frozen=True, kw_only=True)
class SupportTable:
    """`combinations` of the values of further columns: each has rows of its own, with other numbers of meetings."""

    name: str
    rows: tuple[Row, ...]
    combinations: tuple[Mapping[str, str], ...]
    decision: Decision

    def jdm(self) -> dict[str, Any]:
        """The table as zen-engine's JSON Decision Model."""
        columns = ("integration", "mrr", *self.combinations[0])
        content = {
            "hitPolicy": "first",
            "inputs": [{"id": name, "name": name, "field": name} for name in columns],
            "outputs": [{"id": f"to_{name}", "name": name, "field": name} for name in OUTPUTS],
            "rules": [_jdm_rule(number, row) for number, row in enumerate(self.rows, start=1)],
        }
        return {
            "nodes": [
                {"id": "in", "name": "in", "type": "inputNode"},
                {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
                {"id": "out", "name": "out", "type": "outputNode"},
            ],
            "edges": [
                {"id": "to table", "type": "edge", "sourceId": "in", "targetId": "table"},
                {"id": "from table", "type": "edge", "sourceId": "table", "targetId": "out"},
            ],
        }

    def cases_at_boundaries(self) -> Iterator[Case]:
        """Every boundary and its neighbours to the cent, in every combination."""
        for mrr in _AT_BOUNDARIES:
            for integration in ("new", "existing"):
                for combination in range(len(self.combinations)):
                    yield self.case(integration, mrr, combination)

    def random_cases(self, count: int, seed: int = 1) -> list[Case]:
        """Amounts from 0 to 40,000 USD to the cent, one in ten of them on or beside a boundary."""
        random = Random(seed)
        return [
            self.case(
                random.choice(("new", "existing")),
                random.choice(_COVERED) if random.random() < 0.1 else random.randint(0, 4_000_000) * _CENT,
                random.randrange(len(self.combinations)),
            )
            for _ in range(count)
        ]

    def case(self, integration: str, mrr: Decimal, combination: int) -> Case:
        texts = {"integration": integration, "mrr": str(mrr), **self.combinations[combination]}
        row, outputs = _reference(integration, mrr)
        rule = _RULE_AS_SHIPPED[row] if self.rows is _SHIPPED_ROWS else row + len(_SOURCE_ROWS) * combination
        return Case(
            texts=texts,
            rule=None if outputs is None else rule,
            outputs={} if outputs is None else _named(_in_combination(outputs, combination)),
            on_a_line=mrr in {5_000, 20_000} or (mrr == 3_000 and integration == "existing"),
        )


def support_tables() -> Iterator[SupportTable]:
    """The table as shipped, the source's seven rows, and those rows again for every combination of more columns."""
    yield SupportTable(
        name="support as shipped, 5 rules × 2 inputs",
        rows=_SHIPPED_ROWS,
        combinations=({},),
        decision=_decision(RUNBOOK.read_text(encoding="utf-8")),
    )
    for variants in _VARIANTS:
        combinations = tuple(dict(zip(variants, values, strict=True)) for values in product(*variants.values()))
        rows = tuple(_rows_of(combinations))
        yield SupportTable(
            name=f"{len(rows):,} rules × {2 + len(variants)} inputs",
            rows=rows,
            combinations=combinations,
            decision=_decision(_runbook_text(rows, variants)),
        )


_REGIONS = ("us", "emea", "apac", "latam", "canada", "anz")
_SEGMENTS = ("strategic", "enterprise", "mid-market", "small")
_PRODUCTS = ("invoices", "payments", "reminders", "statements", "deposits", "analytics")
_VARIANTS: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {},
    {"region": _REGIONS[:3], "segment": _SEGMENTS},
    {"region": _REGIONS, "segment": _SEGMENTS, "product": _PRODUCTS},
)

_SOURCE_ROWS = (
    Row(cells={"integration": "new", "mrr": "[0..5000)"}, outputs=(_FULL, 30, 1)),
    Row(cells={"integration": "new", "mrr": "[5000..20000)"}, outputs=(_FULL, 90, 2)),
    Row(cells={"integration": "new", "mrr": ">= 20000"}, outputs=(_FULL, 90, 4)),
    Row(cells={"integration": "existing", "mrr": "[0..3000)"}, outputs=(_DESK, 0, 0)),
    Row(cells={"integration": "existing", "mrr": "[3000..5000)"}, outputs=(_LIGHT, 30, 1)),
    Row(cells={"integration": "existing", "mrr": "[5000..20000)"}, outputs=(_FULL, 90, 2)),
    Row(cells={"integration": "existing", "mrr": ">= 20000"}, outputs=(_FULL, 90, 4)),
)
_SHIPPED_ROWS = (
    _SOURCE_ROWS[0],
    _SOURCE_ROWS[3],
    _SOURCE_ROWS[4],
    Row(cells={"integration": "-", "mrr": "[5000..20000)"}, outputs=(_FULL, 90, 2)),
    Row(cells={"integration": "-", "mrr": ">= 20000"}, outputs=(_FULL, 90, 4)),
)
# The runbook says the source's rows 2 and 6 once, and its rows 3 and 7.
_RULE_AS_SHIPPED = {0: 0, 1: 1, 4: 2, 5: 3, 2: 4, 6: 4, 3: 5, 7: 5}

_CENT = Decimal("0.01")
_COVERED = (
    Decimal(0),
    _CENT,
    *(Decimal(line) + beside for line in (3_000, 5_000, 20_000) for beside in (-1, -_CENT, 0, _CENT, 1)),
    Decimal(1_000_000),
)
_AT_BOUNDARIES = (Decimal(-1), -_CENT, *_COVERED)


def _reference(integration: str, mrr: Decimal) -> tuple[int, tuple[str, int, int] | None]:
    """The row of the source and its outputs, in the words of S3; row 0 where it has none."""
    if mrr < 0:
        return 0, None
    if integration == "new":
        if mrr < 5_000:
            return 1, (_FULL, 30, 1)
        return (2, (_FULL, 90, 2)) if mrr < 20_000 else (3, (_FULL, 90, 4))
    if mrr < 3_000:
        return 4, (_DESK, 0, 0)
    if mrr < 5_000:
        return 5, (_LIGHT, 30, 1)
    return (6, (_FULL, 90, 2)) if mrr < 20_000 else (7, (_FULL, 90, 4))


def _named(outputs: tuple[str, int, int]) -> dict[str, str | int]:
    return dict(zip(OUTPUTS, outputs, strict=True))


def _in_combination(outputs: tuple[str, int, int], combination: int) -> tuple[str, int, int]:
    """Another number of meetings in each combination, so that a rule of the wrong one is seen."""
    kind, days, meetings = outputs
    return kind, days, meetings + combination


def _rows_of(combinations: Iterable[Mapping[str, str]]) -> Iterator[Row]:
    for at, combination in enumerate(combinations):
        for row in _SOURCE_ROWS:
            yield Row(cells={**row.cells, **combination}, outputs=_in_combination(row.outputs, at))


def _jdm_rule(number: int, row: Row) -> dict[str, str]:
    tests = {name: cell if name == "mrr" else f'"{cell}"' for name, cell in row.cells.items() if cell != "-"}
    kind, days, meetings = row.outputs
    return {"_id": str(number), **tests, "to_type": f'"{kind}"', "to_days": str(days), "to_meetings": str(meetings)}


def _runbook_text(rows: tuple[Row, ...], variants: Mapping[str, tuple[str, ...]]) -> str:
    choices = {"integration": ("new", "existing"), **variants}
    facts = "\n".join(f"  {name}: {{kind: choice, of: [{', '.join(of)}]}}" for name, of in choices.items())
    columns = ("integration", "mrr", *variants)
    rules = "\n".join(
        f"      - {{when: {[row.cells[name] for name in columns]}, then: {list(row.outputs)}}}" for row in rows
    )
    return f"""\
runbook: support-in-variants
version: "1"
facts:
  mrr: {{kind: money, currency: USD}}
{facts}
roles:
  lead: {{title: Client Services lead}}
decisions:
  support:
    inputs: [{", ".join(columns)}]
    outputs:
      type: {{kind: choice, of: [{_FULL}, {_LIGHT}, {_DESK}]}}
      days: {{kind: number, whole: yes}}
      meetings: {{kind: number, whole: yes}}
    rules:
{rules}
stages: [go live]
steps:
  accept: {{stage: go live, kind: acceptance, raci: {{lead: RA}}}}
ends:
  over: {{when: {{accept: done}}}}
"""


def _decision(runbook_text: str) -> Decision:
    loaded = load(runbook_text, "support.yaml")
    if loaded.runbook is None:
        raise ValueError("\n".join(str(problem) for problem in loaded.problems[:5]))
    return loaded.runbook.decisions["support"]

"""A decision with its rule named: Handrail's `Table` beside zen-engine's `ZenEngine` with a static loader.

One rule: no engine is timed before each of its answers has been compared with the reference.

zen-engine names the rule only in its trace; without one it is quicker. So it runs both ways, and Handrail, whose answer
always names the rule, is measured against the quicker. `ZenDecision.evaluate` is left out: it builds a runtime for each
call.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import zen
from report import Line, Subject
from rounds import Contestant, over_cases, side_by_side
from support_table import Case, SupportTable, support_tables

from handrail.runbook.kinds import Scalar, Unfit, read_scalar
from handrail.runbook.tables.deciding import Decided, Table

_TIMED_CASES = 2_000

_RULE = "Handrail, rule named"
_WHY = "Handrail, rule and boundaries"
_TEXT = "Handrail, from texts"
_ZEN = "zen, rule not named"
_ZEN_TRACE = "zen, rule named (trace)"
_ZEN_TEXT = "zen, from texts"


class Mismatch(Exception):
    """An engine answered otherwise than the reference: its speed means nothing."""


def decision_subjects(rounds: int) -> Iterator[Subject]:
    for table in support_tables():
        yield _subject(table, rounds)


def _subject(table: SupportTable, rounds: int) -> Subject:
    handrail, engine = Table(table.decision), _zen_engine(table)
    checked = _check(table, handrail, engine)
    laps = side_by_side(_contestants(table, handrail, engine), rounds)
    aims = {_RULE: 20.0, _WHY: 10.0}
    return Subject(
        name=f"A decision: {table.name}",
        unit="decision",
        says=f"{checked:,} answers of each engine equal the reference's. {_TIMED_CASES:,} cases, timed by processor.",
        against=_ZEN,
        lines=tuple(Line(name=name, laps=one, aim=aims.get(name)) for name, one in laps.items()),
    )


def _contestants(table: SupportTable, handrail: Table, engine: Any) -> list[Contestant]:
    cases = table.random_cases(_TIMED_CASES)
    decimals = [case.decimal_values for case in cases]
    floats = [case.float_values for case in cases]
    texts = [case.texts for case in cases]
    plain, traced = _plain(engine), _traced(engine)
    return [
        over_cases(_RULE, handrail.decide, decimals),
        over_cases(_ZEN, plain, floats),
        over_cases(_WHY, handrail.explain, decimals),
        over_cases(_ZEN_TRACE, traced, floats),
        over_cases(_TEXT, lambda read: handrail.decide(_read(handrail, read)), texts),
        over_cases(_ZEN_TEXT, lambda read: plain(_as_floats(read)), texts),
    ]


def _read(table: Table, texts: Mapping[str, str]) -> dict[str, Scalar]:
    """Every text as its kind reads it: checked for its bounds, its digits and its choices."""
    read = {column.name: read_scalar(column.kind, texts[column.name]) for column in table.decision.inputs}
    return {name: value for name, value in read.items() if not isinstance(value, Unfit)}


def _as_floats(texts: Mapping[str, str]) -> dict[str, str | float]:
    """What zen takes: a number, and texts as they are, unchecked."""
    return {name: float(text) if name == "mrr" else text for name, text in texts.items()}


def _zen_engine(table: SupportTable) -> Any:
    return zen.ZenEngine({"loader": {"type": "static", "content": {"support": table.jdm()}}})


def _plain(engine: Any) -> Callable[[Mapping[str, str | float]], Any]:
    return partial(engine.evaluate, "support")


def _traced(engine: Any) -> Callable[[Mapping[str, str | float]], Any]:
    return partial(engine.evaluate, "support", opts={"trace": True})


def _check(table: SupportTable, handrail: Table, engine: Any) -> int:
    """How many cases were compared, the same for each engine."""
    cases = [*table.cases_at_boundaries(), *table.random_cases(_TIMED_CASES)]
    plain, traced = _plain(engine), _traced(engine)
    for case in cases:
        _check_handrail(handrail, case)
        _same("zen", case, plain(case.float_values)["result"], case.outputs)
        answer = traced(case.float_values)
        _same("zen with its trace", case, (_rule_in(answer), answer["result"]), (case.rule, case.outputs))
    return len(cases)


def _check_handrail(table: Table, case: Case) -> None:
    values = _read(table, case.texts)
    if case.rule is not None:
        _same("Handrail's reading", case, values, case.decimal_values)
    decided, boundaries = table.explain(case.decimal_values)
    answer = (decided.rule.number, decided.outputs) if isinstance(decided, Decided) else (None, {})
    _same("Handrail", case, answer, (case.rule, case.outputs))
    _same("Handrail, on a boundary", case, bool(boundaries), case.on_a_line)


def _rule_in(answer: Mapping[str, Any]) -> int | None:
    found = answer["trace"]["table"]["traceData"]
    return int(found["rule"]["_id"]) if found else None


def _same(engine: str, case: Case, found: object, expected: object) -> None:
    if found != expected:
        raise Mismatch(f"{engine} answers {found} to {dict(case.texts)}, the reference {expected}.")

"""Hit policies: which of the rules that fit a case give its answer, and what answer (DMN 1.5, 8.2.8).

One rule: no answer is made up. Where the policy leaves the case open, there is none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from handrail.runbook.kinds import Choice, Scalar
from handrail.runbook.model import Decision, Rule


@dataclass(frozen=True, kw_only=True)
class Decided:
    """`rules` are those that gave the answer, in the order of the hit policy; none where `otherwise` did, or where a
    list is empty."""

    rules: tuple[Rule, ...]
    outputs: Mapping[str, Scalar | tuple[Scalar, ...]]

    @property
    def rule(self) -> Rule | None:
        return self.rules[0] if self.rules else None


def answer_of(decision: Decision, fitting: tuple[Rule, ...]) -> Decided | None:
    """The answer of the rules that fit, in their order; None where there is none."""
    if not fitting:
        return _without_rules(decision)
    match decision.hit_policy:
        case "unique":
            return _single(decision, fitting[0]) if len(fitting) == 1 else None
        case "first":
            return _single(decision, fitting[0])
        case "any":
            return _single(decision, fitting[0]) if len({rule.outputs for rule in fitting}) == 1 else None
        case "priority":
            return _single(decision, min(fitting, key=priority_of(decision)))
        case "rule order":
            return _listed(decision, fitting)
        case "output order":
            return _listed(decision, tuple(sorted(fitting, key=priority_of(decision))))
        case "collect":
            return _listed(decision, fitting) if decision.aggregator is None else _aggregated(decision, fitting)


def answer_in_part(decision: Decision, certain: tuple[Rule, ...], possible: tuple[Rule, ...]) -> Decided | None:
    """The answer where, with a value missing, some rules only may fit: given where it cannot matter whether they do."""
    if certain == possible:
        return answer_of(decision, possible)
    if not certain:
        return None
    if decision.hit_policy == "any":
        return answer_of(decision, possible)
    if decision.hit_policy in {"first", "priority"}:
        best = answer_of(decision, possible)
        return best if best is not None and best.rule in certain else None
    return None


def _without_rules(decision: Decision) -> Decided | None:
    if decision.otherwise:
        names = (output.name for output in decision.outputs)
        given = dict(zip(names, decision.otherwise, strict=True))
        return Decided(
            rules=(), outputs={name: (value,) for name, value in given.items()} if decision.gives_lists else given
        )
    if decision.gives_lists:
        return Decided(rules=(), outputs={output.name: () for output in decision.outputs})
    if decision.aggregator == "count":
        return Decided(rules=(), outputs={output.name: Decimal(0) for output in decision.outputs})
    return None


def _single(decision: Decision, rule: Rule) -> Decided:
    names = (output.name for output in decision.outputs)
    return Decided(rules=(rule,), outputs=dict(zip(names, rule.outputs, strict=True)))


def _listed(decision: Decision, rules: tuple[Rule, ...]) -> Decided:
    outputs = {output.name: tuple(rule.outputs[at] for rule in rules) for at, output in enumerate(decision.outputs)}
    return Decided(rules=rules, outputs=outputs)


_AGGREGATORS: dict[str, Callable[[Iterable[Any]], Any]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "min": min,
    "max": max,
    "count": lambda values: Decimal(sum(1 for _ in values)),
}


def _aggregated(decision: Decision, rules: tuple[Rule, ...]) -> Decided:
    assert decision.aggregator is not None
    aggregate = _AGGREGATORS[decision.aggregator]
    outputs = {
        output.name: aggregate([rule.outputs[at] for rule in rules]) for at, output in enumerate(decision.outputs)
    }
    return Decided(rules=rules, outputs=outputs)


def priority_of(decision: Decision) -> Callable[[Rule], tuple[int, ...]]:
    """The place of each output in the order in which its choices are declared: what stands first goes first."""
    orders = [
        {value: at for at, value in enumerate(output.kind.of)} if isinstance(output.kind, Choice) else {}
        for output in decision.outputs
    ]
    return lambda rule: tuple(
        order.get(str(value), len(order)) for order, value in zip(orders, rule.outputs, strict=True)
    )

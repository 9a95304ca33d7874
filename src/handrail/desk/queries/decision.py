"""What the page of one decision shows: the whole table, the rule that applied to this customer, and the override."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.acting import Action, can
from handrail.desk.queries.controls import choices_of
from handrail.desk.queries.handoff import DecisionLine, decision_line
from handrail.desk.queries.opened import Opened
from handrail.handoff import commands as c
from handrail.handoff.holders import named
from handrail.handoff.people import Actor
from handrail.runbook.kinds import name_of, spoken, write_scalar
from handrail.runbook.model import Decision, Output


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    number: int
    cells: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str
    applies: bool


@dataclass(frozen=True, kw_only=True)
class OutputField:
    """An output as a person asks for another value of it; `written` is what the input holds."""

    name: str
    title: str
    kind: str
    choices: tuple[str, ...]
    written: str


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    line: DecisionLine
    says: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[RuleRow, ...]
    fields: tuple[OutputField, ...]
    asked_by: str
    approved_by: str
    ask: Action
    approve: Action
    reject: Action


def decision_view(opened: Opened, name: str, me: Actor, now: datetime, typed: Mapping[str, str]) -> DecisionView:
    """`typed` are the outputs that a refused request asked for; they stay in the fields."""
    decision = opened.plan.runbook.decisions[name]
    line = decision_line(opened, name)
    override = decision.override
    state = opened.state
    return DecisionView(
        line=line,
        says=decision.says,
        policy=policy_words(decision),
        inputs=tuple(column.title for column in decision.inputs),
        outputs=tuple(output.title for output in decision.outputs),
        rules=_rules(decision, line),
        fields=tuple(_field(opened, name, one, typed) for one in decision.outputs),
        asked_by=named(opened.plan, state, override.asked_by) if override else "",
        approved_by=named(opened.plan, state, [override.approved_by]) if override else "",
        ask=can(opened, c.AskOverride(by=me, decision=name, outputs=_another(opened, decision), reason="…"), now),
        approve=can(opened, c.ApproveOverride(by=me, decision=name), now),
        reject=can(opened, c.RejectOverride(by=me, decision=name, reason="…"), now),
    )


def policy_words(decision: Decision) -> str:
    """The hit policy as a person reads it."""
    match decision.hit_policy, decision.aggregator:
        case "unique", _:
            return "Exactly one rule applies to each case"
        case "first", _:
            return "The first rule that fits applies"
        case "any", _:
            return "Rules that fit together agree"
        case "priority", _:
            return "Of the rules that fit, the most important answer counts"
        case "rule order", _:
            return "The answers of all rules that fit, in the table’s order"
        case "output order", _:
            return "The answers of all rules that fit, the most important first"
        case _, None:
            return "The answers of all rules that fit"
        case _, aggregator:
            words = {"sum": "The sum of", "min": "The least of", "max": "The greatest of", "count": "How many are"}
            return f"{words[aggregator]} the answers of all rules that fit"


def _rules(decision: Decision, line: DecisionLine) -> tuple[RuleRow, ...]:
    kinds = [output.kind for output in decision.outputs]
    return tuple(
        RuleRow(
            number=rule.number,
            cells=tuple(cell.text for cell in rule.cells),
            outputs=tuple(spoken(kind, value) for kind, value in zip(kinds, rule.outputs, strict=True)),
            note=rule.note,
            applies=rule.number in line.rules,
        )
        for rule in decision.rules
    )


def _field(opened: Opened, name: str, output: Output, typed: Mapping[str, str]) -> OutputField:
    stands = opened.state.outputs_of(name).get(output.name, "")
    kind = opened.plan.runbook.decisions[name].kind_of(output)
    return OutputField(
        name=output.name,
        title=output.title,
        kind=name_of(kind),
        choices=choices_of(kind),
        written=typed.get(f"o.{output.name}", stands),
    )


def _another(opened: Opened, decision: Decision) -> dict[str, str]:
    """Some answer that is not the one that stands: enough to try whether one may ask for another."""
    stands = opened.state.outputs_of(decision.name)
    names = [output.name for output in decision.outputs]
    for rule in decision.rules:
        other = dict(zip(names, (write_scalar(value) for value in rule.outputs), strict=True))
        if other != stands:
            return other
    return {}

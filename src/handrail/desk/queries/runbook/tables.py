"""The decision tables of a runbook, as they are read."""

from dataclasses import dataclass

from handrail.desk.queries.decision import policy_words
from handrail.desk.queries.runbook.lines import place_of, the_role
from handrail.runbook.cells import Anything
from handrail.runbook.kinds import name_of, spoken
from handrail.runbook.model import Decision, Rule, Runbook
from handrail.runbook.words import cell_words, listed


@dataclass(frozen=True, kw_only=True)
class CellView:
    """`text` is as the author wrote it, `words` as it is read aloud."""

    text: str
    words: str
    is_any: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleView:
    number: int
    cells: tuple[CellView, ...]
    outputs: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """`inputs` and `outputs` as (title, kind); `otherwise` are the outputs where no rule fits, none if a person then
    decides; `policy` are sentences."""

    name: str
    place: str
    title: str
    says: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    rules: tuple[RuleView, ...]
    otherwise: tuple[str, ...]
    policy: tuple[str, ...]
    override: str


def decision_view(runbook: Runbook, decision: Decision) -> DecisionView:
    return DecisionView(
        name=decision.name,
        place=place_of("decision", decision.name),
        title=decision.title,
        says=decision.says,
        inputs=tuple((column.title, name_of(column.kind)) for column in decision.inputs),
        outputs=tuple((column.title, name_of(column.kind)) for column in decision.outputs),
        rules=tuple(_rule(decision, rule) for rule in decision.rules),
        otherwise=tuple(
            spoken(column.kind, value)
            for column, value in zip(decision.outputs, decision.otherwise, strict=bool(decision.otherwise))
        ),
        policy=(f"{policy_words(decision)}.", *_without_rules(decision)),
        override=_override(runbook, decision),
    )


def _rule(decision: Decision, rule: Rule) -> RuleView:
    return RuleView(
        number=rule.number,
        cells=tuple(
            CellView(text=cell.text, words=cell_words(cell, column.kind), is_any=isinstance(cell, Anything))
            for cell, column in zip(rule.cells, decision.inputs, strict=True)
        ),
        outputs=tuple(spoken(column.kind, value) for value, column in zip(rule.outputs, decision.outputs, strict=True)),
        note=rule.note,
    )


def _without_rules(decision: Decision) -> tuple[str, ...]:
    """What is the answer to a case that no rule covers, where the table does not say so in a row."""
    if decision.otherwise:
        return ()
    if decision.gives_lists:
        return ("Where no rule fits, there are none.",)
    if decision.aggregator == "count":
        return ("Where no rule fits, that is 0.",)
    return ("A case that no rule covers is decided by a person, with a reason.",)


def _override(runbook: Runbook, decision: Decision) -> str:
    if decision.override is None:
        return ""
    askers = listed([the_role(runbook, role) for role in decision.override.asked_by], "or")
    ruler = the_role(runbook, decision.override.approved_by)
    return f"Another answer is asked for by {askers}, with a reason, and decided on by {ruler}."

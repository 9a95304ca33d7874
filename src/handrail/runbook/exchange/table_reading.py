"""One DMN decision → the decision, or the problems that keep it from being one.

One rule: the head is read first (name, hit policy, outputs), so that other decisions can look at the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handrail.runbook.exchange.answers import Answers
from handrail.runbook.exchange.columns import Given, Scope, looked_at, outputs_of
from handrail.runbook.exchange.exchanged import Table
from handrail.runbook.exchange.names import plain_name
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.own import own_override
from handrail.runbook.exchange.policies import unfit_outputs
from handrail.runbook.exchange.rows import Rows
from handrail.runbook.exchange.types import UNSAID, FeelType, Types
from handrail.runbook.exchange.xml_tree import Element
from handrail.runbook.kinds import Several
from handrail.runbook.model import Aggregator, Decision, HitPolicy, Rule, kind_of_answer
from handrail.runbook.reading.margin import listed, quoted

_POLICIES: Mapping[str, HitPolicy] = {
    "": "unique", "UNIQUE": "unique", "FIRST": "first", "ANY": "any", "PRIORITY": "priority",
    "RULE ORDER": "rule order", "OUTPUT ORDER": "output order", "COLLECT": "collect",
}  # fmt: skip
_AGGREGATORS: Mapping[str, Aggregator | None] = {"": None, "SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
_LOGIC = {
    "literalExpression": "an expression", "context": "a context", "invocation": "an invocation",
    "functionDefinition": "a function", "relation": "a relation", "list": "a list", "conditional": "a conditional",
    "filter": "a filter", "for": "a loop", "some": "a quantifier", "every": "a quantifier",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Head:
    """`table` is None where the decision is none, which has been told; `type` is that of the decision's variable."""

    element: Element
    name: str
    id: str
    notes: Notes
    type: FeelType
    table: Element | None
    policy: HitPolicy = "unique"
    aggregator: Aggregator | None = None
    given: tuple[Given, ...] = ()

    def answers(self) -> Mapping[str, FeelType]:
        """The types that others see, by the output's name."""
        return {column.name: _seen(self, column) for column in self.given}


def _seen(head: Head, column: Given) -> FeelType:
    if column.kind is None:
        return UNSAID
    kind = kind_of_answer(head.policy, head.aggregator, column.kind)
    return FeelType(kind=kind.of, is_list=True) if isinstance(kind, Several) else FeelType(kind=kind)


def head_of(element: Element, types: Types, file: str) -> Head:
    notes = Notes(file)
    variable = element.one("variable")
    name = plain_name(element.get("name")) or (plain_name(variable.get("name")) if variable else "")
    if not name:
        notes.error(element.place, "missing-name", "The decision has no name.", "Give it one.")
    whole = types.named(variable.get("typeRef"), variable) if variable else UNSAID
    table = element.one("decisionTable")
    if table is None:
        _tell_no_table(element, name, notes)
        return Head(element=element, name=name, id=element.get("id"), notes=notes, type=whole, table=None)
    policy, aggregator = _hit_policy(table, notes)
    answer = whole if not whole.is_unsaid else types.named(table.get("typeRef"), table)
    given = outputs_of(table, name, UNSAID if aggregator == "count" else answer, types, notes)
    _tell_unfit_outputs(table, policy, aggregator, given, notes)
    return Head(
        element=element, name=name, id=element.get("id"), notes=notes, type=whole, table=table,
        policy=policy, aggregator=aggregator, given=given,
    )  # fmt: skip


def _tell_no_table(element: Element, name: str, notes: Notes) -> None:
    logic = next((child for child in element.children if child.name in _LOGIC), None)
    what = _LOGIC[logic.name] if logic else "nothing"
    says = f"“{name}” is decided by {what}, not by a table."
    mend = "Give its answer as data, or write it as a decision table."
    notes.error((logic or element).place, "no-table", says, mend)


def _hit_policy(table: Element, notes: Notes) -> tuple[HitPolicy, Aggregator | None]:
    written, aggregation = table.get("hitPolicy"), table.get("aggregation")
    policy = _POLICIES.get(plain_name(written.upper().replace("_", " ")))
    if policy is None:
        says = f"{quoted(written)} is not a hit policy."
        notes.error(table.place, "hit-policy", says, f"There is: {listed(name for name in _POLICIES if name)}.")
    if aggregation not in _AGGREGATORS or (aggregation and policy != "collect"):
        says = f"The aggregation {quoted(aggregation)} does nothing here."
        notes.error(table.place, "hit-policy", says, "Collect with SUM, MIN, MAX or COUNT, or take it out.")
    return policy or "unique", _AGGREGATORS.get(aggregation) if policy == "collect" else None


def _tell_unfit_outputs(
    table: Element, policy: HitPolicy, aggregator: Aggregator | None, given: tuple[Given, ...], notes: Notes
) -> None:
    """Whether the outputs are such that the hit policy can work with them."""
    if not given:
        notes.error(table.place, "empty-table", "The table has no outputs.", "A table has inputs, outputs and rules.")
    for says, mend in unfit_outputs(policy, aggregator, [column.kind for column in given]):
        notes.error(table.place, "hit-policy", says, mend)


def table_of(head: Head, scope: Scope, types: Types) -> Table | None:
    """None where it could not be taken over whole; the head's notes tell why."""
    if head.table is None:
        return None
    looked = [looked_at(element, scope, types, head.notes) for element in head.table.all("input")]
    _tell_twice([column.element for column in looked if column], head.notes)
    if not head.notes.is_sound:
        return None
    rows = Rows(head.table, [column for column in looked if column], scope, head.notes)
    answers = Answers(head.table, head.given, scope, head.notes)
    if any(column.kind is None for column in head.given):
        for says, mend in unfit_outputs(head.policy, head.aggregator, [one.kind for one in answers.outputs]):
            head.notes.error(head.table.place, "hit-policy", says, mend)
    decision = Decision(
        name=head.name,
        title=head.element.get("label") or head.name,
        hit_policy=head.policy,
        aggregator=head.aggregator,
        inputs=rows.inputs(),
        outputs=answers.outputs,
        rules=_rules(head.table, rows, answers),
        otherwise=answers.otherwise(),
        override=own_override(head.element),
        says=head.element.words("description"),
        place=head.element.place,
    )
    if not head.notes.is_sound:
        return None
    return Table(id=head.id, decision=decision, comparisons=rows.comparisons, wordings=answers.wordings)


def _tell_twice(elements: list[Element], notes: Notes) -> None:
    seen: set[str] = set()
    for element in elements:
        expression = element.one("inputExpression")
        path = plain_name(expression.words()) if expression else ""
        if path in seen:
            says = f"“{path}” is an input twice; a table looks at each piece of data once."
            notes.error(element.place, "duplicate-input", says, "Put what the two columns ask into one.")
        seen.add(path)


def _rules(table: Element, rows: Rows, answers: Answers) -> tuple[Rule, ...]:
    names = [column.get("name") for column in table.all("annotation")]
    return tuple(
        Rule(
            number=at + 1,
            cells=rows.cells(at),
            outputs=answers.of(at),
            note=_note(element, names),
            place=element.place,
        )
        for at, element in enumerate(table.all("rule"))
    )


def _note(rule: Element, names: list[str]) -> str:
    """The annotations, each with its column's name where there are several; what a rule of DMN 1.1 is described by."""
    texts = [entry.words() for entry in rule.all("annotationEntry")]
    if len(texts) <= 1:
        return texts[0] if texts and texts[0] else rule.words("description")
    named = zip([*names, *[""] * len(texts)], texts, strict=False)
    return "; ".join(f"{name}: {text}" if name else text for name, text in named if text)

"""Decisions → DMN 1.5 XML, with everything told that other programs will not see.

One rule: DMN’s own words say all that they can; what only Handrail knows stands beside them in extension elements, so
that reading the file again gives the same decisions.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handrail.runbook.cells import Cell
from handrail.runbook.exchange.cell_text import feel_of
from handrail.runbook.exchange.feel import written
from handrail.runbook.exchange.kind_text import text_of
from handrail.runbook.exchange.names import NEWEST, OWN
from handrail.runbook.exchange.xml_writing import Writing
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
    Several,
    Text,
    YesNo,
)
from handrail.runbook.model import Decision, Input, Output, Override, Ref, Rule

_FORBIDDEN_IN_ID = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, kw_only=True)
class Exported:
    """`unseen` are sentences: what other programs cannot read in the file."""

    content: bytes
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Datum:
    """What a column looks at, outside the decisions of the file."""

    name: str
    id: str
    kind: Kind


@dataclass(kw_only=True)
class _Names:
    """Names and ids as the file gives them, each once."""

    decisions: Mapping[str, Decision]
    ids: set[str] = field(default_factory=set)
    of: dict[str, str] = field(default_factory=dict)  # the decisions' ids
    data: dict[Ref, _Datum] = field(default_factory=dict)

    def id(self, wanted: str) -> str:
        found = base = _FORBIDDEN_IN_ID.sub("_", wanted).lstrip("0123456789.-") or "_"
        number = 1
        while found in self.ids:
            number += 1
            found = f"{base}_{number}"
        self.ids.add(found)
        return found

    def expression(self, ref: Ref) -> str:
        """How FEEL calls what the column looks at."""
        owner = self.decisions.get(ref.name) if ref.source == "output" else None
        if owner is None:
            return self.data[ref].name
        return ref.name if len(owner.outputs) == 1 else str(ref)


def write_dmn(decisions: Sequence[Decision], name: str) -> Exported:
    """`name` is that of the model."""
    names = _Names(decisions={decision.name: decision for decision in decisions})
    names.of = {decision.name: names.id(decision.name) for decision in decisions}
    _find_data(decisions, names)
    out = Writing()
    with out.inside(
        "definitions", xmlns=NEWEST, xmlns__handrail=OWN, id=names.id("definitions"), name=name,
        namespace=f"{OWN}:{_FORBIDDEN_IN_ID.sub('_', name)}", exporter="Handrail",
    ):  # fmt: skip
        for decision in decisions:
            _item_definition(out, decision, names)
        for datum in names.data.values():
            with out.inside("inputData", id=datum.id, name=datum.name):
                out.element("variable", name=datum.name, typeRef=_type_of(datum.kind))
        for decision in decisions:
            _decision(out, decision, names)
    return Exported(content=out.content(), unseen=tuple(dict.fromkeys(_unseen(decisions))))


def _find_data(decisions: Sequence[Decision], names: _Names) -> None:
    taken = {decision.name for decision in decisions}
    for column in (column for decision in decisions for column in decision.inputs):
        ref = column.ref
        if ref in names.data or (ref.source == "output" and ref.name in names.decisions):
            continue
        wanted = name = f"{ref.name}_{ref.part}" if ref.part else ref.name
        number = 1
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        taken.add(name)
        names.data[ref] = _Datum(name=name, id=names.id(f"input_{name}"), kind=column.kind)


def _item_definition(out: Writing, decision: Decision, names: _Names) -> None:
    """The type of an answer that is more than one value."""
    if not _has_own_type(decision):
        return
    lists = {"isCollection": "true"} if decision.gives_lists else {}
    with out.inside("itemDefinition", id=names.id(f"type_{decision.name}"), name=_own_type(decision), **lists):
        if len(decision.outputs) == 1:
            out.element("typeRef", _type_of(decision.outputs[0].kind))
        for output in decision.outputs if len(decision.outputs) > 1 else ():
            with out.inside("itemComponent", name=output.name):
                out.element("typeRef", _type_of(output.kind))


def _has_own_type(decision: Decision) -> bool:
    return len(decision.outputs) > 1 or decision.gives_lists


def _own_type(decision: Decision) -> str:
    return f"t_{_FORBIDDEN_IN_ID.sub('_', decision.name)}"


def _decision(out: Writing, decision: Decision, names: _Names) -> None:
    only = decision.outputs[0]
    type_ref = _own_type(decision) if _has_own_type(decision) else _type_of(decision.kind_of(only))
    with out.inside("decision", id=names.of[decision.name], name=decision.name, label=decision.title):
        if decision.says:
            out.element("description", decision.says)
        if decision.override:
            _override(out, decision.override)
        out.element("variable", name=decision.name, typeRef=type_ref)
        for href, what in _requirements(decision, names).items():
            with out.inside("informationRequirement", id=names.id(f"{names.of[decision.name]}_needs_{href}")):
                out.element(what, href=f"#{href}")
        _table(out, decision, names)


def _override(out: Writing, override: Override) -> None:
    with out.inside("extensionElements"), out.inside("handrail:override", approvedBy=override.approved_by):
        for role in override.asked_by:
            out.element("handrail:askedBy", role)


def _requirements(decision: Decision, names: _Names) -> dict[str, str]:
    found = {}
    for column in decision.inputs:
        if column.ref in names.data:
            found[names.data[column.ref].id] = "requiredInput"
        else:
            found[names.of[column.ref.name]] = "requiredDecision"
    return found


def _table(out: Writing, decision: Decision, names: _Names) -> None:
    own = names.of[decision.name]
    with out.inside(
        "decisionTable", id=names.id(f"{own}_table"), hitPolicy=decision.hit_policy.upper(),
        aggregation=(decision.aggregator or "").upper(), outputLabel=decision.title,
    ):  # fmt: skip
        for column in decision.inputs:
            _input(out, column, names.expression(column.ref), names.id(f"{own}_input"))
        for at, output in enumerate(decision.outputs):
            _output(out, decision, at, output, names.id(f"{own}_output"))
        noted = any(rule.note for rule in decision.rules)
        if noted:
            out.element("annotation", name="Note")
        for rule in decision.rules:
            with out.inside("rule", id=names.id(f"{own}_rule_{rule.number}")):
                _rule(out, decision, rule, noted)


def _input(out: Writing, column: Input, expression: str, own_id: str) -> None:
    with out.inside("input", id=own_id, label=column.title):
        with out.inside("extensionElements"):
            ref = column.ref
            out.element(
                "handrail:column", name=column.name, source=ref.source, of=ref.name, part=ref.part, for_=expression
            )
            _own_kind(out, column.kind)
        with out.inside("inputExpression", typeRef=_type_of(column.kind)):
            out.element("text", expression)
        _values(out, "inputValues", column.kind)


def _output(out: Writing, decision: Decision, at: int, output: Output, own_id: str) -> None:
    alone = len(decision.outputs) == 1
    name = "" if alone else output.name
    own_name = output.name if alone and output.name != decision.name else ""
    with out.inside("output", id=own_id, name=name, label=output.title, typeRef=_type_of(output.kind)):
        _own_words(out, own_name, output.kind)
        _values(out, "outputValues", output.kind)
        if decision.otherwise:
            with out.inside("defaultOutputEntry"):
                out.element("text", written(decision.otherwise[at]))


def _own_words(out: Writing, own_name: str, kind: Kind) -> None:
    """What DMN has no words for: the name of an output that stands alone, and its kind."""
    if own_name or _is_own(kind):
        with out.inside("extensionElements"):
            if own_name:
                out.element("handrail:name", own_name)
            _own_kind(out, kind)


def _rule(out: Writing, decision: Decision, rule: Rule, noted: bool) -> None:
    for cell, column in zip(rule.cells, decision.inputs, strict=True):
        with out.inside("inputEntry"):
            _cell(out, cell, column.kind)
    for value in rule.outputs:
        with out.inside("outputEntry"):
            out.element("text", written(value))
    if noted:
        with out.inside("annotationEntry"):
            out.element("text", rule.note)


def _cell(out: Writing, cell: Cell, kind: Kind) -> None:
    feel = feel_of(cell, kind)
    if cell.text != feel:
        with out.inside("extensionElements"):
            out.element("handrail:cell", cell.text)
    out.element("text", feel)


def _own_kind(out: Writing, kind: Kind) -> None:
    if _is_own(kind):
        out.element("handrail:kind", text_of(kind))


def _is_own(kind: Kind) -> bool:
    """Whether DMN’s types and values do not say the kind whole."""
    match kind:
        case Money() | Link() | PersonName() | Records():
            return True
        case Number(whole=whole):
            return whole
        case _:
            return False


def _type_of(kind: Kind) -> str:
    match kind:
        case Text() | Choice() | Link() | PersonName():
            return "string"
        case Number() | Money():
            return "number"
        case Date():
            return "date"
        case Instant():
            return "date and time"
        case YesNo():
            return "boolean"
        case Records() | Several():
            return "Any"


def _values(out: Writing, name: str, kind: Kind) -> None:
    """The choices, or the bounds."""
    text = ""
    match kind:
        case Choice(of=of):
            text = ", ".join(written(word) for word in of)
        case Number(at_least=low, at_most=high) | Money(at_least=low, at_most=high):
            if low is not None and high is not None:
                text = f"[{written(low)}..{written(high)}]"
            elif low is not None:
                text = f">= {written(low)}"
            elif high is not None:
                text = f"<= {written(high)}"
    if text:
        with out.inside(name):
            out.element("text", text)


def _unseen(decisions: Sequence[Decision]) -> Iterable[str]:
    for decision in decisions:
        if decision.override:
            yield f"Who may override “{decision.name}” is kept for Handrail only."
        columns: tuple[Input | Output, ...] = (*decision.inputs, *decision.outputs)
        for column in columns:
            what = _unseen_of(column.kind)
            if what:
                yield f"“{column.name}” is {what}."


def _unseen_of(kind: Kind) -> str:
    match kind:
        case Money(currency=currency):
            return f"an amount in {currency}: other programs see a number"
        case Number(whole=True):
            return "a whole number: other programs see a number"
        case Link():
            return "a link: other programs see a text"
        case PersonName():
            return "a person: other programs see a text"
        case Records() | Several():
            return "a list of records: other programs are told nothing of its columns"
        case _:
            return ""

"""Decisions → the facts and decisions of a runbook, as its author would write them.

One rule: names become those that a runbook can have; what a runbook cannot say is told.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from handrail.runbook.exchange.exchanged import Table
from handrail.runbook.exchange.kind_text import entries_of, text_of, yaml_text
from handrail.runbook.exchange.policies import policy_text
from handrail.runbook.kinds import Kind, Text, write_scalar
from handrail.runbook.model import Decision, Input, Ref, Rule
from handrail.runbook.reading.names import LONGEST_NAME, is_name, title_of


@dataclass(frozen=True, kw_only=True)
class Converted:
    """`unsaid` are sentences: what the text does not say any more."""

    text: str
    unsaid: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Names:
    decisions: dict[str, str] = field(default_factory=dict)
    outputs: dict[tuple[str, str], str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    def word(self, column: Input) -> str:
        """How the column is named in the list of inputs."""
        ref = column.ref
        match ref.source:
            case "output" if ref.name in self.decisions:
                name, part = self.decisions[ref.name], self.outputs[ref.name, ref.part]
                return column.name if column.name in {name, f"{name}.{part}"} else f"{name}.{part}"
            case "fact":
                return self.facts[ref.name]
            case _:
                return column.name


def write_yaml(tables: Sequence[Table]) -> Converted:
    decisions = [table.decision for table in tables]
    names = _names(decisions)
    lines = ["facts:", *_facts(decisions, names), "decisions:"]
    for decision in decisions:
        lines += _decision(decision, names)
    return Converted(text="\n".join(lines) + "\n", unsaid=tuple(dict.fromkeys(_unsaid(tables, names))))


def _names(decisions: Sequence[Decision]) -> _Names:
    names = _Names()
    taken: set[str] = {"start", "not"}
    for decision in decisions:
        names.decisions[decision.name] = _free(decision.name, taken)
        own: set[str] = set()
        for output in decision.outputs:
            names.outputs[decision.name, output.name] = _free(output.name, own)
    for ref in (column.ref for decision in decisions for column in decision.inputs):
        if ref.source == "fact" and ref.name not in names.facts:
            names.facts[ref.name] = _free(ref.name, taken)
    return names


def _free(wanted: str, taken: set[str]) -> str:
    """A name that a runbook can have, and that is not taken."""
    name = wanted
    if not is_name(name):
        apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", wanted)
        name = re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_").lstrip("0123456789_")[:LONGEST_NAME] or "value"
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name[: LONGEST_NAME - 4]}_{number}"
    taken.add(found)
    return found


def _facts(decisions: Sequence[Decision], names: _Names) -> Iterator[str]:
    kinds: dict[str, tuple[Kind, str]] = {}
    for column in (column for decision in decisions for column in decision.inputs if column.ref.source == "fact"):
        before = kinds.get(column.ref.name)
        if before is None or isinstance(before[0], Text):
            kinds[column.ref.name] = (column.kind, column.title)
    for name, (kind, title) in kinds.items():
        yield f"  {names.facts[name]}: {_declared(names.facts[name], title, kind)}"


def _declared(name: str, title: str, kind: Kind) -> str:
    entries = entries_of(kind)
    if title != title_of(name):
        entries = {"title": yaml_text(title), **entries}
    return f"{{{', '.join(f'{key}: {value}' for key, value in entries.items())}}}"


def _decision(decision: Decision, names: _Names) -> Iterator[str]:
    name = names.decisions[decision.name]
    yield f"  {name}:"
    if decision.title != title_of(name):
        yield f"    title: {yaml_text(decision.title)}"
    if decision.says:
        yield f"    says: {yaml_text(decision.says)}"
    yield f"    hit_policy: {policy_text(decision.hit_policy, decision.aggregator)}"
    yield f"    inputs: [{', '.join(names.word(column) for column in decision.inputs)}]"
    yield "    outputs:"
    for output in decision.outputs:
        own = names.outputs[decision.name, output.name]
        yield f"      {own}: {_declared(own, output.title, output.kind)}"
    yield "    rules:"
    yield from (f"      - {_rule(rule)}" for rule in decision.rules)
    if decision.otherwise:
        yield f"    otherwise: {_row(write_scalar(value) for value in decision.otherwise)}"
    if decision.override:
        asked_by = _row(decision.override.asked_by)
        yield f"    override: {{asked_by: {asked_by}, approved_by: {yaml_text(decision.override.approved_by)}}}"


def _rule(rule: Rule) -> str:
    note = f", note: {yaml_text(rule.note)}" if rule.note else ""
    when, then = _row(cell.text for cell in rule.cells), _row(write_scalar(value) for value in rule.outputs)
    return f"{{when: {when}, then: {then}{note}}}"


def _row(texts: Iterable[str]) -> str:
    return f"[{', '.join(yaml_text(text) for text in texts)}]"


def _unsaid(tables: Sequence[Table], names: _Names) -> Iterator[str]:
    renamed = {**names.decisions, **names.facts, **{output: own for (_, output), own in names.outputs.items()}}
    yield from (f"“{name}” is called “{own}”." for name, own in renamed.items() if name != own)
    for table in tables:
        for one in table.comparisons:
            own = names.facts[one.name]
            yield f"“{own}” is a fact to be given: a runbook does not compare “{one.left}” with “{one.right}” itself."
        for number, output in table.wordings:
            where = f"Rule {number}" if number else "The default"
            yield f"{where} of “{table.decision.name}” gives a text as it is: nothing is put into “{output}”."
        yield from _elsewhere(table.decision)
    yield from _several_kinds([table.decision for table in tables])


def _elsewhere(decision: Decision) -> Iterator[str]:
    for column in decision.inputs:
        if column.ref.source == "answer":
            yield f"“{column.name}” is an answer in a form of a step, which must be declared."
        if column.ref.source == "derived":
            yield f"“{column.name}” is a derived fact, which must be declared."


def _several_kinds(decisions: Sequence[Decision]) -> Iterator[str]:
    seen: dict[Ref, Kind] = {}
    for column in (column for decision in decisions for column in decision.inputs if column.ref.source == "fact"):
        kind = seen.setdefault(column.ref, column.kind)
        if kind != column.kind:
            yield f"“{column.name}” is declared in two ways: {text_of(kind)} and {text_of(column.kind)}."

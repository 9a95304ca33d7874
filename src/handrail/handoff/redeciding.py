"""What a running handoff would decide if it followed another version of its runbook.

One rule: nothing is recorded. An override that was approved stays; everything else is decided anew from what is known.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace

from handrail.handoff import events as e
from handrail.handoff.consequences import answer
from handrail.handoff.history import FieldAnswer, Handoff, OverrideState, TakenDecision, apply, working_copy
from handrail.handoff.plan import Plan
from handrail.runbook.difference import Names, rewritten
from handrail.runbook.model import DaysBetween, Derivation, DifferenceOf, RatioOf, Runbook


@dataclass(frozen=True, kw_only=True)
class Redecided:
    """A decision that would come out differently; of its outputs those that differ, none where it is undecided.

    `decision` and the outputs go by their names in the other version.
    """

    decision: str
    old: Mapping[str, str]
    new: Mapping[str, str]


def affected(old: Plan, new: Plan, names: Names) -> frozenset[str]:
    """The decisions of the new version that can come out differently: those whose table is another one, and those that
    read what such a one says, or what follows from the facts in another way. Every other comes out as it did."""
    before = rewritten(old.runbook, names)
    forms = before.forms == new.runbook.forms
    found = _derived_otherwise(before, new.runbook)
    for decision in new.decisions:
        reads = {column.ref.name for column in decision.inputs if column.ref.source in {"output", "derived"}}
        answers = any(column.ref.source == "answer" for column in decision.inputs)
        if before.decisions.get(decision.name) != decision or reads & found or (answers and not forms):
            found.add(decision.name)
    return frozenset(found & new.runbook.decisions.keys())


def _derived_otherwise(old: Runbook, new: Runbook) -> set[str]:
    """The derived facts that follow in another way than before, or from such a one; no decision has their names."""
    before = {name: (one.how, one.kind) for name, one in old.derived.items()}
    found = {name for name, one in new.derived.items() if before.get(name) != (one.how, one.kind)}
    while more := {name for name, one in new.derived.items() if name not in found and _rests_on(one.how) & found}:
        found |= more
    return found


def _rests_on(how: Derivation) -> set[str]:
    match how:
        case DifferenceOf(of=of) | RatioOf(of=of) | DaysBetween(of=of):
            return {ref.name for ref in of if ref.source == "derived"}
        case _:
            return set()


def redecided(plan: Plan, handoff: Handoff, names: Names, decisions: Container[str]) -> Iterator[Redecided]:
    """`plan` is that of the other version, `names` what is called differently in it, `decisions` those that are asked.
    What only one of the two versions decides is not decided differently."""
    before = renamed(plan, handoff, names)
    after = working_copy(before)
    assert after.changed_at is not None, "a handoff that has started"
    for decision in (one for one in plan.decisions if one.name in decisions):
        event = answer(plan, after, decision)
        apply(after, e.Recorded(number=after.number, at=after.changed_at, by=None, event=event))
        if decision.name in before.decisions:
            old, new = before.outputs_of(decision.name), after.outputs_of(decision.name)
            told = {output.name for output in decision.outputs} & {*(old or new)}
            differing = [name for name in told if old.get(name) != new.get(name)]
            if differing:
                yield Redecided(decision=decision.name, old=_only(old, differing), new=_only(new, differing))


def _only(outputs: Mapping[str, str], names: list[str]) -> dict[str, str]:
    return {name: value for name, value in outputs.items() if name in names}


def renamed(plan: Plan, handoff: Handoff, names: Names) -> Handoff:
    """The handoff with what it knows under the names of the other version."""
    if names == Names():
        return handoff
    after = working_copy(handoff)
    after.facts = {names.facts.get(name, name): known for name, known in handoff.facts.items()}
    after.counted = {names.derived.get(name, name): count for name, count in handoff.counted.items()}
    after.steps = {names.steps.get(name, name): state for name, state in handoff.steps.items()}
    after.answers = {}
    for step, answers in handoff.answers.items():
        after.answers[names.steps.get(step, step)] = _answers(plan, names, step, answers)
    after.decisions = {}
    for decision, taken in handoff.decisions.items():
        name = names.decisions.get(decision, decision)
        after.decisions[name] = replace(taken, outputs=_outputs(names, name, taken))
    after.overrides = {}
    for decision, override in handoff.overrides.items():
        name = names.decisions.get(decision, decision)
        after.overrides[name] = replace(override, outputs=_outputs(names, name, override))
    return after


def _answers(plan: Plan, names: Names, step: str, answers: dict[str, FieldAnswer]) -> dict[str, FieldAnswer]:
    known = plan.runbook.steps.get(names.steps.get(step, step))
    form = known.form or "" if known else ""
    return {names.fields.get((form, field), field): answer for field, answer in answers.items()}


def _outputs(names: Names, decision: str, taken: TakenDecision | OverrideState) -> dict[str, str]:
    return {names.outputs.get((decision, name), name): value for name, value in taken.outputs.items()}

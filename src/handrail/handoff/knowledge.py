"""What is known in a handoff: the value behind each name that a condition or table speaks about.

One rule: what is missing stays unknown. A condition over it is neither true nor false (Kleene's three values).
"""

from collections.abc import Iterator

from handrail.handoff import derived
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.cells import matches
from handrail.runbook.kinds import Kind, Scalar, Value, Written, write_text
from handrail.runbook.model import All, AnyOf, Condition, Decision, Field, Not, Ref, Test


def written_of(plan: Plan, handoff: Handoff, ref: Ref) -> Written | None:
    """The stored text behind `ref`, None where it is missing."""
    match ref.source:
        case "fact":
            known = handoff.facts.get(ref.name)
            return known.value if known else None
        case "output":
            return handoff.outputs_of(ref.name).get(ref.part)
        case "answer":
            return _answered(plan, handoff, ref)
        case "step":
            return _standing_of(plan, handoff, ref.name)
        case "milestone":
            return "reached" if ref.name in handoff.milestones else "not reached"
        case "derived":
            return derived.written(plan, handoff, plan.runbook.derived[ref.name])
        case "item":
            return None  # a record's own cells are answered where its step is made


def _standing_of(plan: Plan, handoff: Handoff, name: str) -> str:
    """The step's state; of a step with outcomes also how it turned out, once it is done. `name` may be that of the step
    for a record of a list."""
    step = plan.runbook.steps[name.partition("@")[0]]
    state = handoff.state_of(name)
    if not step.outcomes:
        return state
    outcome = handoff.steps[name].outcome if state == "done" else ""
    return write_text(step.states, (state, outcome) if outcome else (state,))


def _answered(plan: Plan, handoff: Handoff, ref: Ref) -> Written | None:
    form = plan.form_of(ref.name)
    field = form.field_named(ref.part) if form else None
    return field_value(handoff, ref.name, field) if field else None


def field_value(handoff: Handoff, step: str, field: Field) -> Written | None:
    """What was given in the field; a field that shows a fact has the fact's value."""
    if field.shows:
        known = handoff.facts.get(field.shows)
        return known.value if known else None
    answer = handoff.answers.get(step, {}).get(field.name)
    return answer.value if answer else None


def value_of(plan: Plan, handoff: Handoff, ref: Ref, kind: Kind) -> Scalar | None:
    value = _typed(plan, handoff, ref, kind)
    return value if not isinstance(value, tuple) else None


def holds(plan: Plan, handoff: Handoff, condition: Condition) -> bool | None:
    """Whether the condition holds; None where that depends on something missing."""
    match condition:
        case All(tests=tests):
            return _all(_test(plan, handoff, test) for test in tests)
        case AnyOf(of=of):
            return _not(_all(_not(holds(plan, handoff, one)) for one in of))
        case Not(of=inner):
            return _not(holds(plan, handoff, inner))


def _test(plan: Plan, handoff: Handoff, test: Test) -> bool | None:
    return matches(test.cell, _typed(plan, handoff, test.ref, test.kind))


def _typed(plan: Plan, handoff: Handoff, ref: Ref, kind: Kind) -> Value | None:
    """The value, which may be a list; None where it is missing, which an empty list is not."""
    written = written_of(plan, handoff, ref)
    return None if written is None else plan.typed(kind, written)


def _all(results: Iterator[bool | None]) -> bool | None:
    known = True
    for result in results:
        if result is False:
            return False
        known = known and result is not None
    return True if known else None


def _not(result: bool | None) -> bool | None:
    return None if result is None else not result


def inputs_of(plan: Plan, handoff: Handoff, decision: Decision) -> dict[str, Scalar | None]:
    """The values of a table's columns, by the column's name."""
    return {column.name: value_of(plan, handoff, column.ref, column.kind) for column in decision.inputs}


def unknown_in(plan: Plan, handoff: Handoff, condition: Condition) -> tuple[Ref, ...]:
    """What would have to be known before the condition can be said to hold or not."""
    match condition:
        case All(tests=tests):
            return tuple(test.ref for test in tests if _test(plan, handoff, test) is None)
        case AnyOf(of=of):
            return tuple(
                ref for one in of if holds(plan, handoff, one) is None for ref in unknown_in(plan, handoff, one)
            )
        case Not(of=inner):
            return unknown_in(plan, handoff, inner)

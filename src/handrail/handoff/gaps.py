"""What a step still lacks: required fields and pieces of evidence that are neither given nor marked as not applicable.

One rule: what was attached or marked before a step was to be done afresh does not count again.
"""

from handrail.handoff.history import Attached, Handoff
from handrail.handoff.knowledge import field_value
from handrail.handoff.plan import Plan
from handrail.runbook.model import Evidence, Field, Step


def missing_fields(plan: Plan, handoff: Handoff, step: str) -> tuple[Field, ...]:
    """The required fields of the step's form that are neither given nor marked as not applicable."""
    return tuple(field for field in plan.fields_of(step) if field.required and is_missing(plan, handoff, step, field))


def is_missing(plan: Plan, handoff: Handoff, step: str, field: Field) -> bool:
    value = field_value(handoff, step, field)
    if value is not None:
        return plan.typed(field.kind, value) is None
    answer = handoff.answers.get(step, {}).get(field.name)
    return answer is None or answer.is_missing


def missing_items(handoff: Handoff, step: Step) -> tuple[Evidence, ...]:
    """The required pieces of evidence that are neither attached nor marked as not applicable."""
    known = handoff.steps.get(step.name)
    since = known.evidence_from if known else 0
    there = {one.item for one in handoff.evidence.get(step.name, ()) if counts(one, since)}
    there |= {item for item, waiver in handoff.waived.get(step.name, {}).items() if waiver.number > since}
    return tuple(item for item in step.evidence if item.required and item.name not in there)


def counts(attached: Attached, since: int) -> bool:
    """Whether it was attached since, and is not a file with a virus, which nobody can open."""
    return attached.number > since and not (attached.upload and attached.broken)

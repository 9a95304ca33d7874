"""What a form still lacks: its required fields that are neither given nor marked as not applicable."""

from handrail.handoff.history import Handoff
from handrail.handoff.knowledge import field_value
from handrail.handoff.plan import Plan
from handrail.runbook.model import Field


def missing_fields(plan: Plan, handoff: Handoff, step: str) -> tuple[Field, ...]:
    """The required fields of the step's form that are neither given nor marked as not applicable."""
    return tuple(field for field in plan.fields_of(step) if field.required and is_missing(plan, handoff, step, field))


def is_missing(plan: Plan, handoff: Handoff, step: str, field: Field) -> bool:
    value = field_value(handoff, step, field)
    if value is not None:
        return plan.typed(field.kind, value) is None
    answer = handoff.answers.get(step, {}).get(field.name)
    return answer is None or answer.is_missing

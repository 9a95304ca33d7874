"""Updates of other systems: what is to stand in their fields, and whether what was written still does.

One rule: a field is written from the one value that stands here; when that changes, it is to be written again.
"""

from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.items import steps_in
from handrail.handoff.knowledge import written_of
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.words import ref_title
from handrail.runbook.model import Step, Write


def values_to_write(plan: Plan, handoff: Handoff, step: Step) -> dict[str, str] | Refused:
    """By the name of the field, as people write it; a refusal where one is not known yet."""
    mistakes = tuple(
        Mistake(field=one.field, says=f"{ref_title(plan, one.ref)} is missing: it is to stand in {one.field}.")
        for one in step.writes
        if one.ref is not None and value_of_field(plan, handoff, one) is None
    )
    if mistakes:
        says = f"{step.system} cannot be brought up to date yet: " + " ".join(one.says for one in mistakes)
        return Refused(code="incomplete", says=says, mistakes=mistakes)
    return {one.field: value_of_field(plan, handoff, one) or "" for one in step.writes}


def value_of_field(plan: Plan, handoff: Handoff, write: Write) -> str | None:
    """What is to stand in the field now; None where that is not known."""
    if write.ref is None or write.kind is None:
        return write.text
    written = written_of(plan, handoff, write.ref)
    return None if written is None else plan.spoken(write.kind, written)


def out_of_step(plan: Plan, handoff: Handoff) -> e.OutOfStep | None:
    """The first update that no longer says what was written."""
    if not plan.writes_elsewhere:
        return None
    for step in steps_in(plan, handoff):
        known = handoff.steps.get(step.name)
        if known is None or known.state != "done":
            continue
        for one in step.writes:
            now = value_of_field(plan, handoff, one) or "missing"
            if one.field in known.wrote and known.wrote[one.field] != now:
                return e.OutOfStep(step=step.name, field=one.field, wrote=known.wrote[one.field], now=now)
    return None

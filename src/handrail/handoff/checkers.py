"""The checkers that a step of kind check can name: each tells in sentences what is still wrong.

One rule: a checker looks at the handoff alone and changes nothing; a step of kind check is done once it finds nothing.
"""

from collections.abc import Callable, Iterator, Mapping

from handrail.handoff.gaps import missing_fields, missing_items
from handrail.handoff.history import Handoff
from handrail.handoff.holders import is_vacant
from handrail.handoff.items import known_step, steps_in
from handrail.handoff.knowledge import holds
from handrail.handoff.plan import Plan
from handrail.runbook.model import CHECKERS, Step


def findings(plan: Plan, handoff: Handoff, step: Step) -> tuple[str, ...]:
    """What the checker of the step finds."""
    return tuple(_CHECKERS[step.check](plan, handoff, step)) if step.check else ()


def _document_complete(plan: Plan, handoff: Handoff, step: Step) -> Iterator[str]:
    """Every fact that somebody owes and every required field of a form is given, or does not apply."""
    for fact in plan.runbook.facts.values():
        needed = fact.when is None or holds(plan, handoff, fact.when) is not False
        if fact.owed_by and needed and fact.name not in handoff.facts:
            yield f"{fact.title} is missing."
    for one in steps_in(plan, handoff):
        if handoff.state_of(one.name) != "not needed":
            yield from (
                f"{field.title} is missing in “{one.title}”." for field in missing_fields(plan, handoff, one.name)
            )


def _roles_filled(plan: Plan, handoff: Handoff, step: Step) -> Iterator[str]:
    for role in plan.runbook.roles.values():
        needed = role.when is None or holds(plan, handoff, role.when) is not False
        if needed and is_vacant(plan, handoff, role.name):
            yield f"Nobody is {role.title}."


def _evidence_complete(plan: Plan, handoff: Handoff, step: Step) -> Iterator[str]:
    """Of the steps that this one needs."""
    for name in step.needs:
        needed = known_step(plan, handoff, name)
        yield from (f"{item.title} is missing in “{needed.title}”." for item in missing_items(handoff, needed))


_CHECKERS: Mapping[str, Callable[[Plan, Handoff, Step], Iterator[str]]] = {
    "document-complete": _document_complete,
    "roles-filled": _roles_filled,
    "evidence-complete": _evidence_complete,
}

assert set(_CHECKERS) == set(CHECKERS), "every checker that a runbook can name is here"

"""What a step waits for that time itself may bring: a fact can change while the handoff runs.

One rule: a wait, a task that is repeated and meetings that go on are there so that a fact may yet change; that it is
not so today leaves nobody stuck. Any other step is held against the facts as they are.
"""

from handrail.runbook.model import All, AnyOf, Condition, Not, Step


def opening_of(step: Step) -> Condition | None:
    """When the step opens, of a wait as far as that is not to be waited for."""
    return _but_for_facts(step.opens_when) if step.kind == "wait" else step.opens_when


def repeated_until(step: Step) -> Condition | None:
    """What ends the repeating, as far as that is not to be waited for."""
    return _but_for_facts(step.repeat.until) if step.repeat else None


def held_until(step: Step) -> Condition | None:
    """What ends the meetings, as far as that is not to be waited for."""
    return _but_for_facts(step.held_until)


def _but_for_facts(condition: Condition | None) -> Condition | None:
    match condition:
        case All(tests=tests):
            return All(tests=tuple(one for one in tests if one.ref.source not in {"fact", "derived"}))
        case AnyOf(of=of):
            return AnyOf(of=tuple(found for one in of if (found := _but_for_facts(one)) is not None))
        case Not(of=of):
            return condition if _but_for_facts(of) == of else All(tests=())
        case None:
            return None

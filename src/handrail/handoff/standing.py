"""Where each step stands: whether the customer needs it, whether it can be done now, and what it waits for.

One rule: a step that is not needed counts as satisfied for those that need it; a step that is done stays done until
somebody opens it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handrail.handoff.history import Handoff, State
from handrail.handoff.knowledge import holds, unknown_in
from handrail.handoff.plan import Plan
from handrail.handoff.timing import opens_at, waits_for_a_day
from handrail.handoff.words import condition_words, ref_title, timing_words
from handrail.runbook.model import Condition, Step

_SATISFIED = frozenset({"done", "not needed"})


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """One thing that a waiting step waits for; `name` is the step, fact or decision to look at."""

    kind: Literal["step", "missing", "condition", "time"]
    name: str
    says: str


def standing(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> State:
    if handoff.state_of(step.name) == "done":
        return "done"
    needed = True if step.when is None else holds(plan, handoff, step.when)
    if needed is False:
        return "not needed"
    return "open" if needed and _can_open(plan, handoff, step, now) else "waiting"


def _can_open(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> bool:
    """The same as having no blockers, without putting them into words."""
    if not all(handoff.state_of(name) in _SATISFIED for name in step.needs):
        return False
    if step.opens_when is not None and holds(plan, handoff, step.opens_when) is not True:
        return False
    if not waits_for_a_day(handoff, step):
        return True
    at = opens_at(plan, handoff, step)
    return at is not None and at <= now


def blockers(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> tuple[Blocker, ...]:
    """Everything that keeps a waiting step from opening."""
    unknown = _unknown(plan, handoff, step.when) if step.when and holds(plan, handoff, step.when) is None else ()
    return (*unknown, *_blockers_of_needed(plan, handoff, step, now))


def _blockers_of_needed(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> Iterator[Blocker]:
    for name in step.needs:
        if handoff.state_of(name) not in _SATISFIED:
            yield Blocker(kind="step", name=name, says=f"“{plan.runbook.steps[name].title}” is not done yet.")
    if step.opens_when is not None:
        yield from _unmet(plan, handoff, step.opens_when)
    if waits_for_a_day(handoff, step):
        yield from _too_early(plan, handoff, step, now)


def _unmet(plan: Plan, handoff: Handoff, condition: Condition) -> Iterator[Blocker]:
    match holds(plan, handoff, condition):
        case None:
            yield from _unknown(plan, handoff, condition)
        case False:
            yield Blocker(kind="condition", name="", says=f"It opens when {condition_words(plan, condition)}.")


def _unknown(plan: Plan, handoff: Handoff, condition: Condition) -> tuple[Blocker, ...]:
    refs = dict.fromkeys(unknown_in(plan, handoff, condition))
    return tuple(
        Blocker(kind="missing", name=ref.name, says=f"{ref_title(plan, ref)} is not known yet.") for ref in refs
    )


def _too_early(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> Iterator[Blocker]:
    at = opens_at(plan, handoff, step)
    known = handoff.steps.get(step.name)
    again = known is not None and known.again_on is not None
    if at is None and step.opens_on is not None:
        says = f"The day is not known yet: {timing_words(plan, handoff, step.opens_on)}."
        yield Blocker(kind="missing", name=step.opens_on.anchor.name, says=says)
    elif at is not None and at > now:
        day = plan.calendar.day_of(at)
        why = f", {timing_words(plan, handoff, step.opens_on)}" if step.opens_on is not None and not again else ""
        yield Blocker(kind="time", name="", says=f"It opens {'again ' if again else ''}on {day.day} {day:%B %Y}{why}.")

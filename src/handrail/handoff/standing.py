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
from handrail.handoff.timing import opens_at
from handrail.runbook.model import All, Anchor, AnyOf, Condition, Not, Ref, Step, Timing

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
    at = opens_at(plan, handoff, step.opens_on) if step.opens_on else None
    return step.opens_on is None or (at is not None and at <= now)


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
    if step.opens_on is not None:
        yield from _too_early(plan, handoff, step, now)


def _unmet(plan: Plan, handoff: Handoff, condition: Condition) -> Iterator[Blocker]:
    match holds(plan, handoff, condition):
        case None:
            yield from _unknown(plan, handoff, condition)
        case False:
            yield Blocker(kind="condition", name="", says=f"It opens when {condition_text(plan, condition)}.")


def _unknown(plan: Plan, handoff: Handoff, condition: Condition) -> tuple[Blocker, ...]:
    refs = dict.fromkeys(unknown_in(plan, handoff, condition))
    return tuple(
        Blocker(kind="missing", name=ref.name, says=f"{ref_title(plan, ref)} is not known yet.") for ref in refs
    )


def _too_early(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> Iterator[Blocker]:
    assert step.opens_on is not None
    at = opens_at(plan, handoff, step.opens_on)
    if at is None:
        says = f"The day is not known yet: {timing_text(plan, handoff, step.opens_on)}."
        yield Blocker(kind="missing", name=step.opens_on.anchor.name, says=says)
    elif at > now:
        day = plan.calendar.day_of(at)
        yield Blocker(
            kind="time",
            name="",
            says=f"It opens on {day.day} {day:%B %Y}, {timing_text(plan, handoff, step.opens_on)}.",
        )


def timing_text(plan: Plan, handoff: Handoff, timing: Timing) -> str:
    """The timing as people say it: `5 working days before Go-live date`, `on Go-live date`."""
    amount = timing.amount if isinstance(timing.amount, int) else _spoken_amount(plan, handoff, timing.amount)
    anchor = _anchor_title(plan, timing.anchor)
    if str(amount) == "0":
        return f"on {anchor}"
    unit = timing.unit.removesuffix("s") if str(amount) == "1" else timing.unit
    return f"{amount} {unit} {timing.side} {anchor}"


def _spoken_amount(plan: Plan, handoff: Handoff, amount: Ref) -> str:
    return handoff.outputs_of(amount.name).get(amount.part) or f"({ref_title(plan, amount)})"


def _anchor_title(plan: Plan, anchor: Anchor) -> str:
    match anchor.source:
        case "fact":
            return plan.runbook.facts[anchor.name].title
        case "step":
            return f"“{plan.runbook.steps[anchor.name].title}”"
        case "start":
            return "the start"


def ref_title(plan: Plan, ref: Ref) -> str:
    """What the name stands for, as people call it."""
    match ref.source:
        case "fact":
            return plan.runbook.facts[ref.name].title
        case "output":
            decision = plan.runbook.decisions[ref.name]
            output = next(one for one in decision.outputs if one.name == ref.part)
            return decision.title if len(decision.outputs) == 1 else f"{decision.title}, {output.title.lower()}"
        case "answer":
            form = plan.form_of(ref.name)
            field = form.field_named(ref.part) if form else None
            return field.title if field else ref.part
        case "step":
            return f"“{plan.runbook.steps[ref.name].title}”"


def condition_text(plan: Plan, condition: Condition) -> str:
    """The condition as a clause: `Support, type is not(Help Desk) and “Sign” is done`."""
    match condition:
        case All(tests=tests):
            return " and ".join(f"{ref_title(plan, test.ref)} is {test.cell.text}" for test in tests)
        case AnyOf(of=of):
            return " or ".join(condition_text(plan, one) for one in of)
        case Not(of=inner):
            return f"not ({condition_text(plan, inner)})"

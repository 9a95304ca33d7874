"""What follows by itself from what was said: decisions taken anew, steps that open or close, the end.

One rule: consequences are worked out once, here, and recorded as events; nothing else derives them.
"""

from collections.abc import Iterator
from datetime import datetime

from handrail.handoff import events as e
from handrail.handoff.history import Handoff, State, StepState, TakenDecision, apply
from handrail.handoff.items import all_in
from handrail.handoff.knowledge import holds, inputs_of
from handrail.handoff.messaging import sent_by_themselves
from handrail.handoff.plan import Plan
from handrail.handoff.standing import standing
from handrail.handoff.timing import opens_at, waits_for_a_day
from handrail.handoff.updating import out_of_step
from handrail.runbook.kinds import write_text
from handrail.runbook.model import Decision, Step
from handrail.runbook.tables import deciding


def consequences(plan: Plan, working: Handoff, now: datetime, as_of: datetime | None = None) -> Iterator[e.Event]:
    """The events that follow, in order; each is folded onto `working`, a working copy of the caller's.

    With `as_of`, what followed then and is only told now: a step whose day to open came later is left to later.
    """
    for _ in range(_MOST_ROUNDS):
        again = False
        for event in _round(plan, working, now, as_of or now):
            yield event
            again = again or isinstance(event, _LEAD_ON)
        if not again:
            break
    if not working.is_over:
        end = next((end for end in plan.runbook.ends if holds(plan, working, end.when) is True), None)
        if end is not None:
            yield _folded(working, e.Ended(end=end.name), now)


# What others may follow from that come before it; all else is seen by what comes after it.
_LEAD_ON = (e.Sent, e.NotSent, e.OutOfStep, e.Reached)
_MOST_ROUNDS = 50  # a runbook without circles comes to rest long before


def _round(plan: Plan, working: Handoff, now: datetime, as_of: datetime) -> Iterator[e.Event]:
    if not working.is_over:
        for decision in plan.decisions:
            event = _redecided(plan, working, decision)
            if event is not None:
                yield _folded(working, event, now)
    moved = _moved(plan, working, now, as_of)
    if moved is not None:
        yield moved
    for sent in sent_by_themselves(plan, working, now):
        yield _folded(working, sent, now)
    if working.is_over:
        return
    written = out_of_step(plan, working)
    if written is not None:
        yield _folded(working, written, now)
    reached = _reached(plan, working)
    if reached is not None:
        yield _folded(working, reached, now)


def _reached(plan: Plan, working: Handoff) -> e.Reached | None:
    names = tuple(
        milestone.name
        for milestone in plan.runbook.milestones.values()
        if milestone.name not in working.milestones and holds(plan, working, milestone.when) is True
    )
    return e.Reached(milestones=names) if names else None


def _folded(working: Handoff, event: e.Event, now: datetime) -> e.Event:
    apply(working, e.Recorded(number=working.number + 1, at=now, by=None, event=event))
    return event


def _redecided(plan: Plan, handoff: Handoff, decision: Decision) -> e.Decided | e.LeftUndecided | None:
    """The table's answer, where it is not the one that already stands."""
    event = answer(plan, handoff, decision)
    return None if _same(handoff.decisions.get(decision.name), event) else event


def answer(plan: Plan, handoff: Handoff, decision: Decision) -> e.Decided | e.LeftUndecided:
    """What the table says on the facts as they are, whatever override stands."""
    values = inputs_of(plan, handoff, decision)
    table = plan.tables[decision.name]
    match table.explain(values):
        case deciding.Decided(rules=rules, outputs=outputs), boundaries:
            kinds = {output.name: decision.kind_of(output) for output in decision.outputs}
            return e.Decided(
                decision=decision.name,
                rules=tuple(rule.number for rule in rules),
                outputs={name: write_text(kinds[name], value) for name, value in outputs.items()},
                boundaries=tuple(boundary.says for boundary in boundaries),
            )
        case deciding.Undecided(missing=missing, says=says), _:
            return e.LeftUndecided(decision=decision.name, says=says, missing=missing)


def _same(taken: TakenDecision | None, event: e.Decided | e.LeftUndecided) -> bool:
    if taken is None:
        return False
    match event:
        case e.Decided():
            return (taken.says, taken.rules, taken.outputs, taken.boundaries) == (
                "",
                event.rules,
                event.outputs,
                event.boundaries,
            )
        case e.LeftUndecided():
            return (taken.says, taken.missing) == (event.says, event.missing)


def _moved(plan: Plan, working: Handoff, now: datetime, as_of: datetime) -> e.Moved | None:
    """One event for all the steps that change their state; each is seen by those that wait for it."""
    found: dict[str, list[str]] = {"open": [], "waiting": [], "not needed": [], "done": []}
    moves = _outlives if working.is_over else _not_done
    for step in all_in(plan, working):
        known = working.steps.get(step.name)
        if not moves(working, step, known):
            continue
        stands = standing(plan, working, step, now)
        if as_of < now and _opens_later(plan, working, step, known, as_of):
            stands = "not needed" if stands == "not needed" else "waiting"
        if known is None or known.state != stands:
            found[stands].append(step.name)
            _folded(working, _one(step.name, stands), now)
    event = e.Moved(
        opened=tuple(found["open"]),
        waiting=tuple(found["waiting"]),
        not_needed=tuple(found["not needed"]),
        done=tuple(found["done"]),
    )
    return event if any(found.values()) else None


def _opens_later(plan: Plan, working: Handoff, step: Step, known: StepState | None, as_of: datetime) -> bool:
    if step.each is not None or (known is not None and known.state == "open") or not waits_for_a_day(working, step):
        return False
    at = opens_at(plan, working, step, as_of)
    return at is None or at > as_of


def _not_done(working: Handoff, step: Step, known: StepState | None) -> bool:
    """What is done stays done, unless it stands for the steps of a list's records."""
    return known is None or known.state != "done" or step.each is not None


def _outlives(working: Handoff, step: Step, known: StepState | None) -> bool:
    """When the handoff is over, nothing moves but what comes after the end."""
    return step.after_end and not working.cancelled and _not_done(working, step, known)


def _one(step: str, stands: State) -> e.Moved:
    match stands:
        case "open":
            return e.Moved(opened=(step,))
        case "waiting":
            return e.Moved(waiting=(step,))
        case "done":
            return e.Moved(done=(step,))
        case "not needed":
            return e.Moved(not_needed=(step,))

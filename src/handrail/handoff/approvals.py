"""Approvals: by any, by all or by so many of those who are asked; one rejection is enough to send the work back.

One rule: an approval counts for the roles for which it was given, and stays given whoever holds them later; where
persons are counted, each counts once, whatever they hold or stand in for; silence is never one.
"""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.apart import step_kept_apart
from handrail.handoff.history import Handoff
from handrail.handoff.holders import each_acting, holder_of, holder_words
from handrail.handoff.items import known_step
from handrail.handoff.people import Actor
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import done_among, not_open, not_ready, too_long, without_reason
from handrail.runbook.model import Step
from handrail.runbook.words import listed


def approve(plan: Plan, handoff: Handoff, command: c.Approve) -> tuple[e.Event, ...] | Refused:
    refused = not_ready(plan, handoff, command, "approval") or too_long(command.note)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    given, mine = covered(handoff, step), _roles_of(plan, handoff, step, command.by)
    people = {one.id for one in handoff.steps[step.name].approved_by}
    enough = _is_enough(step, {*given, *mine}, len(people | {command.by.person.id}))
    adds = bool(mine - given) if step.approvals == "all" else command.by.person.id not in people
    if not adds and not enough:
        said = "You have approved this already" if command.by.person.id in people else _why_not_asked(plan, mine)
        return Refused(code="approved", says=f"{said}; {still_asked(plan, handoff, step)}.")
    turn = whose_turn(plan, handoff, step) if step.in_order else None
    if turn is not None and turn not in mine:
        before = _asked_words(plan, handoff, turn)
        return Refused(code="not-your-turn", says=f"{before[:1].upper()}{before[1:]} is asked before you.")
    roles = tuple(role for role in step.asked if role in mine and role not in given)
    return (e.Approved(step=step.name, note=command.note.strip(), is_complete=enough, roles=roles),)


def _why_not_asked(plan: Plan, mine: set[str]) -> str:
    if not mine:
        return "You are not asked for this"
    return f"This is approved already for {listed([f'the {plan.role_title(role)}' for role in sorted(mine)])}"


def _roles_of(plan: Plan, handoff: Handoff, step: Step, by: Actor) -> set[str]:
    """The asked roles for which they can approve, in all ways in which they may act."""
    return {
        role
        for acting in each_acting(plan, handoff, by)
        if step_kept_apart(plan, handoff, step, acting) is None
        for role in step.asked
        if role in acting.roles
    }


def covered(handoff: Handoff, step: Step) -> frozenset[str]:
    """The roles for which the step is approved so far. What was kept before roles were kept tells the people only."""
    known = handoff.steps.get(step.name)
    if known is None or not known.approved_by or known.approved_as:
        return frozenset(known.approved_as if known else ())
    given = {one.id for one in known.approved_by}
    return frozenset(role for role, holder in handoff.people.items() if holder.id in given)


def _is_enough(step: Step, roles: set[str], people: int) -> bool:
    return roles.issuperset(step.asked) if step.approvals == "all" else people >= step.approvals


def waiting(plan: Plan, handoff: Handoff, step: Step) -> tuple[str, ...]:
    """The roles that are still asked: nobody approved for them nor, where persons are counted, did who holds them."""
    given, known = covered(handoff, step), handoff.steps.get(step.name)
    counted = {one.id for one in known.approved_by} if known and step.approvals != "all" else set()
    return tuple(
        role
        for role in step.asked
        if role not in given and ((holder := holder_of(plan, handoff, role)) is None or holder.id not in counted)
    )


def whose_turn(plan: Plan, handoff: Handoff, step: Step) -> str | None:
    """The first of the roles that are still asked."""
    return next(iter(waiting(plan, handoff, step)), None)


def still_asked(plan: Plan, handoff: Handoff, step: Step) -> str:
    """Whose approval can still be given: `Lena Fischer (Client Services lead) is still asked`."""
    names = [_asked_words(plan, handoff, role) for role in waiting(plan, handoff, step)]
    return (
        f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} still asked" if names else "nobody else is asked"
    )


def _asked_words(plan: Plan, handoff: Handoff, role: str) -> str:
    return f"{holder_words(plan, handoff, role)} ({plan.role_title(role)})"


def reject(plan: Plan, handoff: Handoff, command: c.Reject) -> tuple[e.Event, ...] | Refused:
    refused = not_open(plan, handoff, command.step, "approval") or without_reason(command.reason, "reject")
    if refused is not None:
        return refused
    reopened = done_among(plan, handoff, command.step)
    fresh = known_step(plan, handoff, command.step).fresh_evidence
    return (e.Rejected(step=command.step, reason=command.reason.strip(), reopened=reopened, fresh=fresh),)

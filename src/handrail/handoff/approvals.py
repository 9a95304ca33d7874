"""Approvals: by any, by all or by so many of those who are asked; one rejection is enough to send the work back.

One rule: an approval counts once for each person, whatever roles they hold; silence is never one.
"""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.consulting import awaited, unheard
from handrail.handoff.history import Handoff
from handrail.handoff.items import known_step
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import done_among, not_open, not_ready, too_long, without_reason
from handrail.runbook.model import Step


def approve(plan: Plan, handoff: Handoff, command: c.Approve) -> tuple[e.Event, ...] | Refused:
    refused = not_ready(plan, handoff, command, "approval") or too_long(command.note)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    given = handoff.steps[step.name].approved_by
    if command.by.person in given:
        return Refused(code="approved", says=f"You have approved this already; {still_asked(plan, handoff, step)}.")
    refused = awaited(plan, handoff, step)
    if refused is not None:
        return refused
    before = _before_me(plan, handoff, step, command.by.person)
    if before:
        return Refused(code="not-your-turn", says=f"{before} is asked before you.")
    enough = is_enough(handoff, step, (*given, command.by.person))
    left = unheard(handoff, step)
    return (e.Approved(step=step.name, note=command.note.strip(), is_complete=enough, unheard=left),)


def _before_me(plan: Plan, handoff: Handoff, step: Step, me: Person) -> str:
    """Whoever has to approve first, where the approvals are given one after the other."""
    turn = whose_turn(handoff, step) if step.in_order else None
    if turn is None or handoff.people.get(turn) == me:
        return ""
    return f"{_name(handoff, turn)} ({plan.role_title(turn)})"


def whose_turn(handoff: Handoff, step: Step) -> str | None:
    """The first of the roles that are asked whose holder has not approved yet."""
    known = handoff.steps.get(step.name)
    given = known.approved_by if known else ()
    return next((role for role in step.asked if handoff.people.get(role) not in given), None)


def still_owing(handoff: Handoff, step: Step) -> tuple[str, ...]:
    """The roles that do an open step and have not yet; of approvals in order only the one whose turn it is."""
    if step.in_order:
        turn = whose_turn(handoff, step)
        return (turn,) if turn else ()
    given = handoff.steps[step.name].approved_by
    return tuple(role for role in step.asked if handoff.people.get(role) not in given)


def is_enough(handoff: Handoff, step: Step, given: tuple[Person, ...]) -> bool:
    if step.approvals == "all":
        return {handoff.people.get(role) for role in step.asked} <= set(given)
    return len(given) >= step.approvals


def still_asked(plan: Plan, handoff: Handoff, step: Step) -> str:
    """Whose approval can still be given: `Lena Fischer (Client Services lead) is still asked`."""
    given = handoff.steps[step.name].approved_by
    waiting = [role for role in step.asked if handoff.people.get(role) not in given]
    named = [f"{_name(handoff, role)} ({plan.role_title(role)})" for role in waiting]
    return (
        f"{' and '.join(named)} {'is' if len(named) == 1 else 'are'} still asked" if named else "nobody else is asked"
    )


def _name(handoff: Handoff, role: str) -> str:
    holder = handoff.people.get(role)
    return holder.name if holder else "nobody yet"


def reject(plan: Plan, handoff: Handoff, command: c.Reject) -> tuple[e.Event, ...] | Refused:
    refused = not_open(plan, handoff, command.step, "approval") or without_reason(command.reason, "reject")
    if refused is not None:
        return refused
    reopened = done_among(plan, handoff, command.step)
    fresh = known_step(plan, handoff, command.step).fresh_evidence
    return (e.Rejected(step=command.step, reason=command.reason.strip(), reopened=reopened, fresh=fresh),)

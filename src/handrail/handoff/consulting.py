"""C of RACI: who is asked before a step is done, what they said, and who was not heard.

One rule: they are asked and not waited for, unless the runbook says that the step awaits their advice. Advice is for
the time that the step is open: when it is to be done once more, everybody is asked once more.
"""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.duty import doers
from handrail.handoff.history import Advice, Handoff
from handrail.handoff.holders import holder_of, holder_words, is_vacant, roles_of
from handrail.handoff.items import known_step
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import not_open, too_long
from handrail.runbook.model import Step


def consulted(plan: Plan, handoff: Handoff, step: Step) -> tuple[str, ...]:
    """The roles that are asked: those that somebody holds, or anybody of a team. Whoever may do the step needs no
    asking."""
    doing = {holder_of(plan, handoff, role) for role in doers(step)}
    return tuple(
        role
        for role in asked_roles(step)
        if not is_vacant(plan, handoff, role)
        and ((holder := holder_of(plan, handoff, role)) is None or holder not in doing)
    )


def asked_roles(step: Step) -> tuple[str, ...]:
    """The C roles of what somebody does. Of a meeting those that do not come to it: the others speak there."""
    if step.by_itself:
        return ()
    asked = step.roles_with("C")
    if step.kind != "meeting":
        return asked
    return tuple(role for role in asked if step.attendees and role not in step.attendees)


def advice_on(handoff: Handoff, step: Step) -> tuple[Advice, ...]:
    """What was said since the step last opened, in order."""
    known = handoff.steps.get(step.name)
    asked_from = 0 if known is None else known.number if known.state == "open" else known.asked_from
    return tuple(one for one in handoff.advice.get(step.name, ()) if one.number > asked_from)


def unanswered(plan: Plan, handoff: Handoff, step: Step) -> tuple[str, ...]:
    """The roles that are asked and have said nothing. What the holder of a role said is the role's, whoever holds it
    next."""
    asked = consulted(plan, handoff, step)
    heard = {role for one in advice_on(handoff, step) for role in one.roles} if asked else set()
    return tuple(role for role in asked if role not in heard)


def unheard(plan: Plan, handoff: Handoff, step: Step) -> dict[str, Person]:
    """Who of those has said nothing, by role; of a team of which anybody could have, nobody is named."""
    held = ((role, holder_of(plan, handoff, role)) for role in unanswered(plan, handoff, step))
    return {role: holder for role, holder in held if holder is not None}


def awaited(plan: Plan, handoff: Handoff, step: Step) -> Refused | None:
    """Why the step cannot be done yet, where it awaits advice."""
    missing = unanswered(plan, handoff, step) if step.awaits_advice else ()
    if not missing:
        return None
    who = [f"{holder_words(plan, handoff, role)} ({plan.role_title(role)})" for role in missing]
    are = "is" if len(who) == 1 else "are"
    says = f"“{step.title}” waits for advice: {' and '.join(who)} {are} still asked."
    return Refused(code="awaits-advice", says=says)


def advise(plan: Plan, handoff: Handoff, command: c.Advise) -> tuple[e.Event, ...] | Refused:
    says = command.says.strip()
    refused = not_open(plan, handoff, command.step) or (too_long(says) if says else _nothing_said())
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    mine = roles_of(plan, handoff, command.by)
    roles = tuple(role for role in step.roles_with("C") if role in mine)
    return (e.Advised(step=command.step, roles=roles, says=says),)


def _nothing_said() -> Refused:
    says = "Say what you think of it: those who do it read that first."
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="advice", says=says),))

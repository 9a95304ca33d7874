"""C of RACI: who is asked before a step is done, what they said, and who was not heard.

One rule: they are asked and not waited for, unless the runbook says that the step awaits their advice. Advice is for
the time that the step is open: when it is to be done once more, everybody is asked once more.
"""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.duty import doers
from handrail.handoff.history import Advice, Handoff
from handrail.handoff.items import known_step
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import not_open, too_long
from handrail.runbook.model import Step


def consulted(handoff: Handoff, step: Step) -> dict[str, Person]:
    """The roles that are asked, with who holds them. Whoever may do the step needs no asking."""
    doing = {handoff.people.get(role) for role in doers(step)}
    held = ((role, handoff.people.get(role)) for role in asked_roles(step))
    return {role: person for role, person in held if person is not None and person not in doing}


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
    asked_from = known.asked_from if known else 0
    return tuple(one for one in handoff.advice.get(step.name, ()) if one.number > asked_from)


def unheard(handoff: Handoff, step: Step) -> dict[str, Person]:
    """Who is asked and has said nothing. What the holder of a role said is the role's, whoever holds it next."""
    asked = consulted(handoff, step)
    if not asked:
        return {}
    heard = {role for one in advice_on(handoff, step) for role in one.roles}
    return {role: person for role, person in asked.items() if role not in heard}


def awaited(plan: Plan, handoff: Handoff, step: Step) -> Refused | None:
    """Why the step cannot be done yet, where it awaits advice."""
    missing = unheard(handoff, step) if step.awaits_advice else {}
    if not missing:
        return None
    who = [f"{person.name} ({plan.role_title(role)})" for role, person in missing.items()]
    are = "is" if len(who) == 1 else "are"
    says = f"“{step.title}” waits for advice: {' and '.join(who)} {are} still asked."
    return Refused(code="awaits-advice", says=says)


def advise(plan: Plan, handoff: Handoff, command: c.Advise) -> tuple[e.Event, ...] | Refused:
    says = command.says.strip()
    refused = not_open(plan, handoff, command.step) or (too_long(says) if says else _nothing_said())
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    mine = {person.id for person in command.by.acts_as}
    roles = tuple(role for role in step.roles_with("C") if _holds(handoff, role, mine))
    return (e.Advised(step=command.step, roles=roles, says=says),)


def _holds(handoff: Handoff, role: str, mine: set[int]) -> bool:
    holder = handoff.people.get(role)
    return holder is not None and holder.id in mine


def _nothing_said() -> Refused:
    says = "Say what you think of it: those who do it read that first."
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="advice", says=says),))

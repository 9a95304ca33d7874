"""Finishing a task: with its evidence, with the person it names, and with the outcome that it had.

One rule: an outcome that asks for the task once more leaves nothing of this time standing for the next: its evidence
stays in the history and does not count again.
"""

from datetime import datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.items import known_step
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import lacks_evidence, not_open, too_long, without_reason
from handrail.handoff.timing import day_after
from handrail.runbook.model import Outcome, Step


def finish(plan: Plan, handoff: Handoff, command: c.Finish, now: datetime) -> tuple[e.Event, ...] | Refused:
    refused = not_open(plan, handoff, command.step, "task") or too_long(command.note)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    outcome = _outcome(step, command)
    if isinstance(outcome, Refused):
        return outcome
    refused = lacks_evidence(plan, handoff, step)
    if refused is not None:
        return refused
    filled = _filled(plan, handoff, step, command)
    if isinstance(filled, Refused):
        return filled
    return (*filled, _finished(plan, handoff, command, outcome, now))


def _outcome(step: Step, command: c.Finish) -> Outcome | Refused | None:
    if not step.outcomes:
        return None
    found = next((one for one in step.outcomes if one.name == command.outcome.strip()), None)
    if found is None:
        says = f"Say how it turned out: {', or '.join(one.name for one in step.outcomes)}."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="outcome", says=says),))
    refused = without_reason(command.note, f"choose “{found.name}”") if found.asks_reason else None
    return refused or found


def _filled(plan: Plan, handoff: Handoff, step: Step, command: c.Finish) -> tuple[e.Event, ...] | Refused:
    """The role that the task fills, where somebody else holds it from now on."""
    if step.fills is None:
        return ()
    if command.person is None and step.fills not in handoff.people:
        title = plan.role_title(step.fills)
        mistake = Mistake(field="person", says=f"Name the {title}.")
        return Refused(code="nobody-named", says=f"Name the {title} to finish this.", mistakes=(mistake,))
    named = command.person or handoff.people[step.fills]
    return () if handoff.people.get(step.fills) == named else (e.RoleFilled(role=step.fills, person=named),)


def _finished(plan: Plan, handoff: Handoff, command: c.Finish, outcome: Outcome | None, now: datetime) -> e.Finished:
    if outcome is None:
        return e.Finished(step=command.step, note=command.note.strip())
    again = None if outcome.again_after is None else day_after(plan, now, outcome.again_after, outcome.unit)
    return e.Finished(
        step=command.step,
        note=command.note.strip(),
        outcome=outcome.name,
        again_on=again,
        reopened=tuple(name for name in outcome.reopens if handoff.state_of(name) == "done"),
    )

"""The course of a handoff: steps that are begun or opened again, what comes to pass outside, and cancelling."""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.items import known_step
from handrail.handoff.knowledge import holds
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import too_long, without_reason

Outcome = tuple[e.Event, ...] | Refused


def begin(plan: Plan, handoff: Handoff, command: c.Begin) -> Outcome:
    step = known_step(plan, handoff, command.step)
    if not step.discretionary:
        return Refused(code="not-discretionary", says=f"“{step.title}” is not begun by anybody: it opens by itself.")
    if handoff.state_of(step.name) in {"waiting", "open"} and step.name in handoff.begun:
        return Refused(code="begun", says=f"“{step.title}” has been begun already.")
    return too_long(command.note) or (e.Begun(step=step.name, note=command.note.strip()),)


def report(plan: Plan, handoff: Handoff, command: c.Report) -> Outcome:
    """What comes to pass again while its steps are still to be done changes nothing about them; and it begins none that
    this customer surely does not need."""
    refused = too_long(command.note)
    if refused is not None:
        return refused
    begins = tuple(
        step.name
        for step in plan.runbook.steps.values()
        if step.on_event == command.happening
        and (step.name not in handoff.begun or handoff.state_of(step.name) == "done")
        and (step.after_end or not handoff.is_over)
        and (step.when is None or holds(plan, handoff, step.when) is not False)
    )
    return (e.Occurred(happening=command.happening, note=command.note.strip(), begins=begins),)


def reopen(plan: Plan, handoff: Handoff, command: c.Reopen) -> Outcome:
    if handoff.state_of(command.step) != "done":
        title = known_step(plan, handoff, command.step).title
        return Refused(code="not-done", says=f"“{title}” is not done, so there is nothing to reopen.")
    refused = without_reason(command.reason, "reopen this")
    return refused or (e.Reopened(step=command.step, reason=command.reason.strip()),)


def cancel(plan: Plan, handoff: Handoff, command: c.Cancel) -> Outcome:
    return without_reason(command.reason, "cancel") or (e.Cancelled(reason=command.reason.strip()),)

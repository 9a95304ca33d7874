"""Finishing a task, a list of documents or an update: with its evidence, the person it names, what was written
elsewhere, and how it turned out.

One rule: an outcome that asks for the task once more leaves nothing of this time standing for the next: its evidence
stays in the history and does not count again.
"""

from datetime import date, datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.calendars import calendar_of
from handrail.handoff.consulting import awaited, unheard
from handrail.handoff.counting import lapsed_at
from handrail.handoff.history import Handoff
from handrail.handoff.holders import holder_of
from handrail.handoff.items import known_step
from handrail.handoff.knowledge import holds
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.staffing import refused_as_left
from handrail.handoff.steps import lacks_evidence, not_open, too_long, without_reason
from handrail.handoff.timing import day_after
from handrail.handoff.updating import values_to_write
from handrail.runbook.model import Outcome, Step


def finish(plan: Plan, handoff: Handoff, command: c.Finish, now: datetime) -> tuple[e.Event, ...] | Refused:
    refused = not_open(plan, handoff, command.step, "task", "document", "update") or too_long(command.note)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    if step.shares is not None:
        return Refused(code="wrong-kind", says=f"“{step.title}” is done by sharing its document.")
    outcome = _outcome(step, command)
    if isinstance(outcome, Refused):
        return outcome
    refused = lacks_evidence(handoff, step) or awaited(plan, handoff, step)
    if refused is not None:
        return refused
    filled = _filled(plan, handoff, step, command)
    if isinstance(filled, Refused):
        return filled
    written = values_to_write(plan, handoff, step)
    if isinstance(written, Refused):
        return written
    return (*filled, _finished(plan, handoff, step, command, outcome, written, now))


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
    if command.person is not None and not plan.company.works_here(command.person):
        return refused_as_left(command.person)
    named = command.person or holder_of(plan, handoff, step.fills)
    if named is None:
        title = plan.role_title(step.fills)
        mistake = Mistake(field="person", says=f"Name the {title}.")
        return Refused(code="nobody-named", says=f"Name the {title} to finish this.", mistakes=(mistake,))
    return () if handoff.people.get(step.fills) == named else (e.RoleFilled(role=step.fills, person=named),)


def _finished(
    plan: Plan,
    handoff: Handoff,
    step: Step,
    command: c.Finish,
    outcome: Outcome | None,
    wrote: dict[str, str],
    now: datetime,
) -> e.Finished:
    return e.Finished(
        step=command.step,
        note=command.note.strip(),
        outcome=outcome.name if outcome else "",
        again_on=_again_on(plan, handoff, step, outcome, now),
        reopened=tuple(name for name in outcome.reopens if handoff.state_of(name) == "done") if outcome else (),
        wrote=wrote,
        unheard=unheard(plan, handoff, step),
    )


def _again_on(plan: Plan, handoff: Handoff, step: Step, outcome: Outcome | None, now: datetime) -> date | None:
    """The day on which the step is to be done once more: because it turned out so, or has not yet come to what it is
    repeated for."""
    if outcome is not None and outcome.again_after is not None:
        return day_after(calendar_of(plan, handoff, step), now, outcome.again_after, outcome.unit)
    if step.repeat is None or holds(plan, handoff, step.repeat.until) is True:
        return None
    calendar = calendar_of(plan, handoff, step)
    at = lapsed_at(plan, handoff, now, step.repeat.after, calendar)
    return calendar.day_of(at) if at else None

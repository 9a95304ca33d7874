"""The life of a handoff: what each command leads to, or why not, and when time alone will next matter.

One rule: `decide` answers with events or with `Refused`; it changes nothing and reads no clock.

    Start → facts, decisions and steps follow → steps are done, forms signed, approvals given → accepted → Ended
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.approvals import approve, reject
from handrail.handoff.consequences import consequences
from handrail.handoff.duty import may
from handrail.handoff.forms import answer_form, sign
from handrail.handoff.history import Handoff, fold
from handrail.handoff.holding import held, hold, resume
from handrail.handoff.overriding import ask_override, rule_on_override
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.staffing import fill_role, give_facts, start
from handrail.handoff.standing import blockers
from handrail.handoff.steps import (
    accept,
    add_evidence,
    cancel,
    refuse,
    remove_evidence,
    reopen,
)
from handrail.handoff.tasks import finish
from handrail.handoff.timing import due_at, due_date, opens_at, waits_for_a_day
from handrail.handoff.unknown import unknown_name
from handrail.runbook.model import Step

Outcome = tuple[e.Event, ...] | Refused


def decide(plan: Plan, handoff: Handoff, command: c.Command, now: datetime) -> Outcome:
    """The events that the command and its consequences lead to, in order, or why it cannot be."""
    refused = unknown_name(plan, handoff, command) or may(plan, handoff, command)
    if refused is not None:
        return refused
    refused = held(plan, handoff, command)
    if refused is not None:
        return refused
    if handoff.is_over and not isinstance(command, c.GiveFacts | c.Wake):
        return Refused(code="over", says=_over(handoff))
    first = _fell_due(plan, handoff, now) if isinstance(command, c.Wake) else _said(plan, handoff, command, now)
    if isinstance(first, Refused):
        return first
    after = fold(recorded(first, handoff, now, None), onto=handoff)
    return (*first, *consequences(plan, after, now))


def recorded(events: Iterable[e.Event], handoff: Handoff, now: datetime, by: Person | None) -> tuple[e.Recorded, ...]:
    """The events numbered on from where the handoff stands. Consequences are nobody's doing."""
    return tuple(
        e.Recorded(number=number, at=now, by=None if isinstance(event, CONSEQUENCES) else by, event=event)
        for number, event in enumerate(events, start=handoff.number + 1)
    )


CONSEQUENCES = (e.Decided, e.LeftUndecided, e.Moved, e.FellDue, e.Ended)

_SAID: dict[type, Callable[[Plan, Handoff, Any], Outcome]] = {
    c.Start: start,
    c.GiveFacts: give_facts,
    c.FillRole: fill_role,
    c.AnswerForm: answer_form,
    c.Sign: sign,
    c.AddEvidence: add_evidence,
    c.RemoveEvidence: remove_evidence,
    c.Approve: approve,
    c.Reject: reject,
    c.Accept: accept,
    c.Refuse: refuse,
    c.Reopen: reopen,
    c.AskOverride: ask_override,
    c.ApproveOverride: rule_on_override,
    c.RejectOverride: rule_on_override,
    c.Cancel: cancel,
    c.Hold: hold,
    c.Resume: resume,
}


def _said(plan: Plan, handoff: Handoff, command: c.Command, now: datetime) -> Outcome:
    if isinstance(command, c.Finish):
        return finish(plan, handoff, command, now)  # the one that counts days from today
    return _SAID[type(command)](plan, handoff, command)


def _over(handoff: Handoff) -> str:
    return "This handoff was cancelled." if handoff.cancelled else f"This handoff is over: {handoff.end}."


def _fell_due(plan: Plan, handoff: Handoff, now: datetime) -> tuple[e.Event, ...]:
    if handoff.is_over or handoff.hold is not None:
        return ()
    steps = {}
    for step in plan.steps:
        known = handoff.steps.get(step.name)
        at = due_at(plan, handoff, step) if known and known.state == "open" else None
        day = due_date(plan, handoff, step)
        if known and at is not None and day is not None and at <= now and known.fell_due != day:
            steps[step.name] = day
    return (e.FellDue(steps=steps),) if steps else ()


def wake_at(plan: Plan, handoff: Handoff, now: datetime) -> datetime | None:
    """The next instant at which time alone matters, None where there is none.

    A due date that has passed unnoticed is given as it is, in the past. An opening day counts only where the step waits
    for nothing else, so that waking always has something to record.
    """
    if handoff.is_over or handoff.hold is not None:
        return None
    return min((at for step in plan.steps if (at := _matters_at(plan, handoff, step, now)) is not None), default=None)


def _matters_at(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> datetime | None:
    known = handoff.steps.get(step.name)
    if known is None or known.state in {"done", "not needed"}:
        return None
    if known.state == "waiting":
        return _opens_by_itself_at(plan, handoff, step, now)
    return due_at(plan, handoff, step) if known.fell_due != due_date(plan, handoff, step) else None


def _opens_by_itself_at(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> datetime | None:
    if not waits_for_a_day(handoff, step) or any(one.kind != "time" for one in blockers(plan, handoff, step, now)):
        return None
    return opens_at(plan, handoff, step)

"""Messages of a step: sent by a person as they stand or edited, or by themselves as soon as the step opens.

One rule: what is sent is recorded with its words and the roles it goes to; delivering it is the desk's.
"""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.holders import is_vacant, named
from handrail.handoff.items import known_step, steps_in
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import lacks_evidence, not_open, too_long
from handrail.runbook.model import Message, Step

Outcome = tuple[e.Event, ...] | Refused

LONGEST_SUBJECT = 300


def send(plan: Plan, handoff: Handoff, command: c.Send) -> Outcome:
    refused = not_open(plan, handoff, command.step, "message") or too_long(command.body)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    message = message_of(plan, step)
    refused = lacks_evidence(handoff, step) or _nobody(plan, handoff, message)
    if refused is not None:
        return refused
    subject = " ".join(command.subject.split())[:LONGEST_SUBJECT] or message.subject
    body = command.body.strip() or message.body
    return (e.Sent(step=step.name, to=message.to, subject=subject, body=body),)


def message_of(plan: Plan, step: Step) -> Message:
    assert step.message is not None, "a message step names its message"
    return plan.runbook.messages[step.message]


def _nobody(plan: Plan, handoff: Handoff, message: Message) -> Refused | None:
    if _is_read(plan, handoff, message):
        return None
    return Refused(code="nobody", says=f"Nobody would get this: it goes to {named(plan, handoff, message.to)}.")


def sent_by_themselves(plan: Plan, handoff: Handoff) -> tuple[e.Sent, ...]:
    """The automatic messages whose steps are open and that somebody would get."""
    if not plan.sends_by_itself:
        return ()
    ready = [
        (step, message_of(plan, step))
        for step in steps_in(plan, handoff)
        if step.kind == "message" and step.automatic and handoff.state_of(step.name) == "open"
    ]
    return tuple(
        e.Sent(step=step.name, to=message.to, subject=message.subject, body=message.body)
        for step, message in ready
        if _is_read(plan, handoff, message)
    )


def _is_read(plan: Plan, handoff: Handoff, message: Message) -> bool:
    return not all(is_vacant(plan, handoff, role) for role in message.to)

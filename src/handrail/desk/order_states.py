"""Where an order stands, as the handoff says that validates it, and what only the order itself may do there.

One rule: the handoff leads. The columns follow from its state alone, and are written in the transaction that changes
it.
"""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.handoff import commands as c
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.order.facts import GIVEN
from handrail.order.touched import APPROVALS

# What the plan of an order's handoff is about; no other handoff is asked whether it has an order.
ABOUT = "order"

WRITE, CHANGED, CONSULT, WORK = "write-order", "say-what-changed", "consult-customer-success", "write-statement-of-work"
SEND, MAIL, SIGNS, RELEASE = "send-order", "mail-order", "customer-signs", "release-invoicing"
WITHDRAWN = "withdrawn"
APPROVAL_STEPS = frozenset(APPROVALS)

State = models.Order.State
# In these what the order says is approved.
APPROVED: frozenset[str] = frozenset({State.APPROVED, State.SENT, State.SIGNED, State.TAKEN_OVER})
Trigger = models.Order.Trigger


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`trigger_at` is when the trigger was opened."""

    state: str
    trigger: str
    trigger_at: datetime | None


# In any other state nothing of it is invoiced, though Finance opened the trigger before (S4.3).
_INVOICED = frozenset({State.SIGNED, State.TAKEN_OVER})


def standing_of(plan: Plan, handoff: Handoff) -> Standing:
    release = handoff.steps.get(RELEASE)
    state = _state(plan, handoff)
    if release is None or release.state != "done" or state not in _INVOICED:
        return Standing(state=state, trigger=Trigger.SHUT, trigger_at=None)
    return Standing(state=state, trigger=Trigger.OPEN, trigger_at=release.since)


def _state(plan: Plan, handoff: Handoff) -> str:
    """What is furthest from the end counts: an order that is changed after it was sent is returned."""
    if handoff.cancelled or handoff.end == WITHDRAWN:
        return State.WITHDRAWN
    if handoff.end is not None:
        return State.TAKEN_OVER
    if not _is_done(handoff, WRITE) or not _is_done(handoff, CHANGED):
        return State.RETURNED
    if not all(_is_done(handoff, name) for name in plan.runbook.steps[SEND].needs):
        return State.VALIDATION
    if not _is_done(handoff, SEND):
        return State.APPROVED
    return State.SIGNED if _is_done(handoff, SIGNS) else State.SENT


def _is_done(handoff: Handoff, step: str) -> bool:
    return handoff.state_of(step) in {"done", "not needed"}


# What follows from these is a worker's to do, after the transaction.
_LEADS_ON = frozenset({State.APPROVED, State.SIGNED, State.WITHDRAWN})


def follow(handoff_id: int, plan: Plan, handoff: Handoff, now: datetime) -> bool:
    """Write where the order stands, if the handoff is that of one: within the transaction that changed the handoff.
    Whether it stood otherwise."""
    if plan.runbook.about != ABOUT or not _has_the_steps(plan):
        return False
    row = models.Order.objects.only("state", "trigger", "trigger_at").filter(handoff=handoff_id).first()
    if row is None:
        return False
    stands = standing_of(plan, handoff)
    if (row.state, row.trigger, row.trigger_at) == (stands.state, stands.trigger, stands.trigger_at):
        return False
    more = {"follows_at": now} if stands.state in _LEADS_ON and row.state != stands.state else {}
    models.Order.objects.filter(pk=row.pk).update(
        state=stands.state, trigger=stands.trigger, trigger_at=stands.trigger_at, changed_at=now, **more
    )
    return True


def _has_the_steps(plan: Plan) -> bool:
    """A company's own runbook about orders may go another way: then its orders stand as they are."""
    return {WRITE, CHANGED, SEND, SIGNS, RELEASE} <= plan.runbook.steps.keys()


# ------------------------------------------------------------------------------------------------- what the order leads

_FROM_THE_ORDER = (
    "This handoff validates order {number}, and what that says comes from there: change it on the order’s page and "
    "submit it again."
)
_SENT_FROM_THE_ORDER = "This handoff validates order {number}: send it from the order’s page, under “Validation”."


def is_led(plan: Plan, command: c.Command) -> bool:
    """Whether only the order gives such a command, where there is one."""
    return plan.runbook.about == ABOUT and bool(_says(command))


def led_by_order(handoff_id: int, plan: Plan, command: c.Command) -> Refused | None:
    """Why a person does not do this in the handoff; None where no order leads it. One query, where it could be led."""
    if not is_led(plan, command):
        return None
    return led_by(models.Order.objects.filter(handoff=handoff_id).values_list("number", flat=True).first(), command)


def led_by(number: str | None, command: c.Command) -> Refused | None:
    """`number` is that of the order, None where there is none."""
    return Refused(code="led-by-order", says=_says(command).format(number=number)) if number else None


def _says(command: c.Command) -> str:
    match command:
        case c.GiveFacts(values=values) if set(values) & set(GIVEN):
            return _FROM_THE_ORDER
        case c.AnswerForm(step=step) | c.Sign(step=step) if step == WRITE:
            return _FROM_THE_ORDER
        case c.Finish(step=step) if step == CHANGED:
            return _FROM_THE_ORDER
        case c.Finish(step=step) if step == SEND:
            return _SENT_FROM_THE_ORDER
        case _:
            return ""

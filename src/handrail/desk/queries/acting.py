"""What can be done: commands tried without recording anything, and the words of their refusals.

One rule: an action that I cannot take is shown with the words of its refusal: that it is not mine to do, that it is not
possible now, and where both hold both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from handrail.desk import models, order_states
from handrail.desk.queries.opened import Opened
from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff.duty import may
from handrail.handoff.life import possible_now
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Refused
from handrail.handoff.unknown import unknown_name
from handrail.runbook.model import Step

_TRIAL = "…"  # stands for whatever the person will write


@dataclass(frozen=True, kw_only=True)
class Action:
    """`why_not` is empty where I can; `mistakes` lists what is missing first."""

    do: str
    why_not: str
    code: str
    mistakes: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        return not self.why_not


# What only those who are asked can have done or can wait for: it says nothing to anybody else.
_OF_THE_ASKED = {"approved", "not-your-turn"}


def can(opened: Opened, command: c.Command, now: datetime, do: str = "") -> Action:
    """Whether the command would be taken."""
    name = do or type(command).__name__
    reasons = tuple(_why_not(opened, command, now))
    if not reasons:
        return Action(do=name, why_not="", code="")
    says = " ".join(dict.fromkeys(one.says for one in reasons))
    return Action(do=name, why_not=says, code=reasons[0].code, mistakes=tuple(one.says for one in reasons[0].mistakes))


def _why_not(opened: Opened, command: c.Command, now: datetime) -> Iterator[Refused]:
    """That I may not, before that it is not possible now."""
    unknown = unknown_name(opened.plan, opened.state, command)
    if unknown is not None:
        yield unknown
        return
    led = _led(opened, command) if order_states.is_led(opened.plan, command) else None
    if led is not None:
        yield led
        return
    refused = may(opened.plan, opened.state, command)
    if refused is not None:
        yield refused
    outcome = possible_now(opened.plan, opened.state, command, now)
    if isinstance(outcome, Refused) and not (refused and outcome.code in _OF_THE_ASKED):
        yield outcome


def _led(opened: Opened, command: c.Command) -> Refused | None:
    """That the order does it which the handoff validates. Asked once for a page: the row keeps what it is told."""
    order: models.Order | None = getattr(opened.row, "validates_order", None)
    return order_states.led_by(order.number if order is not None else None, command)


def actions_of(opened: Opened, step: Step, me: Actor, now: datetime) -> dict[str, Action]:
    """By what is done: whatever can be done with a step of this kind, and whether I can."""
    return {do: can(opened, command, now, do) for do, command in _commands(step, me, now).items()}


def _commands(step: Step, me: Actor, now: datetime) -> dict[str, c.Command]:
    """One command for each thing that can be done, complete enough to be tried."""
    name = step.name
    always: dict[str, c.Command] = {
        "reopen": c.Reopen(by=me, step=name, reason=_TRIAL),
        "attach": c.AddEvidence(by=me, step=name, key=_TRIAL, link="https://example.com/"),
    }
    if step.roles_with("C"):
        always["advise"] = c.Advise(by=me, step=name, says=_TRIAL)
    if step.asked_of:
        always["give-back"] = o.AskAgain(by=me, step=name, reason=_TRIAL)
    if step.discretionary:
        always["begin"] = c.Begin(by=me, step=name)
    return {**_commands_of_kind(step, me, now), **always}


def _commands_of_kind(step: Step, me: Actor, now: datetime) -> dict[str, c.Command]:
    name = step.name
    match step.kind:
        case "task" | "document" | "update":
            outcome = step.outcomes[0].name if step.outcomes else ""
            named = me.person if step.fills else None
            return {"finish": c.Finish(by=me, step=name, outcome=outcome, note=_TRIAL, person=named)}
        case "form":
            return {"answer": c.AnswerForm(by=me, step=name, answers={}), "sign": c.Sign(by=me, step=name)}
        case "approval":
            return {"approve": c.Approve(by=me, step=name), "reject": c.Reject(by=me, step=name, reason=_TRIAL)}
        case "meeting":
            later = now + timedelta(days=1)
            return {
                "plan": c.PlanMeeting(by=me, step=name, key=_TRIAL, meets_at=later),
                "hold": c.HoldMeeting(by=me, step=name, key=_TRIAL, met_at=now),
            }
        case "message":
            return {"send": c.Send(by=me, step=name)}
        case "acceptance":
            return _commands_of_acceptance(step, me)
        case _:
            return {}


def _commands_of_acceptance(step: Step, me: Actor) -> dict[str, c.Command]:
    name = step.name
    reason = step.reasons[0] if step.reasons else _TRIAL
    found: dict[str, c.Command] = {
        "accept": c.Accept(by=me, step=name),
        "refuse": c.Refuse(by=me, step=name, reason=reason),
    }
    if step.disagreement is not None:
        found["disagree"] = c.Disagree(by=me, step=name, reason=_TRIAL)
        found["settle"] = c.Settle(by=me, step=name, upholds=False, note=_TRIAL)
    return found

"""Duties that are kept apart: who did one step may not do another that the runbook sets apart from it, and nobody
decides on what they asked for.

One rule: whoever stands in for somebody is looked at together with them, both when something is done and when it is
asked whether they may.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.handoff import commands as c
from handrail.handoff.history import Handoff, StepState
from handrail.handoff.holders import Acting, holder_of, lead_words, named, pool_of
from handrail.handoff.items import known_step
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.model import Step, StepKind

_DOING = (c.Finish, c.Sign, c.Share, c.Approve, c.Reject, c.Accept, c.Refuse, c.Send, c.HoldMeeting)
_DID: dict[StepKind, str] = {
    "form": "signed",
    "approval": "approved",
    "meeting": "held",
    "message": "sent",
    "acceptance": "accepted",
}
_DO: dict[StepKind, str] = {"form": "sign", "meeting": "hold", "message": "send"}


@dataclass(frozen=True, kw_only=True)
class Did:
    """That somebody did a step, themself or by whoever stood in for them; of a step that is to be done again, the last
    time."""

    step: Step
    person: Person
    themself: bool
    is_past: bool


def kept_apart(plan: Plan, handoff: Handoff, command: c.Command, acting: Acting) -> Refused | None:
    """Why those who act must not, although their roles may."""
    match command:
        case c.ApproveOverride(decision=name) | c.RejectOverride(decision=name):
            asked = handoff.overrides.get(name)
            people = (asked.asked_by, asked.asked_for) if asked else ()
            return _on_their_own(acting, people, "asked for this")
        case c.Settle(step=name):
            dispute = handoff.disputes.get(name)
            people = (dispute.by, dispute.on_behalf_of) if dispute else ()
            return _on_their_own(acting, people, "disagreed")
    if isinstance(command, _DOING):
        return step_kept_apart(plan, handoff, known_step(plan, handoff, command.step), acting)
    return None


def _on_their_own(acting: Acting, people: tuple[Person | None, ...], did: str) -> Refused | None:
    ids = {one.id for one in people if one is not None}
    if acting.person.id in ids:
        return _refused(f"You {did} yourself: another person must decide on it.")
    if acting.away is not None and acting.away.id in ids:
        return _refused(f"{acting.away.name}, for whom you stand in, {did}: another person must decide on it.")
    return None


def step_kept_apart(plan: Plan, handoff: Handoff, step: Step, acting: Acting) -> Refused | None:
    for did in _all_who_did(plan, handoff, step):
        if did.person.id == acting.person.id:
            return _refused(f"{_you(did)}: {_other(step)}.")
        if acting.away is not None and did.person.id == acting.away.id:
            who = f"{acting.away.name}, for whom you stand in, {_verb(did)} “{did.step.title}”"
            return _refused(f"{who}: {_other(step)}.")
    return None


def holder_kept_apart(plan: Plan, handoff: Handoff, step: Step, role: str) -> str:
    """Why the holder of a role that does the step may not, and who can; empty where they may."""
    holder = holder_of(plan, handoff, role)
    all_did = list(_all_who_did(plan, handoff, step))
    did = next((one for one in all_did if holder is not None and one.person.id == holder.id), None)
    if holder is None or did is None:
        return ""
    return f"{holder.name} {_verb(did)} “{did.step.title}” and may not: {_who_can(plan, handoff, step, all_did)}."


def _who_can(plan: Plan, handoff: Handoff, step: Step, did: list[Did]) -> str:
    barred = {one.person.id for one in did}
    others = [
        role
        for role in dict.fromkeys((*step.roles_with("R"), *step.roles_with("A")))
        if pool_of(plan, handoff, role)
        or ((holder := holder_of(plan, handoff, role)) is not None and holder.id not in barred)
    ]
    if others:
        return f"{named(plan, handoff, others)} can"
    leads = dict.fromkeys(lead_words(plan, plan.runbook.roles[role].team) for role in step.asked)
    who = " or ".join([*filter(None, leads), "CS Operations"])
    return f"{who} can name somebody else"


def _all_who_did(plan: Plan, handoff: Handoff, step: Step) -> Iterator[Did]:
    for name in step.apart_from:
        for other in _steps_called(handoff, name):
            known = handoff.steps.get(other)
            if known is not None:
                yield from _who_did(known_step(plan, handoff, other), known)


def _steps_called(handoff: Handoff, name: str) -> tuple[str, ...]:
    """The step, and where it is done for each record of a list, that of each."""
    return (name, *(one for one in handoff.steps if one.partition("@")[0] == name and one != name))


def _who_did(step: Step, known: StepState) -> Iterator[Did]:
    """Whoever approved in part counts, too."""
    did = known.approved_by or ((known.by,) if known.state == "done" and not known.done_by and known.by else ())
    away = known.approved_for or ((known.on_behalf_of,) if did and known.on_behalf_of else ())
    yield from (Did(step=step, person=one, themself=True, is_past=False) for one in did)
    yield from (Did(step=step, person=one, themself=False, is_past=False) for one in away if one not in did)
    yield from (Did(step=step, person=one, themself=True, is_past=known.state != "done") for one in known.done_by)


def _you(did: Did) -> str:
    if not did.themself:
        return f"“{did.step.title}” was {_verb(did)} for you"
    return f"You {_verb(did)} “{did.step.title}” {'the last time' if did.is_past else 'yourself'}"


def _verb(did: Did) -> str:
    return _DID.get(did.step.kind, "finished")


def _other(step: Step) -> str:
    if step.kind == "approval":
        return "somebody else must approve it"
    if step.kind == "acceptance":
        return "somebody else must accept it"
    return f"somebody else must {_DO.get(step.kind, 'do')} “{step.title}”"


def _refused(says: str) -> Refused:
    return Refused(code="not-yours", says=says)

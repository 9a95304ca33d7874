"""Folding what people rule on: approvals, acceptance, and disagreement about it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.parts import Dispute
from handrail.handoff.history.steps import send_back, set_state
from handrail.handoff.history.whole import Handoff
from handrail.handoff.people import Person


def _approve(handoff: Handoff, recorded: e.Recorded, event: e.Approved) -> None:
    known = handoff.steps[event.step]
    if event.is_complete:
        set_state(handoff, recorded, (event.step,), "done", note=event.note, outcome="approved")
    if recorded.by is None:
        return
    handoff.steps[event.step] = replace(
        handoff.steps[event.step],
        approved_by=(*known.approved_by, recorded.by),
        approved_for=(*known.approved_for, recorded.on_behalf_of or recorded.by),
        approved_as=tuple(dict.fromkeys((*known.approved_as, *_approved_roles(handoff, recorded.by, event)))),
    )


def _approved_roles(handoff: Handoff, by: Person, event: e.Approved) -> tuple[str, ...]:
    """Events did not always say for which roles: then it was for all that the person held."""
    return event.roles or tuple(role for role, holder in handoff.people.items() if holder.id == by.id)


def _reject(handoff: Handoff, recorded: e.Recorded, event: e.Rejected) -> None:
    set_state(handoff, recorded, (event.step,), "waiting", note=event.reason, outcome="rejected")
    send_back(handoff, recorded, event.reopened, note=event.reason, outcome="rejected", fresh=event.fresh)


def _accept(handoff: Handoff, recorded: e.Recorded, event: e.Accepted) -> None:
    set_state(handoff, recorded, (event.step,), "done", note=event.note, outcome="accepted", sha256=event.sha256)
    _forget_refusal(handoff, event.step)


def _refuse(handoff: Handoff, recorded: e.Recorded, event: e.AcceptanceRefused) -> None:
    set_state(handoff, recorded, (event.step,), "waiting", note=event.reason, outcome="refused")
    send_back(handoff, recorded, event.reopened, note=event.reason, outcome="refused", fresh=event.fresh)
    _forget_refusal(handoff, event.step)
    handoff.refusals[event.step] = event.reopened


_SAID_BY_SILENCE = {
    "approves": "approved by silence",
    "accepts": "accepted by silence",
    "rejects": "rejected by silence",
    "refuses": "refused by silence",
}


def _take_silence(handoff: Handoff, recorded: e.Recorded, event: e.SilenceTaken) -> None:
    outcome = _SAID_BY_SILENCE[event.answer]
    if event.answer in {"approves", "accepts"}:
        set_state(handoff, recorded, (event.step,), "done", outcome=outcome, sha256=event.sha256)
        handoff.steps[event.step] = replace(handoff.steps[event.step], done_by=())
        return
    note = "Nobody answered in time."
    set_state(handoff, recorded, (event.step,), "waiting", note=note, outcome=outcome)
    send_back(handoff, recorded, event.reopened, note=note, outcome=outcome, fresh=False)
    if event.answer == "refuses":
        handoff.refusals[event.step] = event.reopened


def _disagree(handoff: Handoff, recorded: e.Recorded, event: e.Disagreed) -> None:
    handoff.disputes[event.step] = Dispute(
        reason=event.reason,
        by=recorded.by,
        on_behalf_of=recorded.on_behalf_of,
        since=recorded.at,
        undone=handoff.refusals.get(event.step, ()),
        number=recorded.number,
    )


def _climb(handoff: Handoff, recorded: e.Recorded, event: e.Climbed) -> None:
    dispute = handoff.disputes[event.step]
    handoff.disputes[event.step] = replace(dispute, level=dispute.level + 1, since=recorded.at, number=recorded.number)


def _uphold(handoff: Handoff, recorded: e.Recorded, event: e.RefusalUpheld) -> None:
    _forget_refusal(handoff, event.step)


def _overrule(handoff: Handoff, recorded: e.Recorded, event: e.RefusalOverruled) -> None:
    outcome = "accepted after a disagreement"
    set_state(handoff, recorded, (event.step,), "done", note=event.note, outcome=outcome, sha256=event.sha256)
    before = {name: handoff.steps[name].done_by for name in event.restored if name in handoff.steps}
    set_state(handoff, recorded, event.restored, "done", outcome="done before the refusal")
    for name, people in before.items():
        handoff.steps[name] = replace(handoff.steps[name], done_by=people)
    _forget_refusal(handoff, event.step)


def _forget_refusal(handoff: Handoff, step: str) -> None:
    handoff.refusals.pop(step, None)
    handoff.disputes.pop(step, None)


FOLDS: Mapping[type, Callable[[Handoff, e.Recorded, Any], None]] = {
    e.Approved: _approve,
    e.Rejected: _reject,
    e.Accepted: _accept,
    e.AcceptanceRefused: _refuse,
    e.SilenceTaken: _take_silence,
    e.Disagreed: _disagree,
    e.Climbed: _climb,
    e.RefusalUpheld: _uphold,
    e.RefusalOverruled: _overrule,
}

"""Folding what people rule on: approvals, acceptance, and disagreement about it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.parts import Dispute
from handrail.handoff.history.steps import send_back, set_state
from handrail.handoff.history.whole import Handoff


def _approve(handoff: Handoff, recorded: e.Recorded, event: e.Approved) -> None:
    known = handoff.steps[event.step]
    given = (*known.approved_by, recorded.by) if recorded.by else known.approved_by
    if event.is_complete:
        set_state(handoff, recorded, (event.step,), "done", note=event.note, outcome="approved")
    handoff.steps[event.step] = replace(handoff.steps[event.step], approved_by=given)


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
    set_state(handoff, recorded, event.restored, "done", outcome="done before the refusal")
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

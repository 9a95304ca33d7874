"""Folding what is known and what is decided from it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.parts import KnownFact, OverrideState, TakenDecision
from handrail.handoff.history.whole import Handoff

_LONGEST_KEY = 40


def _give_facts(handoff: Handoff, recorded: e.Recorded, event: e.FactsGiven) -> None:
    for name, value in event.values.items():
        written = "" if value is None else value
        known = KnownFact(value=written, source=event.source, at=recorded.at, by=recorded.by, number=recorded.number)
        if value is None:
            handoff.facts.pop(name, None)
            handoff.withdrawn[name] = known
        else:
            handoff.facts[name] = replace(known, value=value)
        if isinstance(value, list):
            _name_items(handoff, name, value)


def _name_items(handoff: Handoff, fact: str, rows: list[dict[str, str]]) -> None:
    """A record keeps its key as long as the handoff lives, so that one that goes and comes back is the same."""
    keys = dict(handoff.items.get(fact, {}))
    for row in rows:
        text = next(iter(row.values()), "")
        if text and text not in keys:
            keys[text] = _fresh(_key_of(text), set(keys.values()))
    handoff.items[fact] = keys


def _key_of(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_KEY].strip("-") or "item"


def _fresh(key: str, taken: set[str]) -> str:
    number, fresh = 1, key
    while fresh in taken:
        number += 1
        fresh = f"{key}-{number}"
    return fresh


def _count(handoff: Handoff, recorded: e.Recorded, event: e.Counted) -> None:
    for name, value in event.values.items():
        if value is None:
            handoff.counted.pop(name, None)
        else:
            handoff.counted[name] = value


def _decide(handoff: Handoff, recorded: e.Recorded, event: e.Decided) -> None:
    handoff.decisions[event.decision] = TakenDecision(
        rules=event.rules,
        outputs=event.outputs,
        boundaries=event.boundaries,
        at=recorded.at,
        number=recorded.number,
    )


def _leave_undecided(handoff: Handoff, recorded: e.Recorded, event: e.LeftUndecided) -> None:
    handoff.decisions[event.decision] = TakenDecision(
        says=event.says, missing=event.missing, at=recorded.at, number=recorded.number
    )


def _ask_override(handoff: Handoff, recorded: e.Recorded, event: e.OverrideAsked) -> None:
    handoff.overrides[event.decision] = OverrideState(
        state="asked",
        outputs=event.outputs,
        reason=event.reason,
        asked_by=recorded.by,
        asked_for=recorded.on_behalf_of,
        asked_at=recorded.at,
        number=recorded.number,
    )


def _approve_override(handoff: Handoff, recorded: e.Recorded, event: e.OverrideApproved) -> None:
    ruled = _ruled(handoff, recorded, event.decision)
    handoff.overrides[event.decision] = replace(ruled, state="approved", note=event.note)


def _reject_override(handoff: Handoff, recorded: e.Recorded, event: e.OverrideRejected) -> None:
    ruled = _ruled(handoff, recorded, event.decision)
    handoff.overrides[event.decision] = replace(ruled, state="rejected", note=event.reason)


def _ruled(handoff: Handoff, recorded: e.Recorded, decision: str) -> OverrideState:
    asked = handoff.overrides[decision]
    return replace(
        asked, ruled_by=recorded.by, ruled_for=recorded.on_behalf_of, ruled_at=recorded.at, number=recorded.number
    )


FOLDS: Mapping[type, Callable[[Handoff, e.Recorded, Any], None]] = {
    e.FactsGiven: _give_facts,
    e.Counted: _count,
    e.Decided: _decide,
    e.LeftUndecided: _leave_undecided,
    e.OverrideAsked: _ask_override,
    e.OverrideApproved: _approve_override,
    e.OverrideRejected: _reject_override,
}

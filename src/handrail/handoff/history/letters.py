"""Folding what becomes of messages."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.parts import Had, Pause
from handrail.handoff.history.steps import set_state
from handrail.handoff.history.whole import Handoff


def told_roles(step: str) -> str:
    """Under which name it is kept that those inside have the message of a step."""
    return f"the roles of {step}"


def _send(handoff: Handoff, recorded: e.Recorded, event: e.Sent) -> None:
    had = Had(step=event.step, at=recorded.at, number=recorded.number)
    got = {one.email: had for one in event.letters if one.email}
    if got:
        handoff.letters[event.once] = {**handoff.letters.get(event.once, {}), **got}
    if event.to and not event.is_complete:
        handoff.letters[event.once] = {**handoff.letters.get(event.once, {}), told_roles(event.step): had}
    if event.is_complete:
        set_state(handoff, recorded, (event.step,), "done", outcome="sent", note=_why(event.left_out))
        _forget(handoff, event.step)


def _not_sent(handoff: Handoff, recorded: e.Recorded, event: e.NotSent) -> None:
    set_state(handoff, recorded, (event.step,), "done", outcome="not sent", note=_why(event.left_out))
    _forget(handoff, event.step)


def _why(left_out: Mapping[str, str]) -> str:
    return " ".join(f"{name} {why}" for name, why in left_out.items())


def _forget(handoff: Handoff, step: str) -> None:
    handoff.paused.pop(step, None)


def _pause(handoff: Handoff, recorded: e.Recorded, event: e.Paused) -> None:
    handoff.paused[event.step] = Pause(reason=event.reason, by=recorded.by, at=recorded.at, number=recorded.number)


def _go_on(handoff: Handoff, recorded: e.Recorded, event: e.WentOn) -> None:
    _forget(handoff, event.step)


def _skip(handoff: Handoff, recorded: e.Recorded, event: e.Skipped) -> None:
    set_state(handoff, recorded, (event.step,), "done", outcome="skipped", note=event.reason)
    _forget(handoff, event.step)


def _edit(handoff: Handoff, recorded: e.Recorded, event: e.Edited) -> None:
    handoff.edits[event.step] = {**handoff.edits.get(event.step, {}), **event.wordings}


def letters_renamed(letters: Mapping[str, dict[str, Had]], names: Mapping[str, str]) -> dict[str, dict[str, Had]]:
    """By whom each was had, of steps that have other names now."""
    return {
        once: {
            (told_roles(names.get(one.step, one.step)) if who == told_roles(one.step) else who): replace(
                one, step=names.get(one.step, one.step)
            )
            for who, one in had.items()
        }
        for once, had in letters.items()
    }


FOLDS: Mapping[type, Callable[[Handoff, e.Recorded, Any], None]] = {
    e.Sent: _send,
    e.NotSent: _not_sent,
    e.Paused: _pause,
    e.WentOn: _go_on,
    e.Skipped: _skip,
    e.Edited: _edit,
}

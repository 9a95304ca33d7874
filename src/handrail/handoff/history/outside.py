"""Folding what passes between the handoff and the people outside."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.parts import Turn
from handrail.handoff.history.whole import Handoff


def _send_links(handoff: Handoff, recorded: e.Recorded, event: e.LinksSent) -> None:
    handoff.linked.update(dict.fromkeys((one.to.address for one in event.letters), recorded.at))


def _hand_in(handoff: Handoff, recorded: e.Recorded, event: e.HandedIn) -> None:
    handoff.turns[event.step] = Turn(
        whose="ours", source=event.source, reason=event.note, at=recorded.at, by=recorded.by, number=recorded.number
    )


def _ask_again(handoff: Handoff, recorded: e.Recorded, event: e.AskedAgain) -> None:
    handoff.turns[event.step] = Turn(
        whose="theirs", reason=event.reason, at=recorded.at, by=recorded.by, number=recorded.number
    )


def _share(handoff: Handoff, recorded: e.Recorded, event: e.AttachmentShared) -> None:
    _put(handoff, event, shared=event.shared)


def _break(handoff: Handoff, recorded: e.Recorded, event: e.AttachmentBroke) -> None:
    _put(handoff, event, broken=event.says, broken_at=recorded.at)


def _mend(handoff: Handoff, recorded: e.Recorded, event: e.AttachmentMended) -> None:
    _put(handoff, event, broken="", broken_at=None)


def _put(handoff: Handoff, event: e.AttachmentShared | e.AttachmentBroke | e.AttachmentMended, **changes: Any) -> None:
    attached = handoff.evidence.get(event.step, ())
    handoff.evidence[event.step] = tuple(replace(one, **changes) if one.key == event.key else one for one in attached)


FOLDS: Mapping[type, Callable[[Handoff, e.Recorded, Any], None]] = {
    e.LinksSent: _send_links,
    e.HandedIn: _hand_in,
    e.AskedAgain: _ask_again,
    e.AttachmentShared: _share,
    e.AttachmentBroke: _break,
    e.AttachmentMended: _mend,
}

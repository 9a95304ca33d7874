"""Folding what was heard from people outside."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.parts import Heard
from handrail.handoff.history.whole import Handoff


def _reply(handoff: Handoff, recorded: e.Recorded, event: e.Replied) -> None:
    """Only what they wrote themselves counts as their reply; whoever writes can be reached after all."""
    if not event.automatic and not event.instead_of:
        _keep(handoff, event.contact, replied=recorded.number, bounced=0)


def _bounce(handoff: Handoff, recorded: e.Recorded, event: e.Bounced) -> None:
    """What comes back for now may arrive the next time."""
    if event.for_good:
        _keep(handoff, event.contact, bounced=recorded.number)


def _unsubscribe(handoff: Handoff, recorded: e.Recorded, event: e.Unsubscribed) -> None:
    _keep(handoff, event.contact, unsubscribed=recorded.number)


def _resubscribe(handoff: Handoff, recorded: e.Recorded, event: e.Resubscribed) -> None:
    _keep(handoff, event.contact, unsubscribed=0)


def _keep(handoff: Handoff, address: str, **numbers: int) -> None:
    known = handoff.heard.get(address.lower(), Heard())
    handoff.heard[address.lower()] = replace(known, **numbers)


FOLDS: Mapping[type, Callable[[Handoff, e.Recorded, Any], None]] = {
    e.Replied: _reply,
    e.Bounced: _bounce,
    e.Unsubscribed: _unsubscribe,
    e.Resubscribed: _resubscribe,
}

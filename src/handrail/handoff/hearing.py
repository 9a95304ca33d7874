"""What is heard from people outside, recorded as it was heard.

One rule: what happened outside is never refused, whatever the handoff has come to by then.
"""

from dataclasses import dataclass

from handrail.handoff import events as e
from handrail.handoff.history import Handoff, Heard
from handrail.handoff.plan import Plan

What = e.Replied | e.Bounced | e.Unsubscribed | e.Resubscribed


@dataclass(frozen=True, kw_only=True)
class Hear:
    """Mail came in, or somebody outside followed a link. Nobody's command but the desk's own."""

    what: What


def hear(plan: Plan, handoff: Handoff, command: Hear) -> tuple[e.Event, ...]:
    """Only what is news: who wants no more messages need not say so twice."""
    known = heard_of(handoff, command.what.contact)
    match command.what:
        case e.Unsubscribed() if known.unsubscribed:
            return ()
        case e.Resubscribed() if not known.unsubscribed:
            return ()
        case _:
            return (command.what,)


def heard_of(handoff: Handoff, address: str) -> Heard:
    """Addresses are kept in small letters."""
    return handoff.heard.get(address.lower(), Heard())

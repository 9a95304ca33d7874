"""Trying a runbook out: the handoff that would begin with these facts on that day, without anything being begun.

One rule: it is worked out by what works out a real one, and kept nowhere. Every role is taken to be held, by somebody
who is nobody: what waits for people is not what is tried.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.consequences import consequences
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import possible_now, recorded
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Written

# What is known beyond the handoff, by derived fact.
Counting = Callable[[Handoff], Mapping[str, Written | None]]

_NOBODY = Actor(person=Person(0, "Nobody"))


@dataclass(frozen=True, kw_only=True)
class Tried:
    """`sent` are the messages that would go out at once, by themselves."""

    handoff: Handoff
    sent: tuple[e.Sent, ...]


def tried(
    plan: Plan, facts: Mapping[str, Written], now: datetime, *, customer_id: int = 0, counted: Counting
) -> Tried | Refused:
    """Whoever asks: nobody has to be allowed to start it."""
    people = {name: Person(-at, role.title) for at, (name, role) in enumerate(plan.runbook.roles.items(), start=1)}
    start = c.Start(by=_NOBODY, customer_id=customer_id, customer="", facts=facts, people=people)
    first = possible_now(plan, Handoff(), start, now)
    if isinstance(first, Refused):
        return first
    begun = _after(plan, Handoff(), first, now)
    if not plan.counted:
        return _as_tried(begun)
    return _as_tried((*begun, *_after(plan, fold(begun), (e.Counted(values=dict(counted(fold(begun)))),), now)))


def _after(plan: Plan, before: Handoff, events: tuple[e.Event, ...], now: datetime) -> tuple[e.Recorded, ...]:
    """The events and all that follows from them."""
    said = recorded(events, before, now, None)
    working = fold(said, onto=before)
    return (*said, *recorded(tuple(consequences(plan, fold(said, onto=before), now)), working, now, None))


def _as_tried(events: Iterable[e.Recorded]) -> Tried:
    told = tuple(events)
    return Tried(handoff=fold(told), sent=tuple(one.event for one in told if isinstance(one.event, e.Sent)))

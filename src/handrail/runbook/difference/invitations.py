"""What changed in what an invitation says: how long a meeting is, where, what about, and whether it may be handed on.

One rule: where nothing is said of it, it is as it is by default, which is nothing to tell.
"""

from handrail.runbook.difference.change import Changes, Thing
from handrail.runbook.model import Session, Step
from handrail.runbook.words import minutes_words


def step_invitation_changes(thing: Thing, old: Step, new: Step) -> Changes:
    if old.kind == "meeting":
        yield from thing.turned(minutes_words(old.minutes), minutes_words(new.minutes), "Now lasts {new} (was {old}).")
    yield from _where(thing, old.where, new.where)
    yield from thing.reworded("Its agenda", old.agenda, new.agenda)
    yield from _forwarding(thing, old.forwarding, new.forwarding)


def session_invitation_changes(thing: Thing, old: Session, new: Session) -> Changes:
    yield from _where(thing, old.where, new.where)
    yield from _forwarding(thing, old.forwarding, new.forwarding)


def _where(thing: Thing, old: str, new: str) -> Changes:
    yield from thing.turned(
        old,
        new,
        "Now held at {new} (was at {old}).",
        gained="Now held at {new}.",
        lost="No longer held at {old}.",
    )


def _forwarding(thing: Thing, old: bool, new: bool) -> Changes:
    says = {True: "may be handed on", False: "may not be handed on"}
    yield from thing.turned(says[old], says[new], "An invitation now {new} (was: {old}).")

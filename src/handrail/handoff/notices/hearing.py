"""What people are told of what was heard from outside: that somebody answered a message, or that it did not arrive.

One rule: it is told to those whose message it answers; where nobody holds their role, to whoever holds one.
"""

from collections.abc import Iterator

from handrail.handoff import events as e
from handrail.handoff.holders import all_who_hold
from handrail.handoff.notices.reason import About, Change, Reason, ended
from handrail.handoff.people import Person

_HEARD: frozenset[type] = frozenset((e.Replied, e.Bounced, e.Unsubscribed))
_SHOWN = 200


def of_what_was_heard(change: Change) -> Iterator[Reason]:
    if not change.kinds & _HEARD:
        return
    for recorded in change.added:
        match recorded.event:
            case e.Replied(automatic=False) as event:
                title, why = f"Reply from {event.name}: {event.subject or 'no subject'}", _answer(event)
            case e.Bounced(for_good=True) as event:
                title, why = f"Not delivered: {event.name}", f"Mail to {event.contact} came back: {_short(event.says)}"
            case e.Unsubscribed() as event:
                title, why = f"Unsubscribed: {event.name}", "Messages that send themselves go to them no more."
            case _:
                continue
        about: About = "step" if change.step(event.step) else "handoff"
        name = event.step if about == "step" else "heard"
        for person, are in _whose(change, event.step):
            yield Reason(person, "answer", about, name, title, f"{why} {are}".strip())


def _answer(event: e.Replied) -> str:
    said = f"They wrote: {_short(event.says)}" if event.says else "They wrote nothing of their own."
    return f"{event.contact} writes in place of {event.instead_of}. {said}" if event.instead_of else said


def _short(words: str) -> str:
    line = " ".join(words.split())
    return ended(line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()} …")


def _whose(change: Change, name: str) -> Iterator[tuple[Person, str]]:
    step = change.step(name)
    asked = step.asked if step else ()
    found = {person: change.you_are(role) for role in asked for person in all_who_hold(change.plan, change.after, role)}
    if not found:
        found = {person: change.you_are(role) for role, person in change.after.people.items()}
    yield from found.items()

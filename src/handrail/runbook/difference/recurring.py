"""What changed in the times that recur: the sessions, and the windows of the year."""

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order
from handrail.runbook.difference.invitations import session_invitation_changes
from handrail.runbook.model import Session, Window
from handrail.runbook.words import session_words, window_words


def session_changes(both: Versions) -> Changes:
    old, new = both.old.sessions, both.new.sessions
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _session(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="sessions", title=new[name].title, name=name)
            yield thing.change("new", f"New: {session_words(new[name])}.", new=session_words(new[name]))
        else:
            thing = Thing(part="sessions", title=old[name].title, name=name)
            yield thing.change("removed", "No longer held.", old=session_words(old[name]))


def _session(both: Versions, old: Session, new: Session) -> Changes:
    thing = Thing(part="sessions", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("sessions", new.name), new.name, told=old.title != new.title)
    yield from thing.turned(session_words(old), session_words(new), "Now held {new} (was {old}).")
    yield from thing.turned(
        _first(old),
        _first(new),
        "Its weeks are now counted from {new} (were from {old}).",
        gained="Its weeks are now counted from {new}.",
        lost="Its weeks are no longer counted from a day (were from {old}).",
    )
    yield from thing.turned(
        str(old.seats or ""),
        str(new.seats or ""),
        "Now has {new} seats (was {old}).",
        gained="Now has {new} seats (was without limit).",
        lost="Now has seats without limit (was {old}).",
    )
    yield from session_invitation_changes(thing, old, new)
    yield from thing.reworded("Its explanation", old.says, new.says)


def _first(session: Session) -> str:
    return f"{session.first.day} {session.first:%B %Y}" if session.first else ""


# ------------------------------------------------------------------------------------------------------------ windows


def window_changes(both: Versions) -> Changes:
    old, new = both.old.windows, both.new.windows
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _window(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="windows", title=new[name].title, name=name)
            said = window_words(new[name])
            yield thing.change("new", f"New: {said}.", new=said)
        else:
            thing = Thing(part="windows", title=old[name].title, name=name)
            yield thing.change("removed", "No longer a window.", old=window_words(old[name]))


def _window(both: Versions, old: Window, new: Window) -> Changes:
    thing = Thing(part="windows", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("windows", new.name), new.name, told=old.title != new.title)
    yield from thing.turned(window_words(old), window_words(new), "Now {new} (was {old}).")
    yield from thing.reworded("Its explanation", old.says, new.says)

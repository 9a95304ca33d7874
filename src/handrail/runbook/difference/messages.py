"""What changed in the messages that are sent, and in the happenings that can be reported."""

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order
from handrail.runbook.difference.shared_words import list_changes, titles
from handrail.runbook.model import Happening, Message
from handrail.runbook.words import listed


def message_changes(both: Versions) -> Changes:
    old, new = both.old.messages, both.new.messages
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _message(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="messages", title=new[name].title, name=name)
            to = listed([*titles(both.new, "roles", new[name].to).values()])
            yield thing.change("new", f"New, to {to or 'nobody'}.", new=new[name].body)
        else:
            thing = Thing(part="messages", title=old[name].title, name=name)
            yield thing.change("removed", "No longer a message.", old=old[name].body)


def _message(both: Versions, old: Message, new: Message) -> Changes:
    thing = Thing(part="messages", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("messages", new.name), new.name, told=old.title != new.title)
    to = titles(both.old, "roles", old.to), titles(both.new, "roles", new.to)
    yield from list_changes(thing, *to, "Now also goes to {}.", "No longer goes to {}.")
    yield from thing.turned(old.subject, new.subject, "Its subject is now “{new}” (was “{old}”).")
    yield from thing.reworded("Its text", old.body, new.body)
    yield from thing.reworded("Its explanation", old.says, new.says)


def happening_changes(both: Versions) -> Changes:
    old, new = both.old.events, both.new.events
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _happening(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="events", title=new[name].title, name=name)
            by = listed([*titles(both.new, "roles", new[name].reported_by).values()], "or")
            yield thing.change("new", f"New{f', reported by {by}' if by else ''}.")
        else:
            thing = Thing(part="events", title=old[name].title, name=name)
            yield thing.change("removed", "Can no longer be reported.")


def _happening(both: Versions, old: Happening, new: Happening) -> Changes:
    thing = Thing(part="events", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("events", new.name), new.name, told=old.title != new.title)
    by = titles(both.old, "roles", old.reported_by), titles(both.new, "roles", new.reported_by)
    more, less = "May now be reported by {} too.", "May no longer be reported by {}."
    yield from list_changes(thing, *by, more, less, last="or")
    yield from thing.reworded("Its explanation", old.says, new.says)

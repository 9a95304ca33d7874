"""What changed in whom one can turn to outside the company."""

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order
from handrail.runbook.model import Contacts, Ref, Runbook


def contact_changes(both: Versions) -> Changes:
    old, new = both.old.contacts, both.new.contacts
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _contacts(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="contacts", title=new[name].title, name=name)
            yield thing.change("new", f"New: {_whose(both.new, new[name])}.")
        else:
            thing = Thing(part="contacts", title=old[name].title, name=name)
            yield thing.change("removed", "No longer somebody to turn to.")


def _contacts(both: Versions, old: Contacts, new: Contacts) -> Changes:
    thing = Thing(part="contacts", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("contacts", new.name), new.name, told=old.title != new.title)
    if (old.of, old.read) != (new.of, new.read):
        yield from thing.turned(_whose(both.old, old), _whose(both.new, new), "Now {new} (was {old}).")
    yield from thing.turned(old.side, new.side, "Now of the {new} (was of the {old}).")
    yield from thing.turned(old.calendar, new.calendar, "Now works by the calendar {new} (was {old}).")
    yield from thing.reworded("Its explanation", old.says, new.says)


def _whose(runbook: Runbook, one: Contacts) -> str:
    """`one for each of “People who need access”, by Name and E-mail`"""
    known_by = ", ".join(_title(runbook, ref) for ref in one.read)
    each = f"one for each of “{runbook.facts[one.of].title}”" if one.of else "one person"
    return f"{each}, known by {known_by}"


def _title(runbook: Runbook, ref: Ref) -> str:
    if ref.source == "item":
        return ref.part.replace("_", " ")
    return f"“{runbook.facts[ref.name].title}”" if ref.name in runbook.facts else ref.name

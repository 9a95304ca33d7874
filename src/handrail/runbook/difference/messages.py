"""What changed in the messages that are sent, and in the happenings that can be reported."""

from collections.abc import Hashable

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order
from handrail.runbook.difference.sameness import subject
from handrail.runbook.difference.shared_words import list_changes, pointer_changes, titles
from handrail.runbook.model import Happening, Message, Runbook, Template, Wording
from handrail.runbook.words import addressee_words, enclosure_words, listed, template_words, wording_words


def message_changes(both: Versions) -> Changes:
    old, new = both.old.messages, both.new.messages
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _message(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="messages", title=new[name].title, name=name)
            to = addressee_words(both.new, new[name])
            yield thing.change("new", f"New, to {to or 'nobody'}.", new=_body(both.new, new[name]))
        else:
            thing = Thing(part="messages", title=old[name].title, name=name)
            yield thing.change("removed", "No longer a message.", old=_body(both.old, old[name]))


def _message(both: Versions, old: Message, new: Message) -> Changes:
    thing = Thing(part="messages", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("messages", new.name), new.name, told=old.title != new.title)
    yield from list_changes(
        thing, _to(both.old, old), _to(both.new, new), "Now also goes to {}.", "No longer goes to {}."
    )
    yield from _words(both, thing, old, new)
    yield from _in_other_languages(both, thing, old, new)
    yield from _from(both, thing, old, new)
    yield from list_changes(
        thing, _with(both.old, old), _with(both.new, new), "{} now goes with it.", "{} no longer goes with it."
    )
    yield from thing.reworded("Its explanation", old.says, new.says)


def _to(runbook: Runbook, message: Message) -> dict[str, str]:
    return titles(runbook, "roles", message.to) | titles(runbook, "contacts", message.contacts)


def _body(runbook: Runbook, message: Message) -> str:
    return template_words(runbook, message.first.body)


def _words(both: Versions, thing: Thing, old: Message, new: Message) -> Changes:
    """In the language in which it is written first."""
    if _meaning(old.first.subject) != _meaning(new.first.subject):
        was, now = template_words(both.old, old.first.subject), template_words(both.new, new.first.subject)
        yield from thing.turned(was, now, "Its subject is now “{new}” (was “{old}”).")
    if _meaning(old.first.body) != _meaning(new.first.body):
        yield from thing.reworded("Its text", _body(both.old, old), _body(both.new, new))


def _meaning(template: Template) -> Hashable:
    """What stands in it; what that is called, and of which kind it is, is told of the thing itself."""
    return tuple(
        one if isinstance(one, str) else (one.about, one.ref and subject(one.ref), one.name, one.part)
        for one in template.pieces
    )


def _in_other_languages(both: Versions, thing: Thing, old: Message, new: Message) -> Changes:
    before = {one.language: one for one in old.wordings[1:]}
    after = {one.language: one for one in new.wordings[1:]}
    for language in in_order(before, after):
        if _both(before.get(language)) != _both(after.get(language)):
            was = wording_words(both.old, before[language]) if language in before else ""
            now = wording_words(both.new, after[language]) if language in after else ""
            yield from thing.reworded(f"Its wording in “{language}”", was, now)


def _both(wording: Wording | None) -> Hashable:
    return wording and (_meaning(wording.subject), _meaning(wording.body))


def _from(both: Versions, thing: Thing, old: Message, new: Message) -> Changes:
    yield from pointer_changes(
        both, thing, "roles", old.sender, new.sender, "Now comes from {new} (came from {old}).",
        gained="Now comes from {new} (came from whoever sends it).",
        lost="No longer comes from {old}, but from whoever sends it.",
    )  # fmt: skip
    yield from pointer_changes(
        both, thing, "roles", old.behalf, new.behalf, "Now sent on behalf of {new} (was of {old}).",
        gained="Now sent on behalf of {new}.",
        lost="No longer sent on behalf of {old}.",
    )  # fmt: skip
    yield from thing.turned(
        old.bcc, new.bcc, "A copy of each now goes to {new} (was to {old}).",
        gained="A copy of each now goes to {new}.",
        lost="No copy of it goes to {old} any more.",
    )  # fmt: skip
    yield from thing.turned(
        old.once,
        new.once,
        "Contacts now get one of all messages called “{new}” (was “{old}”).",
        gained="Contacts now get one of all messages called “{new}”.",
        lost="No longer one of the messages called “{old}”, of which contacts get one.",
    )


def _with(runbook: Runbook, message: Message) -> dict[tuple[str, str], str]:
    return {(one.step, one.item): enclosure_words(runbook, one) for one in message.encloses}


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

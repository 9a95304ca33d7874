"""What changed in the documents that are handed over, and in what counts as a promise."""

from collections.abc import Hashable

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, only_renamed
from handrail.runbook.difference.sameness import condition_meaning, subject
from handrail.runbook.difference.shared_words import when_changes
from handrail.runbook.model import DocumentSection, Layout, Promises
from handrail.runbook.words import promises_words, section_words


def promise_changes(both: Versions) -> Changes:
    old, new = both.old.promises, both.new.promises
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _promises(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="promises", title=new[name].title, name=name)
            yield thing.change("new", f"New: {promises_words(both.new, new[name])}.")
        else:
            thing = Thing(part="promises", title=old[name].title, name=name)
            yield thing.change("removed", "No longer what a customer was promised.")


def _promises(both: Versions, old: Promises, new: Promises) -> Changes:
    thing = Thing(part="promises", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("promises", new.name), new.name, told=old.title != new.title)
    if _known_by(old) != _known_by(new):
        before, after = promises_words(both.old, old), promises_words(both.new, new)
        yield from thing.turned(before, after, "Now {new} (was {old}).")
    yield from thing.reworded("Its explanation", old.says, new.says)


def _known_by(one: Promises) -> object:
    return one.of, one.what, one.by, one.until, one.to, one.done


def document_changes(both: Versions) -> Changes:
    old, new = both.old.documents, both.new.documents
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _layout(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="documents", title=new[name].title, name=name)
            titles = ", ".join(section.title for section in new[name].sections)
            yield thing.change("new", f"New, with the sections {titles}.")
        else:
            yield Thing(part="documents", title=old[name].title, name=name).change("removed", "No longer a document.")
    before, after = [new[name].title for name in old if name in new], [layout.title for layout in new.values()]
    yield from Thing(part="documents", title="Documents").moved("The documents", before, after)


def _layout(both: Versions, old: Layout, new: Layout) -> Changes:
    thing = Thing(part="documents", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("documents", new.name), new.name, told=old.title != new.title)
    yield from thing.reworded("Its explanation", old.says, new.says)
    before, after = ({section.title: section for section in one.sections} for one in (old, new))
    renamed = only_renamed(*({title: _meaning(one) for title, one in sections.items()} for sections in (before, after)))
    for was, now in renamed.items():
        yield thing.change("changed", f"The section “{now}” was called “{was}”.", was, now)
    before = {renamed.get(title, title): one for title, one in before.items()}
    for title in in_order(before, after):
        if title in before and title in after:
            yield from _section(both, thing.within(f"“{title}”"), before[title], after[title])
        elif title in after:
            yield thing.change("new", f"New section: {title}.")
        else:
            yield thing.change("removed", f"No longer has the section {title}.")
    yield from thing.moved("Its sections", before, after)
    yield from _languages(thing, old, new)


def _section(both: Versions, thing: Thing, old: DocumentSection, new: DocumentSection) -> Changes:
    yield from when_changes(both, thing, old.when, new.when)
    if _shown(old) != _shown(new):
        before, after = section_words(both.old, old), section_words(both.new, new)
        yield from thing.turned(
            before, after, "Now shows {new} (was {old}).", gained="Now shows {new}.", lost="No longer shows {old}."
        )
    yield from thing.reworded("Its text", old.text, new.text)
    yield from thing.reworded("Its explanation", old.says, new.says)


def _meaning(one: DocumentSection) -> Hashable:
    return one.says, one.text, condition_meaning(one.when), _shown(one)


def _shown(one: DocumentSection) -> Hashable:
    """By their names: that a thing has another title is told of the thing."""
    named = (one.decisions, one.forms, one.parts, one.promises, one.evidence, one.people, one.contacts)
    return one.whole, tuple(subject(ref) for ref in one.facts), named, one.meetings, one.open, one.terms


def _languages(thing: Thing, old: Layout, new: Layout) -> Changes:
    for tag in in_order(old.languages, new.languages):
        if tag not in old.languages:
            yield thing.change("new", f"Now also in the language {tag}.")
        elif tag not in new.languages:
            yield thing.change("removed", f"No longer in the language {tag}.")
        else:
            before, after = old.languages[tag], new.languages[tag]
            for text in in_order(before, after):
                yield from thing.reworded(
                    f"What “{text}” is called in {tag}", before.get(text, ""), after.get(text, "")
                )

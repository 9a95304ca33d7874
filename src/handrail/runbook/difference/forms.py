"""What changed in the forms: their sections and their questions."""

from dataclasses import dataclass

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, quoted
from handrail.runbook.difference.shared_words import kind_changes, owner_changes, the_role
from handrail.runbook.model import Field, Form, Section
from handrail.runbook.words import kind_words


def form_changes(both: Versions) -> Changes:
    old, new = both.old.forms, both.new.forms
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _form(both, old[name], new[name])
        elif name in new:
            count = len(_asked(new[name], {}))
            yield Thing(part="forms", title=new[name].title, name=name).change(
                "new", f"New, with {count} question{'' if count == 1 else 's'}."
            )
        else:
            yield Thing(part="forms", title=old[name].title, name=name).change("removed", "No longer a form.")


def _form(both: Versions, old: Form, new: Form) -> Changes:
    thing = Thing(part="forms", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("forms", new.name), new.name, told=old.title != new.title)
    yield from thing.reworded("Its explanation", old.says, new.says)
    sections = _renamed_sections(old, new)
    yield from _sections(thing, old, new, sections)
    yield from _fields(both, thing, old, new, sections)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    section: str
    field: Field


def _asked(form: Form, sections: dict[str, str]) -> dict[str, _Asked]:
    return {
        field.name: _Asked(section=sections.get(section.title, section.title), field=field)
        for section in form.sections
        for field in section.fields
    }


def _renamed_sections(old: Form, new: Form) -> dict[str, str]:
    """A section that asks the same questions under another title is the same section."""
    gone, come = _questions(old, new), _questions(new, old)
    return {title: other for asked, title in gone.items() for also, other in come.items() if asked == also}


def _questions(form: Form, other: Form) -> dict[frozenset[str], str]:
    """By their questions, the sections whose title is not in the other form."""
    titles = {section.title for section in other.sections}
    named = {frozenset(field.name for field in one.fields): one.title for one in form.sections}
    return {asked: title for asked, title in named.items() if asked and title not in titles}


def _sections(thing: Thing, old: Form, new: Form, renamed: dict[str, str]) -> Changes:
    before = {renamed.get(one.title, one.title): one for one in old.sections}
    after = {one.title: one for one in new.sections}
    for title in in_order(before, after):
        if title not in before:
            yield thing.change("changed", f"New section “{title}”.", new=title)
        elif title not in after:
            yield thing.change("changed", f"The section “{title}” is gone.", old=title)
        else:
            yield from _section(thing, before[title], after[title])
    yield from thing.moved("Its sections", before, after)


def _section(thing: Thing, old: Section, new: Section) -> Changes:
    yield from thing.turned(old.title, new.title, "The section “{old}” is now called “{new}”.")
    yield from thing.reworded(f"The explanation of the section “{new.title}”", old.says, new.says)


def _fields(both: Versions, thing: Thing, old: Form, new: Form, sections: dict[str, str]) -> Changes:
    before, after = _asked(old, sections), _asked(new, {})
    for name in in_order(before, after):
        if name not in before:
            yield thing.change("changed", _new_question(both, after[name]), new=after[name].field.title)
        elif name not in after:
            title = before[name].field.title
            yield thing.change("changed", f"No longer asks for “{title}”.", old=title)
        else:
            inner = thing.within(quoted(after[name].field.title))
            yield from inner.turned(
                before[name].section, after[name].section, "Now in the section “{new}” (was “{old}”)."
            )
            yield from _field(both, inner, before[name].field, after[name].field)
            told = before[name].field.title != after[name].field.title
            yield from inner.named(both.names.field_was(new.name, name), name, told=told)
    for section in new.sections:
        names = [one.name for one in section.fields if one.name in before]
        kept = [one for one in names if before[one].section == section.title]
        was = [one for one in before if one in kept]
        titles = {one: after[one].field.title for one in kept}
        what = f"The questions of “{section.title}”"
        yield from thing.moved(what, [titles[one] for one in was], [titles[one] for one in kept])


def _new_question(both: Versions, asked: _Asked) -> str:
    field = asked.field
    answer = "required" if field.required else "optional"
    owed = f", owed by {the_role(both.new, field.owed_by)}" if field.owed_by else ""
    return f"Now asks for “{field.title}” in “{asked.section}”: {kind_words(field.kind)}, {answer}{owed}."


def _field(both: Versions, thing: Thing, old: Field, new: Field) -> Changes:
    """The title and kind of a field that shows a fact are the fact's, and are told there."""
    before, after = both.old.facts.get(old.shows or ""), both.new.facts.get(new.shows or "")
    follows = before and after and (old.title, new.title) == (before.title, after.title)
    if not follows:
        yield from thing.called(old.title, new.title)
    if not (before and after):
        yield from kind_changes(thing, old.kind, new.kind)
    if old.shows != new.shows:
        yield from thing.turned(
            quoted(before.title if before else old.shows or ""),
            quoted(after.title if after else new.shows or ""),
            "Now shows the fact {new} (was {old}).",
            gained="Now shows the fact {new}.",
            lost="No longer shows the fact {old}.",
        )
    yield from thing.turned(_needed(old), _needed(new), "Now {new} (was {old}).")
    if old.may_not_apply != new.may_not_apply:
        yield thing.change("changed", f"May {'now' if new.may_not_apply else 'no longer'} be marked as not applicable.")
    yield from owner_changes(both, thing, old.owed_by, new.owed_by)
    yield from thing.reworded("Its explanation", old.says, new.says)


def _needed(field: Field) -> str:
    return "required" if field.required else "optional"

"""Checks for documents: what somebody owes and the handover document does not have, and translations of nothing.

One rule: a document that the runbook does not lay out has everything, so only those that it lays out are looked at.
"""

from collections.abc import Iterator

from handrail.runbook.model import DocumentSection, Form, Layout, Runbook
from handrail.runbook.model.documents import FIXED_WORDS
from handrail.runbook.problem import Place, Problem


def owed_and_not_handed_over(runbook: Runbook) -> Iterator[Problem]:
    """Facts that somebody owes, and sections of forms in which something must be answered."""
    layout = next(iter(runbook.documents.values()), None)
    if layout is None:
        return
    facts, sections = _facts_shown(runbook, layout), _form_sections_shown(runbook, layout)
    for fact in runbook.facts.values():
        if fact.owed_by and fact.name not in facts:
            says = f"Somebody owes the fact “{fact.name}”, and “{layout.title}” does not have it."
            yield _left_out(fact.place, says, "facts")
    for form in runbook.forms.values():
        for section in form.sections:
            required = any(field.required and not (field.shows and field.shows in facts) for field in section.fields)
            if required and (form.name, section.title) not in sections:
                says = f"“{layout.title}” does not have the section “{section.title}” of the form “{form.name}”."
                yield _left_out(form.place, says, "forms")


def _left_out(place: Place, says: str, key: str) -> Problem:
    mend = f"Show it in a section, under “{key}”, if the receiver is to know it."
    return Problem(where=place, code="not-in-document", says=says, mend=mend, severity="warning")


def _form_sections_shown(runbook: Runbook, layout: Layout) -> set[tuple[str, str]]:
    return {
        (form.name, section.title)
        for one in layout.sections
        for form in _forms_of(runbook, one)
        for section in form.sections
        if not one.parts or section.title in one.parts
    }


def _forms_of(runbook: Runbook, section: DocumentSection) -> list[Form]:
    whole = "forms" in section.whole
    return [form for form in runbook.forms.values() if whole or form.name in section.forms]


def _facts_shown(runbook: Runbook, layout: Layout) -> set[str]:
    """Those shown as such, in a form, among the promises, or as contacts."""
    shown = {ref.name for one in layout.sections for ref in one.facts}
    if any("facts" in one.whole for one in layout.sections):
        return set(runbook.facts)
    parts = _form_sections_shown(runbook, layout)
    for form in runbook.forms.values():
        for section in form.sections:
            if (form.name, section.title) in parts:
                shown |= {field.shows for field in section.fields if field.shows}
    for one in layout.sections:
        promises = runbook.promises if "promises" in one.whole else one.promises
        shown |= {ref.name for name in promises for ref in runbook.promises[name].read}
        contacts = runbook.contacts if "contacts" in one.whole else one.contacts
        shown |= {ref.name for name in contacts for ref in runbook.contacts[name].read}
    return shown


def languages_without_use(runbook: Runbook) -> Iterator[Problem]:
    """What is translated and never said: mostly a title that was changed."""
    said = set(_said(runbook))
    for layout in runbook.documents.values():
        unsaid = [(tag, text) for tag, phrases in layout.languages.items() for text in phrases if text not in said]
        for tag, text in unsaid:
            yield Problem(
                where=layout.place,
                code="unused",
                says=f"The document “{layout.name}” has “{text}” in the language {tag}, and never says it.",
                mend="Write it as the runbook has it, letter by letter, or take it out.",
                severity="warning",
            )


def _said(runbook: Runbook) -> Iterator[str]:
    yield from FIXED_WORDS
    yield runbook.title
    for layout in runbook.documents.values():
        yield from (layout.title, layout.says)
        for section in layout.sections:
            yield from (section.title, section.says, section.text)
    for things in (
        runbook.facts, runbook.derived, runbook.roles, runbook.contacts, runbook.promises, runbook.decisions,
        runbook.forms, runbook.steps,
    ):  # fmt: skip
        yield from (one.title for one in things.values())
    for form in runbook.forms.values():
        for part in form.sections:
            yield from (part.title, *(field.title for field in part.fields))
    for step in runbook.steps.values():
        yield from (item.title for item in step.evidence)
    for term, meaning in runbook.terms.items():
        yield from (term, meaning)
    for fact in runbook.facts.values():
        yield from _values(fact.kind)
    for form in runbook.forms.values():
        yield from (word for part in form.sections for field in part.fields for word in _values(field.kind))


def _values(kind: object) -> Iterator[str]:
    """The words that a choice can be, and the heads of a list."""
    yield from getattr(kind, "of", ())
    yield from (name.replace("_", " ").capitalize() for name in getattr(kind, "columns", {}))

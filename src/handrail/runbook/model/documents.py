"""What is handed over in writing: the promises that a customer was given, and documents laid out from what is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from handrail.runbook.model.conditions import Condition, Ref
from handrail.runbook.problem import Place

# What a section can show, in the order in which it shows it.
Source = Literal[
    "facts", "decisions", "forms", "promises", "meetings", "advice", "open", "evidence", "people", "contacts", "terms"
]
Meetings = Literal["held", "to come", "all"]
Terms = Literal["used", "all"]
OpenItems = Literal["steps", "questions", "promises"]
OPEN_ITEMS: tuple[OpenItems, ...] = ("steps", "questions", "promises")


@dataclass(frozen=True, kw_only=True)
class Promises:
    """What a customer was promised. With `of` each record of that list fact is a promise, and `what`, `by` (whom it is
    owed by), `until`, `to` and `done` are its columns; without it `what` is a text fact, which holds one."""

    name: str
    title: str
    of: str | None = None
    what: Ref
    by: Ref | None = None
    until: Ref | None = None
    to: Ref | None = None
    done: Ref | None = None
    says: str = ""
    place: Place = field(compare=False)

    @property
    def read(self) -> tuple[Ref, ...]:
        """What they are known by."""
        return tuple(ref for ref in (self.what, self.by, self.until, self.to, self.done) if ref is not None)


@dataclass(frozen=True, kw_only=True)
class DocumentSection:
    """A part of a document. Of what is in `whole` everything is shown, else what is named; of forms only their sections
    `parts`, where some are named. It is there where `when` holds, or cannot be told yet."""

    title: str
    says: str = ""
    when: Condition | None = None
    text: str = ""
    whole: tuple[Source, ...] = ()
    facts: tuple[Ref, ...] = ()
    decisions: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    meetings: Meetings | None = None
    open: tuple[OpenItems, ...] = ()
    evidence: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    terms: Terms | None = None
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a document is laid out. `languages` has for each language (by its tag) what the texts of the document are
    called in it. The first of a runbook is its handover document, which is signed and accepted."""

    name: str
    title: str
    says: str = ""
    sections: tuple[DocumentSection, ...]
    languages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    place: Place = field(compare=False)


# What a document says by itself, in the language of runbooks; other languages call it otherwise.
FIXED_WORDS: tuple[str, ...] = (
    "Missing", "Not applicable", "owed by", "since", "until", "Promise", "By", "Until", "To", "Kept", "yes", "no",
    "Step", "Who", "Question", "Term", "Meaning", "Name", "E-mail", "Phone", "Said by", "As", "On", "Advice",
    "Addenda", "Contents", "Checklist", "Version", "Customer", "Decisions", "Meetings", "Evidence", "People",
    "Page", "of", "None.", "Open steps", "Open questions", "Terms",
)  # fmt: skip

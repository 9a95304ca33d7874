"""What a section of a document shows, and what promises are known by, in words."""

from collections.abc import Iterable, Iterator

from handrail.runbook.model import DocumentSection, Promises, Ref, Runbook
from handrail.runbook.words.conditions import listed, ref_title

_ALL = {
    "facts": "all facts",
    "decisions": "all decisions",
    "forms": "all forms",
    "promises": "all promises",
    "advice": "what those said who were asked",
    "evidence": "all evidence",
    "people": "all people",
    "contacts": "all contacts",
}
_MEETINGS = {"held": "the meetings held", "to come": "the meetings to come", "all": "all meetings"}
_OPEN = {"steps": "open steps", "questions": "open questions", "promises": "promises not kept"}
_TERMS = {"used": "the terms it uses", "all": "all terms"}


def section_words(runbook: Runbook, section: DocumentSection) -> str:
    """`the facts Go-live and Region, all people`; empty where only a text stands in it."""
    return ", ".join(_shown(runbook, section))


def _shown(runbook: Runbook, section: DocumentSection) -> Iterator[str]:
    yield from (_ALL[source] for source in section.whole)
    yield from _named("fact", (ref_title(runbook, ref) for ref in section.facts))
    yield from _named("decision", (runbook.decisions[name].title for name in section.decisions))
    yield from _named("form", (runbook.forms[name].title for name in section.forms))
    if section.parts:
        yield f"of forms only {listed([f'“{part}”' for part in section.parts])}"
    yield from _named("promise", (runbook.promises[name].title for name in section.promises), "promises")
    yield from [_MEETINGS[section.meetings]] if section.meetings else []
    yield from (_OPEN[item] for item in section.open)
    yield from _named("step", (runbook.steps[name].title for name in section.evidence), "the evidence of the step")
    yield from _named("role", (runbook.roles[name].title for name in section.people), "who is")
    yield from _named("contact", (runbook.contacts[name].title for name in section.contacts), "contacts")
    yield from [_TERMS[section.terms]] if section.terms else []


def _named(noun: str, titles: Iterable[str], head: str = "") -> Iterator[str]:
    found = [f"“{title}”" for title in titles]
    if found:
        plural = "" if len(found) == 1 else "s"
        yield f"{head or f'the {noun}{plural}'} {listed(found)}"


def promises_words(runbook: Runbook, one: Promises) -> str:
    """`each of “Promises”: what (what) and until when (until)`"""
    if one.of is None:
        return f"what “{_title(runbook, one.what)}” says"
    known = {"what": one.what, "by whom": one.by, "until when": one.until, "to whom": one.to, "kept": one.done}
    columns = [f"{head} ({_title(runbook, ref)})" for head, ref in known.items() if ref is not None]
    return f"each of “{runbook.facts[one.of].title}”: {listed(columns)}"


def _title(runbook: Runbook, ref: Ref) -> str:
    if ref.source == "item":
        return ref.part.replace("_", " ")
    return runbook.facts[ref.name].title if ref.name in runbook.facts else ref.name

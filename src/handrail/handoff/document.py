"""The handover document and any other that a runbook lays out, put together from what a handoff knows.

One rule: where the runbook lays out no document, there is one that has everything.
"""

from collections.abc import Iterator
from dataclasses import replace

from handrail.handoff.document_lines import (
    advice_lines,
    all_facts,
    decision_line,
    evidence_lines,
    form_parts,
    meetings_lines,
    people_lines,
)
from handrail.handoff.document_sections import parts_of, without_blanks
from handrail.handoff.document_tree import Document, Line, Part, canonical_json, missing_lines, sha256
from handrail.handoff.history import Handoff
from handrail.handoff.knowledge import holds
from handrail.handoff.plan import Plan
from handrail.runbook.model import DocumentSection, Layout

__all__ = ["Document", "Line", "Part", "canonical_json", "document", "layout_of", "missing_lines", "sha256"]


def layout_of(plan: Plan, name: str = "") -> Layout | None:
    """The document of that name; without one the handover document, which is the first."""
    documents = plan.runbook.documents
    return documents.get(name) if name else next(iter(documents.values()), None)


def document(plan: Plan, handoff: Handoff, name: str = "") -> Document:
    layout = layout_of(plan, name)
    parts = _everything(plan, handoff) if layout is None else _laid_out(plan, handoff, layout)
    return Document(
        title=layout.title if layout else plan.runbook.title,
        customer=handoff.customer,
        runbook=f"{plan.runbook.title} {plan.runbook.version}",
        parts=parts,
        says=layout.says if layout else "",
    )


def _everything(plan: Plan, handoff: Handoff) -> tuple[Part, ...]:
    parts = (
        Part(title="Customer", lines=tuple(all_facts(plan, handoff))),
        Part(title="Decisions", lines=tuple(decision_line(plan, handoff, one) for one in plan.decisions)),
        *form_parts(plan, handoff),
        Part(title="Meetings", lines=tuple(meetings_lines(plan, handoff))),
        Part(title="Advice", lines=tuple(advice_lines(plan, handoff))),
        Part(title="Evidence", lines=tuple(evidence_lines(plan, handoff))),
        Part(title="People", lines=tuple(people_lines(plan, handoff))),
    )
    return tuple(part for part in parts if part.lines)


def _laid_out(plan: Plan, handoff: Handoff, layout: Layout) -> tuple[Part, ...]:
    """What looks at the rest of the document (questions without an answer, terms that are used) comes last, and stands
    where its section does."""
    shown = [one for one in layout.sections if _is_there(plan, handoff, one)]
    drawn = [tuple(parts_of(plan, handoff, one)) for one in shown]
    rest = tuple(part for parts in drawn for part in parts)
    return tuple(
        part
        for section, parts in zip(shown, drawn, strict=True)
        for part in without_blanks(_completed(plan, section, parts, rest))
    )


def _is_there(plan: Plan, handoff: Handoff, section: DocumentSection) -> bool:
    return section.when is None or holds(plan, handoff, section.when) is not False


def _completed(plan: Plan, section: DocumentSection, parts: tuple[Part, ...], rest: tuple[Part, ...]) -> Iterator[Part]:
    first, *others = parts
    more = (*_questions(section, rest), *_terms(plan, section, rest))
    yield replace(first, lines=(*first.lines, *more))
    yield from others


def _questions(section: DocumentSection, rest: tuple[Part, ...]) -> Iterator[Line]:
    if "questions" not in section.open:
        return
    missing = (line for part in rest for line in part.lines if line.state == "missing" and line.required)
    rows = tuple(dict.fromkeys((line.label, line.owed_by) for line in missing))
    if rows:
        yield Line(label="Open questions", state="given", heads=("Question", "Who"), rows=rows)
    else:
        yield Line(label="Open questions", state="given", value="None.")


def _terms(plan: Plan, section: DocumentSection, rest: tuple[Part, ...]) -> Iterator[Line]:
    if section.terms is None:
        return
    said = "\n".join(_words(rest)).casefold() if section.terms == "used" else ""
    terms = plan.runbook.terms.items()
    rows = tuple((term, means) for term, means in terms if section.terms == "all" or is_said(term, said))
    if rows:
        yield Line(label="Terms", state="given", heads=("Term", "Meaning"), rows=rows)


def is_said(term: str, text: str) -> bool:
    """Whether the text, in small letters, has the term as words of their own."""
    term, start = term.casefold(), 0
    while (at := text.find(term, start)) >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(term) : at + len(term) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        start = at + 1
    return False


def _words(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        yield from (part.title, part.says)
        for line in part.lines:
            yield from (line.label, line.value, line.reason, *line.heads, *line.notes)
            yield from (cell for row in line.rows for cell in row)

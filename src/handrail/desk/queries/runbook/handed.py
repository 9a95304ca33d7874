"""Whom a runbook turns to outside, what it counts as promised, and the documents that it lays out.

One rule: what a section shows is said as the difference of two versions says it.
"""

from dataclasses import dataclass

from handrail.desk.queries.runbook.lines import Line, only_where, place_of, said
from handrail.runbook.model import Layout, Promises, Ref, Runbook
from handrail.runbook.words import listed, promises_words, section_words


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """`is_handover` of the first, which is signed and accepted."""

    place: str
    title: str
    says: str
    is_handover: bool
    languages: str
    sections: tuple[Line, ...]


def _title(runbook: Runbook, ref: Ref) -> str:
    return ref.part.replace("_", " ") if ref.source == "item" else runbook.facts[ref.name].title


def promise_line(runbook: Runbook, one: Promises) -> Line:
    details = (said("Is", promises_words(runbook, one)),)
    return Line(place=place_of("promise", one.name), title=one.title, says=one.says, details=details)


def document_view(runbook: Runbook, layout: Layout) -> DocumentView:
    place = place_of("document", layout.name)
    return DocumentView(
        place=place,
        title=layout.title,
        says=layout.says,
        is_handover=layout.name == next(iter(runbook.documents)),
        languages=listed(["the language of the runbook", *layout.languages]) if layout.languages else "",
        sections=tuple(
            Line(
                place=f"{place}-{number}",
                title=section.title,
                says=section.says,
                details=(
                    *([said("Shows", section_words(runbook, section))] if section_words(runbook, section) else []),
                    *only_where(runbook, section.when),
                ),
                body=section.text,
            )
            for number, section in enumerate(layout.sections, start=1)
        ),
    )

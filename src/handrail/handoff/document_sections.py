"""The sections of a document that a runbook lays out: what each shows, in the order in which sections show things.

One rule: a section has one part, and after it one of the second level for each section of a form.
"""

from collections.abc import Iterable, Iterator

from handrail.handoff.contacts import contacts_in
from handrail.handoff.document_lines import (
    advice_lines,
    all_facts,
    decision_line,
    derived_line,
    evidence_lines,
    fact_lines,
    field_line,
    meetings_lines,
    meetings_to_come,
    owner,
    people_lines,
    record_words,
)
from handrail.handoff.document_tree import Line, Part
from handrail.handoff.duty import doers
from handrail.handoff.history import Handoff
from handrail.handoff.items import in_order
from handrail.handoff.plan import Plan
from handrail.handoff.promises import kept_lines, promise_line
from handrail.runbook.model import DocumentSection


def parts_of(plan: Plan, handoff: Handoff, section: DocumentSection) -> Iterator[Part]:
    yield Part(title=section.title, says=section.says, lines=tuple(_lines(plan, handoff, section)))
    yield from _form_parts(plan, handoff, section)


def without_blanks(parts: Iterable[Part]) -> Iterator[Part]:
    """A section in which there is nothing to tell is not there."""
    found = list(parts)
    if any(part.lines or part.says for part in found):
        yield from (part for part in found if part.lines or part.level == 1)


def _lines(plan: Plan, handoff: Handoff, section: DocumentSection) -> Iterator[Line]:
    if section.text:
        yield Line(label="", state="given", value=section.text)
    yield from _facts(plan, handoff, section)
    for decision in plan.decisions:
        if "decisions" in section.whole or decision.name in section.decisions:
            yield decision_line(plan, handoff, decision)
    for name in _chosen(section, "promises", section.promises, plan.runbook.promises):
        yield promise_line(plan, handoff, plan.runbook.promises[name])
    if section.meetings in {"held", "all"}:
        yield from meetings_lines(plan, handoff)
    if section.meetings in {"to come", "all"}:
        yield from meetings_to_come(plan, handoff)
    if "advice" in section.whole:
        yield from advice_lines(plan, handoff)
    yield from _open(plan, handoff, section)
    if "evidence" in section.whole or section.evidence:
        yield from evidence_lines(plan, handoff, None if "evidence" in section.whole else section.evidence)
    if "people" in section.whole or section.people:
        yield from people_lines(plan, handoff, None if "people" in section.whole else section.people)
    for name in _chosen(section, "contacts", section.contacts, plan.runbook.contacts):
        yield _contacts(plan, handoff, name)


def _chosen(section: DocumentSection, source: str, names: tuple[str, ...], every: Iterable[str]) -> tuple[str, ...]:
    return tuple(every) if source in section.whole else names


def _facts(plan: Plan, handoff: Handoff, section: DocumentSection) -> Iterator[Line]:
    if "facts" in section.whole:
        yield from all_facts(plan, handoff)
        return
    for ref in section.facts:
        if ref.source == "derived":
            yield derived_line(plan, handoff, plan.runbook.derived[ref.name])
        else:
            yield from fact_lines(plan, handoff, plan.runbook.facts[ref.name])


def _form_parts(plan: Plan, handoff: Handoff, section: DocumentSection) -> Iterator[Part]:
    for step in in_order(plan, handoff):
        form = plan.form_of(step.name)
        if form is None or handoff.state_of(step.name) == "not needed":
            continue
        if "forms" not in section.whole and form.name not in section.forms:
            continue
        for part in form.sections:
            if not section.parts or part.title in section.parts:
                lines = tuple(field_line(plan, handoff, step, field) for field in part.fields)
                yield Part(title=f"{part.title}{record_words(plan, step)}", says=part.says, lines=lines, level=2)


def _open(plan: Plan, handoff: Handoff, section: DocumentSection) -> Iterator[Line]:
    """Steps and promises; questions are told once the rest of the document is known."""
    if "steps" in section.open:
        yield _open_steps(plan, handoff)
    if "promises" in section.open:
        for one in plan.runbook.promises.values():
            yield from kept_lines(plan, handoff, one)


def _open_steps(plan: Plan, handoff: Handoff) -> Line:
    """Not until when: that moves with calendars, and what was signed must not."""
    rows = tuple(
        (step.title, " and ".join(owner(plan, handoff, role) for role in doers(step)))
        for step in in_order(plan, handoff)
        if handoff.state_of(step.name) in {"open", "waiting"} and step.each is None and not step.by_itself
    )
    if rows:
        return Line(label="Open steps", state="given", heads=("Step", "Who"), rows=rows)
    return Line(label="Open steps", state="given", value="None.")


def _contacts(plan: Plan, handoff: Handoff, group: str) -> Line:
    title = plan.runbook.contacts[group].title
    people = contacts_in(plan, handoff, group)
    if not people:
        return Line(label=title, state="missing", required=False)
    rows = tuple((one.name, one.email or one.written, one.phone) for one in people)
    return Line(label=title, state="given", heads=("Name", "E-mail", "Phone"), rows=rows)

"""The handover document as a tree: what the receiving team is told, each line given, not applicable or missing.

One rule: the tree holds words only, so that what was signed can be kept, compared and verified without the program.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from handrail.handoff import derived
from handrail.handoff.duty import doers, owing_role
from handrail.handoff.history import Advice, Attached, Handoff, KnownFact, OverrideState
from handrail.handoff.holders import holder_words, is_vacant
from handrail.handoff.items import in_order
from handrail.handoff.knowledge import field_value, holds
from handrail.handoff.people import by_words
from handrail.handoff.plan import Plan
from handrail.handoff.words import rules_words
from handrail.runbook.kinds import Kind, Link, Records, Written
from handrail.runbook.model import Decision, Derived, Evidence, Fact, Field, Step


@dataclass(frozen=True, kw_only=True)
class Line:
    """`value` for what is given, `reason` for what does not apply, `owed_by` for what is missing; `notes` explain."""

    label: str
    state: Literal["given", "not applicable", "missing"]
    value: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    heads: tuple[str, ...] = ()
    link: str = ""
    reason: str = ""
    owed_by: str = ""
    required: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    title: str
    customer: str
    runbook: str
    parts: tuple[Part, ...]


def document(plan: Plan, handoff: Handoff) -> Document:
    parts = (
        Part(title="Customer", lines=tuple(_facts(plan, handoff))),
        Part(title="Decisions", lines=tuple(_decision(plan, handoff, one) for one in plan.decisions)),
        *_forms(plan, handoff),
        Part(title="Meetings", lines=tuple(_meetings(plan, handoff))),
        Part(title="Advice", lines=tuple(_advice(plan, handoff))),
        Part(title="Evidence", lines=tuple(_evidence(plan, handoff))),
        Part(title="People", lines=tuple(_people(plan, handoff))),
    )
    return Document(
        title=plan.runbook.title,
        customer=handoff.customer,
        runbook=f"{plan.runbook.title} {plan.runbook.version}",
        parts=tuple(part for part in parts if part.lines),
    )


def sha256(tree: Document) -> str:
    """The digest of the tree's canonical JSON: keys sorted, no spaces, UTF-8."""
    return hashlib.sha256(canonical_json(tree).encode()).hexdigest()


def canonical_json(tree: Document) -> str:
    return json.dumps(asdict(tree), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def missing_lines(tree: Document) -> tuple[Line, ...]:
    return tuple(line for part in tree.parts for line in part.lines if line.state == "missing" and line.required)


def _facts(plan: Plan, handoff: Handoff) -> Iterator[Line]:
    for fact in plan.runbook.facts.values():
        if fact.when is not None and holds(plan, handoff, fact.when) is False:
            continue
        yield _fact(plan, handoff, fact, handoff.facts.get(fact.name))
    for one in plan.runbook.derived.values():
        yield _derived(plan, handoff, one)


def _derived(plan: Plan, handoff: Handoff, one: Derived) -> Line:
    """Nobody owes what follows from other facts: those are owed."""
    value, notes = derived.written(plan, handoff, one), (derived.because(plan, handoff, one),)
    if value is None:
        return Line(label=one.title, state="missing", required=False, notes=notes)
    return Line(label=one.title, state="given", value=plan.spoken(one.kind, value), notes=notes)


def _fact(plan: Plan, handoff: Handoff, fact: Fact, known: KnownFact | None) -> Line:
    if known is None:
        owed_by = _owner(plan, handoff, fact.owed_by) if fact.owed_by else ""
        return Line(label=fact.title, state="missing", owed_by=owed_by, required=fact.owed_by is not None)
    notes = (f"From {known.source}.",) if known.source else ()
    return _given(plan, fact, known.value, notes)


def _given(plan: Plan, shown: Fact | Field, value: Written, notes: tuple[str, ...] = ()) -> Line:
    """A given value: a list as rows under heads, a link as a link, anything else as it is spoken."""
    match shown.kind, value:
        case Records(columns=columns), [_, *_]:
            heads = tuple(name.replace("_", " ").capitalize() for name in columns)
            rows = tuple(tuple(_cell(plan, columns[name], row.get(name)) for name in columns) for row in value)
            return Line(label=shown.title, state="given", heads=heads, rows=rows, notes=notes)
        case Link(), str():
            return Line(label=shown.title, state="given", value=value, link=value, notes=notes)
        case _:
            return Line(label=shown.title, state="given", value=plan.spoken(shown.kind, value), notes=notes)


def _cell(plan: Plan, kind: Kind, text: str | None) -> str:
    return "" if text is None else plan.spoken(kind, text)


def _decision(plan: Plan, handoff: Handoff, decision: Decision) -> Line:
    taken = handoff.decisions.get(decision.name)
    override = handoff.overrides.get(decision.name)
    if override is not None and override.state == "approved":
        overriding = (
            f"Overridden: {override.reason}",
            _asked_and_approved(override),
        )
        value = plan.spoken_outputs(decision.name, override.outputs)
        return Line(label=decision.title, state="given", value=value, notes=overriding)
    if taken is None or not taken.is_decided:
        why = (taken.says,) if taken else ()
        return Line(label=decision.title, state="missing", notes=why, required=False)
    rules = [decision.rules[number - 1] for number in taken.rules]
    notes = (
        f"{rules_words(taken.rules).capitalize()}.",
        *(rule.note for rule in rules if rule.note),
        *taken.boundaries,
    )
    return Line(
        label=decision.title, state="given", value=plan.spoken_outputs(decision.name, taken.outputs), notes=notes
    )


def _forms(plan: Plan, handoff: Handoff) -> Iterator[Part]:
    for step in in_order(plan, handoff):
        form = plan.form_of(step.name)
        if form is None or handoff.state_of(step.name) == "not needed":
            continue
        for section in form.sections:
            lines = tuple(_field(plan, handoff, step, field) for field in section.fields)
            whose = step.title.removeprefix(plan.runbook.steps[step.name.partition("@")[0]].title)
            yield Part(title=f"{form.title}{whose}: {section.title}", lines=lines)


def _field(plan: Plan, handoff: Handoff, step: Step, field: Field) -> Line:
    value = field_value(handoff, step.name, field)
    if value is not None:
        return _given(plan, field, value)
    answer = handoff.answers.get(step.name, {}).get(field.name)
    if answer is not None and answer.reason is not None:
        return Line(label=field.title, state="not applicable", reason=answer.reason)
    owed_by = _owner(plan, handoff, owing_role(step, field, plan))
    return Line(label=field.title, state="missing", owed_by=owed_by, required=field.required)


def _evidence(plan: Plan, handoff: Handoff) -> Iterator[Line]:
    for step in in_order(plan, handoff):
        if handoff.state_of(step.name) == "not needed":
            continue
        attached = handoff.evidence.get(step.name, ())
        asked = {item.name: item.title for item in step.evidence}
        for one in attached:
            label = f"{step.title}: {asked.get(one.item, one.title)}"
            yield Line(label=label, state="given", value=one.title, link=one.link or "", notes=_attached_by(one))
        for item in step.evidence:
            if item.name not in {one.item for one in attached}:
                yield _unattached(plan, handoff, step, item)


def _unattached(plan: Plan, handoff: Handoff, step: Step, item: Evidence) -> Line:
    label = f"{step.title}: {item.title}"
    waiver = handoff.waived.get(step.name, {}).get(item.name)
    if waiver is not None:
        return Line(label=label, state="not applicable", reason=waiver.reason)
    owed_by = _owner(plan, handoff, item.owed_by or doers(step)[0])
    return Line(label=label, state="missing", owed_by=owed_by, required=item.required)


def _meetings(plan: Plan, handoff: Handoff) -> Iterator[Line]:
    """Those that were held, with who came and what was noted."""
    for step in in_order(plan, handoff):
        for one in handoff.meetings.get(step.name, ()):
            if one.state == "held":
                day = plan.calendar.day_of(one.meets_at)
                notes = (*([f"With {', '.join(one.attendees)}."] if one.attendees else []), one.note)
                yield Line(
                    label=step.title,
                    state="given",
                    value=f"Held on {day.day} {day:%B %Y}",
                    notes=tuple(note for note in notes if note),
                )


def _advice(plan: Plan, handoff: Handoff) -> Iterator[Line]:
    """What those said who were asked before a step was done; what they said before it was done once more, too."""
    for step in in_order(plan, handoff):
        rows = tuple(_said(plan, one) for one in handoff.advice.get(step.name, ()))
        if rows:
            yield Line(label=step.title, state="given", heads=("Said by", "As", "On", "Advice"), rows=rows)


def _said(plan: Plan, one: Advice) -> tuple[str, ...]:
    day = plan.calendar.day_of(one.at)
    roles = " and ".join(plan.role_title(role) for role in one.roles if role in plan.runbook.roles)
    return by_words(one.by, one.on_behalf_of), roles, f"{day.day} {day:%B %Y}", one.says


def _attached_by(one: Attached) -> tuple[str, ...]:
    who = by_words(one.by, one.on_behalf_of) or one.source
    return (f"Attached by {who}.",) if who else ()


def _people(plan: Plan, handoff: Handoff) -> Iterator[Line]:
    for role in plan.runbook.roles.values():
        if role.when is not None and holds(plan, handoff, role.when) is False:
            continue
        if is_vacant(plan, handoff, role.name):
            yield Line(label=role.title, state="missing", owed_by="CS Operations", required=False)
        else:
            words = holder_words(plan, handoff, role.name)
            yield Line(label=role.title, state="given", value=words[:1].upper() + words[1:])


def _owner(plan: Plan, handoff: Handoff, role: str) -> str:
    return f"{plan.role_title(role)} ({holder_words(plan, handoff, role)})"


def _asked_and_approved(override: OverrideState) -> str:
    asked = by_words(override.asked_by, override.asked_for) or "nobody"
    ruled = by_words(override.ruled_by, override.ruled_for) or "nobody"
    return f"Asked by {asked}{';' if override.asked_for else ','} approved by {ruled}."

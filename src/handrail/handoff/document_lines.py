"""The lines of a document: each thing that a handoff knows in words, or who owes it.

One rule: a line says the same wherever it stands.
"""

from collections.abc import Collection, Iterator

from handrail.handoff import derived
from handrail.handoff.document_tree import Line, Part
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


def all_facts(plan: Plan, handoff: Handoff) -> Iterator[Line]:
    for fact in plan.runbook.facts.values():
        yield from fact_lines(plan, handoff, fact)
    for one in plan.runbook.derived.values():
        yield derived_line(plan, handoff, one)


def fact_lines(plan: Plan, handoff: Handoff, fact: Fact) -> Iterator[Line]:
    """None where the customer has no need of it."""
    if fact.when is None or holds(plan, handoff, fact.when) is not False:
        yield fact_line(plan, handoff, fact, handoff.facts.get(fact.name))


def derived_line(plan: Plan, handoff: Handoff, one: Derived) -> Line:
    """Nobody owes what follows from other facts: those are owed."""
    value, notes = derived.written(plan, handoff, one), (derived.because(plan, handoff, one),)
    if value is None:
        return Line(label=one.title, state="missing", required=False, notes=notes)
    return Line(label=one.title, state="given", value=plan.spoken(one.kind, value), notes=notes)


def fact_line(plan: Plan, handoff: Handoff, fact: Fact, known: KnownFact | None) -> Line:
    if known is None:
        owed_by = owner(plan, handoff, fact.owed_by) if fact.owed_by else ""
        required, about = fact.owed_by is not None, f"fact {fact.name}"
        return Line(label=fact.title, state="missing", owed_by=owed_by, required=required, about=about)
    notes = (f"From {known.source}.",) if known.source else ()
    return given(plan, fact, known.value, notes)


def given(plan: Plan, shown: Fact | Field, value: Written, notes: tuple[str, ...] = ()) -> Line:
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


def decision_line(plan: Plan, handoff: Handoff, decision: Decision) -> Line:
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


def form_parts(plan: Plan, handoff: Handoff) -> Iterator[Part]:
    for step in in_order(plan, handoff):
        form = plan.form_of(step.name)
        if form is None or handoff.state_of(step.name) == "not needed":
            continue
        for section in form.sections:
            lines = tuple(field_line(plan, handoff, step, field) for field in section.fields)
            yield Part(title=f"{form.title}{record_words(plan, step)}: {section.title}", lines=lines)


def record_words(plan: Plan, step: Step) -> str:
    """What tells the step for a record of a list from those for the others; empty for any other step."""
    return step.title.removeprefix(plan.runbook.steps[step.name.partition("@")[0]].title)


def field_line(plan: Plan, handoff: Handoff, step: Step, field: Field) -> Line:
    value = field_value(handoff, step.name, field)
    if value is not None:
        return given(plan, field, value)
    answer = handoff.answers.get(step.name, {}).get(field.name)
    if answer is not None and answer.reason is not None:
        return Line(label=field.title, state="not applicable", reason=answer.reason)
    owed_by = owner(plan, handoff, owing_role(step, field, plan))
    about = f"answer {step.name} {field.name}"
    return Line(label=field.title, state="missing", owed_by=owed_by, required=field.required, about=about)


def evidence_lines(plan: Plan, handoff: Handoff, of: Collection[str] | None = None) -> Iterator[Line]:
    """Of all steps, or only those of these names."""
    for step in in_order(plan, handoff):
        if handoff.state_of(step.name) == "not needed" or not _is_among(step.name.partition("@")[0], of):
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
    owed_by = owner(plan, handoff, item.owed_by or doers(step)[0])
    about = f"evidence {step.name} {item.name}"
    return Line(label=label, state="missing", owed_by=owed_by, required=item.required, about=about)


def meetings_lines(plan: Plan, handoff: Handoff) -> Iterator[Line]:
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


def meetings_to_come(plan: Plan, handoff: Handoff) -> Iterator[Line]:
    """Those that are planned, with who is to come."""
    for step in in_order(plan, handoff):
        for one in handoff.meetings.get(step.name, ()):
            if one.state == "planned":
                day = plan.calendar.day_of(one.meets_at)
                notes = (f"With {', '.join(one.attendees)}.",) if one.attendees else ()
                value = f"Planned for {day.day} {day:%B %Y}"
                yield Line(label=step.title, state="given", value=value, notes=notes)


def advice_lines(plan: Plan, handoff: Handoff) -> Iterator[Line]:
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


def people_lines(plan: Plan, handoff: Handoff, of: Collection[str] | None = None) -> Iterator[Line]:
    for role in plan.runbook.roles.values():
        if not _is_among(role.name, of) or (role.when is not None and holds(plan, handoff, role.when) is False):
            continue
        if is_vacant(plan, handoff, role.name):
            yield Line(label=role.title, state="missing", owed_by="CS Operations", required=False)
        else:
            words = holder_words(plan, handoff, role.name)
            yield Line(label=role.title, state="given", value=words[:1].upper() + words[1:])


def _is_among(name: str, names: Collection[str] | None) -> bool:
    return names is None or name in names


def owner(plan: Plan, handoff: Handoff, role: str) -> str:
    return f"{plan.role_title(role)} ({holder_words(plan, handoff, role)})"


def _asked_and_approved(override: OverrideState) -> str:
    asked = by_words(override.asked_by, override.asked_for) or "nobody"
    ruled = by_words(override.ruled_by, override.ruled_for) or "nobody"
    return f"Asked by {asked}{';' if override.asked_for else ','} approved by {ruled}."

"""Checks for what is declared and never used: mostly a name that was meant somewhere and is missing there."""

from collections.abc import Iterator

from handrail.runbook.model import Field, OfCustomers, Runbook, Step
from handrail.runbook.problem import Place, Problem
from handrail.runbook.references import refs, timings


def unused_forms(runbook: Runbook) -> Iterator[Problem]:
    used = {step.form for step in runbook.steps.values()}
    for form in runbook.forms.values():
        if form.name not in used:
            yield _unused(
                form.place, f"No step uses the form “{form.name}”.", "Add a step of kind form, or take it out."
            )


def unused_roles(runbook: Runbook) -> Iterator[Problem]:
    used = set(_roles_named(runbook))
    for role in runbook.roles.values():
        if role.name not in used:
            says = f"Nothing names the role “{role.name}”."
            yield _unused(role.place, says, "Give it a letter in a step or something to find out, or take it out.")


def _roles_named(runbook: Runbook) -> Iterator[str | None]:
    for step in runbook.steps.values():
        yield from _roles_of_step(step)
    yield from (fact.owed_by for fact in runbook.facts.values())
    yield from (field.owed_by for field in _fields(runbook))
    yield from (role.chosen_by for role in runbook.roles.values() if role.chosen_by != role.name)
    for message in runbook.messages.values():
        yield from (*message.to, message.sender, message.behalf)
        yield from (one.name for one in message.variables if one.about == "role")
    for happening in runbook.events.values():
        yield from happening.reported_by
    for layout in runbook.documents.values():
        yield from (role for section in layout.sections for role in section.people)
    if runbook.phases:
        yield from runbook.phases.front
    for decision in runbook.decisions.values():
        if decision.override:
            yield from (*decision.override.asked_by, decision.override.approved_by)


def _roles_of_step(step: Step) -> Iterator[str | None]:
    yield from (*step.raci, step.fills, *step.attendees)
    yield from (item.owed_by for item in step.evidence)
    yield from (escalation.to for escalation in step.escalations)
    if step.disagreement:
        yield from (*step.disagreement.by, *step.disagreement.ladder)


def _fields(runbook: Runbook) -> Iterator[Field]:
    for form in runbook.forms.values():
        for section in form.sections:
            yield from section.fields


def unread_facts(runbook: Runbook) -> Iterator[Problem]:
    read = {ref.name for ref in refs(runbook) if ref.source in {"fact", "item"}}
    read |= {field.shows for field in _fields(runbook) if field.shows}
    read |= {fact for fact in runbook.facts if _shows_all_facts(runbook)}
    read |= {how.live for derived in runbook.derived.values() if isinstance(how := derived.how, OfCustomers)}
    for fact in runbook.facts.values():
        if fact.name not in read:
            says = f"Nothing reads the fact “{fact.name}”."
            yield _unused(fact.place, says, "Ask for it in a decision or condition, show it in a form, or take it out.")


def _shows_all_facts(runbook: Runbook) -> bool:
    """Whether a document that the runbook lays out has them all."""
    sections = [section for layout in runbook.documents.values() for section in layout.sections]
    return any("facts" in section.whole for section in sections)


def unused_derived(runbook: Runbook) -> Iterator[Problem]:
    read = {ref.name for ref in refs(runbook) if ref.source == "derived"}
    read |= {one for one in runbook.derived if _shows_all_facts(runbook)}
    for derived in runbook.derived.values():
        if derived.name not in read:
            says = f"Nothing reads the derived fact “{derived.name}”."
            yield _unused(derived.place, says, "Ask for it in a decision or condition, or take it out.")


def unused_times(runbook: Runbook) -> Iterator[Problem]:
    """Sessions that no step is held in or counts by, and windows in which none opens."""
    steps = runbook.steps.values()
    used = {step.session for step in steps} | {timing.session for step in steps for timing in timings(step)}
    for session in runbook.sessions.values():
        if session.name not in used:
            says = f"No step uses the session “{session.name}”."
            yield _unused(session.place, says, "Let a meeting be held in it or a timing count by it, or take it out.")
    open_in = {name for step in steps for name in (*step.opens_in, *step.opens_not_in)}
    for window in runbook.windows.values():
        if window.name not in open_in:
            says = f"No step uses the window “{window.name}”."
            yield _unused(window.place, says, "Name it in “in” or “not in” of what opens a step, or take it out.")


def unused_messages(runbook: Runbook) -> Iterator[Problem]:
    used = {step.message for step in runbook.steps.values()}
    for message in runbook.messages.values():
        if message.name not in used:
            says = f"No step sends the message “{message.name}”."
            yield _unused(message.place, says, "Add a step of kind message, or take it out.")


def unused_events(runbook: Runbook) -> Iterator[Problem]:
    steps = runbook.steps.values()
    used = {step.on_event for step in steps} | {step.until_event for step in steps}
    for happening in runbook.events.values():
        if happening.name not in used:
            says = f"Nothing follows from the event “{happening.name}”."
            yield _unused(happening.place, says, "Let a step come on it or a wait end with it, or take it out.")


def unused_stages(runbook: Runbook) -> Iterator[Problem]:
    used = {step.stage for step in runbook.steps.values()}
    for stage in runbook.stages:
        if stage not in used:
            yield _unused(runbook.place, f"No step is in the stage “{stage}”.", "Put a step into it, or take it out.")


def _unused(where: Place, says: str, mend: str) -> Problem:
    return Problem(where=where, code="unused", says=says, mend=mend, severity="warning")

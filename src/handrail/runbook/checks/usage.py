"""Checks for what is declared and never used: mostly a name that was meant somewhere and is missing there."""

from collections.abc import Iterator

from handrail.runbook.checks.references import refs
from handrail.runbook.model import Field, Runbook
from handrail.runbook.problem import Place, Problem


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
        yield from step.raci
        yield step.fills
    yield from (fact.owed_by for fact in runbook.facts.values())
    yield from (field.owed_by for field in _fields(runbook))
    for decision in runbook.decisions.values():
        if decision.override:
            yield from (*decision.override.asked_by, decision.override.approved_by)


def _fields(runbook: Runbook) -> Iterator[Field]:
    for form in runbook.forms.values():
        for section in form.sections:
            yield from section.fields


def unread_facts(runbook: Runbook) -> Iterator[Problem]:
    read = {ref.name for ref in refs(runbook) if ref.source == "fact"} | {field.shows for field in _fields(runbook)}
    for fact in runbook.facts.values():
        if fact.name not in read:
            says = f"Nothing reads the fact “{fact.name}”."
            yield _unused(fact.place, says, "Ask for it in a decision or condition, show it in a form, or take it out.")


def unused_stages(runbook: Runbook) -> Iterator[Problem]:
    used = {step.stage for step in runbook.steps.values()}
    for stage in runbook.stages:
        if stage not in used:
            yield _unused(runbook.place, f"No step is in the stage “{stage}”.", "Put a step into it, or take it out.")


def _unused(where: Place, says: str, mend: str) -> Problem:
    return Problem(where=where, code="unused", says=says, mend=mend, severity="warning")

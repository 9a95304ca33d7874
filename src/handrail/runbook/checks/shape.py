"""Checks of the whole: forms belong to form steps, somebody accepts, and the handoff can be over."""

from collections.abc import Iterator

from handrail.runbook.model import Runbook
from handrail.runbook.problem import Problem


def forms_of_steps(runbook: Runbook) -> Iterator[Problem]:
    for step in runbook.steps.values():
        if step.kind == "form" and step.form is None:
            yield Problem(
                where=step.place,
                code="step-without-form",
                says=f"“{step.name}” is of kind form and names no form.",
                mend="Add “form: …” with the name of one under “forms”.",
            )
        if step.kind != "form" and step.form is not None:
            yield Problem(
                where=step.place,
                code="form-without-form-step",
                says=f"“{step.name}” names the form “{step.form}” and is of kind {step.kind}.",
                mend="Write “kind: form”, or take the form out.",
            )


def no_acceptance(runbook: Runbook) -> Iterator[Problem]:
    if not any(step.kind == "acceptance" for step in runbook.steps.values()):
        yield Problem(
            where=runbook.place,
            code="no-acceptance",
            says="Nobody accepts: there is no step of kind acceptance.",
            mend="Add the step in which the receiver accepts.",
        )


def no_end(runbook: Runbook) -> Iterator[Problem]:
    if not runbook.ends:
        yield Problem(
            where=runbook.place,
            code="no-end",
            says="The handoff is never over: there is no end.",
            mend="Say under “ends” when it is over, as in “in client services: {when: {accept: done}}”.",
        )

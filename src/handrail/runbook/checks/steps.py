"""Checks of single steps: what they say that can mean nothing, or that nobody can do."""

from collections.abc import Iterator

from handrail.runbook.model import Runbook, Step
from handrail.runbook.outside import asks_for_something
from handrail.runbook.problem import Problem, Severity


def reopens_another_record(runbook: Runbook) -> Iterator[Problem]:
    """A step of one record cannot tell which record of another list it means."""
    for step in runbook.steps.values():
        for name in (*step.reopens, *(name for outcome in step.outcomes for name in outcome.reopens)):
            other = runbook.steps[name].each
            if step.each is not None and other is not None and other != step.each:
                says = (
                    f"“{step.name}” is done for each of “{step.each}” and reopens “{name}”, one for each of “{other}”."
                )
                mend = "Reopen it from a step that is done for all of them."
                yield _problem(step, "reopens-another-record", says, mend)


def ladders_with_the_refuser(runbook: Runbook) -> Iterator[Problem]:
    for step in runbook.steps.values():
        if step.disagreement is None:
            continue
        for role in step.asked:
            if role in step.disagreement.ladder:
                says = f"“{role}” accepts in “{step.name}”, and would decide on its own refusal."
                yield _problem(step, "decides-own-refusal", says, "Take it out of the ladder.")
            if role in step.disagreement.by:
                says = f"“{role}” accepts in “{step.name}”, and could disagree only with itself."
                yield _problem(step, "disagrees-with-itself", says, "Let those disagree who do not accept.", "warning")


def more_approvals_than_roles(runbook: Runbook) -> Iterator[Problem]:
    """An approval counts once for each person, and those who answer for a step may act in it."""
    for step in runbook.steps.values():
        acting = {*step.roles_with("R"), *step.roles_with("A")}
        if step.approvals != "all" and step.approvals > max(len(acting), 1):
            says = f"“{step.name}” asks for {step.approvals} approvals, and {len(acting)} can give one."
            yield _problem(step, "too-many-approvals", says, "Ask for fewer, or give more roles the letter R.")


def orders_of_one(runbook: Runbook) -> Iterator[Problem]:
    for step in runbook.steps.values():
        if step.in_order and (step.approvals == 1 or len(step.asked) == 1):
            why = "one person does" if len(step.asked) == 1 else "one approval is enough"
            says = f"“{step.name}” is approved in order, and {why}."
            yield _problem(step, "order-of-one", says, "Ask for more approvals, or take “in_order” out.", "warning")


def advice_of_nobody(runbook: Runbook) -> Iterator[Problem]:
    """What waits for advice names who gives it, and waits for somebody's doing."""
    for step in runbook.steps.values():
        if not step.awaits_advice:
            continue
        if not step.roles_with("C"):
            says = f"“{step.name}” waits for advice, and nobody is asked there (C)."
            yield _problem(step, "advice-of-nobody", says, "Give a role the letter C, or take “awaits_advice” out.")
        if step.automatic or step.automatic_when is not None:
            says = f"“{step.name}” is sent by itself, and waits for no advice."
            yield _problem(step, "advice-for-nobody", says, "Write “sent: as a task”, or take “awaits_advice” out.")
        if step.silence is not None and step.silence.answer in {"approves", "accepts"}:
            says = f"“{step.name}” waits for advice, and silence {step.silence.answer} it without."
            yield _problem(step, "silence-before-advice", says, "Take one of the two out.", "warning")


def asks_outside_in_vain(runbook: Runbook) -> Iterator[Problem]:
    """What is asked outside can be answered there, and does not have to be answered before it is known whom to ask."""
    for step in runbook.steps.values():
        if step.asked_of is None:
            continue
        if (step.form or step.evidence) and not asks_for_something(runbook, step):
            says = f"“{step.name}” is asked of “{step.asked_of}”, and a role owes all that it asks for."
            mend = "Take “owed_by” out where they are to answer, or take “asked_of” out."
            yield _problem(step, "asks-for-nothing", says, mend)
        for fact in sorted(_known_by(runbook, step.asked_of) & _shown(runbook, step)):
            says = f"“{step.name}” is asked of “{step.asked_of}”, whom nobody knows before it tells “{fact}”."
            yield _problem(step, "asks-the-unknown", says, "Ask others, or learn that fact before.", "warning")


def _known_by(runbook: Runbook, contacts: str) -> set[str]:
    group = runbook.contacts[contacts]
    return {group.of} if group.of else {ref.name for ref in (*group.called, group.email)}


def _shown(runbook: Runbook, step: Step) -> set[str]:
    sections = runbook.forms[step.form].sections if step.form else ()
    return {field.shows for section in sections for field in section.fields if field.shows}


def silence_of_nobody(runbook: Runbook) -> Iterator[Problem]:
    for step in runbook.steps.values():
        if step.silence is not None and not step.asked:
            says = f"Silence has a meaning in “{step.name}”, and nobody is asked there."
            yield _problem(step, "silence-of-nobody", says, "Give a role the letter R or A, or take “silence” out.")


def attendees_without_a_part(runbook: Runbook) -> Iterator[Problem]:
    """Whoever attends a meeting does it, answers for it or is asked; who is only told needs no seat in it."""
    for step in runbook.steps.values():
        for role in step.attendees:
            letters = step.raci.get(role, frozenset())
            if not letters & {"R", "A", "C"}:
                yield _attends(step, role, told="I" in letters)


def _attends(step: Step, role: str, *, told: bool) -> Problem:
    what = "is only told of it (I)" if told else "has no letter in it"
    says = f"“{role}” attends “{step.name}” and {what}."
    if step.meant:
        says = f"{says} It is meant: {step.meant}"
        return _problem(step, "attends-without-a-part", says, "Take “meant” out once it is no longer so.", "warning")
    mend = "Give it the letter C, or take it out of the attendees. Where it is meant, say why with “meant: …”."
    return _problem(step, "attends-without-a-part", says, mend)


def _problem(step: Step, code: str, says: str, mend: str, severity: Severity = "error") -> Problem:
    return Problem(where=step.place, code=code, says=says, mend=mend, severity=severity)

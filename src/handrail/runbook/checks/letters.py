"""Checks of what messages say and take with them: the same in every language, and nothing that is not there yet.

One rule: an answer is known once its form is signed; a message that does not wait for that may have to wait for it.
"""

from collections.abc import Iterator

from handrail.runbook.model import Enclosure, Message, Runbook, Step, Variable
from handrail.runbook.problem import Problem
from handrail.runbook.references import all_before, waits
from handrail.runbook.words import listed


def languages_that_differ(runbook: Runbook) -> Iterator[Problem]:
    for message in runbook.messages.values():
        first = _written(message.first.variables)
        for wording in message.wordings[1:]:
            here = _written(wording.variables)
            missing, more = _only_in(first, here), _only_in(here, first)
            for how in filter(None, (missing and f"does not say {missing}", more and f"alone says {more}")):
                says = f"“{message.name}” in “{wording.language}” {how}."
                mend = "Say in every language the same, unless that is meant."
                yield Problem(where=wording.place, code="languages-differ", says=says, mend=mend, severity="warning")


def _only_in(these: dict[str, None], those: dict[str, None]) -> str:
    return listed([f"“{{{name}}}”" for name in these if name not in those])


def _written(variables: Iterator[Variable]) -> dict[str, None]:
    """How somebody is addressed is each language's own."""
    return dict.fromkeys(one.written for one in variables if one.about != "recipient")


def answers_given_too_late(runbook: Runbook) -> Iterator[Problem]:
    """An answer that is given only once the message is sent never comes; any other may not be there yet."""
    sending = [step for step in runbook.steps.values() if step.message]
    if not any(_answers(runbook, step) for step in sending):
        return
    waiting = waits(runbook)
    for step in sending:
        before = all_before(step.name, waiting)
        for one in _answers(runbook, step):
            form = one.ref.name if one.ref else ""
            if step.name in all_before(form, waiting):
                says = f"“{step.name}” says “{{{one.written}}}”, which is answered only after it was sent."
                mend = f"Let “{form}” not need it, or take it out of the message."
                yield Problem(where=one.place, code="never-known", says=says, mend=mend)
            elif form not in before:
                says = f"“{step.name}” says “{{{one.written}}}”, and does not need “{form}”, in which that is answered."
                mend = f"Add “{form}” to its “needs”; as it is, the message is held back until it is known."
                yield Problem(where=one.place, code="maybe-unknown", says=says, mend=mend, severity="warning")


def enclosed_too_late(runbook: Runbook) -> Iterator[Problem]:
    """What is attached only once the message is sent never goes with it; anything else may not be there yet."""
    sending = [step for step in runbook.steps.values() if step.message and runbook.messages[step.message].encloses]
    if not sending:
        return
    waiting = waits(runbook)
    for step in sending:
        before = {step.name, *all_before(step.name, waiting)}
        for one in runbook.messages[step.message or ""].encloses:
            if step.name in all_before(one.step, waiting):
                says = f"“{step.name}” sends “{one.step}.{one.item}”, which is attached only after it was sent."
                mend = f"Let “{one.step}” not need it, or take it out of “attach”."
                yield Problem(where=one.place, code="never-attached", says=says, mend=mend)
            elif one.step not in before and _is_required(runbook, one):
                says = f"“{step.name}” sends “{one.step}.{one.item}”, and does not need “{one.step}”."
                mend = f"Add “{one.step}” to its “needs”; as it is, the message is held back until that is attached."
                yield Problem(where=one.place, code="maybe-not-attached", says=says, mend=mend, severity="warning")


def _is_required(runbook: Runbook, one: Enclosure) -> bool:
    return any(item.required for item in runbook.steps[one.step].evidence if item.name == one.item)


def _answers(runbook: Runbook, step: Step) -> list[Variable]:
    message: Message = runbook.messages[step.message or ""]
    return [one for one in message.variables if one.ref is not None and one.ref.source == "answer"]

"""Checks of who does what: RACI, acceptance and overrides."""

from collections.abc import Iterator

from handrail.runbook.model import Decision, Runbook, Step
from handrail.runbook.problem import Problem
from handrail.runbook.references import all_before, waits


def nobody_accountable(runbook: Runbook) -> Iterator[Problem]:
    """Exactly one role answers for each step."""
    for step in runbook.steps.values():
        roles = step.roles_with("A")
        if len(roles) != 1:
            said = "nobody" if not roles else " and ".join(f"“{role}”" for role in roles)
            says = f"For “{step.name}” {said} {'answers' if len(roles) < 2 else 'answer'} (A)."
            yield _letters(step, "not-one-accountable", says, "Give the letter A to exactly one role.")


def nobody_responsible(runbook: Runbook) -> Iterator[Problem]:
    for step in runbook.steps.values():
        if not step.roles_with("R"):
            says = f"Nobody does “{step.name}” (R)."
            mend = "Give the letter R to at least one role; one that also answers for it has RA."
            yield _letters(step, "nobody-responsible", says, mend)


def _letters(step: Step, code: str, says: str, mend: str) -> Problem:
    """A warning where the author means it and somebody can do the step all the same; else an error."""
    somebody = step.roles_with("R") or step.roles_with("A")
    if step.meant and somebody:
        says, mend = f"{says} It is meant: {step.meant}", "Take “meant” out once it is no longer so."
        return Problem(where=step.place, code=code, says=says, mend=mend, severity="warning")
    if somebody:
        mend = f"{mend} Where it is meant, say why with “meant: …”."
    return Problem(where=step.place, code=code, says=says, mend=mend)


def acceptance_by_the_giver(runbook: Runbook) -> Iterator[Problem]:
    """An acceptance in which nothing changes hands: its receiver answers for all that went before."""
    waiting = waits(runbook)
    for step in (step for step in runbook.steps.values() if step.kind == "acceptance"):
        before = [runbook.steps[name] for name in all_before(step.name, waiting) if name in runbook.steps]
        receivers = step.roles_with("A")
        if before and all(one.roles_with("A") == receivers for one in before):
            yield Problem(
                where=step.place,
                code="accepts-own-work",
                says=f"Who accepts in “{step.name}” answers for everything that comes before it.",
                mend="Let the role that receives accept, and the role that gives answer for the work.",
                severity="warning",
            )


def override_by_one_role(runbook: Runbook) -> Iterator[Problem]:
    for decision in runbook.decisions.values():
        if decision.override and set(decision.override.asked_by) == {decision.override.approved_by}:
            yield _one_role(decision, decision.override.approved_by)


def _one_role(decision: Decision, role: str) -> Problem:
    return Problem(
        where=decision.place,
        code="override-by-one-role",
        says=f"Only “{role}” asks for another answer of “{decision.name}”, and “{role}” decides on it.",
        mend="Name another role at one of the two: two people are needed.",
        severity="warning",
    )


def apart_from_the_only_one(runbook: Runbook) -> Iterator[Problem]:
    """Steps that are kept apart, while one seat does both and nobody else may do either."""
    for step in runbook.steps.values():
        for name in step.apart_from:
            only = _only_doer(step)
            if only is not None and only == _only_doer(runbook.steps[name]) and not _is_a_team(runbook, only):
                says = f"“{step.name}” is kept apart from “{name}”, and only “{only}” does either of them."
                mend = (
                    "Let another role do one of the two, or answer for it (A), or fill the role by "
                    "“anybody of the team”."
                )
                yield Problem(where=step.place, code="apart-from-nobody", says=says, mend=mend, severity="warning")


def _only_doer(step: Step) -> str | None:
    doers = {*step.roles_with("R"), *step.roles_with("A")}
    return next(iter(doers)) if len(doers) == 1 else None


def _is_a_team(runbook: Runbook, role: str) -> bool:
    return runbook.roles[role].fill == "anybody of the team"


def apart_from_what_nobody_does(runbook: Runbook) -> Iterator[Problem]:
    for step in runbook.steps.values():
        for name in step.apart_from:
            if runbook.steps[name].by_itself:
                says = f"“{step.name}” is kept apart from “{name}”, which nobody does: it is done by itself."
                mend = "Take it out of “apart_from”."
                yield Problem(where=step.place, code="apart-from-nobody", says=says, mend=mend, severity="warning")

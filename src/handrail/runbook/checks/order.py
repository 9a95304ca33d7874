"""Checks of what comes before what."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from handrail.runbook.model import Ref, Runbook, Step
from handrail.runbook.problem import Place, Problem
from handrail.runbook.references import all_before, timings, waits

_MOST_CYCLES = 20


def cycles(runbook: Runbook) -> Iterator[Problem]:
    """Things that wait for each other, each circle told whole and in order."""
    waiting = {name: list(names) for name, names in waits(runbook).items()}
    for _ in range(_MOST_CYCLES):
        circle = _circle(waiting)
        if circle is None:
            return
        yield _told(runbook, circle)
        waiting[circle[0]].remove(circle[1 % len(circle)])  # this circle is open now; another may be left


def _circle(waiting: Mapping[str, list[str]]) -> list[str] | None:
    """Names of which each waits for the next, and the last for the first; None where there is no circle."""
    try:
        TopologicalSorter(waiting).prepare()
    except CycleError as found:
        names: list[str] = found.args[1]  # the first name is repeated at the end; each is waited for by the next
        return names[:0:-1]
    return None


def _told(runbook: Runbook, circle: list[str]) -> Problem:
    first = min(range(len(circle)), key=lambda at: _place(runbook, circle[at]))
    names = [*circle[first:], *circle[:first]]
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    chain = ", ".join(f"“{name}” waits for “{after}”" for name, after in pairs)
    says = f"These wait for each other: {chain}." if len(names) > 1 else f"“{names[0]}” waits for itself."
    which = "one of them out of what another" if len(names) > 1 else "it out of what it"
    return Problem(
        where=_place(runbook, names[0]),
        code="cycle",
        says=says,
        mend=f"Take {which} needs, asks or counts from.",
    )


def _place(runbook: Runbook, name: str) -> Place:
    for declared in (runbook.facts, runbook.derived, runbook.decisions, runbook.milestones):
        if name in declared:
            return declared[name].place
    return runbook.steps[name].place


def negative_days(runbook: Runbook) -> Iterator[Problem]:
    """Timings that count by an output of which some rule gives less than nothing."""
    for step in runbook.steps.values():
        for amount in (timing.amount for timing in timings(step)):
            if isinstance(amount, Ref) and amount.source == "output" and (rules := _rules_below_zero(runbook, amount)):
                yield Problem(
                    where=step.place,
                    code="negative-days",
                    says=f"“{step.name}” counts {amount} days, and rule {rules[0]} gives less than 0.",
                    mend="Write 0 or more there, and let the timing say before or after.",
                )


def _rules_below_zero(runbook: Runbook, amount: Ref) -> list[int]:
    decision = runbook.decisions[amount.name]
    at = [output.name for output in decision.outputs].index(amount.part)
    return [rule.number for rule in decision.rules if rule.outputs[at] < 0]  # type: ignore[operator]  # whole numbers


def reopens_what_is_not_before(runbook: Runbook) -> Iterator[Problem]:
    waiting = waits(runbook)
    for step in runbook.steps.values():
        before = all_before(step.name, waiting) if step.reopens else ()
        for name in step.reopens:
            if name not in before:
                yield _wrongly_reopened(step, name, comes_after=step.name in all_before(name, waiting))


def _wrongly_reopened(step: Step, name: str, *, comes_after: bool) -> Problem:
    if name == step.name or comes_after:
        which = "itself" if name == step.name else f"“{name}”, which comes after it"
        return Problem(
            where=step.place,
            code="reopens-later-step",
            says=f"“{step.name}” reopens {which}.",
            mend="Reopen steps that come before it; it is then asked again by itself.",
        )
    return Problem(
        where=step.place,
        code="reopens-unrelated-step",
        says=f"“{step.name}” reopens “{name}”, and does not wait for it to be done again.",
        mend=f"Add “{name}” to what it needs, or take it out of what it reopens.",
        severity="warning",
    )

"""Why something can never come to be in a set of cases, followed back to where it begins.

One rule: what only waits for something else that is told is not told itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.runbook.cells import matches
from handrail.runbook.model import All, AnyOf, Condition, End, Milestone, Not, Ref, Step, Test, Timing
from handrail.runbook.problem import Place
from handrail.runbook.ways.outlook import Outlook, Stand, final_outcomes
from handrail.runbook.ways.waiting import held_until, opening_of, repeated_until


@dataclass(frozen=True, kw_only=True)
class Reason:
    """`says` is a clause without a full stop; `deep` where it is not what the end or milestone itself asks."""

    says: str
    place: Place
    deep: bool


def why_not(outlook: Outlook, asked: Step | End | Milestone) -> tuple[Reason, ...]:
    """Why it can never open, or be reached, in these cases."""
    walk = _Walk(outlook)
    if isinstance(asked, Step):
        found = list(walk.of_step(asked))
    else:
        kind = "end" if isinstance(asked, End) else "milestone"
        found = list(walk.of_condition(asked.when, f"the {kind} “{asked.name}” asks that", asked.place))
    return tuple(dict.fromkeys(found))


class _Walk:
    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self._been: set[str] = set()

    def of_step(self, step: Step) -> Iterator[Reason]:
        if step.name in self._been:
            return
        self._been.add(step.name)
        who = f"“{step.name}”"
        yield from self.of_condition(step.when, f"{who} is needed only where", step.place, deep=True)
        for name in self._lacking(step):
            yield from self.of_step(self._outlook.ground.runbook.steps[name])
        opens = "waits until" if step.kind == "wait" else "opens only when"
        yield from self.of_condition(opening_of(step), f"{who} {opens}", step.place, deep=True)
        yield from self._of_timing(step, step.opens_on)
        yield from self._of_finishing(step)

    def _lacking(self, step: Step) -> list[str]:
        """What it needs and can never have, where that is why."""
        stands = {name: self._outlook.stands[name] for name in step.needs}
        if step.needs_at_least is not None and sum(map(_may_be_done, stands.values())) >= step.needs_at_least:
            return []
        return [name for name, stand in stands.items() if not stand.may_be_passed]

    def of_condition(
        self, condition: Condition | None, asks: str, place: Place, *, deep: bool = False
    ) -> Iterator[Reason]:
        if condition is None or self._outlook.truth(condition).may_hold:
            return
        match condition:
            case All(tests=tests):
                yield from self._of_tests(tests, asks, place, deep)
            case AnyOf(of=of):
                for one in of:
                    yield from self.of_condition(one, asks, place, deep=deep)
            case Not():
                yield Reason(says=f"{asks} something is not so that always is", place=place, deep=deep)

    def _of_tests(self, tests: tuple[Test, ...], asks: str, place: Place, deep: bool) -> Iterator[Reason]:
        failing = [test for test in tests if not self._outlook.of_test(test).may_hold]
        for test in failing:
            yield from self._of_test(test, asks, place, deep)
        if not failing:
            both = " and ".join(_said(test) for test in tests if test.ref.source == "output")
            yield Reason(says=f"{asks} {both}, which it never is at once", place=place, deep=deep)

    def _of_test(self, test: Test, asks: str, place: Place, deep: bool) -> Iterator[Reason]:
        runbook = self._outlook.ground.runbook
        match test.ref.source:
            case "step" if self._asks_for_done(test):
                yield from self._of_undone(test, f"{asks} {_said(test)}", place, deep)
            case "answer" if self._never_opens(test.ref.name):
                yield from self._of_undone(test, f"{asks} {_said(test)}", place, deep)
            case "milestone":
                milestone = runbook.milestones[test.ref.name]
                asked = f"the milestone “{milestone.name}” asks that"
                yield from self.of_condition(milestone.when, asked, milestone.place, deep=True)
            case "output" if not self._outlook.known(test.ref).may_hold:
                yield self._undecided(test.ref.name)
            case _:
                yield Reason(says=f"{asks} {_said(test)}", place=place, deep=deep)

    def _asks_for_done(self, test: Test) -> bool:
        step = self._outlook.ground.runbook.steps[test.ref.name]
        ends = [("done", name) for name in final_outcomes(step)] if step.outcomes else ["done"]
        return not self._outlook.stands[step.name].may_be_done and any(matches(test.cell, end) for end in ends)

    def _never_opens(self, name: str) -> bool:
        return not self._outlook.stands[name].may_open

    def _of_undone(self, test: Test, asked: str, place: Place, deep: bool) -> Iterator[Reason]:
        step = self._outlook.ground.runbook.steps[test.ref.name]
        stand = self._outlook.stands[step.name]
        if stand.may_be_skipped and not self._outlook.truth(step.when).may_hold:
            yield Reason(says=f"{asked}, and it is not needed there", place=place, deep=deep)
        else:
            yield from self.of_step(step)

    def _of_timing(self, step: Step, timing: Timing | None) -> Iterator[Reason]:
        if timing is None or self._outlook.counted(timing).may_hold:
            return
        if isinstance(timing.amount, Ref) and not self._outlook.known(timing.amount).may_hold:
            yield self._undecided(timing.amount.name)
        else:
            says = f"“{step.name}” opens {timing.text}, and that day never comes to be known"
            yield Reason(says=says, place=step.place, deep=True)

    def _undecided(self, decision: str) -> Reason:
        place = self._outlook.ground.runbook.decisions[decision].place
        return Reason(says=f"“{decision}” is not decided there", place=place, deep=True)

    def _of_finishing(self, step: Step) -> Iterator[Reason]:
        if step.outcomes and not final_outcomes(step):
            says = f"“{step.name}” is to be done again however it turns out"
            yield Reason(says=says, place=step.place, deep=True)
        yield from self.of_condition(held_until(step), f"“{step.name}” is held until", step.place, deep=True)
        yield from self.of_condition(repeated_until(step), f"“{step.name}” repeats until", step.place, deep=True)


def _may_be_done(stand: Stand) -> bool:
    return stand.may_be_done


def _said(test: Test) -> str:
    return f"“{test.ref}” is {test.cell.text}"

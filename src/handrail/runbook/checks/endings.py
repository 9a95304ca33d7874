"""A check of what the end leaves undone: steps that can only open once the handoff is over.

One rule: a step is told only where every end that it could come before would have to be reached first.
"""

from collections.abc import Iterator
from itertools import product
from math import prod

from handrail.runbook.checks.order import cycles
from handrail.runbook.checks.stopping import stopped
from handrail.runbook.model import All, AnyOf, Condition, Not, Runbook, Step
from handrail.runbook.problem import Problem
from handrail.runbook.references import all_done
from handrail.runbook.ways.ground import Ground
from handrail.runbook.ways.outlook import Outlook
from handrail.runbook.ways.search import Work, both, by_override, can_be, in_state
from handrail.runbook.words import listed

# Ways of putting off the ends that are tried for each step.
_MOST_WAYS = 64
_WHAT = "whether some steps come only after the end"

# One way of not reaching an end yet: a step that is not done so far, or what else it asks not being so.
_Waiting = str | Condition


def steps_that_come_too_late(runbook: Runbook) -> Iterator[Problem]:
    if not runbook.ends or any(cycles(runbook)):
        return
    ways = [list(_not_yet(one)) for end in runbook.ends for one in _alternatives(end.when)]
    if not all(ways) or prod(map(len, ways)) > _MOST_WAYS:
        yield _not_looked_into(runbook)
        return
    search = _Search(runbook)
    for step in runbook.steps.values():
        if not step.after_end and search.comes_too_late(step, ways):
            yield _too_late(runbook, step)
    if search.work.is_over:
        yield stopped(runbook, search.work, _WHAT)


def _alternatives(condition: Condition) -> Iterator[Condition]:
    """Each of them is an end of its own, as far as coming to it goes."""
    if isinstance(condition, AnyOf):
        for one in condition.of:
            yield from _alternatives(one)
    else:
        yield condition


def _not_yet(condition: Condition) -> Iterator[_Waiting]:
    """What can keep the handoff from this end; nothing where the end asks in a way that is not looked into."""
    if not isinstance(condition, All):
        return
    done = all_done(condition)
    yield from done
    others = tuple(test for test in condition.tests if test.ref.source != "step" or test.ref.name not in done)
    if others:
        yield Not(of=All(tests=others))


class _Search:
    def __init__(self, runbook: Runbook) -> None:
        self.work = Work()
        self._ground = Ground(runbook)
        self._free = by_override(runbook)
        self._world = {**self._ground.given, **self._ground.answers_of(self._free)}
        self._starts: dict[frozenset[str], Outlook] = {}

    def comes_too_late(self, step: Step, ways: list[list[_Waiting]]) -> bool:
        opens = in_state(step, "open")
        if not can_be(self._start(frozenset()), opens, self.work):
            return False  # it never opens at all, or that was not looked through
        return not any(self._opens_before(opens, waiting) for waiting in product(*ways))

    def _opens_before(self, opens: Condition, waiting: tuple[_Waiting, ...]) -> bool:
        held = frozenset(one for one in waiting if isinstance(one, str))
        other = [one for one in waiting if not isinstance(one, str)]
        return can_be(self._start(held), both(opens, *other), self.work) is not False

    def _start(self, held: frozenset[str]) -> Outlook:
        if held not in self._starts:
            start = Outlook(self._ground, self._world, free=self._free, empty=True, held=held)
            self._starts[held] = self.work.on(start)
        return self._starts[held]


def _not_looked_into(runbook: Runbook) -> Problem:
    return Problem(
        where=runbook.ends[0].place,
        code="ends-not-looked-into",
        says=f"It was not looked into {_WHAT}: the ends ask for too much at once, or for something not to be.",
        mend="Nothing needs to be mended; simpler ends are looked into.",
        severity="warning",
    )


def _too_late(runbook: Runbook, step: Step) -> Problem:
    ends = listed([f"“{end.name}”" for end in runbook.ends], "or")
    return Problem(
        where=step.place,
        code="only-after-the-end",
        says=f"“{step.name}” can only open once the handoff is over: {ends} comes first.",
        mend="Let the end ask for it too, or let it come after the end on an event.",
        severity="warning",
    )

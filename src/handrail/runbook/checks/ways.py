"""Checks of the whole: that every step can open, every end can be reached, and no customer is stuck on the way.

One rule: an error only where it is proved for every way that people could take. A runbook with a circle is not looked
through: that is told, and nothing follows from what waits for itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handrail.runbook.checks.order import cycles
from handrail.runbook.checks.possibility import never_held
from handrail.runbook.checks.stopping import stopped
from handrail.runbook.model import Condition, End, Milestone, Runbook, Step
from handrail.runbook.problem import Place, Problem, Severity
from handrail.runbook.references import all_before, tests_in
from handrail.runbook.ways.ground import Ground
from handrail.runbook.ways.outlook import Outlook
from handrail.runbook.ways.reasons import Reason, why_not
from handrail.runbook.ways.search import (
    Work,
    an_end,
    by_override,
    can_be,
    cases_in_words,
    freed,
    in_state,
    never,
    told_apart,
)
from handrail.runbook.words import listed

# Sets of cases that are told, each with a cause of its own; causes named of each.
MOST_TOLD = 5
_MOST_REASONS = 3
_MOST_NAMED = 5


def whole_ways(runbook: Runbook) -> Iterator[Problem]:
    if not runbook.ends or any(cycles(runbook)):
        return
    ground = Ground(runbook)
    never_at_all = _Never(ground)
    yield from never_at_all.problems()
    if sum(isinstance(goal.of, End) for goal in never_at_all.goals) < len(runbook.ends):
        yield from _Stuck(ground).problems()


# ----------------------------------------------------------------------------------------------- what can never come


@dataclass(frozen=True, kw_only=True)
class _Goal:
    """Something that should come for somebody; `waits` are the names of what it cannot do without itself."""

    of: Step | End | Milestone
    condition: Condition
    waits: tuple[str, ...]

    @property
    def said(self) -> str:
        match self.of:
            case Step(name=name):
                return f"“{name}”"
            case Milestone(name=name):
                return f"the milestone “{name}”"
            case End(name=name):
                return f"the end “{name}”"


class _Never:
    """Overrides may be asked for, and lists may be empty: only what not even then can be is told."""

    def __init__(self, ground: Ground) -> None:
        self._runbook = ground.runbook
        self._work = Work()
        free = by_override(self._runbook)
        world = {**ground.given, **ground.answers_of(free)}
        self._start = self._work.on(Outlook(ground, world, free=free, empty=True))
        self._waits = ground.waits
        goals = [(goal, can_be(self._start, goal.condition, self._work)) for goal in _goals(ground)]
        self.goals = [goal for goal, can_come in goals if can_come is False]
        self._left = [goal.said for goal, can_come in goals if can_come is None]

    def problems(self) -> Iterator[Problem]:
        told = {owned.place for owned, _, _ in never_held(self._runbook)}
        before = {goal.said: self._near_and_far(goal) for goal in self.goals}
        names = {goal.of.name for goal in self.goals if not isinstance(goal.of, End)}
        for goal in self.goals:
            if not before[goal.said] & names and goal.of.place not in told:
                after = [] if isinstance(goal.of, End) else self._after(goal.of.name, before)
                yield self._problem(goal, after)
        if self._left:
            yield stopped(self._runbook, self._work, f"whether {_few(self._left)} can come")

    def _after(self, name: str, before: Mapping[str, set[str]]) -> list[str]:
        return [goal.said for goal in self.goals if name in before[goal.said]]

    def _near_and_far(self, goal: _Goal) -> set[str]:
        return {*goal.waits, *(far for name in goal.waits for far in all_before(name, self._waits))}

    def _problem(self, goal: _Goal, after: list[str]) -> Problem:
        code, what, mend = _WORDS[type(goal.of)]
        reasons = _clauses(why_not(self._start, goal.of)) or "no combination of facts fulfils all that it asks"
        nor = f" Nor can what waits for it: {_few(after)}." if after else ""
        if isinstance(goal.of, Step) and can_be(self._start, in_state(goal.of, "open"), self._work):
            code, what = "never-done", "can never be done"
        says = f"{goal.said[:1].upper()}{goal.said[1:]} {what}: {reasons}.{nor}"
        return Problem(where=goal.of.place, code=code, says=says, mend=mend)


_WORDS = {
    Step: ("never-opens", "can never open", "Change what it asks, or take the step out."),
    End: ("never-reached", "can never be reached", "Change what it asks, or take the end out."),
    Milestone: ("never-reached", "can never be reached", "Change what it asks, or take the milestone out."),
}


def _goals(ground: Ground) -> Iterator[_Goal]:
    runbook = ground.runbook
    for step in runbook.steps.values():
        yield _Goal(of=step, condition=in_state(step, "done"), waits=ground.waits[step.name])
    for milestone in runbook.milestones.values():
        yield _Goal(of=milestone, condition=milestone.when, waits=ground.waits[milestone.name])
    for end in runbook.ends:
        yield _Goal(of=end, condition=end.when, waits=tuple(test.ref.name for test in tests_in(end.when)))


# ------------------------------------------------------------------------------------------------- who would be stuck


class _Stuck:
    """All facts are given at some time; where a decision has an answer, nobody asks for another."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._runbook = ground.runbook
        self._work = Work()
        self._end = an_end(ground)
        self._start = self._work.on(Outlook(ground, ground.given))

    def problems(self) -> Iterator[Problem]:
        causes = self._causes()
        for outlook in causes[:MOST_TOLD]:
            yield self._problem(outlook)
        if len(causes) > MOST_TOLD:
            says = f"There are {len(causes)} causes for which no end can be reached; the first {MOST_TOLD} are told."
            yield _problem(self._runbook.place, "more-stuck", says, "Mend these first, then check again.", "warning")
        if self._work.is_over:
            which = "for whom else no end can be reached" if causes else "whether everybody can reach an end"
            yield stopped(self._runbook, self._work, which)

    def _causes(self) -> list[Outlook]:
        """One set of cases for each cause, of those that are found the one with the fewest facts."""
        found: dict[frozenset[Reason], Outlook] = {}
        for outlook in never(self._start, self._end, self._work):
            cause = frozenset(self._reasons(outlook))
            known = found.get(cause)
            if known is None or len(told_apart(outlook, self._start)) < len(told_apart(known, self._start)):
                found[cause] = outlook
        return [outlook for cause, outlook in found.items() if not any(other < cause for other in found)]

    def _reasons(self, outlook: Outlook) -> list[Reason]:
        """What an end itself asks of the customer tells little where something else is amiss. There is none to be told
        where it is no answer to a decision that helps."""
        if outlook.truth(self._end).may_hold:
            return []
        found = [reason for end in self._runbook.ends for reason in why_not(outlook, end)]
        return list(dict.fromkeys(reason for reason in found if reason.deep)) or found

    def _problem(self, outlook: Outlook) -> Problem:
        reasons = self._reasons(outlook)
        place = reasons[0].place if reasons else self._runbook.place
        says = f"{self._where(outlook)}: {_clauses(reasons) or _whatever(outlook)}."
        if self._with_gaps_filled(outlook):
            mend = "Add a rule for these cases; without one nothing is decided there."
            return _problem(place, "stuck-in-gap", says, mend, "warning")
        if self._with_overrides(outlook):
            mend = "Let an end come there too; until then somebody must ask for an override."
            return _problem(place, "stuck-unless-overridden", says, mend, "warning")
        mend = "Let an end come there too, or let what it waits for be done there."
        derived = [ref.name for ref in told_apart(outlook, self._start) if ref.source == "derived"]
        if derived:
            names = listed([f"“{name}”" for name in derived])
            mend = f"{mend} Where {names} can never be so, leave it as it is."
            return _problem(place, "may-be-stuck", says, mend, "warning")
        return _problem(place, "stuck", says, mend, "error")

    def _with_gaps_filled(self, outlook: Outlook) -> bool:
        """Whether it would help that somebody answered where no rule does."""
        left = frozenset(name for name, answers in outlook.answers.items() if answers.is_left_open)
        return bool(left) and can_be(freed(outlook, left, self._work), self._end, self._work) is not False

    def _with_overrides(self, outlook: Outlook) -> bool:
        """Whether it would help to ask for another answer than the tables', in one of these cases at least."""
        free = by_override(self._runbook)
        return bool(free) and can_be(freed(outlook, free, self._work), self._end, self._work) is not False

    def _where(self, outlook: Outlook) -> str:
        cases = cases_in_words(outlook, self._start)
        return f"No end can be reached where {cases}" if cases else "No end can be reached, whatever the facts are"


# --------------------------------------------------------------------------------------------------------------------


def _whatever(outlook: Outlook) -> str:
    chosen = listed([f"“{name}”" for name, answers in outlook.answers.items() if answers.is_chosen], "or")
    return f"whatever is decided for {chosen} there, something else is in the way"


def _few(names: list[str]) -> str:
    more = [] if len(names) <= _MOST_NAMED else [f"{len(names) - _MOST_NAMED} others"]
    return listed([*names[:_MOST_NAMED], *more])


def _clauses(reasons: Sequence[Reason]) -> str:
    said = [reason.says for reason in reasons[:_MOST_REASONS]]
    return "; ".join(said)


def _problem(where: Place, code: str, says: str, mend: str, severity: Severity) -> Problem:
    return Problem(where=where, code=code, says=says, mend=mend, severity=severity)

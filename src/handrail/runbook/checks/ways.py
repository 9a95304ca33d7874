"""Checks of the whole: that every step can open, every end can be reached, and no customer is stuck on the way.

One rule: an error only where it is proved for every way that people could take. A runbook with a circle is not looked
through: that is told, and nothing follows from what waits for itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handrail.runbook.checks.order import cycles
from handrail.runbook.checks.possibility import never_held
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


def whole_ways(runbook: Runbook) -> Iterator[Problem]:
    if not runbook.ends or any(cycles(runbook)):
        return
    ground = Ground(runbook)
    never_at_all = _Never(ground)
    yield from never_at_all.problems()
    if not all(_end(end) in never_at_all.names for end in runbook.ends):
        yield from _Stuck(ground).problems()


# ----------------------------------------------------------------------------------------------- what can never come


@dataclass(frozen=True, kw_only=True)
class _Goal:
    """Something that should come for somebody; `name` is what it is called, `waits` are those that come before it."""

    name: str
    of: Step | End | Milestone
    condition: Condition
    waits: frozenset[str]


class _Never:
    """Overrides may be asked for, and facts may be missing at first: only what not even then can be is told."""

    def __init__(self, ground: Ground) -> None:
        self._runbook = ground.runbook
        self._work = Work()
        free = by_override(self._runbook)
        world = {**ground.given, **ground.answers_of(free)}
        self._start = self._work.on(Outlook(ground, world, free=free, later=True))
        self._goals = list(_goals(ground))
        told = {owned.place for owned, _, _ in never_held(self._runbook)}
        self._told = {goal.name for goal in self._goals if goal.of.place in told}
        found = {goal.name: can_be(self._start, goal.condition, self._work) for goal in self._goals}
        self.names = {name for name, can_come in found.items() if can_come is False}
        self._left = [name for name, can_come in found.items() if can_come is None]

    def problems(self) -> Iterator[Problem]:
        roots = [goal for goal in self._goals if goal.name in self.names and not goal.waits & self.names]
        for root in roots:
            if root.name not in self._told:
                yield self._problem(root)
        if self._left:
            yield _stopped(self._runbook, self._work, f"whether {listed(self._left)} can come")

    def _problem(self, goal: _Goal) -> Problem:
        code, what, mend = _WORDS[type(goal.of)]
        reasons = _clauses(why_not(self._start, goal.of)) or "no combination of facts fulfils all that it asks"
        after = [one.name for one in self._goals if one.name in self.names and goal.name in one.waits]
        nor = f" Nor can what waits for it: {listed(after)}." if after else ""
        name = goal.name[:1].upper() + goal.name[1:]
        if isinstance(goal.of, Step) and can_be(self._start, in_state(goal.of, "open"), self._work):
            code, what = "never-done", "can never be done"
        return Problem(where=goal.of.place, code=code, says=f"{name} {what}: {reasons}.{nor}", mend=mend)


_WORDS = {
    Step: ("never-opens", "can never open", "Change what it asks, or take the step out."),
    End: ("never-reached", "can never be reached", "Change what it asks, or take the end out."),
    Milestone: ("never-reached", "can never be reached", "Change what it asks, or take the milestone out."),
}


def _goals(ground: Ground) -> Iterator[_Goal]:
    runbook = ground.runbook
    names = {name: f"“{name}”" for name in runbook.steps} | {name: _milestone(name) for name in runbook.milestones}

    def before(start: Sequence[str]) -> frozenset[str]:
        near_and_far = {*start, *(far for name in start for far in all_before(name, ground.waits))}
        return frozenset(names[name] for name in near_and_far if name in names)

    for step in runbook.steps.values():
        yield _Goal(
            name=names[step.name], of=step, condition=in_state(step, "done"), waits=before(ground.waits[step.name])
        )
    for milestone in runbook.milestones.values():
        waits = before(ground.waits[milestone.name])
        yield _Goal(name=names[milestone.name], of=milestone, condition=milestone.when, waits=waits)
    for end in runbook.ends:
        waits = before([test.ref.name for test in tests_in(end.when)])
        yield _Goal(name=_end(end), of=end, condition=end.when, waits=waits)


def _end(end: End) -> str:
    return f"the end “{end.name}”"


def _milestone(name: str) -> str:
    return f"the milestone “{name}”"


# ------------------------------------------------------------------------------------------------- who would be stuck


class _Stuck:
    """All facts are given; where a decision has an answer, nobody asks for another."""

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
            yield _stopped(self._runbook, self._work, "whether an end can be reached in every case")

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


def _clauses(reasons: Sequence[Reason]) -> str:
    said = [reason.says for reason in reasons[:_MOST_REASONS]]
    return "; ".join(said)


def _problem(where: Place, code: str, says: str, mend: str, severity: Severity) -> Problem:
    return Problem(where=where, code=code, says=says, mend=mend, severity=severity)


def _stopped(runbook: Runbook, work: Work, what: str) -> Problem:
    says = f"The search was stopped after {work.looked:,} sets of cases: it is not known {what}."
    mend = "Nothing is wrong that is not told here; the rest is yours to look at."
    return _problem(runbook.place, "not-looked-through", says, mend, "warning")

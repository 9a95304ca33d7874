"""When two ways of writing mean the same, so that nobody is told of a change of spelling.

One rule: cells and conditions are compared by what they hold for, not by their text.
"""

from collections.abc import Hashable

from handrail.runbook.cells import Among, Anything, Cell, Presence, Within
from handrail.runbook.model import All, AnyOf, Condition, Not, Timing


def cell_meaning(cell: Cell) -> Hashable:
    match cell:
        case Anything():
            return None
        case Within(intervals=intervals):
            return frozenset(intervals)
        case Among(values=values, negated=negated):
            return values, negated
        case Presence(given=given):
            return given


def condition_meaning(condition: Condition | None) -> Hashable:
    """The kinds of what is tested are left out: a changed kind is told where it is declared."""
    match condition:
        case None:
            return None
        case All(tests=tests):
            return "all", frozenset((test.ref, cell_meaning(test.cell)) for test in tests)
        case AnyOf(of=of):
            meanings = frozenset(condition_meaning(one) for one in of)
            return next(iter(meanings)) if len(meanings) == 1 else ("any", meanings)
        case Not(of=inner):
            return "not", condition_meaning(inner)


def timing_meaning(timing: Timing | None) -> Hashable:
    return timing and (timing.amount, timing.unit, timing.side, timing.anchor)

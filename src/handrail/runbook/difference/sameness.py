"""When two ways of writing mean the same, so that nobody is told of a change of spelling.

One rule: everything is compared by what it holds for or comes to, not by its text.
"""

from collections.abc import Hashable, Iterable
from dataclasses import replace

from handrail.runbook.cells import Among, Anything, Cell, Presence, Within
from handrail.runbook.model import (
    Agreement,
    All,
    AnyOf,
    Condition,
    DaysBetween,
    Derivation,
    DifferenceOf,
    Not,
    OfCustomers,
    OfFacts,
    OfPhases,
    OfRecords,
    RatioOf,
    Ref,
    Test,
    Timing,
)


def subject(ref: Ref) -> Ref:
    """What is spoken about. A fact that is derived now is still what it was; that it is derived is told of the fact."""
    return replace(ref, source="fact") if ref.source == "derived" else ref


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
    match condition:
        case None:
            return None
        case All(tests=tests):
            return "all", tests_meaning(tests)
        case AnyOf(of=of):
            meanings = frozenset(condition_meaning(one) for one in of)
            return next(iter(meanings)) if len(meanings) == 1 else ("any", meanings)
        case Not(of=inner):
            return "not", condition_meaning(inner)


def tests_meaning(tests: Iterable[Test]) -> Hashable:
    """The kinds of what is tested are left out: a changed kind is told where it is declared."""
    return frozenset((subject(test.ref), cell_meaning(test.cell)) for test in tests)


def amount_meaning(amount: int | Ref) -> Hashable:
    return subject(amount) if isinstance(amount, Ref) else amount


def timing_meaning(timing: Timing | None) -> Hashable:
    """Where a session says when, there is nothing to count."""
    if timing is None:
        return None
    if timing.session:
        return timing.session, timing.side, timing.anchor
    return amount_meaning(timing.amount), timing.unit, timing.side, timing.anchor, timing.inclusive


def derivation_meaning(how: Derivation) -> Hashable:
    match how:
        case OfRecords():
            return "records", how.gathering, how.of, how.column, tests_meaning(how.where)
        case OfFacts():
            return "facts", how.gathering, frozenset(how.of), cell_meaning(how.cell)
        case OfCustomers():
            return "customers", how.gathering, frozenset(how.like), tests_meaning(how.where), how.live
        case OfPhases():
            return how
        case DifferenceOf(of=of):
            return "difference", *map(subject, of)
        case RatioOf(of=of):
            return "ratio", *map(subject, of)
        case DaysBetween():
            return how.unit, *map(subject, how.of)
        case Agreement(of=of):
            return "agreement", frozenset(of)

"""Searching all cases: is there one for which something comes to be, and are there any for which nothing does.

One rule: what was not looked through is said not to be; a search is bounded by its work and never by the clock.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from handrail.runbook.cells import Among
from handrail.runbook.model import All, AnyOf, Condition, Not, Ref, Runbook, Step, Test
from handrail.runbook.ways.doubts import worth_telling_apart
from handrail.runbook.ways.ground import Ground, World
from handrail.runbook.ways.outlook import Outlook

# Things looked at, counted over all cases of a runbook: some seconds.
MOST_WORK = 50_000
# Sets of cases found in which something can never come to be, many of them for one cause.
MOST_FOUND = 300


@dataclass
class Work:
    """What is left to do before the search is stopped, and how many sets of cases were looked at."""

    left: int = MOST_WORK
    looked: int = 0

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    def on(self, outlook: Outlook) -> Outlook:
        self.left -= outlook.worked + 1
        self.looked += 1
        return outlook


def apart(outlook: Outlook, condition: Condition, work: Work) -> list[Outlook]:
    """The same cases in two sets, told apart by what matters most to the condition; none where nothing does."""
    doubt = worth_telling_apart(outlook, (condition,))
    if doubt is None:
        return []
    ref, part = doubt
    pieces = outlook.world[ref]
    parts = [outlook.narrowed(ref, some) for some in (pieces & part, pieces & ~part) if some]
    return [work.on(one) for one in parts if not one.is_empty]


def can_be(start: Outlook, condition: Condition, work: Work) -> bool | None:
    """Whether there is a case for which people can bring the condition to hold; None where that was not looked through
    to the end."""
    if a_case(start, condition, work) is not None:
        return True
    return None if work.is_over else False


def a_case(start: Outlook, condition: Condition, work: Work) -> Outlook | None:
    """Cases for which people can bring the condition to hold, the first that are found and as wide as they can be."""
    ahead = [start]
    while ahead and not work.is_over:
        outlook = ahead.pop()
        truth = outlook.truth(condition)
        if truth.will_hold:
            return widened(outlook, start, work, lambda one: one.truth(condition).will_hold)
        if truth.may_hold:
            fewer = apart(outlook, condition, work)
            if not fewer:
                return outlook  # nothing tells these cases apart, and it may hold
            ahead.extend(reversed(fewer))
    return None


def never(start: Outlook, condition: Condition, work: Work) -> Iterator[Outlook]:
    """Sets of cases in which the condition can never hold, each as wide as it can be, and each found outside of those
    before it. Stops where the work is over, or so many are found that more would tell nobody anything."""
    found: list[World] = []
    ahead = [start]
    while ahead and not work.is_over:
        outlook = ahead.pop()
        truth = outlook.truth(condition)
        if truth.will_hold or any(_lies_in(outlook.world, one) for one in found):
            continue
        fewer = apart(outlook, condition, work) if truth.may_hold else []
        ahead.extend(reversed(fewer))
        if not fewer and is_impossible(outlook, condition, work):
            wide = widened(outlook, start, work, lambda one: is_impossible(one, condition, work))
            found.append({ref: wide.world[ref] for ref in told_apart(wide, start)})
            yield wide
            if len(found) == MOST_FOUND:
                work.left = 0


def is_impossible(outlook: Outlook, condition: Condition, work: Work) -> bool:
    """Whether the condition holds in none of these cases. What people decide where no rule does is one answer each
    time, not one for each who asks."""
    if not outlook.truth(condition).may_hold:
        return True
    chosen = frozenset(name for name, answers in outlook.answers.items() if answers.is_chosen)
    return bool(chosen) and can_be(freed(outlook, chosen, work), condition, work) is False


def freed(outlook: Outlook, decisions: frozenset[str], work: Work) -> Outlook:
    """The same cases, with people to take these decisions."""
    world = {**outlook.world, **outlook.ground.answers_of(decisions)}
    return work.on(Outlook(outlook.ground, world, outlook.leave, free=decisions))


def _lies_in(world: World, wide: World) -> bool:
    """`wide` names only what matters."""
    return not any(world[ref] & ~pieces for ref, pieces in wide.items())


def widened(outlook: Outlook, start: Outlook, work: Work, so: Callable[[Outlook], bool]) -> Outlook:
    """As many cases as can be added and are so too: first all that a thing can be, then piece by piece."""
    for ref in told_apart(outlook, start):
        for pieces in (start.world[ref], *_growing(outlook.world[ref], start.world[ref])):
            more = pieces | outlook.world[ref]
            if more == outlook.world[ref]:
                continue
            wider = work.on(outlook.narrowed(ref, more))
            if so(wider):
                outlook = wider
    return outlook


def _growing(pieces: int, every: int) -> Iterable[int]:
    rest = every & ~pieces
    while rest:
        yield rest & -rest
        rest &= rest - 1


def told_apart(outlook: Outlook, start: Outlook) -> list[Ref]:
    """What matters in these cases: the things of which not every piece belongs to them."""
    return [ref for ref, pieces in outlook.world.items() if pieces != start.world[ref]]


def an_end(ground: Ground) -> Condition:
    return AnyOf(of=tuple(end.when for end in ground.runbook.ends))


def by_override(runbook: Runbook) -> frozenset[str]:
    """The decisions of which another answer can be asked for."""
    return frozenset(name for name, decision in runbook.decisions.items() if decision.override)


def both(*conditions: Condition) -> Condition:
    return Not(of=AnyOf(of=tuple(Not(of=one) for one in conditions)))


def in_state(step: Step, state: str) -> Condition:
    cell = Among(frozenset({state}), False, state)
    return All(tests=(Test(ref=Ref(source="step", name=step.name), kind=step.states, cell=cell),))


def cases_in_words(outlook: Outlook, start: Outlook) -> str:
    """`Vertical tax, MRR from 3,000 USD (for example Vertical: tax, MRR: 3,000 USD)`: what matters of these cases, in
    the author's terms; empty where nothing does."""
    lines = [(outlook.ground.lines[ref], outlook.world[ref]) for ref in told_apart(outlook, start)]
    where = ", ".join(f"{line.title} {line.words(pieces)}" for line, pieces in lines)
    example = ", ".join(f"{line.title}: {line.example(pieces)}" for line, pieces in lines)
    return where if where == example.replace(": ", " ") else f"{where} (for example {example})"

"""How the steps of a handoff hang together, ready to be drawn: as a rail beside the list of them, or in layers.

One rule: the same steps in the same order are always drawn the same way. What follows anyway from other needs is left
out: where C needs B and B needs A, that C needs A too is not drawn.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from handrail.handoff.history import Handoff
from handrail.handoff.items import in_order
from handrail.handoff.plan import Plan, waited_for

Needs = Mapping[str, Sequence[str]]
"""For each step the steps that it waits for."""

Part = Literal["up", "down", "out", "in"]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of a lane in one row: `up` and `down` from its middle, `out` from a step to the lane, `in` from the lane
    to a step. `hub` is what the lane is about: `from:NAME`, with all that waits for the step, or `to:NAME`, with all
    that it waits for. Lane 0 is the one nearest to the list."""

    hub: str
    lane: int
    part: Part


@dataclass(frozen=True, kw_only=True)
class Rail:
    """`rows` by step; `before` has what passes between a step and the one above it."""

    lanes: int
    rows: Mapping[str, tuple[Piece, ...]]
    before: Mapping[str, tuple[Piece, ...]]


def needs_in(plan: Plan, handoff: Handoff) -> Needs:
    """Between the steps that the customer needs. Those of the records of a list stand together, as the one step that
    they are of."""
    states: dict[str, bool] = {}
    for step in in_order(plan, handoff):
        name = step.name.partition("@")[0]
        states[name] = states.get(name, False) or handoff.state_of(step.name) != "not needed"
    needed = [name for name in plan.runbook.steps if states.get(name, True)]
    found = {
        name: [one for one in waited_for(plan.runbook, plan.runbook.steps[name]) if one in needed] for name in needed
    }
    return reduced({name: tuple(dict.fromkeys(waits)) for name, waits in found.items()})


def reduced(needs: Needs) -> Needs:
    """Without what follows from the rest."""
    far = {name: _beyond(needs, name) for name in needs}
    return {name: tuple(one for one in direct if one not in far[name]) for name, direct in needs.items()}


def _beyond(needs: Needs, name: str) -> set[str]:
    """What a step waits for because of what it waits for."""
    found: set[str] = set()
    waiting = [further for one in needs.get(name, ()) for further in needs.get(one, ())]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(needs.get(one, ()))
    return found


def followers(needs: Needs) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, waits in needs.items():
        for one in waits:
            found.setdefault(one, []).append(name)
    return {name: tuple(names) for name, names in found.items()}


# ------------------------------------------------------------------------------------------------------------- a rail


@dataclass(frozen=True, kw_only=True)
class _Span:
    hub: str
    starts: frozenset[int]
    ends: frozenset[int]

    @property
    def first(self) -> int:
        return min(self.starts | self.ends)

    @property
    def last(self) -> int:
        return max(self.starts | self.ends)


def rail(order: Sequence[str], needs: Needs) -> Rail:
    """`order` is that of the list; what does not stand in it is not drawn."""
    rows = {name: at for at, name in enumerate(order)}
    lanes = _in_lanes(_spans(rows, needs))
    return Rail(
        lanes=max(lanes.values(), default=-1) + 1,
        rows={name: tuple(_pieces(lanes, at)) for name, at in rows.items()},
        before={name: tuple(_passing(lanes, at)) for name, at in rows.items()},
    )


def _spans(rows: Mapping[str, int], needs: Needs) -> Iterator[_Span]:
    """As few lanes as a greedy choice finds: always that one which has the most of what is not drawn yet."""
    left = {(of, to) for to, waits in needs.items() for of in waits if of in rows and to in rows}
    while left:
        counts = Counter(hub for of, to in left for hub in (f"from:{of}", f"to:{to}"))
        hub = min(counts, key=lambda one: (-counts[one], one.startswith("to:"), rows[one.partition(":")[2]]))
        taken = {(of, to) for of, to in left if hub in (f"from:{of}", f"to:{to}")}
        left -= taken
        yield _Span(hub=hub, starts=frozenset(rows[of] for of, _ in taken), ends=frozenset(rows[to] for _, to in taken))


def _in_lanes(spans: Iterable[_Span]) -> dict[_Span, int]:
    """The shortest nearest to the list; two that touch the same row never share a lane."""
    lanes: dict[_Span, int] = {}
    for span in sorted(spans, key=lambda one: (one.last - one.first, one.first, one.hub)):
        taken = {lane for other, lane in lanes.items() if other.first <= span.last and span.first <= other.last}
        lanes[span] = next(lane for lane in range(len(lanes) + 1) if lane not in taken)
    return lanes


def _pieces(lanes: Mapping[_Span, int], at: int) -> Iterator[Piece]:
    for span, lane in lanes.items():
        if span.first < at <= span.last:
            yield Piece(hub=span.hub, lane=lane, part="up")
        if span.first <= at < span.last:
            yield Piece(hub=span.hub, lane=lane, part="down")
        if at in span.starts:
            yield Piece(hub=span.hub, lane=lane, part="out")
        if at in span.ends:
            yield Piece(hub=span.hub, lane=lane, part="in")


def _passing(lanes: Mapping[_Span, int], at: int) -> Iterator[Piece]:
    for span, lane in lanes.items():
        if span.first < at <= span.last:
            yield Piece(hub=span.hub, lane=lane, part="up")


# ------------------------------------------------------------------------------------------------------------- layers


def layers(order: Sequence[str], needs: Needs) -> tuple[tuple[str, ...], ...]:
    """Each step as far to the right as the longest way to it; within a layer in the order of the list."""
    depth: dict[str, int] = {}
    for name in order:
        _depth(name, needs, depth)
    wanted = set(order)
    found: list[list[str]] = [[] for _ in range(max((depth[name] for name in order), default=-1) + 1)]
    for name in order:
        found[depth[name]].append(name)
    return tuple(tuple(one for one in layer if one in wanted) for layer in found)


def _depth(name: str, needs: Needs, depth: dict[str, int]) -> int:
    if name not in depth:
        depth[name] = 1 + max((_depth(one, needs, depth) for one in needs.get(name, ())), default=-1)
    return depth[name]

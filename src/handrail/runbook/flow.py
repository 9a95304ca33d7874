"""The steps of a runbook as a drawing has them: a lane for each stage, in it layers from the first to the last, and
what must be done before what.

One rule: the same runbook is always laid out the same, and nothing in a layer waits for another thing in it.

A step lies one layer below the last of those in its stage that it waits for (longest path), no more than `MOST_ABREAST`
in a layer. A link over several layers bends in each, so that it passes between the things there; links from one box, or
to one, bend together. The order within a layer follows the neighbours above and below (barycentre, up and down by
turns); then everything is moved as near to its neighbours as the order allows.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Literal

from handrail.runbook.model import AnyOf, Condition, Not, Runbook, Step
from handrail.runbook.references import tests_in

MOST_ABREAST = 4
_SWEEPS, _TURNS = 8, 10  # with more turns everything drifts apart
_STRAIGHT = 6
_BEND = 0.16  # of the width of a box

Sort = Literal["step", "milestone", "end"]
Tie = Literal["needs", "asks"]


@dataclass(frozen=True, kw_only=True)
class Box:
    """`x` is its middle, in widths of a box from the left; `layer` counts from 0 over all lanes."""

    name: str
    sort: Sort
    lane: int
    layer: int
    x: float


@dataclass(frozen=True, kw_only=True)
class Link:
    """What `to` waits for. `bends` are the places, each a layer and an x, through which it goes from one to the other;
    where it leads back up there are none. `needs` is an order of the steps, `asks` a condition over one."""

    of: str
    to: str
    tie: Tie
    bends: tuple[tuple[int, float], ...]


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The layers from `first` to `last` are the stage's."""

    title: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Flow:
    """`width` in widths of a box."""

    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    width: float

    @property
    def layers(self) -> int:
        return self.lanes[-1].last + 1 if self.lanes else 0


def flow(runbook: Runbook) -> Flow:
    things = dict(_things(runbook))
    waits = {name: {one: tie for one, tie in _waits(runbook, name).items() if one in things} for name in things}
    layers, lanes = _layered(things, waits, _titles(runbook))
    downward = {(one, name) for name in waits for one in waits[name] if layers[one] < layers[name]}
    drawn = _without_shortcuts(downward, layers)
    upward = {(one, name) for name in waits for one in waits[name]} - downward
    place = {name: at for at, name in enumerate(things)}
    rows, chains = _rows(layers, sorted(drawn, key=lambda ends: [place[one] for one in ends]))
    places = _placed(rows, chains)
    left = min((x - _half(one) for one, x in places.items()), default=0.0)
    return Flow(
        lanes=lanes,
        boxes=tuple(
            Box(name=name, sort=sort, lane=lane, layer=layers[name], x=round(places[name] - left, 3))
            for name, (sort, lane) in things.items()
        ),
        links=tuple(_links(waits, chains, sorted(upward), layers, places, left)),
        width=round(max((x + _half(one) for one, x in places.items()), default=0.0) - left, 3),
    )


# ------------------------------------------------------------------------------------------------- what waits for what


def _things(runbook: Runbook) -> Iterator[tuple[str, tuple[Sort, int]]]:
    """By name, in the order of the runbook: what it is, and the number of its lane."""
    lanes = {stage: at for at, stage in enumerate(runbook.stages)}
    for step in runbook.steps.values():
        yield step.name, ("step", lanes[step.stage])
    for milestone in runbook.milestones.values():
        asked = [lanes[runbook.steps[one].stage] for one in _asked(milestone.when) if one in runbook.steps]
        yield milestone.name, ("milestone", max(asked, default=0))
    for at, _ in enumerate(runbook.ends):
        yield end_name(at), ("end", len(runbook.stages))


def end_name(at: int) -> str:
    """An end shares no name with a step: none has a space in it."""
    return f"end {at + 1}"


def _titles(runbook: Runbook) -> list[str]:
    return [*runbook.stages, *(["the end"] if runbook.ends else [])]


def _waits(runbook: Runbook, name: str) -> dict[str, Tie]:
    """What it waits for, and how."""
    if name in runbook.steps:
        return _step_waits(runbook.steps[name])
    if name in runbook.milestones:
        return dict.fromkeys(_asked(runbook.milestones[name].when), "asks")
    end = runbook.ends[int(name.split()[1]) - 1]
    return dict.fromkeys(_asked(end.when), "asks")


def _step_waits(step: Step) -> dict[str, Tie]:
    found: dict[str, Tie] = {}
    for condition in (step.when, step.opens_when, step.held_until):
        found |= dict.fromkeys(_asked(condition), "asks")
    if step.opens_on is not None and step.opens_on.anchor.source == "step":
        found[step.opens_on.anchor.name] = "asks"
    return {one: tie for one, tie in (found | dict.fromkeys(step.needs, "needs")).items() if one != step.name}


def _asked(condition: Condition | None) -> Iterator[str]:
    if isinstance(condition, AnyOf):
        for one in condition.of:
            yield from _asked(one)
    elif isinstance(condition, Not):
        yield from _asked(condition.of)
    else:
        yield from (test.ref.name for test in tests_in(condition) if test.ref.source in {"step", "answer", "milestone"})


# ------------------------------------------------------------------------------------------------- layers, then places


def _layered(
    things: Mapping[str, tuple[Sort, int]], waits: Mapping[str, Mapping[str, Tie]], titles: list[str]
) -> tuple[dict[str, int], tuple[Lane, ...]]:
    """A lane without anything in it is left out."""
    layers: dict[str, int] = {}
    lanes: list[Lane] = []
    for number, title in enumerate(titles):
        inside = [name for name, (_, lane) in things.items() if lane == number]
        if not inside:
            continue
        first = lanes[-1].last + 1 if lanes else 0
        layers |= _layers_of(inside, waits, first)
        lanes.append(Lane(title=title, first=first, last=max(layers[name] for name in inside)))
    return layers, tuple(lanes)


def _layers_of(inside: list[str], waits: Mapping[str, Mapping[str, Tie]], first: int) -> dict[str, int]:
    within = {name: [one for one in inside if one in waits[name]] for name in inside}
    layers: dict[str, int] = {}
    full: dict[int, int] = {}
    for name in _in_order(within):
        layer = max((layers[one] + 1 for one in within[name]), default=first)
        while full.get(layer, 0) >= MOST_ABREAST:
            layer += 1
        layers[name] = layer
        full[layer] = full.get(layer, 0) + 1
    return layers


def _in_order(within: Mapping[str, list[str]]) -> Iterator[str]:
    """Each after those that it waits for, and else as it is written."""
    sorter, place = TopologicalSorter(within), {name: at for at, name in enumerate(within)}
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=place.__getitem__)
        yield from ready
        sorter.done(*ready)


def _without_shortcuts(ties: set[tuple[str, str]], layers: Mapping[str, int]) -> set[tuple[str, str]]:
    """Those that are not said by others together: who waits for what waits for a thing waits for that too."""
    after: dict[str, set[str]] = {}
    for one, other in ties:
        after.setdefault(one, set()).add(other)
    reached: dict[str, set[str]] = {}
    for name in sorted(layers, key=lambda name: -layers[name]):  # what comes after it is known before it
        reached[name] = set().union(*({one} | reached[one] for one in after.get(name, ())))
    return {(one, other) for one, other in ties if not any(other in reached[via] for via in after[one] - {other})}


# A box by its name, or a bend: of the links from a box or to it, in which layer.
_Thing = str | tuple[Literal["of", "to"], str, int]
_Chain = tuple[_Thing, ...]


def _rows(
    layers: Mapping[str, int], drawn: list[tuple[str, str]]
) -> tuple[list[list[_Thing]], dict[tuple[str, str], _Chain]]:
    """Links that bend share their bends with those from the same box or to the same box, whichever are more."""
    rows: list[list[_Thing]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for name, layer in layers.items():
        rows[layer].append(name)
    long = [(one, other) for one, other in drawn if layers[other] > layers[one] + 1]
    of, to = Counter(one for one, _ in long), Counter(other for _, other in long)
    chains: dict[tuple[str, str], _Chain] = {}
    for one, other in drawn:
        between = range(layers[one] + 1, layers[other])
        bends: list[_Thing] = [("of", one, at) if of[one] > to[other] else ("to", other, at) for at in between]
        for layer, bend in zip(between, bends, strict=True):
            if bend not in rows[layer]:
                rows[layer].append(bend)
        chains[one, other] = (one, *bends, other)
    return rows, chains


def _placed(rows: list[list[_Thing]], chains: Mapping[tuple[str, str], _Chain]) -> dict[_Thing, float]:
    above: dict[_Thing, list[_Thing]] = {}
    below: dict[_Thing, list[_Thing]] = {}
    for chain in chains.values():
        for one, other in pairwise(chain):
            if other not in below.setdefault(one, []):
                below[one].append(other)
                above.setdefault(other, []).append(one)
    places: dict[_Thing, float] = {}
    for row in rows:
        places |= _side_by_side(row)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else rows[::-1]:
            near = above if down else below
            row.sort(key=lambda one: (_middle(one, near, places), places[one]))
            places |= _side_by_side(row)
    both = {one: _weighed(one, [*above.get(one, ()), *below.get(one, ())]) for row in rows for one in row}
    for sweep in range(_TURNS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            places |= _spread(row, [_middle(one, both, places) for one in row])
    return places


def _middle(one: _Thing, near: Mapping[_Thing, list[_Thing]], places: Mapping[_Thing, float]) -> float:
    found = near.get(one)
    return sum([places[other] for other in found]) / len(found) if found else places[one]


def _weighed(one: _Thing, near: list[_Thing]) -> list[_Thing]:
    """From bend to bend a link is to go straight."""
    if isinstance(one, str):
        return near
    return [other for other in near for _ in range(1 if isinstance(other, str) else _STRAIGHT)]


def _half(one: _Thing) -> float:
    return 0.5 if isinstance(one, str) else _BEND / 2


def _side_by_side(row: list[_Thing]) -> dict[_Thing, float]:
    """Around the middle, 0."""
    places, at = {}, -sum(map(_half, row))
    for one in row:
        places[one] = at + _half(one)
        at += 2 * _half(one)
    return places


def _spread(row: list[_Thing], wanted: list[float]) -> dict[_Thing, float]:
    """In their order, each as near to where it would be as the others allow (least squares, by pooling neighbours)."""
    offset, at = [], 0.0
    for one in row:
        offset.append(at + _half(one))
        at += 2 * _half(one)
    pools: list[tuple[float, int]] = []
    for want, moved in zip(wanted, offset, strict=True):
        pools.append((want - moved, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (left, few), (right, more) = pools[-2:]
            pools[-2:] = [((left * few + right * more) / (few + more), few + more)]
    bases = [base for base, many in pools for _ in range(many)]
    return {one: base + moved for one, base, moved in zip(row, bases, offset, strict=True)}


def _links(
    waits: Mapping[str, Mapping[str, Tie]],
    chains: Mapping[tuple[str, str], _Chain],
    upward: list[tuple[str, str]],
    layers: Mapping[str, int],
    places: Mapping[_Thing, float],
    left: float,
) -> Iterator[Link]:
    for (one, other), (_, *bends, _) in chains.items():
        through = tuple((layers[one] + at, round(places[bend] - left, 3)) for at, bend in enumerate(bends, start=1))
        yield Link(of=one, to=other, tie=waits[other][one], bends=through)
    for one, other in upward:
        yield Link(of=one, to=other, tie=waits[other][one], bends=())

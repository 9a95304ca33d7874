"""Measuring contestants side by side: one lap each, round after round, so that what disturbs one disturbs all.

One rule: a ratio is taken within a round and only then its median, because two laps a moment apart are comparable and
two laps a minute apart, on a machine that others use too, are not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median, quantiles
from time import process_time
from typing import TypeVar

Case = TypeVar("Case")

# A lap shorter than this says more about the clock and the scheduler than about the contestant.
_SHORTEST_LAP_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """`lap` does the work once and answers with the seconds that one unit of it (a decision, a step) took."""

    name: str
    lap: Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Laps:
    """The seconds per unit of each round, in the order of the rounds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def spread(self) -> float:
        """The middle half of the laps, as a share of the median: 0.1 is a quiet machine, 0.5 a busy one."""
        low, _, high = _quartiles(self.seconds)
        return (high - low) / self.median

    def times_faster_than(self, other: "Laps") -> "Ratio":
        within_rounds = [theirs / ours for ours, theirs in zip(self.seconds, other.seconds, strict=True)]
        return Ratio(*_quartiles(within_rounds))


@dataclass(frozen=True)
class Ratio:
    """How many times faster, with the quartiles of what the rounds said."""

    low: float
    median: float
    high: float


def side_by_side(contestants: Sequence[Contestant], rounds: int) -> Mapping[str, Laps]:
    """The laps of each contestant by its name. A first round only warms up; each round begins with another one."""
    for one in contestants:
        one.lap()
    laps: dict[str, list[float]] = {one.name: [] for one in contestants}
    for number in range(rounds):
        first = number % len(contestants)
        for one in (*contestants[first:], *contestants[:first]):
            laps[one.name].append(one.lap())
    return {name: Laps(seconds=tuple(seconds)) for name, seconds in laps.items()}


def over_cases(name: str, decide: Callable[[Case], object], cases: Sequence[Case]) -> Contestant:
    """A contestant whose lap is to decide all the cases, as often as makes a lap long enough to time."""
    times = ceil(_SHORTEST_LAP_SECONDS / max(_seconds(decide, cases, 1), 1e-6))
    return Contestant(name=name, lap=lambda: _seconds(decide, cases, times) / times / len(cases))


def over_all(name: str, decide: Callable[[], object], count: int) -> Contestant:
    """A contestant that decides `count` cases at once, as often as makes a lap long enough to time."""
    all_at_once = over_cases(name, lambda _: decide(), [None])
    return Contestant(name=name, lap=lambda: all_at_once.lap() / count)


def _seconds(decide: Callable[[Case], object], cases: Iterable[Case], times: int) -> float:
    """Of the processor, by all threads of this process: what others do on the machine meanwhile is not counted."""
    began = process_time()
    for _ in range(times):
        for case in cases:
            decide(case)
    return process_time() - began


def _quartiles(numbers: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = quantiles(numbers, n=4, method="inclusive")
    return low, middle, high

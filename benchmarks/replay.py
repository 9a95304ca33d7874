"""A handoff made anew from its events: every row decoded, and all of them folded.

One rule: there is no peer to compare with, because SpiffWorkflow keeps its state and no history; the aim is a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryDirectory

from neighbour import neighbour
from rounds import Contestant, Laps, side_by_side

_NAME = "a handoff of sixty tasks"
_AIM = 0.001


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """`laps` are seconds of the processor for one replay of so many events; they are meant to stay under `aim`."""

    name: str
    events: int
    laps: Laps
    aim: float


def replayed(rounds: int) -> Replayed:
    with (
        TemporaryDirectory(prefix="handrail-bench-") as folder,
        neighbour("sixty_tasks_replayed.py", HANDRAIL_DATA_DIR=folder, DATABASE_URL="") as ask,
    ):
        laps = side_by_side([Contestant(name=_NAME, lap=partial(ask, "lap"))], rounds)
        return Replayed(name=_NAME, events=ask("events"), laps=laps[_NAME], aim=_AIM)


def replay_lines(one: Replayed) -> Iterator[str]:
    median = one.laps.median
    reached = "reached" if median < one.aim else "MISSED"
    yield "A handoff made anew from its events: every row decoded, all of them folded, in µs of the processor"
    yield f"  {'':34}{'events':>8}{'µs':>8}{'spread':>8}"
    yield (
        f"  {one.name:34}{one.events:>8}{median * 1e6:>8,.0f}{one.laps.spread:>8.0%}  "
        f"aim {one.aim * 1e6:,.0f} µs: {reached}"
    )

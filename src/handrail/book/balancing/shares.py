"""What an even share of a measure is for each person, how far a book may grow, and what it costs to hold more.

One rule: costs are convex: the further above the even share, the more each further account costs. That is what makes
books even, and what a flow and a linear programme can solve to the end.

The even share is a level, as of water that is poured over books of different heights: whoever holds more than the level
already gets none of it. Loads are counted in hundredths of an average account, so that money and accounts compare.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, inf

import numpy as np
from numpy.typing import NDArray

from handrail.book.account import Member
from handrail.book.balancing.fitting import Numbers
from handrail.book.policy import MEASURES, Measure, Policy

Loads = NDArray[np.float64]

# A point of a weight, in the whole numbers that solvers count with.
POINT = 800
UNIT = 100  # an average account, in what loads are counted in
# From which part of the even share on a further average account costs how much, in eighths of the measure's weight.
LADDER = ((0.0, 0), (0.5, 1), (0.8, 2), (0.9, 4), (1.0, 8), (1.05, 16), (1.1, 32), (1.25, 64))
NO_LIMIT = 2**53


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One measure that books are made even by. `weighs` is each account, `begins` each member's book without the
    accounts, both in hundredths of an average account; `rungs` are where each member's costs rise and `slopes` to what,
    for each hundredth."""

    measure: Measure
    mean: float
    weighs: Numbers
    begins: Numbers
    rungs: Numbers
    slopes: Numbers

    def cost(self, members: Numbers, loads: Numbers) -> Numbers:
        """Of a book of that load, for each of the members."""
        over = np.maximum(loads[..., None] - self.rungs[members], 0)
        steps = np.diff(self.slopes, prepend=0)
        return np.asarray(over @ steps, np.int64)


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much of a measure each member can still get, in its own unit."""

    measure: Measure
    weighs: Numbers
    left: Numbers
    is_growth: NDArray[np.bool_]


def scale_of(measure: Measure, weight: int, weighs: Numbers, begins: Numbers, ceilings: Numbers) -> Scale:
    mean = _mean(weighs)
    share = even_shares(begins, int(weighs.sum()), ceilings)
    rungs = np.array([[round(part * one * UNIT / mean) for part, _ in LADDER] for one in share], np.int64)
    return Scale(
        measure=measure,
        mean=mean,
        weighs=np.rint(weighs * (UNIT / mean)).astype(np.int64),
        begins=np.rint(begins * (UNIT / mean)).astype(np.int64),
        rungs=rungs.reshape(len(begins), len(LADDER)),
        slopes=np.array([slope * weight for _, slope in LADDER], np.int64),
    )


def _mean(weighs: Numbers) -> float:
    """Of the accounts that weigh anything."""
    some = weighs[weighs > 0]
    return float(some.mean()) if some.size else 1.0


def even_shares(begins: Numbers, total: int, ceilings: Numbers) -> Loads:
    """What each would hold if all of it were spread evenly: to one level, up to what each can hold."""
    low, high = 0.0, float(begins.max(initial=0) + total)
    for _ in range(60):
        level = (low + high) / 2
        if np.maximum(np.minimum(level, ceilings) - begins, 0).sum() < total:
            low = level
        else:
            high = level
    return np.maximum(np.minimum(high, ceilings), begins)


def ceilings_of(members: Sequence[Member], measure: Measure, begins: Numbers) -> Numbers:
    """The most that each can hold by a limit of their own; nobody is made to hold less than they do."""
    limits = [0 if one.cannot else one.limit.get(measure, NO_LIMIT) for one in members]
    return np.maximum(np.array(limits, np.int64), begins)


def grown(share: Loads, weighs: Numbers, begins: Numbers, most_growth: int | None) -> Loads:
    """How large each book may become by the bound on its growth. A bound that no whole account fits in would leave
    accounts with nobody: each may take one more than its share, and the heaviest as its only one."""
    if most_growth is None:
        return np.full(len(share), inf)
    bound = np.maximum(share * (1 + most_growth / 100), share + _mean(weighs))
    return np.maximum(np.maximum(bound, float(weighs.max(initial=0))), begins)


def room_of(measure: Measure, weighs: Numbers, begins: Numbers, ceilings: Numbers, bound: Loads) -> Room:
    most = np.array([NO_LIMIT if one == inf else floor(one + 1e-6) for one in bound], np.int64)
    return Room(
        measure=measure,
        weighs=weighs,
        left=np.minimum(np.minimum(most, ceilings) - begins, NO_LIMIT),
        is_growth=most < ceilings,
    )


def weights(policy: Policy) -> Mapping[Measure, int]:
    """The measures that count, in the order in which they are told."""
    return {one: policy.balance[one] for one in MEASURES if policy.balance.get(one, 0) > 0}

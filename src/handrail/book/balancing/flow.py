"""The best answer where an account is an account: a flow of least cost from accounts over people.

One rule: what a further account costs a book never falls, so that a person is as many arcs as there are prices, and a
flow fills the cheap ones first by itself.
"""

from dataclasses import dataclass

import numpy as np

from handrail.book.balancing.arcs import Laid
from handrail.book.balancing.fitting import Numbers
from handrail.book.balancing.shares import LADDER, NO_LIMIT, UNIT


@dataclass(frozen=True, kw_only=True)
class Network:
    """The arcs of a flow: from accounts to members, from members to the end, and from accounts straight to it."""

    tail: Numbers
    head: Numbers
    room: Numbers
    cost: Numbers
    supplies: Numbers
    pairs: int


@dataclass(frozen=True, kw_only=True)
class Solved:
    """`owners` has the place of a member by that of each account, -1 where nobody gets it; `bound` is what no answer
    costs less than, in parts of a point and with `open_price` for each account that nobody gets; `open_bound` is the
    part of it that is due to those."""

    owners: Numbers
    cost: float
    bound: float
    open_price: int = 0
    open_bound: float = 0


def solve(laid: Laid) -> Solved:
    return answer(laid, network_of(laid))


def answer(laid: Laid, network: Network) -> Solved:
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.room, network.cost)
    flow.set_nodes_supplies(np.arange(len(network.supplies), dtype=np.int32), network.supplies)
    status = flow.solve()
    assert status == flow.OPTIMAL, "Every account has an arc to the end."
    used = flow.flows(arcs)[: network.pairs] > 0
    owners = np.where(laid.fixed >= 0, laid.fixed, -1)
    owners[laid.arcs.account[used]] = laid.arcs.member[used]
    price, cost = price_of_nobody(laid), float(flow.optimal_cost())
    nobody = int((laid.free & (owners < 0)).sum())
    return Solved(owners=owners, cost=cost, bound=cost, open_price=price, open_bound=float(price * nobody))


def price_of_nobody(laid: Laid) -> int:
    """More than any wish: an account is left with nobody only where there is no room."""
    dearest = int(laid.arcs.cost.max(initial=0))
    steepest = sum(int(one.slopes[-1]) * UNIT for one in laid.scales)
    return 20 * (dearest + steepest + 1)


def network_of(laid: Laid) -> Network:
    accounts, members = len(laid.problem.accounts), len(laid.problem.members)
    end = accounts + members
    free = np.flatnonzero(laid.free)
    rungs = _rungs(laid)
    supplies = np.zeros(end + 1, np.int64)
    supplies[free], supplies[end] = 1, -len(free)
    pairs = len(laid.arcs)
    return Network(
        tail=np.concatenate([laid.arcs.account, accounts + rungs[0], free]).astype(np.int32),
        head=np.concatenate(
            [accounts + laid.arcs.member, np.full(len(rungs[0]) + len(free), end, np.int64)]
        ).astype(np.int32),
        room=np.concatenate([np.ones(pairs, np.int64), rungs[1], np.ones(len(free), np.int64)]),
        cost=np.concatenate([laid.arcs.cost, rungs[2], np.full(len(free), price_of_nobody(laid), np.int64)]),
        supplies=supplies,
        pairs=pairs,
    )  # fmt: skip


def _rungs(laid: Laid) -> tuple[Numbers, Numbers, Numbers]:
    """By member: how many accounts at which price."""
    members = np.arange(len(laid.problem.members))
    most = int(laid.free.sum())
    left = np.full(len(members), most, np.int64)
    for room in laid.rooms:
        left = np.minimum(left, np.where(room.left == NO_LIMIT, most, np.maximum(room.left, 0)))
    if not laid.scales:
        return members, left, np.zeros(len(members), np.int64)
    scale = laid.scales[0]
    rows = [
        _prices(int(one), scale.rungs[one], scale.slopes, int(scale.begins[one]), int(left[one])) for one in members
    ]
    whole = np.concatenate(rows) if rows else np.zeros((0, 3), np.int64)
    return whole[:, 0], whole[:, 1], whole[:, 2]


def _prices(member: int, rungs: Numbers, slopes: Numbers, begins: int, left: int) -> Numbers:
    """Prices change only where a rung lies, so only the accounts about one are looked at."""
    around = {0, left}
    for rung in rungs.tolist():
        at = (rung - begins) // UNIT
        around |= {one for one in (at, at + 1) if 0 < one < left}
    stops = np.array(sorted(around), np.int64)
    steps = np.diff(slopes, prepend=0)
    loads = begins + UNIT * np.stack([stops[:-1], stops[:-1] + 1])
    costs = np.maximum(loads[..., None] - rungs, 0) @ steps
    counts = np.diff(stops)
    return np.stack([np.full(len(counts), member, np.int64), counts, costs[1] - costs[0]], axis=1)


assert LADDER[0][1] == 0, "The first rung costs nothing."

"""The bound where accounts weigh differently: the problem with accounts that may be divided, as a linear programme.

One rule: no whole answer costs less than the best divided one. Where there are very many pairs only those are looked at
that can matter: the prices of a smaller programme say which others would make it cheaper, until none would.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handrail.book.balancing.arcs import Arcs, Laid
from handrail.book.balancing.fitting import Flags, Numbers
from handrail.book.balancing.flow import price_of_nobody
from handrail.book.balancing.shares import NO_LIMIT, POINT, UNIT, Loads

AT_ONCE = 12  # pairs an account, up to which all are looked at together
FIRST = 8  # pairs an account of a programme that begins small
_ROUNDS = 12
_TINY = 1e-6
_NEAR = 2e-4  # from which part of the bound on further pairs are worth looking for


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """`part` is which part of its account each arc carries, `gains` what each would add to the cost at the prices of
    the answer; `bound` is in parts of a point, and so is `open_bound`, what of it is due to accounts that nobody
    gets."""

    part: Loads
    gains: Loads
    bound: float
    open_bound: float


@dataclass(kw_only=True)
class _Rows:
    """Rows of a matrix, put together entry by entry."""

    row: list[Any] = field(default_factory=list)
    column: list[Any] = field(default_factory=list)
    value: list[Any] = field(default_factory=list)

    def add(self, row: NDArray[Any], column: NDArray[Any], value: NDArray[Any] | float) -> None:
        self.row.append(row)
        self.column.append(column)
        self.value.append(np.broadcast_to(np.asarray(value, float), row.shape))

    def matrix(self, rows: int, columns: int) -> Any:
        from scipy.sparse import csr_matrix

        if not self.row:
            return csr_matrix((rows, columns))
        where = (np.concatenate(self.row), np.concatenate(self.column))
        return csr_matrix((np.concatenate(self.value), where), shape=(rows, columns))


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """`dual` prices each row: accounts, then the books and rooms of members."""

    part: Loads
    cost: float
    nobody: Loads
    equal: Loads
    upper: Loads


def relax(laid: Laid) -> Relaxed:
    arcs = laid.arcs
    is_small = len(arcs) <= AT_ONCE * laid.free.sum()
    chosen = np.ones(len(arcs), bool) if is_small else _first(laid)
    price = price_of_nobody(laid)
    for _ in range(_ROUNDS):
        some = np.flatnonzero(chosen)
        answer = _solved(laid, some, "highs-ds" if is_small else "highs-ipm")
        gains = _gains(laid, answer)
        # What the pairs left out could still gain at most is taken off the bound, so that it holds.
        lost = _least(arcs, np.where(chosen, 0, gains))
        if -lost <= _NEAR * abs(answer.cost):
            break
        chosen |= _worth(arcs, np.where(chosen, 0, gains))
    part = np.zeros(len(arcs))
    part[some] = answer.part
    return Relaxed(part=part, gains=gains, bound=answer.cost + lost, open_bound=float(answer.nobody.sum()) * price)


def _least(arcs: Arcs, gains: Loads) -> float:
    """Of each account the pair that gains most, summed."""
    return float(np.minimum.reduceat(gains, _starts(arcs)).clip(max=0).sum()) if len(arcs) else 0.0


def _starts(arcs: Arcs) -> Numbers:
    return np.unique(arcs.first[:-1][arcs.first[:-1] < arcs.first[1:]])


def _first(laid: Laid) -> Flags:
    """Of each account its cheapest pairs, and so that nobody is looked over, each time from another person on."""
    arcs = laid.arcs
    turned = (arcs.member + arcs.account * 7) % max(len(laid.problem.members), 1)
    order = np.lexsort((turned, arcs.cost, arcs.account))
    rank = np.arange(len(arcs)) - arcs.first[arcs.account[order]]
    chosen = np.zeros(len(arcs), bool)
    chosen[order[rank < FIRST]] = True
    return chosen


def _worth(arcs: Arcs, gains: Loads) -> Flags:
    """Of each account the few pairs that would gain most."""
    order = np.lexsort((gains, arcs.account))
    rank = np.arange(len(arcs)) - arcs.first[arcs.account[order]]
    chosen = np.zeros(len(arcs), bool)
    best = order[rank < FIRST // 2]
    chosen[best[gains[best] < -_TINY * POINT]] = True
    return chosen


def _gains(laid: Laid, answer: _Answer) -> Loads:
    """What each pair would add to the cost at the prices of the answer; below nothing, it would make it cheaper."""
    arcs, members = laid.arcs, len(laid.problem.members)
    place = np.cumsum(laid.free) - 1
    gains = arcs.cost - answer.equal[place[arcs.account]]
    row = 0
    for scale in laid.scales:
        gains -= answer.upper[row + arcs.member] * scale.weighs[arcs.account] / UNIT
        row += members
    for room in laid.rooms:
        gains -= answer.upper[row + arcs.member] * room.weighs[arcs.account] / size_of(room.weighs)
        row += members
    if laid.moves_left is not None:
        gains -= answer.upper[row] * moves(laid)
    return np.asarray(gains, float)


def size_of(weighs: Numbers) -> float:
    """By what a measure is divided, so that the numbers of a programme are near one."""
    return float(max(weighs.mean(), 1)) if weighs.size else 1.0


def moves(laid: Laid) -> Loads:
    """Which pairs make an account change hands that need not."""
    arcs = laid.arcs
    return np.asarray(laid.stays[arcs.account] & (laid.owner[arcs.account] != arcs.member), float)


def _solved(laid: Laid, some: Numbers, method: str) -> _Answer:
    from scipy.optimize import linprog

    free = np.flatnonzero(laid.free)
    pairs, rungs = len(some), _rungs(laid)
    columns = pairs + len(free) + sum(len(one[0]) for one in rungs)
    cost = np.concatenate([laid.arcs.cost[some], np.full(len(free), price_of_nobody(laid)), *(one[1] for one in rungs)])
    upper = np.concatenate([np.ones(pairs + len(free)), *(one[2] for one in rungs)])
    equal = _Rows()
    place = np.cumsum(laid.free) - 1
    equal.add(place[laid.arcs.account[some]], np.arange(pairs), 1.0)
    equal.add(np.arange(len(free)), pairs + np.arange(len(free)), 1.0)
    below, most = _bounded(laid, some, rungs, pairs + len(free))
    found = linprog(
        cost,
        A_eq=equal.matrix(len(free), columns),
        b_eq=np.ones(len(free)),
        A_ub=below.matrix(len(most), columns),
        b_ub=most,
        bounds=np.stack([np.zeros(columns), upper], axis=1),
        method=method,
    )
    assert found.status == 0, f"Every account may be nobody's: {found.message}"
    return _Answer(
        part=found.x[:pairs],
        cost=float(found.fun),
        nobody=found.x[pairs : pairs + len(free)],
        equal=found.eqlin.marginals,
        upper=found.ineqlin.marginals,
    )


def _rungs(laid: Laid) -> list[tuple[Numbers, Loads, Loads]]:
    """By scale and member the steps of its cost: whose it is, what it costs, how wide it is. The first, which costs
    nothing, is no column."""
    found = []
    for scale in laid.scales:
        widths = np.diff(np.maximum(scale.rungs - scale.begins[:, None], 0), axis=1)[:, 1:]
        last = np.full((len(scale.begins), 1), np.inf)
        width = np.concatenate([widths / UNIT, last], axis=1)
        whose = np.repeat(np.arange(len(scale.begins)), width.shape[1])
        cost = np.tile(scale.slopes[1:] * float(UNIT), len(scale.begins))
        found.append((whose, cost, width.ravel()))
    return found


def _bounded(
    laid: Laid, some: Numbers, rungs: list[tuple[Numbers, Loads, Loads]], at: int
) -> tuple[_Rows, Loads]:  # fmt: skip
    """Books within their steps, and nobody beyond their room."""
    account, member = laid.arcs.account[some], laid.arcs.member[some]
    rows, most, members = _Rows(), list[Loads](), len(laid.problem.members)
    pairs = np.arange(len(some))
    for scale, (whose, _, _) in zip(laid.scales, rungs, strict=True):
        start = len(most) * members
        rows.add(start + member, pairs, scale.weighs[account] / UNIT)
        rows.add(start + whose, at + np.arange(len(whose)), -1.0)
        most.append(np.maximum(scale.rungs[:, 1] - scale.begins, 0) / UNIT)
        at += len(whose)
    for room in laid.rooms:
        start, size = len(most) * members, size_of(room.weighs)
        rows.add(start + member, pairs, room.weighs[account] / size)
        most.append(np.where(room.left >= NO_LIMIT, room.weighs.sum(), np.maximum(room.left, 0)) / size)
    bound = np.concatenate(most) if most else np.zeros(0)
    if laid.moves_left is not None:
        rows.add(np.full(len(some), len(bound)), pairs, moves(laid)[some])
        bound = np.append(bound, float(laid.moves_left))
    return rows, bound

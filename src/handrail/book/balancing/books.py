"""Who has which account while an answer is being put together, and what that makes of everybody's book.

One rule: what each book weighs and what room is left is counted along with every account that is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handrail.book.balancing.arcs import Laid
from handrail.book.balancing.fitting import Numbers
from handrail.book.balancing.flow import price_of_nobody
from handrail.book.balancing.relaxing import moves

NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class _Moving:
    arc: int
    gain: int


class Books:
    """Who has which account, by the arc that was chosen for it, and what that makes of everybody's book."""

    def __init__(self, laid: Laid) -> None:
        self.laid = laid
        self.chosen: Numbers = np.full(len(laid.problem.accounts), NOBODY, np.int64)
        self.loads = [scale.begins.copy() for scale in laid.scales]
        self.left = [room.left.copy() for room in laid.rooms]
        self.moving = moves(laid).astype(bool)
        self.moves_left = laid.moves_left if laid.moves_left is not None else len(laid.problem.accounts)
        self.price = price_of_nobody(laid)

    def give(self, account: int, arc: int) -> None:
        """To whoever the arc says, -1 is nobody; away from whoever has it."""
        for number, sign in ((int(self.chosen[account]), -1), (arc, 1)):
            if number != NOBODY:
                self._count(account, number, sign)
        self.chosen[account] = arc

    def _count(self, account: int, arc: int, sign: int) -> None:
        member = self.laid.arcs.member[arc]
        for loads, scale in zip(self.loads, self.laid.scales, strict=True):
            loads[member] += sign * scale.weighs[account]
        for left, room in zip(self.left, self.laid.rooms, strict=True):
            left[member] -= sign * room.weighs[account]
        self.moves_left -= sign * bool(self.moving[arc])

    def give_rest(self, rest: Numbers) -> None:
        for account in rest.tolist():
            best = self.cheapest(account)
            if best is not None:
                self.give(account, best.arc)

    def cheapest(self, account: int) -> _Moving | None:
        """Of those who have room for it."""
        first, end = self.laid.arcs.first[account : account + 2].tolist()
        arcs = np.arange(first, end)[self._fits(account, first, end)]
        if not len(arcs):
            return None
        costs = self.laid.arcs.cost[arcs] + self._adds(account, arcs)
        at = int(costs.argmin())
        return _Moving(arc=int(arcs[at]), gain=int(costs[at]))

    def _fits(self, account: int, first: int, end: int) -> NDArray[np.bool_]:
        members = self.laid.arcs.member[first:end]
        fits = np.ones(end - first, bool)
        for left, room in zip(self.left, self.laid.rooms, strict=True):
            fits &= (left[members] >= room.weighs[account]) | (room.weighs[account] == 0)
        return fits & ~self.moving[first:end] if self.moves_left <= 0 else fits

    def _adds(self, account: int, arcs: Numbers) -> Numbers:
        members = self.laid.arcs.member[arcs]
        total = np.zeros(len(arcs), np.int64)
        for loads, scale in zip(self.loads, self.laid.scales, strict=True):
            now = loads[members]
            total += scale.cost(members, now + scale.weighs[account]) - scale.cost(members, now)
        return total

    def take(self, chosen: Numbers) -> bool:
        """All of another answer, if it is cheaper."""
        was, before = self.chosen.copy(), self.total()
        self._set(chosen)
        if self.total() < before:
            return True
        self._set(was)
        return False

    def _set(self, chosen: Numbers) -> None:
        for account in np.flatnonzero(chosen != self.chosen).tolist():
            self.give(account, int(chosen[account]))

    def total(self) -> int:
        given = self.chosen[self.laid.free]
        total = int(self.laid.arcs.cost[given[given != NOBODY]].sum()) + self.price * int((given == NOBODY).sum())
        return total + sum(int(one.sum()) for one in self.over())

    def over(self) -> Iterator[Numbers]:
        """By measure what each book costs beside what it cost to begin with."""
        members = np.arange(len(self.laid.problem.members))
        for loads, scale in zip(self.loads, self.laid.scales, strict=True):
            yield scale.cost(members, loads) - scale.cost(members, scale.begins)

    def owners(self) -> Numbers:
        found = np.where(self.laid.fixed >= 0, self.laid.fixed, NOBODY)
        given = self.laid.free & (self.chosen != NOBODY)
        found[given] = self.laid.arcs.member[self.chosen[given]]
        return found

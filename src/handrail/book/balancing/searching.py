"""Looking for a cheaper answer near one that is there: some accounts are let go of, and given out anew all at once.

One rule: the solver counts its own steps and works alone, so that what it finds does not depend on the machine.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from handrail.book.balancing.arcs import Laid
from handrail.book.balancing.fitting import Flags, Numbers
from handrail.book.balancing.flow import price_of_nobody
from handrail.book.balancing.relaxing import moves
from handrail.book.balancing.shares import NO_LIMIT, Loads

ALL = 150  # pairs, up to which everything is given out anew
SOME = 700  # accounts that are let go of where there are more
PAIRS = 10  # of each account the cheapest at the prices of the bound
STEPS = 1.5  # of the solver's own measure, about seconds on an idle machine

_NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class Found:
    """`bound` is proven where the search was over everything (`is_whole`), else nothing is said by it."""

    chosen: Numbers
    bound: float
    is_whole: bool


def better(laid: Laid, chosen: Numbers, gains: Loads) -> Found:
    is_whole = len(laid.arcs) <= ALL
    loose = laid.free if is_whole else _loose(laid, chosen, gains)
    arcs = _arcs(laid, chosen, gains, loose, is_whole)
    return _Search(laid, chosen, loose, arcs).run(is_whole)


def _loose(laid: Laid, chosen: Numbers, gains: Loads) -> Flags:
    """Those that have nobody or somebody who is dear at the prices of the bound, and as many others."""
    free = np.flatnonzero(laid.free)
    held = chosen[free]
    dear = np.where(held == _NOBODY, np.inf, gains[held])
    order = free[np.lexsort((free, -np.round(dear, 3)))]
    half, rest = order[: SOME // 2], order[SOME // 2 :]
    loose = np.zeros(len(chosen), bool)
    loose[half] = True
    loose[rest[:: max(1, len(rest) // (SOME // 2))]] = True
    return loose


def _arcs(laid: Laid, chosen: Numbers, gains: Loads, loose: Flags, is_whole: bool) -> Numbers:
    arcs = np.flatnonzero(loose[laid.arcs.account])
    if is_whole:
        return arcs
    order = arcs[np.lexsort((gains[arcs], laid.arcs.account[arcs]))]
    account = laid.arcs.account[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(account)) + 1])
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    held = chosen[loose & (chosen != _NOBODY)]
    return np.unique(np.concatenate([order[rank < PAIRS], held]))


class _Search:
    """A model of the loose accounts, beside books in which all others stay."""

    def __init__(self, laid: Laid, chosen: Numbers, loose: Flags, arcs: Numbers) -> None:
        from ortools.sat.python import cp_model

        self.laid, self.chosen, self.loose, self.arcs = laid, chosen, loose, arcs
        self.cp = cp_model
        self.model = cp_model.CpModel()
        self.pairs = [self.model.new_bool_var("") for _ in range(len(arcs))]
        stays = chosen[~loose & (chosen != _NOBODY)]
        self.stay_account, self.stay_member = laid.arcs.account[stays], laid.arcs.member[stays]
        self.stay_moves = int(moves(laid)[stays].sum())
        self.of_member = self._grouped(laid.arcs.member[arcs])
        self.of_account = self._grouped(laid.arcs.account[arcs])
        self.costs: list[tuple[Any, int]] = []

    def _grouped(self, keys: Numbers) -> dict[int, list[int]]:
        groups = dict[int, list[int]]()
        for number, key in enumerate(keys.tolist()):
            groups.setdefault(key, []).append(number)
        return groups

    def run(self, is_whole: bool) -> Found:
        self._give_once()
        for number in range(len(self.laid.scales)):
            self._weigh(number)
        self._keep_room()
        self._keep_moves()
        for number, arc in enumerate(self.arcs.tolist()):
            self.costs.append((self.pairs[number], int(self.laid.arcs.cost[arc])))
        self.model.minimize(sum(var * cost for var, cost in self.costs if cost))
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 7
        solver.parameters.max_deterministic_time = STEPS
        solver.parameters.relative_gap_limit = 0.0005
        status = solver.solve(self.model)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return Found(chosen=self.chosen, bound=-np.inf, is_whole=is_whole)
        found = self.chosen.copy()
        found[self.loose] = _NOBODY
        for number, arc in enumerate(self.arcs.tolist()):
            if solver.boolean_value(self.pairs[number]):
                found[self.laid.arcs.account[arc]] = arc
        return Found(chosen=found, bound=solver.best_objective_bound if is_whole else -np.inf, is_whole=is_whole)

    def _give_once(self) -> None:
        price = price_of_nobody(self.laid)
        held = set(self.chosen[self.loose].tolist())
        for account in np.flatnonzero(self.loose).tolist():
            nobody = self.model.new_bool_var("")
            mine = self.of_account.get(account, [])
            self.model.add_exactly_one([*(self.pairs[one] for one in mine), nobody])
            self.costs.append((nobody, price))
            self.model.add_hint(nobody, self.chosen[account] == _NOBODY)
        for number, arc in enumerate(self.arcs.tolist()):
            self.model.add_hint(self.pairs[number], arc in held)

    def _weigh(self, number: int) -> None:
        """What each book costs: by how much it is above each rung."""
        scale = self.laid.scales[number]
        stays = np.bincount(self.stay_member, weights=scale.weighs[self.stay_account], minlength=len(scale.begins))
        fixed = scale.begins + stays.astype(np.int64)
        steps = np.diff(scale.slopes, prepend=0)
        for member, mine in self.of_member.items():
            weighs = [int(scale.weighs[self.laid.arcs.account[self.arcs[one]]]) for one in mine]
            load = self.cp.LinearExpr.weighted_sum([self.pairs[one] for one in mine], weighs) + int(fixed[member])
            most = int(fixed[member]) + sum(weighs)
            for rung, step in zip(scale.rungs[member].tolist()[1:], steps.tolist()[1:], strict=True):
                base = max(rung, int(fixed[member]))
                if most > base:
                    over = self.model.new_int_var(0, most - base, "")
                    self.model.add(load - base <= over)
                    self.costs.append((over, step))

    def _keep_room(self) -> None:
        for room in self.laid.rooms:
            used = np.bincount(self.stay_member, weights=room.weighs[self.stay_account], minlength=len(room.left))
            left = room.left - used.astype(np.int64)
            for member, mine in self.of_member.items():
                weighs = [int(room.weighs[self.laid.arcs.account[self.arcs[one]]]) for one in mine]
                if room.left[member] < NO_LIMIT and sum(weighs) > left[member]:
                    load = self.cp.LinearExpr.weighted_sum([self.pairs[one] for one in mine], weighs)
                    self.model.add(load <= max(int(left[member]), 0))

    def _keep_moves(self) -> None:
        if self.laid.moves_left is None:
            return
        moving = moves(self.laid)[self.arcs].astype(bool)
        counted = [self.pairs[one] for one in np.flatnonzero(moving).tolist()]
        self.model.add(sum(counted) <= self.laid.moves_left - self.stay_moves)

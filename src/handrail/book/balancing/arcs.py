"""All pairs of an account and a person that can be, with what each costs beside the evenness of books.

One rule: what is decided already (chosen by hand, or at rest) is no pair: it stands in the books before anything is
balanced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from handrail.book.account import Account, Measures
from handrail.book.balancing.fitting import Fit, Flags, Numbers, fit_of
from handrail.book.balancing.problem import Problem
from handrail.book.balancing.shares import (
    POINT,
    Room,
    Scale,
    ceilings_of,
    even_shares,
    grown,
    room_of,
    scale_of,
    weights,
)
from handrail.book.policy import MEASURES, Measure

# What leaving an earlier proposal costs, in points: so much must be gained by it.
STAYS = 40
KNOWN_WELL = 3  # from so many handoffs and years together on, somebody knows a customer
_ROWS = 4_000
_NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class Arcs:
    """`account` and `member` are places in the problem's lists, `cost` is in parts of a point; sorted by account, and
    `first` is where each account's begin, with the end."""

    account: Numbers
    member: Numbers
    cost: Numbers
    first: Numbers

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A problem as arrays. `fixed` is the place of whoever has an account without any choice, -1 where there is one;
    `owner` that of its present owner, -1 where they are not among the members. `loads` is what each account weighs,
    `begins` what each member has without the accounts and with the fixed ones; `moves_left` how many accounts may
    change hands that need not."""

    problem: Problem
    fit: Fit
    can: Flags
    fixed: Numbers
    owner: Numbers
    arcs: Arcs
    scales: tuple[Scale, ...]
    rooms: tuple[Room, ...]
    loads: dict[Measure, Numbers]
    begins: dict[Measure, Numbers]
    free: Flags
    stays: Flags
    moves_left: int | None

    @property
    def is_unit(self) -> bool:
        """Whether an account is an account: then a flow finds the best there is."""
        measured = {*(one.measure for one in self.scales), *(one.measure for one in self.rooms)}
        return (
            measured <= {"accounts"}
            and self.moves_left is None
            and bool((self.loads["accounts"][self.free] == 1).all())
        )


def lay(problem: Problem) -> Laid:
    accounts, members = problem.accounts, problem.members
    fit = fit_of(accounts, members, problem.today)
    can = fit.can(problem.policy, members)
    place = {one.id: number for number, one in enumerate(members)}
    owner = np.array([place.get(one.owner, _NOBODY) if one.owner else _NOBODY for one in accounts], np.int64)
    fixed = np.array(list(_fixed(problem, place, can, fit.profile_of, owner)), np.int64)
    loads = {
        one: np.array([getattr(account.measures, one) for account in accounts], np.int64) for one in MEASURES
    }  # fmt: skip
    standing = {one: np.array([getattr(member.standing, one) for member in members], np.int64) for one in MEASURES}
    begins = {one: standing[one] + _summed(loads[one], fixed, len(members)) for one in MEASURES}
    pinned = np.array([one.pinned_to is not None for one in accounts], bool)
    free = (fixed == _NOBODY) & ~pinned
    keeps = np.zeros(len(accounts), bool)
    held = free & (owner != _NOBODY)
    keeps[held] = can[fit.profile_of[held], owner[held]]
    scales, rooms = _measured(problem, loads, begins, free)
    return Laid(
        problem=problem,
        fit=fit,
        can=can,
        fixed=fixed,
        owner=owner,
        arcs=_arcs(problem, fit, can, free, owner, place),
        scales=scales,
        rooms=rooms,
        loads=loads,
        begins=begins,
        free=free,
        stays=keeps,
        moves_left=problem.policy.most_moves,
    )


def _fixed(problem: Problem, place: dict[int, int], can: Flags, profile_of: Numbers, owner: Numbers) -> Iterator[int]:
    """Somebody who was chosen by hand gets it, whatever rule says otherwise, unless they can get nothing at all."""
    for number, account in enumerate(problem.accounts):
        if account.pinned_to is not None:
            chosen = place.get(account.pinned_to, _NOBODY)
            yield _NOBODY if chosen == _NOBODY or problem.members[chosen].cannot else chosen
        elif rests(account, problem.policy.rest_days, problem.today) and owner[number] != _NOBODY:
            yield int(owner[number]) if can[profile_of[number], owner[number]] else _NOBODY
        else:
            yield _NOBODY


def rests(account: Account, rest_days: int, today: date) -> bool:
    return account.changed_on is not None and account.changed_on > today - timedelta(days=rest_days)


def _summed(weighs: Numbers, whose: Numbers, members: int) -> Numbers:
    some = whose != _NOBODY
    return np.bincount(whose[some], weights=weighs[some], minlength=members).astype(np.int64)


def _measured(
    problem: Problem, loads: dict[Measure, Numbers], begins: dict[Measure, Numbers], free: Flags
) -> tuple[tuple[Scale, ...], tuple[Room, ...]]:
    """The measures that books are made even by, and those that somebody has little room for."""
    scales, rooms = list[Scale](), list[Room]()
    counting = weights(problem.policy)
    for one in MEASURES:
        weighs = np.where(free, loads[one], 0)
        ceilings = ceilings_of(problem.members, one, begins[one])
        if one in counting:
            scales.append(scale_of(one, counting[one], weighs, begins[one], ceilings))
        growth = problem.policy.most_growth if one in counting else None
        if growth is not None or any(one in member.limit for member in problem.members):
            share = even_shares(begins[one], int(weighs.sum()), ceilings)
            bound = grown(share, weighs, begins[one], growth)
            rooms.append(room_of(one, weighs, begins[one], ceilings, bound))
    return tuple(scales), tuple(rooms)


def _arcs(
    problem: Problem, fit: Fit, can: Flags, free: Flags, owner: Numbers, place: dict[int, int]
) -> Arcs:  # fmt: skip
    wishes = fit.wishes(problem.policy)
    parts = [_some(rows, fit, can, wishes) for rows in _slices(np.flatnonzero(free))]
    account, member, points = (
        np.concatenate([part[number] for part in parts]) if parts else np.zeros(0, np.int64) for number in range(3)
    )
    if not_for := _not_for(problem, place):
        stays = ~np.isin(account * len(problem.members) + member, not_for)
        account, member, points = account[stays], member[stays], points[stays]
    cost = (points + problem.policy.continuity) * POINT
    _forgive(cost, account, member, problem, owner, place)
    _hold_to(cost, account, member, problem, place)
    first = np.searchsorted(account, np.arange(len(problem.accounts) + 1))
    return Arcs(account=account, member=member, cost=cost, first=first.astype(np.int64))


def _not_for(problem: Problem, place: dict[int, int]) -> list[int]:
    """The pairs that are ruled out by name."""
    return [
        number * len(problem.members) + place[one]
        for number, row in enumerate(problem.accounts)
        for one in row.not_for
        if one in place
    ]


def _slices(rows: Numbers) -> Iterator[Numbers]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]


def _some(rows: Numbers, fit: Fit, can: Flags, wishes: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    profiles = fit.profile_of[rows]
    at, member = np.nonzero(can[profiles])
    return rows[at], member.astype(np.int64), wishes[profiles[at], member]


def _forgive(
    cost: Numbers, account: Numbers, member: Numbers, problem: Problem, owner: Numbers, place: dict[int, int]
) -> None:
    """Whoever knows the customer costs less for it; its owner knows it."""
    weight = problem.policy.continuity * POINT
    known = [
        (number * len(problem.members) + place[one], KNOWN_WELL if place[one] == owner[number] else how_much)
        for number, row in enumerate(problem.accounts)
        for one, how_much in _knowing(row)
        if one in place and how_much > 0
    ]
    if not known or not len(account):
        return
    keys = account * len(problem.members) + member
    wanted = np.array([key for key, _ in known], np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    is_there = keys[at] == wanted
    how = np.minimum(np.array([how_much for _, how_much in known], np.int64), KNOWN_WELL)
    cost[at[is_there]] -= weight * how[is_there] // KNOWN_WELL


def _knowing(row: Account) -> Iterator[tuple[int, int]]:
    yield from row.known_to.items()
    if row.owner is not None and row.owner not in row.known_to:
        yield row.owner, KNOWN_WELL


def _hold_to(cost: Numbers, account: Numbers, member: Numbers, problem: Problem, place: dict[int, int]) -> None:
    if not problem.proposed or not len(account):
        return
    before = np.array([place.get(problem.proposed.get(one.id, 0), _NOBODY) for one in problem.accounts], np.int64)
    cost[(before[account] != _NOBODY) & (before[account] != member)] += STAYS * POINT


def books_of(laid: Laid, owners: Numbers) -> list[Measures]:
    """What each member has, with the accounts that they own in it."""
    members = len(laid.problem.members)
    sums = {one: laid.begins[one] + _summed(laid.loads[one], _chosen(laid, owners), members) for one in MEASURES}
    return [Measures(**{one: int(sums[one][number]) for one in MEASURES}) for number in range(members)]


def _chosen(laid: Laid, owners: Numbers) -> Numbers:
    return np.where(laid.free, owners, _NOBODY)


def before(accounts: Sequence[Account], members: int, owner: Numbers, standing: Sequence[Measures]) -> list[Measures]:
    found = list(standing)
    for number, account in enumerate(accounts):
        if 0 <= owner[number] < members:
            found[owner[number]] = found[owner[number]] + account.measures
    return found


def cost_of(laid: Laid, owners: Numbers) -> int:
    """Of an answer without those that nobody gets, in parts of a point: that of the pairs, and of books beyond the even
    share."""
    arcs, members = laid.arcs, np.arange(len(laid.problem.members))
    total = int(arcs.cost[owners[arcs.account] == arcs.member].sum())
    for one in laid.scales:
        loads = one.begins + _summed(one.weighs, _chosen(laid, owners), len(members))
        total += int((one.cost(members, loads) - one.cost(members, one.begins)).sum())
    return total

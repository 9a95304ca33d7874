"""Making an answer better by what two people could exchange: an account of one for one of the other, or for none.

One rule: every exchange keeps every rule and costs less than before. Whose books are dearest comes first; how many
exchanges are looked at is counted, and never how long it takes.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from handrail.book.balancing.arcs import Laid
from handrail.book.balancing.books import NOBODY, Books
from handrail.book.balancing.fitting import Numbers

LOOKED_AT = 1_000  # exchanges at most, for each pair that there is
OTHERS = 24  # with how many others each is compared in a turn
_NONE = 2**50  # the cost of what cannot be


class Prices:
    """What each account costs with each person. Of so many that a table would fill the memory, looked up."""

    def __init__(self, laid: Laid) -> None:
        self.members = len(laid.problem.members)
        self.keys = laid.arcs.account * self.members + laid.arcs.member
        self.cost = laid.arcs.cost

    def of(self, accounts: Numbers, member: int) -> Numbers:
        """-1 is no account, and costs nothing."""
        wanted = accounts * self.members + member
        arc = self.arc(accounts, member)
        there = (arc >= 0) & (accounts >= 0)
        found = np.where(there, self.cost[arc], _NONE)
        return np.where(wanted < 0, 0, found)

    def arc(self, accounts: Numbers, member: int) -> Numbers:
        wanted = accounts * self.members + member
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, at, NOBODY)


def exchange(laid: Laid, books: Books, enough: float) -> None:
    """Until the answer costs no more than `enough`, or nobody has anything to exchange."""
    if not len(laid.arcs):
        return
    prices, total, looked_at = Prices(laid), float(books.total()), 0
    held, most = _held(laid, books), LOOKED_AT * len(laid.arcs) + 1_000_000
    for turn in range(200):
        gained = 0.0
        for one, other in _pairs(laid, books, turn):
            gain, size = _best(laid, books, prices, held, one, other)
            gained, looked_at = gained + gain, looked_at + size
            if total - gained <= enough or looked_at > most:
                return
        total -= gained
        if not gained and turn * OTHERS >= len(held):
            return


def _held(laid: Laid, books: Books) -> list[list[int]]:
    held: list[list[int]] = [[] for _ in laid.problem.members]
    for account in np.flatnonzero(laid.free & (books.chosen != NOBODY)).tolist():
        held[int(laid.arcs.member[books.chosen[account]])].append(account)
    return held


def _pairs(laid: Laid, books: Books, turn: int) -> Iterator[tuple[int, int]]:
    """Who has the dearest book with some others, who are others in each turn."""
    members = np.arange(len(laid.problem.members))
    able = members[[not one.cannot for one in laid.problem.members]]
    over = np.sum([np.zeros(len(members), np.int64), *books.over()], axis=0)
    dearest = able[np.argsort(-over[able], kind="stable")]
    count = len(dearest)
    for place, one in enumerate(dearest.tolist()):
        for step in range(min(OTHERS, count - 1)):
            other = int(dearest[(place + 1 + (turn * OTHERS + step) % (count - 1)) % count])
            yield one, other


def _best(
    laid: Laid, books: Books, prices: Prices, held: list[list[int]], one: int, other: int
) -> tuple[float, int]:  # fmt: skip
    """Exchange what gains most between two people; what it gains, and among how many it was found."""
    mine, theirs = np.array([NOBODY, *held[one]], np.int64), np.array([NOBODY, *held[other]], np.int64)
    delta = (prices.of(mine, other) - prices.of(mine, one))[:, None]
    delta = delta + (prices.of(theirs, one) - prices.of(theirs, other))[None, :]
    delta += _evenness(laid, books, (one, other), (mine, theirs))
    delta[~_allowed(laid, books, prices, (one, other), (mine, theirs))] = _NONE
    at = int(delta.argmin())
    gain = int(delta.flat[at])
    if gain >= 0:
        return 0.0, delta.size
    _swap(books, prices, held, (one, other), (int(mine[at // len(theirs)]), int(theirs[at % len(theirs)])))
    return float(-gain), delta.size


def _evenness(laid: Laid, books: Books, who: tuple[int, int], what: tuple[Numbers, Numbers]) -> Numbers:
    """How much dearer both books become, for each exchange."""
    total = np.zeros((len(what[0]), len(what[1])), np.int64)
    for loads, scale in zip(books.loads, laid.scales, strict=True):
        gets = _weigh(scale.weighs, what[1])[None, :] - _weigh(scale.weighs, what[0])[:, None]
        steps = np.diff(scale.slopes, prepend=0)
        for member, change in ((who[0], gets), (who[1], -gets)):
            now = int(loads[member])
            for rung, step in zip(scale.rungs[member].tolist()[1:], steps.tolist()[1:], strict=True):
                total += step * (np.maximum(now + change - rung, 0) - max(now - rung, 0))
    return total


def _allowed(
    laid: Laid, books: Books, prices: Prices, who: tuple[int, int], what: tuple[Numbers, Numbers]
) -> NDArray[np.bool_]:
    allowed = np.ones((len(what[0]), len(what[1])), bool)
    for left, room in zip(books.left, laid.rooms, strict=True):
        gets = _weigh(room.weighs, what[1])[None, :] - _weigh(room.weighs, what[0])[:, None]
        allowed &= ((gets <= left[who[0]]) | (gets <= 0)) & ((-gets <= left[who[1]]) | (gets >= 0))
    if laid.moves_left is not None:
        moved = _moved(books, prices, what[0], who)[:, None] + _moved(books, prices, what[1], who[::-1])[None, :]
        allowed &= moved <= books.moves_left
    return allowed


def _moved(books: Books, prices: Prices, accounts: Numbers, who: tuple[int, int]) -> Numbers:
    """How many more accounts change hands that need not, when these go from one to the other."""
    after, now = (
        np.where(arc >= 0, books.moving[arc], False) for arc in (prices.arc(accounts, one) for one in who[::-1])
    )
    return np.where(accounts < 0, 0, after.astype(np.int64) - now.astype(np.int64))


def _weigh(weighs: Numbers, accounts: Numbers) -> Numbers:
    return np.where(accounts >= 0, weighs[accounts], 0)


def _swap(
    books: Books, prices: Prices, held: list[list[int]], who: tuple[int, int], what: tuple[int, int]
) -> None:  # fmt: skip
    for account, giver, taker in ((what[0], who[0], who[1]), (what[1], who[1], who[0])):
        if account != NOBODY:
            books.give(account, int(prices.arc(np.array([account]), taker)[0]))
            held[giver].remove(account)
            held[taker].append(account)

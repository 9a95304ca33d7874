"""Making room for an account that nobody has room for: somebody gives one of theirs to a third, and takes it instead.

One rule: nobody ends up beyond their room, and no account is let go of for another.
"""

from dataclasses import dataclass

import numpy as np

from handrail.book.balancing.arcs import Laid
from handrail.book.balancing.books import NOBODY, Books
from handrail.book.balancing.fitting import Numbers


@dataclass(frozen=True, kw_only=True)
class _Chain:
    """Account `gives` goes along the arc `on`, and its place is taken along the arc `takes`."""

    cost: int
    takes: int
    gives: int
    on: int


def make_room(laid: Laid, books: Books) -> None:
    """For each account without an owner, the heaviest first, the cheapest way of two steps."""
    nobodys = np.flatnonzero(laid.free & (books.chosen == NOBODY))
    weight = sum((room.weighs[nobodys] for room in laid.rooms), np.zeros(len(nobodys), np.int64))
    for account in nobodys[np.lexsort((nobodys, -weight))].tolist():
        found = _cheapest(laid, books, account)
        if found is not None:
            books.give(found.gives, found.on)
            books.give(account, found.takes)


def _cheapest(laid: Laid, books: Books, account: int) -> _Chain | None:
    first, end = laid.arcs.first[account : account + 2].tolist()
    best: _Chain | None = None
    for takes in range(first, end):
        for gives in _enough(laid, books, account, int(laid.arcs.member[takes])).tolist():
            chain = _passed_on(laid, books, account, takes, gives)
            if chain is not None and (best is None or chain.cost < best.cost):
                best = chain
    return best


def _enough(laid: Laid, books: Books, account: int, member: int) -> Numbers:
    """The member's accounts that weigh as much as is missing."""
    held = np.flatnonzero(laid.free & (books.chosen != NOBODY))
    held = held[laid.arcs.member[books.chosen[held]] == member]
    enough = np.ones(len(held), bool)
    for left, room in zip(books.left, laid.rooms, strict=True):
        needs = int(room.weighs[account]) - int(left[member])
        enough &= (room.weighs[held] >= needs) | (room.weighs[account] == 0)
    return np.asarray(held[enough], np.int64)


def _passed_on(laid: Laid, books: Books, account: int, takes: int, gives: int) -> _Chain | None:
    was = int(books.chosen[gives])
    books.give(gives, NOBODY)
    books.give(account, takes)  # so that it does not come back
    onward = books.cheapest(gives)
    books.give(account, NOBODY)
    books.give(gives, was)
    if (
        onward is None
        or onward.arc == was
        or (books.moves_left <= 0 and (books.moving[takes] or books.moving[onward.arc]))
    ):
        return None
    cost = onward.gain - int(laid.arcs.cost[was]) + int(laid.arcs.cost[takes])
    return _Chain(cost=cost, takes=takes, gives=gives, on=onward.arc)

"""Whole accounts near the bound: what a linear programme leaves divided is given whole, and then made better.

One rule: whatever it is at is an answer that keeps every rule; it is only ever replaced by a cheaper one. How long it
looks is counted in steps and never in seconds, so that the same question has the same answer on every machine.
"""

import numpy as np

from handrail.book.balancing.arcs import Laid
from handrail.book.balancing.books import NOBODY, Books
from handrail.book.balancing.exchanging import exchange
from handrail.book.balancing.fitting import Numbers
from handrail.book.balancing.flow import Solved, price_of_nobody
from handrail.book.balancing.making_room import make_room
from handrail.book.balancing.relaxing import Relaxed, relax
from handrail.book.balancing.searching import ALL, better

_CLOSE = 0.003  # of the bound: nearer than that it is not worth looking further


def solve(laid: Laid) -> Solved:
    relaxed = relax(laid)
    books = Books(laid)
    for number in _whole(relaxed):
        books.give(int(laid.arcs.account[number]), int(number))
    books.give_rest(_divided(laid, books))
    if _has_left_over(laid, relaxed, books):
        make_room(laid, books)
    bound = relaxed.bound
    enough = bound + _CLOSE * (bound - relaxed.open_bound)
    exchange(laid, books, enough)
    if books.total() > enough and (len(laid.arcs) <= ALL or _has_left_over(laid, relaxed, books)):
        found = better(laid, books.chosen, relaxed.gains)
        bound = max(bound, found.bound)
        if books.take(found.chosen):
            exchange(laid, books, enough)
    cost = float(books.total())
    return Solved(
        owners=books.owners(),
        cost=cost,
        bound=min(bound, cost),
        open_price=price_of_nobody(laid),
        open_bound=relaxed.open_bound,
    )


def _whole(relaxed: Relaxed) -> Numbers:
    return np.flatnonzero(relaxed.part > 1 - 1e-6)


def _divided(laid: Laid, books: Books) -> Numbers:
    """The accounts that nobody has yet, the heaviest first."""
    rest = np.flatnonzero(laid.free & (books.chosen == NOBODY))
    weight = sum((scale.weighs[rest] for scale in laid.scales), np.zeros(len(rest), np.int64))
    return rest[np.lexsort((rest, -weight))]


def _has_left_over(laid: Laid, relaxed: Relaxed, books: Books) -> bool:
    """Whether somebody is without an owner for whom there would be room."""
    nobody = int((laid.free & (books.chosen == NOBODY)).sum())
    return nobody > relaxed.open_bound / price_of_nobody(laid) + 0.5

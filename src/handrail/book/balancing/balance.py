"""Proposing who gets which account.

One rule: the best answer is proven where that can be done, and where it cannot, it is said how far from it this one may
be.
"""

import numpy as np

from handrail.book.account import Measures
from handrail.book.balancing import flow, rounding
from handrail.book.balancing.arcs import Laid, before, books_of, cost_of, lay
from handrail.book.balancing.fitting import Numbers
from handrail.book.balancing.flow import Solved
from handrail.book.balancing.problem import Problem
from handrail.book.balancing.proposal import Book, Method, Proposal, Quality
from handrail.book.balancing.shares import POINT, ceilings_of, even_shares
from handrail.book.balancing.telling import Telling
from handrail.book.policy import MEASURES


def balance(problem: Problem) -> Proposal:
    laid = lay(problem)
    method, solved = _solved(laid)
    told = Telling(laid, solved.owners)
    return Proposal(
        placed={one.account: one for one in told.placed()},
        unplaced={one.account: one for one in told.unplaced()},
        books=_books(laid, solved.owners),
        quality=_quality(method, solved),
    )


def _solved(laid: Laid) -> tuple[Method, Solved]:
    """Where nothing can be chosen, what is fixed is all there is."""
    if not len(laid.arcs):
        return "nothing", Solved(owners=laid.fixed, cost=0, bound=0)
    return ("flow", flow.solve(laid)) if laid.is_unit else ("relaxed", rounding.solve(laid))


def _quality(method: Method, solved: Solved) -> Quality:
    return Quality(
        method=method,
        cost=solved.cost / POINT,
        bound=solved.bound / POINT,
        open_cost=solved.open_bound / POINT,
    )


def _books(laid: Laid, owners: Numbers) -> tuple[Book, ...]:
    members = laid.problem.members
    was = before(laid.problem.accounts, len(members), laid.owner, [one.standing for one in members])
    after, share = books_of(laid, owners), _shares(laid, owners)
    gets = np.bincount(owners[(owners >= 0) & (owners != laid.owner)], minlength=len(members))
    gives = np.bincount(laid.owner[(laid.owner >= 0) & (owners != laid.owner)], minlength=len(members))
    return tuple(
        Book(
            member=one.id,
            before=was[number],
            after=after[number],
            share=share[number],
            gets=int(gets[number]),
            gives=int(gives[number]),
        )
        for number, one in enumerate(members)
    )


def _shares(laid: Laid, owners: Numbers) -> list[Measures]:
    """What everybody would have, were all that is given spread evenly."""
    members = laid.problem.members
    levels = {}
    for one in MEASURES:
        stands = np.array([getattr(member.standing, one) for member in members], np.int64)
        given = int(laid.loads[one][owners >= 0].sum())
        levels[one] = np.rint(even_shares(stands, given, ceilings_of(members, one, stands))).astype(np.int64)
    return [Measures(**{one: int(levels[one][number]) for one in MEASURES}) for number in range(len(members))]


__all__ = ["balance", "cost_of"]

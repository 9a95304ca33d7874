"""What balancing answers with.

One rule: it says of everything why: who gets an account, who was next, who gets none, and how far from the best that
could be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handrail.book.account import Measures


@dataclass(frozen=True, kw_only=True)
class Term:
    """Something that counted for or against a person, in words, and for how many points; fewer are better."""

    says: str
    points: float = 0


@dataclass(frozen=True, kw_only=True)
class Next:
    """Who would have been next, and how many points more that would cost; `terms` are what differs."""

    member: int
    points: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """`is_fixed` is one without any choice: it was chosen by hand, or has to rest. Without a `next`, `alone` says why
    nobody else could."""

    account: int
    member: int
    terms: tuple[Term, ...]
    next: Next | None = None
    alone: str = ""
    is_fixed: bool = False


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """`why` is which rule kept it from everybody, `mend` what would help."""

    account: int
    why: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class Book:
    """What somebody has `before` and would have `after`, all of it; `share` is the even share for them."""

    member: int
    before: Measures
    after: Measures
    share: Measures
    gets: int
    gives: int


Method = Literal["flow", "relaxed", "nothing"]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What the proposal costs in points and what none can cost less than. `open_cost` is the part of the bound that is
    due to accounts for which there is no room."""

    method: Method
    cost: float
    bound: float
    open_cost: float = 0

    @property
    def percent(self) -> float:
        """How far the proposal may be from the best one, in hundredths of the bound."""
        apart = max(0.0, self.cost - self.bound)
        return 100 * apart / max(self.bound - self.open_cost, 1.0)

    @property
    def is_best(self) -> bool:
        return self.cost - self.bound < 0.5


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Every account is either `placed` or `unplaced`."""

    placed: Mapping[int, Placed]
    unplaced: Mapping[int, Unplaced]
    books: tuple[Book, ...]
    quality: Quality

    @property
    def owners(self) -> dict[int, int]:
        return {account: one.member for account, one in self.placed.items()}

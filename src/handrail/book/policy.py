"""How new owners are proposed: what must hold, what is wished for and how much, and how far books may move.

One rule: what must hold is never traded for a wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Trait = Literal["skills", "language", "region", "zone"]
TRAITS: tuple[Trait, ...] = ("skills", "language", "region", "zone")
Measure = Literal["accounts", "mrr", "effort", "handoffs"]
MEASURES: tuple[Measure, ...] = ("accounts", "mrr", "effort", "handoffs")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """`must` are the traits that a new owner has to have; `wishes` those that count, each with its weight from 0 to
    100, and so `continuity`: whoever knows the customer. `balance` is how much each measure counts when books are made
    even, from 0 to 100. `most_growth` is by how many hundredths a book may grow beyond the even share, None without a
    bound. Who changed hands within `rest_days` stays where it is, unless its owner cannot keep it. At most `most_moves`
    accounts change hands beyond those that have to."""

    must: frozenset[Trait] = frozenset({"skills", "language"})
    wishes: Mapping[Trait, int] = field(default_factory=lambda: {"region": 40, "zone": 20})
    continuity: int = 60
    balance: Mapping[Measure, int] = field(
        default_factory=lambda: {"accounts": 40, "mrr": 40, "effort": 60, "handoffs": 20}
    )
    most_growth: int | None = 25
    rest_days: int = 90
    most_moves: int | None = None

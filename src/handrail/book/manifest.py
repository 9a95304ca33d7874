"""What hangs on an account, and what becomes of each thing when the account changes hands.

One rule: what the giver holds goes to the receiver; what somebody else holds stays theirs, and is told. Nothing that is
found is left out of the manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

Sort = Literal[
    "account",
    "opportunity",
    "credit",
    "case",
    "task",
    "meeting",
    "sequence",
    "pending",
    "role",
    "work",
    "approval",
    "promise",
    "message",
    "watch",
]
Happens = Literal["moves", "stays", "goes with its role", "is kept as history"]


@dataclass(frozen=True, kw_only=True)
class Hanging:
    """One thing on an account, with who holds it. `ref` says which one, among those of its sort. `is_over` is whether
    nothing is left to do in it, since `over_on` where the day is known; `amount` is in cents. `place` is where it
    belongs, such as a handoff's title. `data` is what moving it needs."""

    sort: Sort
    ref: str
    title: str
    holder: int | None
    is_over: bool = False
    over_on: date | None = None
    amount: int | None = None
    stage: str = ""
    place: str = ""
    role: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Between whom, and on which day; `recent_days` is how long ago a sale may have been closed so that its credit
    still moves (S2.14)."""

    giver: int | None
    effective: date
    recent_days: int = 90


@dataclass(frozen=True, kw_only=True)
class Fate:
    happens: Happens
    why: str = ""


# What is part of a handoff is held by whoever holds the role, and so goes with it.
_WITH_ROLES: frozenset[Sort] = frozenset({"work", "approval", "promise", "message"})
_IN_HANDOFFS = _WITH_ROLES | {"role", "watch"}


def fate_of(thing: Hanging, terms: Terms) -> Fate:
    """What becomes of one thing, in words where that is not plain. The handoff that hands an account over belongs to
    whoever gives and gets it, and stays as it is."""
    if thing.data.get("of_transfer"):
        return Fate(happens="stays", why="It is part of handing this account over.")
    if thing.holder != terms.giver:
        return Fate(happens="stays", why=_whose(thing))
    if thing.holder is None and thing.sort in _IN_HANDOFFS:
        return Fate(happens="stays", why=_whose(thing))
    if thing.sort in _WITH_ROLES:
        return Fate(happens="goes with its role")
    if thing.sort in {"opportunity", "credit"}:
        return _of_sale(thing, terms)
    if thing.is_over:
        return Fate(happens="is kept as history", why="It is over; whose it was stays on record.")
    return Fate(happens="moves")


def _whose(thing: Hanging) -> str:
    return "Nobody holds it." if thing.holder is None else "Somebody else holds it."


def _of_sale(thing: Hanging, terms: Terms) -> Fate:
    """Open and recently closed sales go to the new owner, whole; older ones keep who sold them (S2.14, S2.19)."""
    if not thing.is_over:
        return Fate(happens="moves")
    since = terms.effective - timedelta(days=terms.recent_days)
    if thing.over_on is not None and thing.over_on >= since:
        return Fate(
            happens="moves", why=f"Closed on {thing.over_on}, within {terms.recent_days} days: its credit moves."
        )
    return Fate(happens="is kept as history", why=f"Closed before {since}: whose sale it was stays on record.")

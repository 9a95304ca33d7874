"""An account as a book of business sees it: what it weighs, what it needs of whoever owns it, and who knows it.

One rule: weights are whole numbers, so that sums are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What an account weighs. `mrr` is in cents a month, `effort` in tenths of the company's unit of effort (see
    `handrail.book.effort`), `handoffs` are those that run."""

    accounts: int = 1
    mrr: int = 0
    effort: int = 10
    handoffs: int = 0

    def __add__(self, other: "Measures") -> "Measures":
        return Measures(
            accounts=self.accounts + other.accounts,
            mrr=self.mrr + other.mrr,
            effort=self.effort + other.effort,
            handoffs=self.handoffs + other.handoffs,
        )


NOTHING = Measures(accounts=0, mrr=0, effort=0, handoffs=0)


@dataclass(frozen=True, kw_only=True)
class Account:
    """`id` is that of its line in a transfer, or its own. `owner` is who has it now. `skills` are all needed; an empty
    `language`, `region` or `zone` (an IANA name) asks for nothing. `known_to` says of people who have history with it
    how much: handoffs and years together. `changed_on` is when it last changed hands. `pinned_to` is whom somebody
    chose for it, `not_for` are those who do not get it, such as who refused it."""

    id: int
    name: str
    measures: Measures
    owner: int | None = None
    skills: frozenset[str] = frozenset()
    language: str = ""
    region: str = ""
    zone: str = ""
    known_to: Mapping[int, int] = field(default_factory=dict)
    changed_on: date | None = None
    pinned_to: int | None = None
    not_for: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who may get accounts. `standing` is what they have that no account of the transfer touches. `limit`
    says how much of a measure they can hold at most, by the measure's name; a measure that is not in it has no limit.
    `cannot` says in words why they get nothing, such as that they are away; empty where they can."""

    id: int
    name: str
    standing: Measures = NOTHING
    limit: Mapping[str, int] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    region: str = ""
    zone: str = ""
    cannot: str = ""

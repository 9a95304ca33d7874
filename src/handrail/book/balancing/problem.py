"""What is asked of balancing.

One rule: it knows of accounts and people only what stands here, so that the same question has the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from handrail.book.account import Account, Member
from handrail.book.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Problem:
    """`today` is the day from which rest days are counted back. `proposed` is who was proposed before, by account: it
    stays so unless it cannot or something clearly better is found."""

    accounts: tuple[Account, ...]
    members: tuple[Member, ...]
    policy: Policy
    today: date
    proposed: Mapping[int, int] = field(default_factory=dict)

"""How owners are proposed in a transfer, as it is kept: the policy, and from which teams and people.

One rule: whatever is kept can be read; what says nothing is as the policy usually is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail.book.policy import MEASURES, TRAITS, Policy

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`teams` and `people` are the ids of those who may get accounts; where both are empty, the givers' teams are."""

    policy: Policy = field(default_factory=Policy)
    teams: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


def to_json(asked: Asked) -> Json:
    policy = asked.policy
    return {
        "must": sorted(policy.must),
        "wishes": dict(policy.wishes),
        "continuity": policy.continuity,
        "balance": dict(policy.balance),
        "most_growth": policy.most_growth,
        "rest_days": policy.rest_days,
        "most_moves": policy.most_moves,
        "teams": list(asked.teams),
        "people": list(asked.people),
    }


def of_json(written: Mapping[str, Any]) -> Asked:
    usual = Policy()
    return Asked(
        policy=Policy(
            must=frozenset(one for one in TRAITS if one in written["must"]) if "must" in written else usual.must,
            wishes={one: int(written["wishes"][one]) for one in TRAITS if one in written["wishes"]}
            if "wishes" in written
            else usual.wishes,
            continuity=int(written.get("continuity", usual.continuity)),
            balance={one: int(written["balance"][one]) for one in MEASURES if one in written["balance"]}
            if "balance" in written
            else usual.balance,
            most_growth=_number(written, "most_growth", usual.most_growth),
            rest_days=int(written.get("rest_days", usual.rest_days)),
            most_moves=_number(written, "most_moves", usual.most_moves),
        ),
        teams=tuple(map(int, written.get("teams", ()))),
        people=tuple(map(int, written.get("people", ()))),
    )


def _number(written: Mapping[str, Any], name: str, usual: int | None) -> int | None:
    """None where it is kept as none, which is no bound."""
    if name not in written:
        return usual
    return None if written[name] is None else int(written[name])

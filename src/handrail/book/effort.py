"""How much work an account is, in tenths of the company's unit of effort: a small table that anybody can read.

One rule: an account that is moved by itself and has nothing open is one unit, ten tenths; whatever stands out adds to
it. The table can be another one in a transfer's policy, under `effort`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class EffortTable:
    """Tenths: `base` of any account, `by_way` for how it is transferred, `by_health` for how well it does, `by_item`
    for each thing that is open on it, by its sort, and `handoff` for each handoff that runs. At most `most`."""

    base: int = 10
    by_way: Mapping[str, int] = field(default_factory=lambda: {"automated": 0, "semi-manual": 5, "manual": 10})
    by_health: Mapping[str, int] = field(default_factory=lambda: {"good": 0, "fair": 5, "poor": 10})
    by_item: Mapping[str, int] = field(
        default_factory=lambda: {
            "opportunity": 3,
            "case": 2,
            "task": 1,
            "meeting": 1,
            "sequence": 1,
            "pending": 3,
        }
    )
    handoff: int = 5
    most: int = 100


STANDARD = EffortTable()


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What an account is weighed by. `items` are those that are open, by sort; `is_account` is whether it is one at
    all, and not what somebody holds on the account of another or on none."""

    way: str = ""
    health: str = ""
    items: Mapping[str, int] = field(default_factory=dict)
    handoffs: int = 0
    is_account: bool = True


def effort_of(one: Weighed, table: EffortTable = STANDARD) -> int:
    """In tenths of a unit."""
    items = sum(table.by_item.get(sort, 1) * count for sort, count in one.items.items())
    if not one.is_account:
        return min(table.most, items)
    tenths = table.base + table.by_way.get(one.way, 0) + table.by_health.get(one.health, 0)
    return min(table.most, tenths + items + table.handoff * one.handoffs)


def table_of(policy: Mapping[str, object]) -> EffortTable:
    """That of a transfer's policy; what it does not say, or not in whole numbers, is as in the standard one."""
    said = policy.get("effort")
    if not isinstance(said, Mapping):
        return STANDARD
    return EffortTable(
        base=_whole(said.get("base"), STANDARD.base),
        by_way=_wholes(said.get("by_way"), STANDARD.by_way),
        by_health=_wholes(said.get("by_health"), STANDARD.by_health),
        by_item=_wholes(said.get("by_item"), STANDARD.by_item),
        handoff=_whole(said.get("handoff"), STANDARD.handoff),
        most=_whole(said.get("most"), STANDARD.most),
    )


def in_words(table: EffortTable) -> tuple[tuple[str, int], ...]:
    """The rows of the table, each with its tenths, as people read them."""
    return (
        ("Any account", table.base),
        *((f"Transferred {way}", tenths) for way, tenths in table.by_way.items() if tenths),
        *((f"Health {health}", tenths) for health, tenths in table.by_health.items() if tenths),
        *((f"Each open {sort}", tenths) for sort, tenths in table.by_item.items()),
        ("Each running handoff", table.handoff),
        ("At most", table.most),
    )


def _whole(said: object, otherwise: int) -> int:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else otherwise


def _wholes(said: object, otherwise: Mapping[str, int]) -> Mapping[str, int]:
    if not isinstance(said, Mapping):
        return otherwise
    return {**otherwise, **{str(name): _whole(value, otherwise.get(str(name), 0)) for name, value in said.items()}}

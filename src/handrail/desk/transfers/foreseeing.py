"""What a move or its undoing would do, counted by sort before anything happens: the dry run.

One rule: it asks what the work itself asks and writes nothing; what is counted of some lines adds up with others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from handrail.desk import models
from handrail.desk.transfers.contradicting import contradictions, moved_items
from handrail.desk.transfers.hanging import hanging_on
from handrail.desk.transfers.moving import Doing, fate_in
from handrail.desk.transfers.standing import company_of, why_not

Json = dict[str, Any]
Does = Literal["flip", "back"]

MOST_AT_ONCE = 200  # lines that a page looks at while somebody waits
MOST_REASONS = 30
OTHERS = "Other reasons, each told with its account."
_GOES_BACK, _STAYS = "goes back", "stays"

# The sorts in the order in which they are told, each with what several are called.
TITLES: Mapping[str, str] = {
    "account": "Accounts",
    "opportunity": "Opportunities",
    "credit": "Sales credits",
    "case": "Cases",
    "task": "Tasks",
    "pending": "Pending items",
    "sequence": "Sequences",
    "meeting": "Meetings",
    "role": "Roles in handoffs",
    "work": "Work in handoffs",
    "approval": "Approvals",
    "promise": "Promises",
    "message": "Messages on their way",
    "watch": "Watches",
}
# Sales credit is of the same money as the opportunities, and an account's is by the month.
_WITH_SUMS = frozenset({"account", "opportunity", "credit"})


def foreseen(lines: Sequence[models.TransferLine], does: Does, transfer: models.Transfer, now: datetime) -> Json:
    """`{"lines": 3, "sorts": {"case": {"moves": [2, 0]}}, "reasons": {"…": 1}}`: counts, with sums in cents."""
    return _moving(lines, transfer, now) if does == "flip" else _going_back(lines, now)


def _moving(lines: Sequence[models.TransferLine], transfer: models.Transfer, now: datetime) -> Json:
    doing = Doing(transfer=transfer, by=None, now=now, source="")
    blocked = why_nots(lines, now)
    able = [line for line in lines if line.pk not in blocked]
    things = hanging_on(able, now=now)
    told = ((one.sort, fate_in(one, line, doing).happens, one.amount or 0) for line in able for one in things[line.pk])
    return {"lines": len(able), "sorts": _counted(told), "reasons": _reasons(blocked.values())}


def why_nots(lines: Sequence[models.TransferLine], now: datetime) -> dict[int, str]:
    """By line what stands in the way, of those of which something does."""
    known = company_of(lines, now)
    return {line.pk: says for line in lines if (says := why_not(line, known))}


def _going_back(lines: Sequence[models.TransferLine], now: datetime) -> Json:
    items = moved_items(line.pk for line in lines)
    stays = contradictions(items, now)
    told = ((one.sort, _STAYS if one.pk in stays else _GOES_BACK, one.data.get("amount") or 0) for one in items)
    return {"lines": len(lines), "sorts": _counted(told), "reasons": _reasons(stays.values())}


def _counted(told: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    for sort, happens, amount in told:
        count = found.setdefault(sort, {}).setdefault(happens, [0, 0])
        count[0] += 1
        count[1] += amount
    return found


def _reasons(says: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in says:
        key = one if one in found or len(found) < MOST_REASONS else OTHERS
        found[key] = found.get(key, 0) + 1
    return found


def together(one: Json, other: Json) -> Json:
    """What was counted of some lines and of others."""
    sorts: dict[str, dict[str, list[int]]] = {}
    for found in (one.get("sorts", {}), other["sorts"]):
        for sort, counts in found.items():
            for happens, (count, amount) in counts.items():
                so_far = sorts.setdefault(sort, {}).setdefault(happens, [0, 0])
                so_far[0], so_far[1] = so_far[0] + count, so_far[1] + amount
    reasons = dict(one.get("reasons", {}))
    for says, count in other["reasons"].items():
        key = says if says in reasons or len(reasons) < MOST_REASONS else OTHERS
        reasons[key] = reasons.get(key, 0) + count
    return {"lines": one.get("lines", 0) + other["lines"], "sorts": sorts, "reasons": reasons}


# ------------------------------------------------------------------------------------------------------------- as shown


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Of one sort how many move and stay; `money` is the sum of what moves, in words, where it has one."""

    title: str
    moves: int = 0
    with_role: int = 0
    stays: int = 0
    history: int = 0
    money: str = ""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    lines: int
    tallies: tuple[Tally, ...]
    reasons: tuple[tuple[str, int], ...]

    @property
    def blocked(self) -> int:
        return sum(count for _, count in self.reasons)

    @property
    def moves(self) -> int:
        return sum(one.moves + one.with_role for one in self.tallies)

    @property
    def stays(self) -> int:
        return sum(one.stays for one in self.tallies)

    @property
    def history(self) -> int:
        return sum(one.history for one in self.tallies)


def shown(report: Json) -> Foreseen:
    """The reasons that are met most come first."""
    sorts = report.get("sorts", {})
    tallies = tuple(_tally(sort, title, sorts[sort]) for sort, title in TITLES.items() if sort in sorts)
    reasons = sorted(report.get("reasons", {}).items(), key=lambda one: (-one[1], one[0]))
    return Foreseen(lines=report.get("lines", 0), tallies=tallies, reasons=tuple(reasons))


def _tally(sort: str, title: str, counts: Mapping[str, Sequence[int]]) -> Tally:
    def count(happens: str) -> int:
        return counts.get(happens, (0, 0))[0]

    cents = counts.get("moves", counts.get(_GOES_BACK, (0, 0)))[1]
    return Tally(
        title=title,
        moves=count("moves") + count(_GOES_BACK),
        with_role=count("goes with its role"),
        stays=count("stays"),
        history=count("is kept as history"),
        money=money(cents) if sort in _WITH_SUMS and cents else "",
    )


def money(cents: int) -> str:
    """`12,340.50`"""
    return f"{cents // 100:,}.{cents % 100:02}"


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """An account with who gives and gets it; `says` is what stands in the way or stays, `counts` what would happen."""

    id: int
    customer_id: int | None
    name: str
    giver: str
    receiver: str
    is_pool: bool
    state: str
    moves: int
    stays: int
    history: int
    says: tuple[str, ...]


def rows_of(
    lines: Sequence[models.TransferLine], does: Does, transfer: models.Transfer, now: datetime
) -> tuple[LineRow, ...]:
    """Each line by itself, in a number of queries that does not grow with them."""
    counted = _each_moving(lines, transfer, now) if does == "flip" else _each_going_back(lines, now)
    return tuple(_line_row(line, *counted[line.pk]) for line in lines)


Counted = tuple[int, int, int, tuple[str, ...]]


def _each_moving(lines: Sequence[models.TransferLine], transfer: models.Transfer, now: datetime) -> dict[int, Counted]:
    doing = Doing(transfer=transfer, by=None, now=now, source="")
    things, blocked, found = hanging_on(lines, now=now), why_nots(lines, now), dict[int, Counted]()
    for line in lines:
        fates = [fate_in(one, line, doing).happens for one in things[line.pk]]
        moves = fates.count("moves") + fates.count("goes with its role")
        says = (blocked[line.pk],) if line.pk in blocked else ()
        found[line.pk] = (moves, fates.count("stays"), fates.count("is kept as history"), says)
    return found


def _each_going_back(lines: Sequence[models.TransferLine], now: datetime) -> dict[int, Counted]:
    items = moved_items(line.pk for line in lines)
    stays = contradictions(items, now)
    found: dict[int, Counted] = {}
    for line in lines:
        own = [one for one in items if one.line_id == line.pk]
        says = tuple(f"{one.title}: {stays[one.pk]}" for one in own if one.pk in stays)
        found[line.pk] = (len(own) - len(says), len(says), 0, says)
    return found


def _line_row(line: models.TransferLine, moves: int, stays: int, history: int, says: tuple[str, ...]) -> LineRow:
    return LineRow(
        id=line.pk,
        customer_id=line.customer_id,
        name=line.customer.name if line.customer else "On no account",
        giver=line.giver.name if line.giver else "Nobody",
        receiver=line.receiver.name if line.receiver else line.pool.name if line.pool else "Nobody yet",
        is_pool=line.pool_id is not None,
        state=line.state,
        moves=moves,
        stays=stays,
        history=history,
        says=says,
    )

"""Two customers beside each other: the same facts in the same rows, what differs told in a word; and what each goes
through (S2.9).

One rule: nothing is taken as different because it is written differently; both values are read by the same runbook.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handrail.desk import models
from handrail.desk.queries.customer.facts import OTHER, Told, record_of, told_by
from handrail.desk.queries.customer.handoffs import HandoffLine, Handoffs, handoffs_of
from handrail.desk.queries.customer.rows import OpenItem, open_items
from handrail.desk.queries.customers import named, owner_words
from handrail.desk.queries.runbooks import runbooks_in_force
from handrail.handoff.plan import canonical
from handrail.runbook.kinds import Unfit
from handrail.runbook.model import Fact, Runbook

State = Literal["same", "different", "only left", "only right"]


@dataclass(frozen=True, kw_only=True)
class Side:
    """What stands in one column of a row; `told` is None where nothing is known."""

    told: Told | None = None
    source: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    title: str
    left: Side
    right: Side
    state: State


@dataclass(frozen=True, kw_only=True)
class Group:
    """`rows` are those that are shown, `same` how many others are left out since both say the same."""

    title: str
    rows: tuple[Row, ...]
    same: int


@dataclass(frozen=True, kw_only=True)
class HandoffPair:
    """The handoffs of one runbook, those of either customer."""

    runbook: str
    left: tuple[HandoffLine, ...]
    right: tuple[HandoffLine, ...]


@dataclass(frozen=True, kw_only=True)
class Beside:
    left: models.Customer
    right: models.Customer
    groups: tuple[Group, ...]
    differences: int
    compared: int
    handoffs: tuple[HandoffPair, ...]
    open: tuple[tuple[OpenItem, ...], tuple[OpenItem, ...]]


def beside(left: models.Customer, right: models.Customer, now: datetime, *, differences_only: bool) -> Beside:
    runbooks = runbooks_in_force()
    rows = {"The account": _of_account(left, right), **_of_records(left, right, runbooks)}
    every = [row for group in rows.values() for row in group]
    ours, theirs = (handoffs_of(one.pk, now, running_only=True) for one in (left, right))
    return Beside(
        left=left,
        right=right,
        groups=tuple(_group(title, group, differences_only) for title, group in rows.items()),
        differences=sum(1 for row in every if row.state != "same"),
        compared=len(every),
        handoffs=_pairs(ours, theirs),
        open=(open_items(left.pk, ours, now), open_items(right.pk, theirs, now)),
    )


MOST_FOUND = 12


def others_named(text: str, besides: int) -> tuple[models.Customer, ...]:
    """The first few customers of whose words some begin so, by name."""
    rows = named(text).exclude(pk=besides).select_related("owner")
    return tuple(rows[:MOST_FOUND])


def _group(title: str, rows: Sequence[Row], differences_only: bool) -> Group:
    shown = tuple(row for row in rows if not differences_only or row.state != "same")
    return Group(title=title, rows=shown, same=len(rows) - len(shown))


def _of_account(left: models.Customer, right: models.Customer) -> list[Row]:
    ours, theirs = owner_words(left.owner), owner_words(right.owner)
    owner = Row(
        title="Account owner",
        left=Side(told=Told(words=ours) if ours else None),
        right=Side(told=Told(words=theirs) if theirs else None),
        state=_state(ours or None, theirs or None),
    )
    return [owner] if ours or theirs else []


def _of_records(left: models.Customer, right: models.Customer, runbooks: Sequence[Runbook]) -> dict[str, list[Row]]:
    """By the title of the runbook that asks for them, in its order."""
    ours = {row.name: row for row in record_of(left.pk)}
    theirs = {row.name: row for row in record_of(right.pk)}
    groups: dict[str, list[Row]] = {}
    for title, name in _in_order({*ours, *theirs}, runbooks):
        declared = [runbook.facts[name] for runbook in runbooks if name in runbook.facts]
        groups.setdefault(title, []).append(_row(name, ours.get(name), theirs.get(name), declared))
    return groups


def _in_order(names: set[str], runbooks: Sequence[Runbook]) -> Iterator[tuple[str, str]]:
    rest = set(names)
    for runbook in runbooks:
        for name in runbook.facts:
            if name in rest:
                rest.discard(name)
                yield runbook.title, name
    yield from ((OTHER, name) for name in sorted(rest))


def _row(
    name: str, left: models.CustomerFact | None, right: models.CustomerFact | None, declared: Sequence[Fact]
) -> Row:
    titles, sides, values = [], [], []
    for one in (left, right):
        title, told = told_by(name, one.value, declared) if one else ("", None)
        titles.append(title)
        sides.append(Side(told=told, source=one.source if one else "", at=one.at if one else None))
        values.append(None if one is None else _compared(one, declared))
    return Row(title=titles[0] or titles[1], left=sides[0], right=sides[1], state=_state(*values))


def _compared(fact: models.CustomerFact, declared: Sequence[Fact]) -> str:
    """What makes two values the same: the one way in which the runbook that reads them would store them."""
    for one in declared:
        stored = canonical(one.kind, fact.value)
        if not isinstance(stored, Unfit):
            return str(stored)
    return str(fact.value)


def _state(left: str | None, right: str | None) -> State:
    if left is None or right is None:
        return "only left" if right is None else "only right"
    return "same" if left == right else "different"


def _pairs(ours: Handoffs, theirs: Handoffs) -> tuple[HandoffPair, ...]:
    titles = dict.fromkeys(line.title for line in (*ours.lines, *theirs.lines))
    return tuple(
        HandoffPair(
            runbook=title,
            left=tuple(line for line in ours.lines if line.title == title),
            right=tuple(line for line in theirs.lines if line.title == title),
        )
        for title in titles
    )

"""The page of one transfer: what it is, how far it has come, what it needs next, and its accounts in numbers.

One rule: all numbers of its lines come of one question, grouped by everything that the page counts by.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from handrail.book.next_act import Counts, Next, next_act
from handrail.book.transfer import OPEN_LINES
from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.queries.transfer_lines import NOBODY, name_of
from handrail.handoff.company import Member

_State = models.TransferLine.State
STATES = {
    "proposed": ("waiting", "Proposed"),
    "asked": ("open", "Asked"),
    "accepted": ("given", "Accepted"),
    "refused": ("refused", "Refused"),
    "moved": ("done", "Moved"),
    "failed": ("error", "Could not be moved"),
    "undone": ("rejected", "Taken back"),
    "returned": ("done", "Returned"),
    "dropped": ("not needed", "Left out"),
}  # how a line's state looks: the state of the design language, and its word
_STEPS = (("draft", "Being prepared"), ("asked", "With the receivers"), ("moving", "Moving"), ("moved", "Moved"))


@dataclass(frozen=True, kw_only=True)
class Step:
    title: str
    look: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """So many lines of one sort: `value` is what a filter calls it. `mrr` is in cents."""

    value: str
    words: str
    count: int
    mrr: int = 0


@dataclass(frozen=True, kw_only=True)
class TransferView:
    """`total` are the lines that are not left out, `accounts` those of them that are an account itself; `mrr` is in
    cents, `amount` what the open opportunities are worth that go along."""

    row: models.Transfer
    giver: str
    steps: tuple[Step, ...]
    next: Next
    total: int
    left_out: int
    accounts: int
    mrr: int
    amount: Decimal
    opportunities: int
    answered: int
    moved: int
    ways: tuple[Tally, ...]
    states: tuple[Tally, ...]
    receivers: tuple[Tally, ...]
    givers: tuple[Tally, ...]
    sheets: tuple[models.TransferSheet, ...]

    @property
    def others(self) -> int:
        """Lines that are no account itself."""
        return self.total - self.accounts

    @property
    def whole(self) -> int:
        return self.total + self.left_out or 1

    @property
    def worth(self) -> str:
        return f"{self.amount:,.0f}" if self.amount == int(self.amount) else f"{self.amount:,.2f}"


def transfer_view(row: models.Transfer, today: date) -> TransferView:
    groups, members = _groups(row.pk), company().members
    live = [one for one in groups if one["state"] != _State.DROPPED]
    counts = _counts(live)
    amount, opportunities = _worth(row.pk, live) if row.state in {"draft", "asked"} else (Decimal(0), 0)
    return TransferView(
        row=row,
        giver=name_of(row.giver_id, members),
        steps=tuple(_steps(row.state)),
        next=next_act(row.state, counts, effective=row.effective_date, today=today),  # type: ignore[arg-type]
        total=counts.lines,
        left_out=_sum(one for one in groups if one["state"] == _State.DROPPED),
        accounts=_sum(one for one in live if one["is_owned"]),
        mrr=sum(one["mrr"] or 0 for one in live),
        amount=amount,
        opportunities=opportunities,
        answered=counts.accepted + counts.refused,
        moved=counts.moved,
        ways=_tallies(live, "way", lambda value: str(value).capitalize() if value else "Not known yet", "none"),
        states=_in_order(_tallies(groups, "state", lambda value: STATES[str(value)][1], "")),
        receivers=_receivers(live, members),
        givers=_tallies(live, "giver_id", lambda value: name_of(value, members) if value else "Nobody", NOBODY),
        sheets=_sheets(row.pk),
    )


def _groups(transfer_id: int) -> list[dict[str, Any]]:
    rows = models.TransferLine.objects.filter(transfer=transfer_id).order_by()
    by = ("state", "way", "receiver_id", "pool__name", "giver_id", "is_owned")
    mrr = Sum(Cast(KT("measures__mrr"), BigIntegerField()))
    return list(rows.values(*by).annotate(count=Count("pk"), mrr=mrr))


def _worth(transfer_id: int, live: list[dict[str, Any]]) -> tuple[Decimal, int]:
    """Of the open opportunities that are in the givers' names, on accounts of the transfer or on no account where that
    goes along: asked for apart, since a database cannot join by the one or the other."""
    lines = models.TransferLine.objects.filter(transfer=transfer_id).exclude(state=_State.DROPPED)
    givers = {one["giver_id"] for one in live if one["giver_id"]}
    rows = models.CrmRecord.objects.filter(sort=models.CrmRecord.Sort.OPPORTUNITY, is_open=True)
    same = Exists(lines.filter(customer=OuterRef("customer"), giver=OuterRef("owner")))
    loose = lines.filter(customer__isnull=True).values("giver")
    parts = (rows.filter(same, owner__in=givers), rows.filter(customer__isnull=True, owner__in=loose))
    found = [one.aggregate(amount=Sum("amount"), count=Count("pk")) for one in parts]
    return sum((one["amount"] or Decimal(0) for one in found), Decimal(0)), sum(one["count"] for one in found)


def _counts(live: list[dict[str, Any]]) -> Counts:
    of = {state: _sum(one for one in live if one["state"] == state) for state in _State.values}
    without = [one for one in live if one["receiver_id"] is None and one["pool__name"] is None]
    return Counts(
        lines=_sum(live),
        without=_sum(one for one in without if one["state"] in OPEN_LINES),
        proposed=of["proposed"],
        asked=of["asked"],
        accepted=of["accepted"],
        refused=of["refused"],
        moved=of["moved"] + of["returned"],
        failed=of["failed"],
    )


def _sum(groups: Iterable[Mapping[str, Any]]) -> int:
    return sum(one["count"] for one in groups)


def _tallies(groups: list[dict[str, Any]], by: str, words: Any, empty: str) -> tuple[Tally, ...]:
    """By what the groups have under a name, the most first."""
    found: dict[Any, list[dict[str, Any]]] = {}
    for one in groups:
        found.setdefault(one[by], []).append(one)
    told = [
        Tally(value=str(value or empty), words=words(value), count=_sum(all_of), mrr=_mrr(all_of))
        for value, all_of in found.items()
    ]
    return tuple(sorted(told, key=lambda one: (-one.count, one.words)))


def _in_order(tallies: tuple[Tally, ...]) -> tuple[Tally, ...]:
    """Of the states as one follows the other."""
    order = list(STATES)
    return tuple(sorted(tallies, key=lambda one: order.index(one.value)))


def _receivers(live: list[dict[str, Any]], members: Mapping[int, Member]) -> tuple[Tally, ...]:
    alone = [one for one in live if one["pool__name"] is None]
    pools = [one for one in live if one["pool__name"] is not None]
    named = _tallies(alone, "receiver_id", lambda value: name_of(value, members) if value else "Nobody yet", NOBODY)
    return (*named, *_tallies(pools, "pool__name", lambda value: f"{value} (pool)", ""))


def _mrr(groups: list[dict[str, Any]]) -> int:
    return sum(one["mrr"] or 0 for one in groups)


def _steps(state: str) -> Iterator[Step]:
    at = next((place for place, (name, _) in enumerate(_STEPS) if name == state), -1)
    for place, (name, title) in enumerate(_STEPS):
        done = place < at or (name == state == "moved")
        yield Step(title=title, look="done" if done else "current" if place == at else "waiting")


def _sheets(transfer_id: int) -> tuple[models.TransferSheet, ...]:
    rows = models.TransferSheet.objects.filter(transfer=transfer_id).select_related("by").order_by("-at", "-pk")
    return tuple(rows.defer("content", "report")[:5])

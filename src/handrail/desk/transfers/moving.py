"""Moving what is on accounts to whoever gets them: the account, what other systems have on it, whose sales they are.

One rule: what becomes of a thing is what `fate_of` says, each is told by an item of its line, and all of a line is
written in one transaction.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handrail.book.manifest import Fate, Hanging, Terms, fate_of
from handrail.desk import models, ownership
from handrail.desk.transfers import statements
from handrail.desk.transfers.statements import CreditRow, ItemRow

RECORDS = frozenset(models.CrmRecord.Sort.values)
_POOL = Fate(happens="stays", why="A pool has nobody to credit: whose sale it is stays as it is.")
_CHANGED = "Somebody changed it while it was moved."
_LONGEST_TITLE = 300


@dataclass(frozen=True, kw_only=True)
class Doing:
    """A transfer that moves, or comes back: who does it, and when. `source` says so on what changes hands."""

    transfer: models.Transfer
    by: models.Person | None
    now: datetime
    source: str

    def terms(self, line: models.TransferLine) -> Terms:
        days = self.transfer.recently_closed_days
        return Terms(giver=line.giver_id, effective=self.transfer.effective_date, recent_days=days)


@dataclass(frozen=True, kw_only=True)
class Item:
    """What becomes of one thing of a line."""

    line: int
    thing: Hanging
    fate: Fate
    now: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        return self.fate.happens == "moves" or "move" in self.data


def fate_in(thing: Hanging, line: models.TransferLine, doing: Doing) -> Fate:
    """Of a sale that goes to a pool the credit stays, since nobody is to get it."""
    fate = fate_of(thing, doing.terms(line))
    if thing.sort == "credit" and line.receiver_id is None and fate.happens == "moves":
        return _POOL
    return fate


def items_of(line: models.TransferLine, things: Sequence[Hanging], doing: Doing) -> Iterator[Item]:
    """Of what is no part of a handoff."""
    for thing in things:
        if "handoff" not in thing.data:
            fate = fate_in(thing, line, doing)
            now = line.receiver_id if fate.happens == "moves" else thing.holder
            yield Item(line=line.pk, thing=thing, fate=fate, now=now)


def write(lines: Sequence[models.TransferLine], items: Sequence[Item], doing: Doing) -> dict[int, int]:
    """All of the lines; how many things of each moved."""
    missed = _give(items, doing)
    statements.add_items(_row(one, missed) for one in items)
    counts = {line.pk: 0 for line in lines}
    for one in items:
        counts[one.line] += one.moves and (one.line, one.thing.sort, one.thing.ref) not in missed
    _share(lines, doing)
    statements.lines_are("moved", ((pk, count, "") for pk, count in counts.items()), doing.now)
    return counts


Key = tuple[int, str, str]
"""Line, sort and ref of an item."""


def _give(items: Sequence[Item], doing: Doing) -> set[Key]:
    """Which of them were changed by somebody else meanwhile, and so stay."""
    accounts, records, credits = [], [], []
    for one in items:
        if not one.moves:
            continue
        if one.thing.sort == "account":
            accounts.append(one)
        elif one.thing.sort == "credit":
            credits.append(one)
        elif "record" in one.thing.data:
            records.append(one)
    given = statements.give_accounts(_changes(accounts), doing.now)
    occasion = ownership.Occasion(source=doing.source, by=doing.by.pk if doing.by else None, now=doing.now)
    ownership.keep({int(one.thing.ref): one.now for one in accounts if int(one.thing.ref) in given}, occasion)
    passed = statements.give_records(_changes(records), doing.now)
    missed = {_key(one) for one in accounts if int(one.thing.ref) not in given}
    missed |= {_key(one) for one in records if int(one.thing.ref) not in passed}
    return missed | give_credits(credits, doing.transfer.effective_date, doing.source)


def _key(one: Item) -> Key:
    return one.line, one.thing.sort, one.thing.ref


def _changes(items: Iterable[Item]) -> Iterator[statements.Change]:
    return ((int(one.thing.ref), one.thing.holder, one.now) for one in items)


def give_credits(items: Sequence[Item], on: date, source: str) -> set[Key]:
    """Whose sale it was ends on the day on which it begins to be somebody else's (S2.14, S2.19). Which of them had
    ended meanwhile."""
    written = [one for one in items if "credit" in one.thing.data]
    ended = statements.end_credits((int(str(one.thing.data["credit"])), _ends(one, on)) for one in written)
    missed = {_key(one) for one in written if int(str(one.thing.data["credit"])) not in ended}
    stays = [one for one in items if _key(one) not in missed]
    statements.add_credits(row for one in stays for row in _credit_rows(one, on, source))
    return missed


def _ends(one: Item, on: date) -> date:
    since = str(one.thing.data.get("since", ""))
    return max(on, date.fromisoformat(since)) if since else on


def _credit_rows(one: Item, on: date, source: str) -> Iterator[CreditRow]:
    record, ends = int(one.thing.ref), _ends(one, on)
    if "credit" not in one.thing.data and one.thing.holder is not None:
        since = str(one.thing.data.get("since", ""))
        begins = min(ends, date.fromisoformat(since)) if since else ends
        yield record, one.thing.holder, begins, ends, "Its owner until then."
    if one.now is not None:
        yield record, one.now, ends, None, source[:400]


def _row(one: Item, missed: set[Key]) -> ItemRow:
    thing, fate = one.thing, one.fate
    now, happens, data = one.now, fate.happens, {**thing.data, **one.data}
    if fate.why:
        data["why"] = fate.why
    if _key(one) in missed:
        now, happens, data = thing.holder, "stays", {**data, "why": _CHANGED}
    if thing.amount is not None:
        data["amount"] = thing.amount
    title = thing.title[:_LONGEST_TITLE]
    return one.line, thing.sort, thing.ref, title, thing.holder, now, happens, json.dumps(data), ""


def _share(lines: Sequence[models.TransferLine], doing: Doing) -> None:
    """Pools that an account was in end; the pool that it goes to begins, and so does the time at hand of who gives."""
    owned = [line for line in lines if line.customer_id is not None and line.is_owned]
    ids, today = [line.customer_id for line in owned], doing.now.date()
    pools = models.Share.objects.filter(customer__in=ids, sort="pool", ended_at=None)
    pools.update(until=today, ended_at=doing.now)
    models.Share.objects.bulk_create(_shares(owned, doing, today))


def _shares(lines: Iterable[models.TransferLine], doing: Doing, today: date) -> Iterator[models.Share]:
    days = doing.transfer.shadow_days
    for line in lines:
        assert line.customer_id is not None, "An account is shared, not what is on none."
        if line.pool_id is not None:
            yield models.Share(
                customer_id=line.customer_id, sort="pool", team_id=line.pool_id, since=today, line_id=line.pk
            )
        if days and line.giver_id is not None:
            yield models.Share(
                customer_id=line.customer_id,
                sort="shadow",
                person_id=line.giver_id,
                since=today,
                until=today + timedelta(days=days),
                line_id=line.pk,
            )

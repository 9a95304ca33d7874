"""Taking lines of a transfer back, because somebody says so or because it was for a while only.

One rule: each thing goes back where it still is where it was put; of what stays it is told what contradicts it. It is
no way back in time: whose something was meanwhile stays on record.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from handrail.desk import attendance, company, forwarding, models, ownership, succession
from handrail.desk.attendance import Occasion
from handrail.desk.people import person_of
from handrail.desk.succession import NotMoved, as_operations, hold_handoffs
from handrail.desk.transfers import flipping, holding, sharing, statements
from handrail.desk.transfers.contradicting import contradictions, moved_items
from handrail.desk.transfers.flipping import Done, Place
from handrail.desk.transfers.moving import RECORDS, Doing

BACK = "Back."
_CHANGED = "Somebody changed it while it was taken back."
Items = Sequence[models.MovedItem]


@dataclass(frozen=True, kw_only=True)
class Back:
    """`lines` are those that go back, None for all that moved; `state` is what they are then. Sales are whose they were
    again from the day `on`."""

    lines: Collection[int] | None
    state: str
    on: date


def take_back(transfer_id: int, back: Back, place: Place, *, by: models.Person | None, now: datetime) -> Done:
    """A bit of it, in the transaction of the caller."""
    company.held(waits=True)
    transfer = holding.held(transfer_id)
    source = f"Transfer “{transfer.title}” {'returns' if back.state == 'returned' else 'is taken back'}"
    doing = Doing(transfer=transfer, by=by, now=now, source=source[:400])
    return flipping.a_bit(
        transfer, place, "moved", lambda lines: _back(lines, back, doing), only=back.lines, apart=_with_moves
    )


def _with_moves(lines: Iterable[models.TransferLine]) -> set[int]:
    """Those of which something in a handoff moved."""
    rows = models.MovedItem.objects.filter(line__in=list(lines), sort__in=_IN_HANDOFFS, data__has_key="move")
    return set(rows.values_list("line_id", flat=True))


def _back(lines: Sequence[models.TransferLine], back: Back, doing: Doing) -> Done:
    flipping.hold_accounts(lines)
    gone = {line.pk: _gone(line) for line in lines if line.giver is not None and not line.giver.is_active}
    for pk, says in gone.items():
        models.TransferLine.objects.filter(pk=pk).update(says=says)
    able = [line for line in lines if line.pk not in gone]
    return flipping.tried(able, doing, lambda some, _: _lines_back(some, back, doing), gone, fails=False)


def _gone(line: models.TransferLine) -> str:
    has = line.receiver.name if line.receiver else "the pool"
    return f"{line.giver.name if line.giver else 'Nobody'} has left: it stays with {has}."


def _lines_back(lines: Sequence[models.TransferLine], back: Back, doing: Doing) -> int:
    items = moved_items(line.pk for line in lines)
    if handoffs := {one.data["move"]["handoff"] for one in items if "move" in one.data}:
        hold_handoffs(handoffs)
    stays = contradictions(items, doing.now)
    sharing.end_of_lines([line.pk for line in lines], doing.now)
    stays |= _give_back([one for one in items if one.pk not in stays], lines, back, doing)
    statements.mark_undone((one.pk, stays.get(one.pk, BACK)[:500]) for one in items)
    counts = dict.fromkeys((line.pk for line in lines), 0)
    for one in items:
        counts[one.line_id] += one.pk in stays
    says = ((pk, 0, _says(count)) for pk, count in counts.items())
    statements.lines_are(back.state, says, doing.now, is_back=True)
    return len(items) - len(stays)


def _says(stays: int) -> str:
    if not stays:
        return ""
    things = "1 thing" if stays == 1 else f"{stays} things"
    return f"{things} stayed, since {'it' if stays == 1 else 'they'} changed meanwhile."


def _give_back(items: Items, lines: Sequence[models.TransferLine], back: Back, doing: Doing) -> dict[int, str]:
    """What could not be given back after all, in words."""
    found = _rows_back([one for one in items if "move" not in one.data], back, doing)
    givers = {line.pk: line.giver for line in lines}
    for sort in _IN_HANDOFFS:
        for one in items:
            giver = givers[one.line_id]
            if one.sort == sort and "move" in one.data and giver is not None:
                says = _in_handoff(one, giver, doing)
                found |= {one.pk: says} if says else {}
    return found


def _rows_back(items: Items, back: Back, doing: Doing) -> dict[int, str]:
    accounts = [one for one in items if one.sort == "account"]
    records = [one for one in items if one.sort in RECORDS]
    given = statements.give_accounts(_changes(accounts), doing.now)
    occasion = ownership.Occasion(source=doing.source, by=doing.by.pk if doing.by else None, now=doing.now)
    ownership.keep({int(one.ref): one.was_id for one in accounts if int(one.ref) in given}, occasion)
    passed = statements.give_records(_changes(records), doing.now)
    missed = [one for one in accounts if int(one.ref) not in given]
    missed += [one for one in records if int(one.ref) not in passed]
    missed += _credits_back([one for one in items if one.sort == "credit"], back.on, doing)
    return {one.pk: _CHANGED for one in missed}


def _changes(items: Items) -> list[statements.Change]:
    return [(int(one.ref), one.now_id, one.was_id) for one in items]


def _credits_back(items: Items, on: date, doing: Doing) -> Items:
    """Each ends on the day on which the next begins. Which of them had ended meanwhile."""
    rows = models.Credit.objects.filter(record__in=[int(one.ref) for one in items], until=None)
    standing = {record: (pk, max(since, on)) for record, pk, since in rows.values_list("record_id", "pk", "since")}
    ended = statements.end_credits(standing.values())
    went = [one for one in items if standing.get(int(one.ref), (0, on))[0] in ended]
    new = ((int(one.ref), one.was_id, standing[int(one.ref)][1]) for one in went)
    statements.add_credits((record, who, since, None, doing.source) for record, who, since in new if who is not None)
    back = {one.pk for one in went}
    return [one for one in items if one.pk not in back]


# --------------------------------------------------------------------------------------------------------- in handoffs


def _in_handoff(one: models.MovedItem, giver: models.Person, doing: Doing) -> str:
    by = as_operations(doing.by or giver)
    occasion = Occasion(person=person_of(giver), by=by, reason=doing.source, now=doing.now)
    try:
        with transaction.atomic():
            return "" if _IN_HANDOFFS[one.sort](one, occasion) else _CHANGED
    except NotMoved as cannot:
        return str(cannot)


def _role_back(one: models.MovedItem, at: Occasion) -> bool:
    return succession.take_back(one.data["move"], at)


def _meeting_back(one: models.MovedItem, at: Occasion) -> bool:
    return attendance.take_back(one.data["move"], at)


def _message_back(one: models.MovedItem, at: Occasion) -> bool:
    return forwarding.take_back(one.data["move"], at.person.id, at.now)


def _watch_back(one: models.MovedItem, at: Occasion) -> bool:
    """Whoever watched before the flip does again; who began to by it does not any more."""
    move = one.data["move"]
    if move["to"] == at.person.id:
        return True
    rows = models.Watch.objects.filter(handoff=move["handoff"])
    seen = rows.filter(person=move["to"]).values_list("seen", flat=True).first() or 0
    about = {"since": at.now, "seen": seen}
    models.Watch.objects.get_or_create(person_id=at.person.id, handoff_id=move["handoff"], defaults=about)
    if not move.get("besides"):
        rows.filter(person=move["to"]).delete()
    return True


# In the order in which they are given back: meetings and messages go with roles.
_IN_HANDOFFS: Mapping[str, Callable[[models.MovedItem, Occasion], bool]] = {
    "role": _role_back,
    "meeting": _meeting_back,
    "message": _message_back,
    "watch": _watch_back,
}

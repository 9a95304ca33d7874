"""What of a moved account cannot go back, since something newer contradicts it: who has it now, and since when.

One rule: the page that asks whether to take a transfer back and the work that does it ask here, so that they agree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from handrail.desk import models, succession
from handrail.desk.departures import Move
from handrail.desk.transfers.moving import RECORDS
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.history.meetings import meeting_in

_GONE = "It is not there any more."


@dataclass(frozen=True, kw_only=True)
class _Now:
    """How everything stands that the items are about: by its id who has it, where it is there, and since when."""

    at: datetime
    names: Mapping[int, str]
    accounts: Mapping[int, tuple[int | None, datetime | None]]
    records: Mapping[int, int | None]
    credits: Mapping[int, tuple[int, date]]
    handoffs: Mapping[int, tuple[Handoff, str]]
    deliveries: Mapping[int, tuple[int | None, str]]

    def name(self, person: int | None) -> str:
        return "Nobody" if person is None else self.names.get(person, "Somebody")


def moved_items(line_ids: Iterable[int]) -> list[models.MovedItem]:
    """Those that changed hands and are not back: what goes with a role goes back with it."""
    rows = models.MovedItem.objects.filter(line__in=list(line_ids), undone="")
    rows = rows.filter(Q(happened="moves") | Q(sort="message", happened="goes with its role"))
    return [row for row in rows.order_by("pk") if row.sort not in _BY_MOVE or "move" in row.data]


def contradictions(items: Sequence[models.MovedItem], now: datetime) -> dict[int, str]:
    """By item's id, in words. The number of queries does not grow with the items."""
    standing = _standing(items, now)
    told = ((one.pk, _SAYS.get(one.sort, _of_record)(one, standing)) for one in items)
    return {pk: says for pk, says in told if says}


def _standing(items: Sequence[models.MovedItem], now: datetime) -> _Now:
    accounts = _accounts([int(one.ref) for one in items if one.sort == "account"])
    records = _records([int(one.ref) for one in items if _is_record(one)])
    credits = _credits([int(one.ref) for one in items if one.sort == "credit"])
    handoffs = _handoffs({one.data["move"]["handoff"] for one in items if "move" in one.data})
    deliveries = _deliveries([one.data["move"]["delivery"] for one in items if one.sort == "message"])
    people = {pk for pk, _ in accounts.values()} | set(records.values()) | {pk for pk, _ in credits.values()}
    names = models.Person.objects.filter(pk__in=[pk for pk in people if pk is not None]).values_list("pk", "name")
    return _Now(
        at=now,
        names=dict(names),
        accounts=accounts,
        records=records,
        credits=credits,
        handoffs=handoffs,
        deliveries=deliveries,
    )


def _is_record(one: models.MovedItem) -> bool:
    return one.sort in RECORDS and "record" in one.data


def _accounts(ids: list[int]) -> dict[int, tuple[int | None, datetime | None]]:
    if not ids:
        return {}
    since = dict(models.Ownership.objects.filter(customer__in=ids, until=None).values_list("customer_id", "since"))
    rows = models.Customer.objects.filter(pk__in=ids).values_list("pk", "owner_id")
    return {pk: (owner, since.get(pk)) for pk, owner in rows}


def _records(ids: list[int]) -> dict[int, int | None]:
    return dict(models.CrmRecord.objects.filter(pk__in=ids).values_list("pk", "owner_id")) if ids else {}


def _credits(ids: list[int]) -> dict[int, tuple[int, date]]:
    rows = models.Credit.objects.filter(record__in=ids, until=None).values_list("record_id", "person_id", "since")
    return {record: (person, since) for record, person, since in rows} if ids else {}


def _handoffs(ids: set[int]) -> dict[int, tuple[Handoff, str]]:
    rows = models.Handoff.objects.filter(pk__in=ids).values_list("pk", "state", "status")
    return {pk: (wire.decode_handoff(state), status) for pk, state, status in rows} if ids else {}


def _deliveries(ids: list[int]) -> dict[int, tuple[int | None, str]]:
    rows = models.Delivery.objects.filter(pk__in=ids).values_list("pk", "person_id", "state")
    return {pk: (person, state) for pk, person, state in rows} if ids else {}


# --------------------------------------------------------------------------------------------------- each sort in words


def _of_account(one: models.MovedItem, now: _Now) -> str:
    if int(one.ref) not in now.accounts:
        return _GONE
    owner, since = now.accounts[int(one.ref)]
    if owner == one.now_id:
        return ""
    return f"{now.name(owner)} owns it now{_since(since.date() if since else None)}."


def _of_record(one: models.MovedItem, now: _Now) -> str:
    if int(one.ref) not in now.records:
        return _GONE
    owner = now.records[int(one.ref)]
    return "" if owner == one.now_id else f"{now.name(owner)} has it now."


def _of_credit(one: models.MovedItem, now: _Now) -> str:
    person, since = now.credits.get(int(one.ref), (None, None))
    if person == one.now_id:
        return ""
    return f"It is {now.name(person)}’s sale now{_since(since)}." if person else "It is nobody’s sale now."


def _since(day: date | None) -> str:
    return f", since {day.day} {day:%B %Y}" if day else ""


def _of_role(one: models.MovedItem, now: _Now) -> str:
    move: Move = one.data["move"]
    state, status = now.handoffs[move["handoff"]]
    holder = state.people.get(move["role"])
    if not move.get("comes_back") and holder is not None and holder.id == one.was_id:
        return ""
    if status == models.Handoff.Status.CANCELLED:
        return "Its handoff was cancelled."
    if succession.stands(state, move):
        return ""
    if move.get("comes_back") and move["role"] not in state.loans:
        return f"Nobody stands in for it any more: {holder.name if holder else 'nobody'} has the role."
    return f"{holder.name} has the role now." if holder else "The role is empty now."


def _of_meeting(one: models.MovedItem, now: _Now) -> str:
    """As `attendance.take_back` has it."""
    move: Move = one.data["move"]
    state, _ = now.handoffs[move["handoff"]]
    meeting = meeting_in(state, move["step"], move["key"])
    if meeting is None or meeting.state != "planned":
        return "The meeting was held or called off."
    if move["was"] in meeting.attendees:
        return ""
    if meeting.meets_at <= now.at:
        return "The time of the meeting has passed."
    return "" if move.get("becomes") in meeting.attendees else "Somebody else comes to the meeting now."


def _of_message(one: models.MovedItem, now: _Now) -> str:
    move: Move = one.data["move"]
    person, state = now.deliveries.get(move["delivery"], (None, ""))
    if move.get("own"):
        return "" if (person, state) == (one.was_id, models.Delivery.State.FAILED) else "It is on its way again."
    return "" if (person, state) == (move["to"], models.Delivery.State.QUEUED) else "It was sent already."


def _of_watch(one: models.MovedItem, now: _Now) -> str:
    return ""


def _of_a_meeting(one: models.MovedItem, now: _Now) -> str:
    """Of a handoff, or as another system has it."""
    return _of_meeting(one, now) if "move" in one.data else _of_record(one, now)


_SAYS: Mapping[str, Callable[[models.MovedItem, _Now], str]] = {
    "account": _of_account,
    "credit": _of_credit,
    "role": _of_role,
    "meeting": _of_a_meeting,
    "message": _of_message,
    "watch": _of_watch,
}
_BY_MOVE = frozenset({"role", "message", "watch"})

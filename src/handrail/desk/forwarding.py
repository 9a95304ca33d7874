"""Messages on their way to somebody who leaves: each goes to whoever takes the role that it was sent to.

One rule: only what is still queued is touched. Where nobody takes the role it stays theirs, and fails in plain view.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from handrail.desk import models
from handrail.desk.departures import Move, Taken, deliveries_to
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.people import Person

State = models.Delivery.State


def forward(person_id: int, taken: Taken, now: datetime, handoffs: Iterable[int] | None = None) -> Iterator[Move]:
    """All that is on its way, or what is of those handoffs. What its worker has begun to send meanwhile is not told: it
    is theirs still."""
    rows = list(deliveries_to(person_id, handoffs))
    roles, sent = _roles(rows), _sent(rows)
    for row in rows:
        people = (taken.get((row.handoff_id, role)) for role in roles.get((row.handoff_id, row.number), ()))
        to = next((person for person in people if person is not None), None)
        has_own = to is not None and (row.handoff_id, row.number, to.id) in sent
        if to is None or _given(row, to, has_own, now):
            yield _move(row, to, has_own)


def _move(row: models.Delivery, to: Person | None, has_own: bool) -> Move:
    """`own` is that whoever takes over gets the message anyway."""
    move: Move = {"kind": "messages", "handoff": row.handoff_id, "delivery": row.pk, "step": row.step}
    return {**move, "to": to.id if to else None, **({"own": True} if has_own else {})}


def _roles(rows: Sequence[models.Delivery]) -> dict[tuple[int, int], tuple[str, ...]]:
    """The roles that each message was sent to, by handoff and number."""
    handoffs, numbers = {row.handoff_id for row in rows}, {row.number for row in rows}
    found = models.Event.objects.filter(handoff__in=handoffs, number__in=numbers, kind=e.Sent.__name__)
    events = {(one.handoff_id, one.number): wire.decode(one.kind, one.data) for one in found}
    return {at: event.to for at, event in events.items() if isinstance(event, e.Sent)}


def _sent(rows: Sequence[models.Delivery]) -> set[tuple[int, int, int]]:
    """Whom each message goes to, or went."""
    handoffs, numbers = {row.handoff_id for row in rows}, {row.number for row in rows}
    found = models.Delivery.objects.filter(handoff__in=handoffs, number__in=numbers)
    return set(found.values_list("handoff", "number", "person"))


def _given(row: models.Delivery, to: Person, has_own: bool, now: datetime) -> bool:
    """Nobody gets a message twice, and a copy that is not sent is told as that."""
    queued = models.Delivery.objects.filter(pk=row.pk, state=State.QUEUED)
    if not has_own:
        return bool(queued.update(person=to.id, changed_at=now))
    says = f"It is addressed to {to.name} already."
    return bool(queued.update(state=State.FAILED, next_at=None, error=says, changed_at=now))


def take_back(move: Move, person_id: int, now: datetime) -> bool:
    """Whether it is on its way to them again."""
    row = models.Delivery.objects.filter(pk=move["delivery"])
    if move["to"] is None:
        return row.filter(person=person_id, state=State.QUEUED).exists()
    if move.get("own"):
        own = row.filter(person=person_id, state=State.FAILED)
        return bool(own.update(state=State.QUEUED, next_at=now, error="", changed_at=now))
    return bool(row.filter(person=move["to"], state=State.QUEUED).update(person=person_id, changed_at=now))


def drop_notices(person_id: int) -> None:
    """What they were to be told by e-mail is for them alone; whoever gets their work is told of it by the ledger."""
    queued = models.Notice.objects.filter(person=person_id, mail=models.Notice.Mail.QUEUED)
    queued.update(mail=models.Notice.Mail.DROPPED, mail_at=None)

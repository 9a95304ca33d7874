"""Messages on their way: one delivery for each person that a message goes to, sent by the worker.

One rule: that of `mail`. A delivery is marked as being sent before it is sent, and never sent again by itself where
nobody can tell whether it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.mail.backends.base import BaseEmailBackend

from handrail.desk import letters, mail, models
from handrail.desk.clock import Clock, clock_of
from handrail.desk.link_letter import NoLink, link_mail
from handrail.desk.mail import LEASE, PAUSES, SERVER_PAUSE
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.contacts import Contact
from handrail.handoff.people import Person

State = models.Delivery.State

BATCH = 20


def enqueue(
    handoff_id: int, number: int, step: str, people: Iterable[Person], contacts: Iterable[Contact], now: datetime
) -> None:
    """In the transaction that records the message: one delivery for each person, whatever roles they hold, and for each
    address outside."""
    about = {"handoff_id": handoff_id, "number": number, "step": step, "next_at": now, "changed_at": now}
    colleagues = dict.fromkeys(person.id for person in people)
    outside = {one.email: one.name for one in reversed(tuple(contacts)) if one.email}
    models.Delivery.objects.bulk_create(
        [
            *(models.Delivery(person_id=one, **about) for one in colleagues),
            *(models.Delivery(name=name[:300], address=address, **about) for address, name in outside.items()),
        ]
    )


def deliver_due(now: datetime | Clock) -> int:
    """Send what is due, a batch at most; how many were tried. Several workers share the work. A clock is asked anew for
    each message."""
    clock = clock_of(now)
    now = clock()
    models.Delivery.objects.filter(state=State.SENDING, next_at__lte=now).update(
        state=State.UNKNOWN, next_at=None, error=mail.LOST, changed_at=now
    )
    due = models.Delivery.objects.filter(state=State.QUEUED, next_at__lte=now).order_by("next_at", "id")
    numbers = list(due.values_list("pk", flat=True)[:BATCH])
    if not numbers:
        return 0
    server = mail.opened()
    if isinstance(server, str):
        # Everything waits, and nothing counts as tried.
        due.order_by().update(next_at=clock() + SERVER_PAUSE, error=server)
        return 0
    try:
        return _deliver_all(numbers, server, clock)
    finally:
        mail.close(server)


def _deliver_all(numbers: list[int], server: BaseEmailBackend, clock: Clock) -> int:
    """How many were tried. The first that is not taken is the last: the connection may be of no use after it."""
    for tried, number in enumerate(numbers, start=1):
        state = _deliver(number, server, clock)
        if state not in {State.SENT, None}:
            return tried
    return len(numbers)


def _deliver(number: int, server: BaseEmailBackend, clock: Clock) -> str | None:
    """What became of it; None where another worker has it."""
    now = clock()
    claimed = models.Delivery.objects.filter(pk=number, state=State.QUEUED, next_at__lte=now)
    if not claimed.update(state=State.SENDING, next_at=now + LEASE, changed_at=now):
        return None
    row = models.Delivery.objects.select_related("person").get(pk=number)
    row.tries += 1
    row.state, row.error = _sent(row, server)
    row.changed_at = clock()
    row.next_at = row.changed_at + PAUSES[row.tries - 1] if row.state == State.QUEUED else None
    row.save(update_fields=["state", "tries", "error", "next_at", "changed_at"])
    return row.state


def _sent(row: models.Delivery, server: BaseEmailBackend) -> tuple[str, str]:
    """What became of it, with what is to be told about that."""
    if row.person and not row.person.is_active:
        return State.FAILED, f"{row.person.name} does not use Handrail any more."
    sent = _event_of(row)
    if isinstance(sent, e.LinksSent):
        return _link_sent(row, sent, server)
    if letters.is_unwanted(row):
        return State.FAILED, f"{row.name or row.address} wants no more messages that send themselves."
    return mail.sent_with_copy(server, letters.mail_of(row), row.tries, letters.copy_to(row))


def _event_of(row: models.Delivery) -> e.Event:
    kind, data = models.Event.objects.values_list("kind", "data").get(handoff=row.handoff_id, number=row.number)
    return wire.decode(kind, data)


def _link_sent(row: models.Delivery, sent: e.LinksSent, server: BaseEmailBackend) -> tuple[str, str]:
    try:
        made = link_mail(row, sent)
    except NoLink as why:
        return State.FAILED, str(why)
    return mail.sent(server, made, row.tries)


def send_again(number: int, now: datetime, *, though_unknown: bool) -> bool:
    """Whether it is on its way again: what failed; with `though_unknown` also what may have arrived, since a person who
    knows that says so. Its Message-ID is the same, so that a mailbox can tell a second copy."""
    states = [State.FAILED, State.UNKNOWN] if though_unknown else [State.FAILED]
    rows = models.Delivery.objects.filter(pk=number, state__in=states)
    return bool(rows.update(state=State.QUEUED, tries=0, next_at=now, error="", changed_at=now))

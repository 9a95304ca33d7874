"""Messages on their way: one delivery for each person that a message goes to, sent by the worker.

One rule: that of `mail_queue`. Whoever does not use Handrail any more, or wants no such messages, gets none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.mail.backends.base import BaseEmailBackend

from handrail.desk import letters, mail, mail_queue, models
from handrail.desk.clock import Clock
from handrail.desk.enclosures import not_to_be_sent
from handrail.desk.link_letter import NoLink, link_mail
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.contacts import Contact
from handrail.handoff.people import Person

State = models.Delivery.State


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
    """Send what is due, a batch at most; how many were tried."""
    return mail_queue.send_due(models.Delivery.objects.select_related("person"), _sent, now)


def _sent(row: models.Delivery, server: BaseEmailBackend) -> tuple[str, str]:
    """What became of it, with what is to be told about that."""
    if row.person and not row.person.is_active:
        return State.FAILED, f"{row.person.name} does not use Handrail any more."
    sent = _event_of(row)
    if isinstance(sent, e.LinksSent):
        return _link_sent(row, sent, server)
    if letters.is_unwanted(row):
        return State.FAILED, f"{row.name or row.address} wants no more messages that send themselves."
    if isinstance(sent, e.Sent) and (why := not_to_be_sent(sent))[0]:
        waits = why[1] and row.tries <= len(mail.PAUSES)
        return (State.QUEUED if waits else State.FAILED), why[0]
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

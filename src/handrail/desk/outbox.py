"""Messages on their way: one delivery for each person that a message goes to, sent by the worker.

One rule: a delivery is marked as being sent before it is sent. Where its sender is lost in between, nobody can tell
whether it arrived; it is shown so, and never sent again by itself.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from handrail.desk import models
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.people import Person

log = logging.getLogger(__name__)

State = models.Delivery.State

BATCH = 20
# Longer than a batch can take: each message has EMAIL_TIMEOUT for each of its few answers.
LEASE = timedelta(minutes=30)
# After each failed try, how long until the next one; after the last of them it has failed for good.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
SERVER_PAUSE = timedelta(minutes=1)
_LONGEST_ERROR = 500


def enqueue(handoff_id: int, number: int, step: str, people: Iterable[Person], now: datetime) -> None:
    """In the transaction that records the message: one delivery for each person, whatever roles they hold."""
    models.Delivery.objects.bulk_create(
        models.Delivery(handoff_id=handoff_id, number=number, step=step, person_id=one, next_at=now, changed_at=now)
        for one in dict.fromkeys(person.id for person in people)
    )


def deliver_due(now: datetime) -> int:
    """Send what is due, a batch at most; how many were tried. Several workers share the work."""
    models.Delivery.objects.filter(state=State.SENDING, next_at__lte=now).update(
        state=State.UNKNOWN, next_at=None, error="Its sender was stopped while sending it.", changed_at=now
    )
    due = models.Delivery.objects.filter(state=State.QUEUED, next_at__lte=now).order_by("next_at", "id")
    numbers = list(due.values_list("pk", flat=True)[:BATCH])
    if not numbers:
        return 0
    server = _opened(now)
    if server is None:
        return 0
    try:
        return _deliver_all(numbers, server, now)
    finally:
        _close(server)


def _deliver_all(numbers: list[int], server: BaseEmailBackend, now: datetime) -> int:
    """How many were tried. The first that is not taken is the last: the connection may be of no use after it."""
    for tried, number in enumerate(numbers, start=1):
        state = _deliver(number, server, now)
        if state not in {State.SENT, None}:
            return tried
    return len(numbers)


def _opened(now: datetime) -> BaseEmailBackend | None:
    """The connection to the mail server. Where it cannot be had, everything waits, and nothing counts as tried."""
    server: BaseEmailBackend = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as fault:
        log.warning("The mail server cannot be reached: %s", fault)
        models.Delivery.objects.filter(state=State.QUEUED, next_at__lte=now).update(
            next_at=now + SERVER_PAUSE, error=_told("The mail server cannot be reached", fault)
        )
        return None
    return server


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException):
        pass  # what was sent is sent


def _deliver(number: int, server: BaseEmailBackend, now: datetime) -> str | None:
    """What became of it; None where another worker has it."""
    claimed = models.Delivery.objects.filter(pk=number, state=State.QUEUED, next_at__lte=now)
    if not claimed.update(state=State.SENDING, next_at=now + LEASE, changed_at=now):
        return None
    row = models.Delivery.objects.select_related("person").get(pk=number)
    row.tries += 1
    row.state, row.error = _sent(row, server)
    row.next_at = None
    if row.state == State.QUEUED:
        row.next_at = now + PAUSES[row.tries - 1]
    row.changed_at = now
    row.save(update_fields=["state", "tries", "error", "next_at", "changed_at"])
    return row.state


def _sent(row: models.Delivery, server: BaseEmailBackend) -> tuple[str, str]:
    """What became of it, with what is to be told about that."""
    if not row.person.is_active:
        return State.FAILED, f"{row.person.name} does not use Handrail any more."
    try:
        server.send_messages([_mail(row)])
    except smtplib.SMTPRecipientsRefused as fault:
        code, says = next(iter(fault.recipients.values()))
        return _refused(row, code, says)
    except smtplib.SMTPResponseException as fault:
        return _refused(row, fault.smtp_code, fault.smtp_error)
    except (OSError, smtplib.SMTPException) as fault:
        # The connection broke, perhaps after the last word was said: the server may have taken the message.
        return State.UNKNOWN, _told("The connection to the mail server broke", fault)
    return State.SENT, ""


def _refused(row: models.Delivery, code: int, says: bytes | str) -> tuple[str, str]:
    """Codes from 400 to 499 mean that it is worth trying later (RFC 5321, section 4.2.1)."""
    words = says.decode(errors="replace") if isinstance(says, bytes) else says
    told = _told("The mail server refused it", f"{code} {words}")
    again = 400 <= code < 500 and row.tries <= len(PAUSES)
    return (State.QUEUED if again else State.FAILED), told


def _told(what: str, why: object) -> str:
    return f"{what}: {why}"[:_LONGEST_ERROR]


def _mail(row: models.Delivery) -> EmailMessage:
    event = models.Event.objects.select_related("by").get(handoff=row.handoff_id, number=row.number)
    sent = wire.decode(event.kind, event.data)
    assert isinstance(sent, e.Sent)
    return EmailMessage(
        subject=" ".join(sent.subject.split()),
        body=sent.body,
        to=[row.person.email],
        reply_to=[event.by.email] if event.by else None,
        headers={"Message-ID": message_id(row), "Auto-Submitted": "auto-generated"},
    )


def message_id(row: models.Delivery) -> str:
    """The same for every try, so that a mailbox can tell a second copy from a second message."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.rpartition("@")[2] or "localhost"
    return f"<handrail.{row.handoff_id}.{row.number}.{row.person_id}@{domain}>"

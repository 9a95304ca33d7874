"""The way to the mail server, for whatever has mail to send.

One rule: mail is marked as being sent before it is sent. Where its sender is lost in between, or the connection breaks,
nobody can tell whether it arrived; it is shown so, and never sent again by itself.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import TextChoices

log = logging.getLogger(__name__)

# Longer than a batch can take: each message has EMAIL_TIMEOUT for each of its few answers.
LEASE = timedelta(minutes=30)
# After each failed try, how long until the next one; after the last of them it has failed for good.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
SERVER_PAUSE = timedelta(minutes=1)
LOST = "Its sender was stopped while sending it."
_LONGEST_ERROR = 500


class Fate(TextChoices):
    """What can become of mail, by the names under which deliveries and notices keep it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


def opened() -> BaseEmailBackend | str:
    """The connection to the mail server; where it cannot be had, why not."""
    server: BaseEmailBackend = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as fault:
        log.warning("The mail server cannot be reached: %s", fault)
        return _told("The mail server cannot be reached", fault)
    return server


def close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, smtplib.SMTPException):
        pass  # what was sent is sent


def sent(server: BaseEmailBackend, mail: EmailMessage, tries: int) -> tuple[Fate, str]:
    """What became of the mail at the try of that number, with what is to be told about that."""
    # Read only where mail is sent: it brings an HTTP library that no page waits for.
    from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused

    try:
        server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as fault:
        code, says = next(iter(fault.recipients.values()))
        return _refused(code, says, tries)
    except smtplib.SMTPResponseException as fault:
        return _refused(fault.smtp_code, fault.smtp_error, tries)
    except AnymailRecipientsRefused as fault:
        return Fate.FAILED, _told("The mail service refused it", fault)
    except AnymailAPIError as fault:
        return _refused_by_service(fault, tries)
    except AnymailError as fault:
        return Fate.FAILED, _told("The mail service cannot send it", fault)
    except (OSError, smtplib.SMTPException) as fault:
        # The connection broke, perhaps after the last word was said: the server may have taken the message.
        return Fate.UNKNOWN, _told("The connection to the mail server broke", fault)
    return Fate.SENT, ""


def _refused(code: int, says: bytes | str, tries: int) -> tuple[Fate, str]:
    """Codes from 400 to 499 mean that it is worth trying later (RFC 5321, section 4.2.1)."""
    words = says.decode(errors="replace") if isinstance(says, bytes) else says
    again = 400 <= code < 500 and tries <= len(PAUSES)
    return (Fate.QUEUED if again else Fate.FAILED), _told("The mail server refused it", f"{code} {words}")


def _refused_by_service(fault: Exception, tries: int) -> tuple[Fate, str]:
    """A service that says nothing may have taken it; one that is busy asks to try later."""
    code = getattr(fault, "status_code", None)
    if code is None:
        return Fate.UNKNOWN, _told("The connection to the mail service broke", fault)
    again = (code == 429 or code >= 500) and tries <= len(PAUSES)
    return (Fate.QUEUED if again else Fate.FAILED), _told("The mail service refused it", f"{code} {_first_line(fault)}")


def _first_line(fault: Exception) -> str:
    return str(fault).strip().partition("\n")[0]


def _told(what: str, why: object) -> str:
    return f"{what}: {why}"[:_LONGEST_ERROR]


def headers(name: str, *, by_hand: bool = False) -> dict[str, str]:
    """Of mail that nobody wrote, unless it was sent `by_hand`. `name` is the same for every try, so that a mailbox can
    tell a second copy from a second message."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.rpartition("@")[2] or "localhost"
    known = {"Message-ID": f"<handrail.{name}@{domain}>"}
    return known if by_hand else {**known, "Auto-Submitted": "auto-generated"}


class Letter(EmailMultiAlternatives):
    """Mail to one person; of which, while `copied_to` says so, the same goes to one more address that nobody sees."""

    copied_to = ""

    def recipients(self) -> list[str]:
        return [self.copied_to] if self.copied_to else super().recipients()


def sent_with_copy(server: BaseEmailBackend, mail: Letter, tries: int, copy: str) -> tuple[Fate, str]:
    """Like `sent`, and once it is sent, to the address `copy` too. A mail service takes both at once; a mail server
    that takes one of two recipients would tell of neither."""
    if copy and hasattr(server, "esp_name"):
        mail.bcc = [copy]
        return sent(server, mail, tries)
    fate, says = sent(server, mail, tries)
    if not copy or fate != Fate.SENT:
        return fate, says
    mail.copied_to = copy
    copied, why = sent(server, mail, tries)
    return fate, "" if copied == Fate.SENT else f"The copy to {copy} may not have arrived. {why}"[:_LONGEST_ERROR]


def in_a_line(words: str) -> str:
    """As a subject: whatever is in it, it begins no other header."""
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())

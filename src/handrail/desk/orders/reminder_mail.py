"""What a customer is written before what it bought runs out, and sending it.

One rule: that of `mail_queue`. Whoever wants no messages that send themselves gets none, whenever they said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import formataddr

from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from handrail.desk import mail, mail_queue, models, unsubscribing
from handrail.desk.clock import Clock
from handrail.desk.entitled import bought_of
from handrail.desk.letter_text import as_html, as_plain
from handrail.desk.letters import no_more_words
from handrail.desk.orders.reaching import Reached
from handrail.order.entitlement import written

State = models.Delivery.State
_MOST_NAMED = 50


@dataclass(frozen=True, kw_only=True)
class Words:
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class _Said:
    """`by` and `more` are of each thing in the list, and of those that it does not name."""

    subject: str
    hello: str
    has: str
    by: str
    more: str
    ask: str


# The wording is ours.
_SAID = {
    "en": _Said(
        subject="Please use what you bought by {day}",
        hello="Hello {name},",
        has="you bought services that you have not used yet:",
        by="{number} × {title}, by {day}",
        more="and {count} more",
        ask="After that day they can no longer be called for. Answer this message to agree on a date with us.",
    ),
    "de": _Said(
        subject="Bitte bis {day} abrufen, was Sie gekauft haben",
        hello="Guten Tag {name},",
        has="Sie haben Leistungen gekauft, die noch nicht abgerufen sind:",
        by="{number} × {title}, bis {day}",
        more="und {count} weitere",
        ask="Danach können sie nicht mehr abgerufen werden. Antworten Sie uns, um einen Termin zu vereinbaren.",
    ),
    "fr": _Said(
        subject="À utiliser avant le {day} : vos prestations achetées",
        hello="Bonjour {name},",
        has="vous avez acheté des prestations qui n’ont pas encore été utilisées :",
        by="{number} × {title}, au plus tard le {day}",
        more="et {count} autres",
        ask="Passé ce jour, elles ne peuvent plus être demandées. Répondez-nous pour convenir d’une date.",
    ),
    "es": _Said(
        subject="Utilice antes del {day} los servicios que compró",
        hello="Hola, {name}:",
        has="compró servicios que todavía no ha utilizado:",
        by="{number} × {title}, hasta el {day}",
        more="y {count} más",
        ask="Después de ese día ya no se pueden solicitar. Responda a este mensaje para acordar una fecha.",
    ),
}


def words_of(contact: Reached, told: Mapping[date, Sequence[models.Entitlement]]) -> Words:
    """Days as ISO 8601 writes them, which nobody reads as another day."""
    said = _SAID.get(contact.language.lower().partition("-")[0], _SAID["en"])
    rows = [(day, row) for day, some in sorted(told.items()) for row in some]
    named = [
        said.by.format(number=written(bought_of(row).left), title=_plain(row.title), day=day)
        for day, row in rows[:_MOST_NAMED]
    ]
    named += [said.more.format(count=len(rows) - _MOST_NAMED)] if len(rows) > _MOST_NAMED else []
    listed = "\n".join(f"- {one}" for one in named)
    hello = said.hello.format(name=_plain(contact.name or contact.address))
    return Words(subject=said.subject.format(day=min(told)), body=f"{hello}\n\n{said.has}\n\n{listed}\n\n{said.ask}")


_MARKS = str.maketrans({one: f"\\{one}" for one in "\\`*_[]<>&#"})


def _plain(text: str) -> str:
    """In one line, and none of it a mark of Markdown."""
    return mail.in_a_line(text).translate(_MARKS)


def send_due(now: datetime | Clock) -> int:
    """Send what is due, a batch at most; how many were tried."""
    return mail_queue.send_due(models.Reminder.objects.all(), _sent, now)


def _sent(row: models.Reminder, server: BaseEmailBackend) -> tuple[str, str]:
    if unsubscribing.is_unsubscribed(row.address):
        return State.FAILED, f"{row.name or row.address} wants no more messages that send themselves."
    return mail.sent(server, mail_of(row), row.tries)


def mail_of(row: models.Reminder) -> mail.Letter:
    subject = mail.in_a_line(row.subject)
    context = {
        "subject": subject,
        "body": as_html(row.body),
        "language": row.language or "en",
        "no_more": unsubscribing.address_for_reminder(row),
        "no_more_words": no_more_words(row.language),
    }
    made = mail.Letter(
        subject=subject,
        body=render_to_string("letters/mail.txt", {**context, "body": as_plain(row.body)}).strip() + "\n",
        to=[formataddr((row.name, row.address))],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers={**mail.headers(f"reminder.{row.pk}"), **unsubscribing.headers_for_reminder(row)},
    )
    made.attach_alternative(render_to_string("letters/mail.html", context), "text/html")
    return made

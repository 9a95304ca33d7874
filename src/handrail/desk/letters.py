"""A message as the mail that each gets: from whom, to whom, and in their words.

One rule: whatever is filled in is text, in the headers as in the body.
"""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.template.loader import render_to_string

from handrail.desk import mail, models, reply_address, unsubscribing
from handrail.desk.enclosures import files_of
from handrail.desk.letter_text import as_html, as_plain
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.people import Person

# What stands below, in the languages that letters are mostly written in.
_ON_BEHALF = {
    "en": "Sent on behalf of {name}.",
    "de": "Im Auftrag von {name}.",
    "es": "En nombre de {name}.",
    "fr": "De la part de {name}.",
    "it": "Per conto di {name}.",
    "nl": "Namens {name}.",
    "pt": "Em nome de {name}.",
}
_NO_MORE = {
    "en": "No more messages like this",
    "de": "Keine weiteren Nachrichten dieser Art",
    "es": "No recibir más mensajes como este",
    "fr": "Ne plus recevoir de messages de ce type",
    "it": "Non ricevere altri messaggi come questo",
    "nl": "Geen berichten meer zoals dit",
    "pt": "Não receber mais mensagens como esta",
}


def mail_of(row: models.Delivery) -> mail.Letter:
    event = models.Event.objects.select_related("by").get(handoff=row.handoff_id, number=row.number)
    sent = wire.decode(event.kind, event.data)
    assert isinstance(sent, e.Sent)
    letter = letter_of(row, sent)
    sends_itself = event.by is None and row.person_id is None
    foot = _foot(row, sent, letter.language) if row.person_id is None else {}
    foot = foot if sends_itself else {**foot, "no_more": ""}
    subject = mail.in_a_line(letter.subject)
    context: dict[str, object] = {
        "subject": subject,
        "body": as_html(letter.body),
        "language": letter.language or "en",
        **foot,
    }
    context["links"] = [one for one in sent.enclosed if one.link]
    made = mail.Letter(
        subject=subject,
        body=render_to_string("letters/mail.txt", {**context, "body": as_plain(letter.body)}).strip() + "\n",
        from_email=_from(sent),
        to=[formataddr(row.to) if row.person is None else row.to[1]],
        reply_to=_reply_to(row, sent, event.by),
        headers={
            **mail.headers(row.mark, by_hand=event.by is not None),
            **(unsubscribing.headers_for(row) if sends_itself else {}),
        },
    )
    for name, content, media_type in files_of(sent):
        made.attach(name, content, media_type)
    made.attach_alternative(render_to_string("letters/mail.html", context), "text/html")
    return made


def is_unwanted(row: models.Delivery) -> bool:
    """Whether nobody sent it, and they want no more of what sends itself: they may have said so in the meantime, or of
    another handoff."""
    if row.person_id is not None or not unsubscribing.is_unsubscribed(row.address):
        return False
    return models.Event.objects.filter(handoff=row.handoff_id, number=row.number, by=None).exists()


def copy_to(row: models.Delivery) -> str:
    """The address that gets a copy of what goes to somebody outside; empty where none does."""
    if row.person_id is not None:
        return ""
    event = models.Event.objects.get(handoff=row.handoff_id, number=row.number)
    sent = wire.decode(event.kind, event.data)
    return (sent.bcc or settings.CRM_COPY) if isinstance(sent, e.Sent) else ""


def letter_of(row: models.Delivery, sent: e.Sent) -> e.Letter:
    """The words of whoever gets it; those that all inside have, where nothing is their own."""
    for one in sent.letters:
        mine = one.person is not None and one.person.id == row.person_id
        if mine or (row.person_id is None and one.email == row.address):
            return one
    name, address = row.to
    return e.Letter(name=name, email=address, subject=sent.subject, body=sent.body)


def _from(sent: e.Sent) -> str:
    """Their own address where the company's mail servers let us send for its domain; else ours with their name."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = _person(sent.sender)
    if sender is None:
        return str(settings.DEFAULT_FROM_EMAIL)
    if sender.email.rpartition("@")[2].lower() in settings.MAIL_DOMAINS:
        address = sender.email
    name = f"{sender.name} on behalf of {sent.behalf.name}" if sent.behalf else sender.name
    return formataddr((mail.in_a_line(name), address))


def _reply_to(row: models.Delivery, sent: e.Sent, by: models.Person | None) -> list[str]:
    """To the mailbox that takes answers in, where there is one; else to whoever it comes from."""
    sender = _person(sent.sender)
    if row.person_id is None and (kept := reply_address.address_for(row)):
        return [formataddr((mail.in_a_line(sender.name), kept)) if sender else kept]
    return [one.email for one in (sender or by,) if one is not None]


def _person(who: Person | None) -> models.Person | None:
    return models.Person.objects.filter(pk=who.id).first() if who else None


def no_more_words(language: str) -> str:
    return _NO_MORE.get(language.lower().partition("-")[0], _NO_MORE["en"])


def _foot(row: models.Delivery, sent: e.Sent, language: str) -> dict[str, str]:
    tag = language.lower().partition("-")[0]
    behalf = _ON_BEHALF.get(tag, _ON_BEHALF["en"]).format(name=sent.behalf.name) if sent.behalf else ""
    address = unsubscribing.address_for(row)
    return {"behalf": behalf, "no_more": address, "no_more_words": no_more_words(language)}

"""The mail with the link to somebody's own page.

One rule: the link is put in when it is sent, so that neither the history nor the queue ever has it; a link that was
ended meanwhile does not go out.
"""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from handrail.desk import mail, models
from handrail.desk.link_tokens import digest_of, token_of
from handrail.handoff import events as e

PLACE = "{link}"


class NoLink(Exception):
    """There is no link that could be sent."""


def link_mail(row: models.Delivery, sent: e.LinksSent) -> EmailMessage:
    """Raises `NoLink`."""
    letter = next(one for one in sent.letters if one.to.address == row.address)
    event = models.Event.objects.select_related("by").get(handoff=row.handoff_id, number=row.number)
    return EmailMessage(
        subject=mail.in_a_line(letter.subject),
        body=letter.body.replace(PLACE, _address_of(row)),
        to=[formataddr(row.to)],
        reply_to=[event.by.email] if event.by else None,
        headers=mail.headers(row.mark),
    )


def _address_of(row: models.Delivery) -> str:
    links = models.CustomerLink.objects.filter(handoff=row.handoff_id, address=row.address, revoked_at=None)
    link = links.order_by("-made_at", "-pk").first()
    if link is None or link.ends_at <= row.changed_at:
        raise NoLink("The link was ended before it was sent.")
    token = token_of(link.salt)
    if digest_of(token) != link.digest:
        raise NoLink("The link was made with another secret key. Make a new one.")
    return f"{settings.ADDRESS}{reverse('customer-part', args=[token])}"

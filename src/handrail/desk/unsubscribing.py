"""Who wants no more messages that send themselves, and the addresses by which they say so (RFC 8058).

    List-Unsubscribe: <https://…/u/…/>, <mailto:replies+u-…@…?subject=unsubscribe>
    List-Unsubscribe-Post: List-Unsubscribe=One-Click

One rule: the token of a delivery says who is meant. Whoever has it can take them off the list, and do nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from handrail.desk import models, reply_address

_SALT = "handrail.unsubscribe"
_OF_REMINDERS = "handrail.unsubscribe.reminder"
BY_MAIL = "u-"


def address_for(delivery: models.Delivery) -> str:
    """Of the page that asks, and that a mail program posts to."""
    return f"{settings.ADDRESS}{reverse('unsubscribe', args=[token_of(delivery)])}"


def headers_for(delivery: models.Delivery) -> dict[str, str]:
    """Of a message that sends itself to somebody outside."""
    by_mail = reply_address.with_token(f"{BY_MAIL}{token_of(delivery)}")
    ways = [f"<{address_for(delivery)}>", *([f"<mailto:{by_mail}?subject=unsubscribe>"] if by_mail else [])]
    return {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def token_of(delivery: models.Delivery) -> str:
    return reply_address.signed(delivery.pk, _SALT)


def delivery_of(token: str) -> models.Delivery | None:
    number = reply_address.number_in(token, _SALT)
    return None if number is None else models.Delivery.objects.select_related("person").filter(pk=number).first()


def address_for_reminder(reminder: models.Reminder) -> str:
    token = reply_address.signed(reminder.pk, _OF_REMINDERS)
    return f"{settings.ADDRESS}{reverse('unsubscribe', args=[token])}"


def headers_for_reminder(reminder: models.Reminder) -> dict[str, str]:
    address = address_for_reminder(reminder)
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def reminder_of(token: str) -> models.Reminder | None:
    number = reply_address.number_in(token, _OF_REMINDERS)
    return None if number is None else models.Reminder.objects.filter(pk=number).first()


def is_unsubscribed(address: str) -> bool:
    return bool(unsubscribed_among([address]))


def unsubscribed_among(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that want no more, in small letters. One query."""
    wanted = {one.lower() for one in addresses}
    return (
        set(models.Unsubscribed.objects.filter(address__in=wanted).values_list("address", flat=True))
        if wanted
        else set()
    )

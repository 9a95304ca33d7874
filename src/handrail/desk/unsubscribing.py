"""The addresses by which somebody outside says that they want no more messages that send themselves (RFC 8058).

One rule: the token of a delivery says who is meant.
"""

from __future__ import annotations

from django.conf import settings

from handrail.desk import models, reply_address

_SALT = "handrail.unsubscribe"


def address_for(delivery: models.Delivery) -> str:
    """Of the page that asks, and that a mail program posts to."""
    return f"{settings.ADDRESS}/u/{reply_address.signed(delivery.pk, _SALT)}/"


def headers_for(delivery: models.Delivery) -> dict[str, str]:
    """Of a message that sends itself to somebody outside."""
    return {
        "List-Unsubscribe": f"<{address_for(delivery)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }

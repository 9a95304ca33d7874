"""The address to which answers to a delivery go: the mailbox's own with a token that names the delivery.

    replies+3f2-9c41d0e5a7b86f1203dd@example.com

One rule: a token is signed, so that nobody can name the delivery of somebody else. Small letters and digits only: some
programs change the case of addresses.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from handrail.desk import models

_SALT = "handrail.reply"
_TOKEN = re.compile(r"([0-9a-f]{1,16})-([0-9a-f]{20})")


def token_of(delivery: models.Delivery) -> str:
    return signed(delivery.pk, _SALT)


def delivery_of(token: str) -> models.Delivery | None:
    """None where nobody made such a token here."""
    number = number_in(token, _SALT)
    return None if number is None else models.Delivery.objects.select_related("person").filter(pk=number).first()


def address_for(delivery: models.Delivery) -> str:
    """Empty where no mailbox takes answers in."""
    return with_token(token_of(delivery))


def with_token(token: str) -> str:
    name, at, domain = settings.REPLIES_TO.rpartition("@")
    return f"{name}+{token}@{domain}" if at and name else ""


def token_in(address: str) -> str:
    """What stands after the plus in an address of our mailbox; empty in any other."""
    name, _, domain = settings.REPLIES_TO.lower().rpartition("@")
    begins, ends = f"{name}+", f"@{domain}"
    found = address.lower()
    return found[len(begins) : -len(ends)] if name and found.startswith(begins) and found.endswith(ends) else ""


def signed(number: int, salt: str) -> str:
    return f"{number:x}-{_signature(number, salt)}"


def number_in(token: str, salt: str) -> int | None:
    found = _TOKEN.fullmatch(token.lower())
    if found is None:
        return None
    number = int(found[1], 16)
    return number if number < 2**63 and constant_time_compare(found[2], _signature(number, salt)) else None


def _signature(number: int, salt: str) -> str:
    return salted_hmac(salt, f"{number:x}", algorithm="sha256").hexdigest()[:20]

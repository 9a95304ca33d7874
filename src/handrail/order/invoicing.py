"""Who is invoiced, and whether somebody may vouch for it (S4.17).

One rule: what was verified is what was looked at: whoever changes a letter of it makes it unverified.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import astuple, replace

from handrail.order.addresses import Wrong, wrongs
from handrail.order.purchase import Invoice

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()./-]*(?:\s?(?:ext\.?|x)\s?\d{1,6})?", re.IGNORECASE)


def print_of(invoice: Invoice) -> str:
    """Of the contact and the address as they are written."""
    said = "\x1f".join((invoice.name, invoice.email, invoice.phone, *astuple(invoice.address)))
    return hashlib.sha256(said.encode()).hexdigest()


def as_verified(invoice: Invoice) -> Invoice:
    """Without the word of somebody who saw something else."""
    seen = invoice.verified
    return replace(invoice, verified=None) if seen is not None and seen.print != print_of(invoice) else invoice


def wrong_with(invoice: Invoice) -> tuple[Wrong, ...]:
    """Everything that is missing, or has not the form that such a thing has."""
    return (*_about_contact(invoice), *wrongs(invoice.address))


def is_empty(invoice: Invoice) -> bool:
    return invoice == Invoice()


def _about_contact(invoice: Invoice) -> Iterator[Wrong]:
    if not invoice.name:
        yield Wrong(field="name", says="The name of the contact is missing.", is_missing=True)
    if not invoice.email:
        yield Wrong(field="email", says="The e-mail address is missing.", is_missing=True)
    elif not is_email(invoice.email):
        says = f"“{invoice.email}” is no e-mail address. It looks like name@example.com."
        yield Wrong(field="email", says=says, is_missing=False)
    if invoice.phone and not is_phone(invoice.phone):
        says = f"“{invoice.phone}” is no phone number. Write it with digits, such as +49 30 1234567."
        yield Wrong(field="phone", says=says, is_missing=False)


def is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None and ".." not in text and ".@" not in text


def is_phone(text: str) -> bool:
    """5 to 15 digits (E.164), and an extension."""
    digits = sum(one.isdigit() for one in text.lower().partition("x")[0])
    return _PHONE.fullmatch(text) is not None and 5 <= digits <= 15

"""The secret in a private address: made from a salt with the secret key of the installation, so that nothing that is
kept gives it away, and mail can still be given it when it is sent.

One rule: it is compared by its SHA-256 alone, and written nowhere.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_hex

from django.utils.crypto import salted_hmac

_BYTES = 16


def new_salt() -> str:
    return token_hex(_BYTES)


def token_of(salt: str) -> str:
    """Of 256 bits: nobody guesses one."""
    signed = salted_hmac("handrail.customer-link", salt, algorithm="sha256").digest()
    return urlsafe_b64encode(signed).decode().rstrip("=")


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()

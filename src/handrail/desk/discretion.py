"""What the log may not say: every line passes this filter, which blanks the values of secrets.

Its one rule: a log line never carries a request. Django attaches it (with its body) to some records; it is removed.
"""

from __future__ import annotations

import logging
import re

# `password=…`, `"token": "…"`, `Authorization: Bearer …`, `Cookie: …` in any spelling.
_NAMED = re.compile(
    r"""(?ix) \b([\w-]*(?:password|passwd|secret|token|api[_-]?key|authorization|cookie|session(?:id|_key))[\w-]*)
        (["']?\s*[=:]\s*["']?(?:bearer\s+|basic\s+)?) [^\s"'&,;}]+"""
)
# The user and password of an address: postgresql://user:password@host
_ADDRESS = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@")
# The key in the path of a link to reset a password or to confirm an address, and of the links of a customer.
_LINK = re.compile(r"(?i)(/(?:password/reset/key|confirm-email|c|u)/)[^\s/?]{3,}")


class Discretion(logging.Filter):
    """Blanks secrets in a record's message and drops the request that Django attaches."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = discreet(record.getMessage())
        record.args = None
        record.__dict__.pop("request", None)
        return True


def discreet(text: str) -> str:
    """The text with the values of secrets blanked."""
    text = _NAMED.sub(r"\1\2***", text)
    text = _ADDRESS.sub(r"\1:***@", text)
    return _LINK.sub(r"\1***", text)

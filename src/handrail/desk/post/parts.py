"""The parts of a mail, as far as they can be trusted to be there.

One rule: reading ends, whatever was sent: so many parts, so deep, so many bytes of text, and no archive is opened.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

MOST_PARTS = 200
_DEEPEST = 20
_MOST_HEADER = 10_000
_MOST_TEXT = 500_000
# Codecs that read no text, or take time beyond measure.
_NO_CHARSETS = frozenset(["unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"])
_HEAD = re.compile(rb"\r?\n\r?\n")

Mime = Message


def parse(raw: bytes) -> tuple[Mime, bool]:
    """The mail, and whether all of it could be read. The old policy takes whatever comes: the new one fails on headers
    that are out of order."""
    try:
        return message_from_bytes(raw, policy=compat32), True
    except (RecursionError, MessageError, ValueError, LookupError, AttributeError, IndexError, TypeError):
        head = _HEAD.split(raw[:1_000_000], maxsplit=1)[0]
        return BytesHeaderParser(policy=compat32).parsebytes(head), False


def leaves(mail: Mime) -> Iterator[Mime]:
    """The parts that have no parts of their own; a mail within the mail is one."""
    waiting, found = [(mail, 0)], 0
    while waiting and found < MOST_PARTS:
        part, depth = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart() and depth < _DEEPEST:
            waiting.extend((one, depth + 1) for one in reversed(within(part)))
        else:
            found += 1
            yield part


def within(part: Mime) -> list[Mime]:
    payload = part.get_payload() if part.is_multipart() else []
    return [one for one in payload[:MOST_PARTS] if isinstance(one, Message)] if isinstance(payload, list) else []


def header(mail: Mime, name: str) -> str:
    """In one line, decoded; empty where there is none."""
    return decoded(str(mail.get(name, "")))


def decoded(written: str) -> str:
    try:
        words = "".join(_decoded(*one) for one in decode_header(written[:_MOST_HEADER]))
    except (HeaderParseError, ValueError, LookupError):
        words = written[:_MOST_HEADER]
    return in_a_line(words)


def _decoded(word: bytes | str, charset: str | None) -> str:
    return word if isinstance(word, str) else decode(word, charset or "utf-8")


def in_a_line(words: str) -> str:
    """Nothing of it begins another header, or turns the words around."""
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())


def addresses(mail: Mime, *names: str) -> list[tuple[str, str]]:
    """Names and addresses; the addresses in small letters."""
    written = [
        str(value)[:_MOST_HEADER].replace("\n", " ").replace("\r", " ")
        for name in names
        for value in mail.get_all(name, [])
    ]
    try:
        found = getaddresses(written)
    except (ValueError, IndexError, TypeError):
        return []
    return [(decoded(name), in_a_line(address).lower()) for name, address in found if "@" in address]


def content(part: Mime) -> bytes:
    """As it was before it was wrapped for the way; of a mail within the mail its own bytes."""
    if part.is_multipart():
        return b"\n\n".join(map(_flat, within(part)))
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):
        found = None
    return found if isinstance(found, bytes) else b""


def _flat(part: Mime) -> bytes:
    try:
        return part.as_bytes()
    except (UnicodeError, LookupError, KeyError, ValueError, RecursionError, TypeError):
        return b""


def text(part: Mime) -> str:
    return decode(content(part)[:_MOST_TEXT], parameter(part, "charset") or "utf-8")


def parameter(part: Mime, name: str) -> str:
    """Of its content type; the library fails at some that are out of order."""
    try:
        found = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        found = None
    return found if isinstance(found, str) else ""


def file_name(part: Mime) -> str:
    """Empty where it has none that can be read."""
    try:
        return decoded(str(part.get_filename() or ""))
    except (ValueError, LookupError, TypeError):
        return ""


def decode(data: bytes, charset: str) -> str:
    """What no charset explains is shown as far as it can be; no character is left that PostgreSQL refuses."""
    try:
        known = codecs.lookup(charset.strip("\"' "))
        usable = known._is_text_encoding and known.name not in _NO_CHARSETS
    except (LookupError, ValueError, TypeError):
        usable = False
    name = known.name if usable else "utf-8"
    for one in (name, "utf-8", "cp1252"):
        try:
            return _clean(data.decode(one))
        except (UnicodeError, ValueError):
            continue
    return _clean(data.decode("utf-8", "replace"))


_JOINERS = "\n\t\u200c\u200d"  # of lines, and within words and pictures


def _clean(words: str) -> str:
    plain = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u00a0", " ")
    return "".join(one for one in plain if one.isprintable() or one in _JOINERS)

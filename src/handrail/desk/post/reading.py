"""What a mail says: from whom, in answer to what, what is new in it, and what sort of mail it is.

One rule: whatever bytes come in, reading them ends and tells something; it knows no database and asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from hashlib import sha256
from typing import Literal

from handrail.desk.post import parts, words
from handrail.desk.post.bounces import Bounce, bounce_in
from handrail.desk.post.html_text import text_of_html
from handrail.desk.post.quoting import parted

Sort = Literal["reply", "automatic", "bounce", "unsubscribe", "calendar"]

LONGEST_TEXT = 20_000
_MOST_IDS = 100
_ID = re.compile(r"<([^<>\s]{1,400})>")
_METHOD = re.compile(r"^METHOD:(\w+)\s*$", re.MULTILINE | re.IGNORECASE)
_ANSWERS = frozenset(["REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"])
_TO_WHOM = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")


@dataclass(frozen=True, kw_only=True)
class File:
    """Something that came with the mail; `number` counts the parts of the mail."""

    number: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """An answer to an invitation (iTIP)."""

    method: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as it was read. `answers` are the Message-IDs that it may answer, the likeliest first; `identity` is the
    same for each copy of it; `whole` is False where not all of it could be read."""

    identity: str
    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    answers: tuple[str, ...]
    sort: Sort
    new: str
    rest: str
    files: tuple[File, ...]
    bounce: Bounce | None = None
    calendar: Calendar | None = None
    whole: bool = True


def read(raw: bytes) -> Letter:
    """What the library of mail fails at is told as a mail of which little is known."""
    try:
        return _read(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError):
        return Letter(
            identity=_identity(raw, "", ""),
            message_id="",
            sender="",
            sender_name="",
            recipients=(),
            subject="",
            answers=(),
            sort="reply",
            new="",
            rest="",
            files=(),
            whole=False,
        )


def _read(raw: bytes) -> Letter:
    mail, whole = parts.parse(raw)
    leaves = list(parts.leaves(mail))
    subject, (name, sender) = parts.header(mail, "Subject"), _sender(mail)
    body = _body(leaves)
    text = _text(leaves, body)
    split = parted(text)
    bounce = bounce_in(mail, leaves, sender, subject, text)
    calendar = _calendar(leaves)
    message_id = next(iter(_ids(parts.header(mail, "Message-ID"))), "")
    return Letter(
        identity=_identity(raw, message_id, sender),
        message_id=message_id,
        sender=sender,
        sender_name=name or sender,
        recipients=tuple(dict.fromkeys(address for _, address in parts.addresses(mail, *_TO_WHOM)))[:_MOST_IDS],
        subject=subject[:500],
        answers=_answers(mail, bounce),
        sort=_sort(mail, subject, split.new, bounce, calendar),
        new=split.new[:LONGEST_TEXT],
        rest=split.rest[:LONGEST_TEXT],
        files=tuple(_files(leaves, body)),
        bounce=bounce,
        calendar=calendar,
        whole=whole,
    )


def file_in(raw: bytes, number: int) -> bytes | None:
    """The content of one that came with it; None where it has no such part."""
    leaves = list(parts.leaves(parts.parse(raw)[0]))
    return parts.content(leaves[number]) if 0 <= number < len(leaves) else None


def _sender(mail: parts.Mime) -> tuple[str, str]:
    found = parts.addresses(mail, "From") or parts.addresses(mail, "Sender")
    name, address = found[0] if found else ("", "")
    return name[:300], address if len(address) <= 254 else ""


def _identity(raw: bytes, message_id: str, sender: str) -> str:
    """A copy that came another way has the same Message-ID and the same content, and other traces of its way."""
    head, _, content = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    known = f"{message_id}\n{sender}\n".encode() if message_id else head
    return sha256(known + content.rstrip()).hexdigest()


def _ids(written: str) -> list[str]:
    return _ID.findall(written)[-_MOST_IDS:]


def _answers(mail: parts.Mime, bounce: Bounce | None) -> tuple[str, ...]:
    """Of what a thread refers to, the last is what is answered."""
    replied, thread = _ids(parts.header(mail, "In-Reply-To")), _ids(parts.header(mail, "References"))
    return tuple(dict.fromkeys([*(bounce.originals if bounce else ()), *replied, *reversed(thread)]))


# --- the text --------------------------------------------------------------------------------------------------------


def _body(leaves: list[parts.Mime]) -> parts.Mime | None:
    """The first plain text that is not attached; without one the first HTML."""
    for wanted in ("text/plain", "text/html"):
        for part in leaves:
            if part.get_content_type() == wanted and not _is_attached(part):
                return part
    return None


def _is_attached(part: parts.Mime) -> bool:
    return part.get_content_disposition() == "attachment"


def _text(leaves: list[parts.Mime], body: parts.Mime | None) -> str:
    if body is None:
        return ""
    said = parts.text(body)
    if body.get_content_type() == "text/html":
        return text_of_html(said)
    if not said.strip():
        html = next((one for one in leaves if one.get_content_type() == "text/html" and not _is_attached(one)), None)
        return text_of_html(parts.text(html)) if html is not None else ""
    return said


def _files(leaves: list[parts.Mime], body: parts.Mime | None) -> Iterable[File]:
    for number, part in enumerate(leaves):
        named = parts.file_name(part)
        is_text = part.get_content_type() in {"text/plain", "text/html"} and not _is_attached(part) and not named
        if part is body or is_text or part.get_content_type() in _REPORTS:
            continue
        size = len(parts.content(part))
        if size:
            name = named or _NAMES.get(part.get_content_type(), f"part {number + 1}")
            yield File(number=number, name=name[:200], media_type=part.get_content_type()[:100], size=size)


_REPORTS = frozenset(["message/delivery-status", "text/rfc822-headers"])
_NAMES = {"message/rfc822": "forwarded mail.eml", "text/calendar": "invitation.ics"}


# --- what sort of mail it is -----------------------------------------------------------------------------------------


def _calendar(leaves: list[parts.Mime]) -> Calendar | None:
    for part in leaves:
        if part.get_content_type() == "text/calendar":
            content = parts.content(part)[:1_000_000]
            within = _METHOD.search(content.decode("utf-8", "replace"))
            method = (within[1] if within else parts.parameter(part, "method")).upper()
            if method in _ANSWERS:
                return Calendar(method=method, content=content)
    return None


def _sort(mail: parts.Mime, subject: str, new: str, bounce: Bounce | None, calendar: Calendar | None) -> Sort:
    """An answer to an invitation is often sent by a program, and still an answer."""
    if bounce is not None:
        return "automatic" if bounce.arrived else "bounce"
    if calendar is not None:
        return "calendar"
    if is_automatic(mail, subject):
        return "automatic"
    if words.asks_to_unsubscribe(new) or (words.asks_to_unsubscribe(subject) and not new.strip()):
        return "unsubscribe"
    return "reply"


def is_automatic(mail: parts.Mime, subject: str) -> bool:
    """Whether no person wrote it (RFC 3834, and what programs did before it). That a subject tells of an absence counts
    only where something else speaks for a program too."""
    submitted = parts.header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return True
    if any(
        mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Mail-Autoreply")
    ):
        return True
    if parts.header(mail, "Precedence").lower() in {"auto_reply", "bulk", "junk", "list"}:
        return True
    if mail.get_content_type() == "multipart/report" or words.is_automatic_subject(subject):
        return True
    weakly = mail.get("X-Auto-Response-Suppress") is not None or parts.header(mail, "Return-Path") == "<>"
    return weakly and words.tells_of_absence(subject)

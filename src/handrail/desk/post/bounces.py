"""Mail that came back: whom it did not reach, whether it ever will, and which mail it was.

One rule: a report by the standard (RFC 3464) is taken at its word; without, only what is certain is for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from handrail.desk.post import parts, words

_OURS = re.compile(r"<(handrail\.[^<>\s@]{1,200}@[^<>\s]{1,200})>")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-5]\d(?=[ -])")
_LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """`recipient` is empty where nobody tells; `originals` are the Message-IDs that the mail that came back may have
    had. What `arrived` is a receipt, and no bounce."""

    recipient: str
    says: str
    for_good: bool
    arrived: bool = False
    originals: tuple[str, ...] = ()


def bounce_in(mail: parts.Mime, leaves: list[parts.Mime], sender: str, subject: str, text: str) -> Bounce | None:
    reports = [part for part in leaves if part.get_content_type() == "message/delivery-status"]
    for report in reports:
        return _by_standard(report, leaves, text)
    null_sender = str(mail.get("Return-Path", "")).strip() == "<>"
    failed = parts.addresses(mail, "X-Failed-Recipients")
    told = words.tells_of_no_delivery(subject)
    if failed or (told and (null_sender or words.is_a_daemon(sender))):
        return _by_its_words(mail, leaves, failed, text)
    return None


def _by_standard(report: parts.Mime, leaves: list[parts.Mime], text: str) -> Bounce:
    blocks = [one for one in _blocks(report) if one.get("Action") or one.get("Status")]
    failed = next((one for one in blocks if _action(one) == "failed"), None)
    block = failed or next(iter(blocks), message_from_bytes(b"", policy=compat32))
    action, status = _action(block), parts.header(block, "Status")
    recipient = _recipient(parts.header(block, "Original-Recipient") or parts.header(block, "Final-Recipient"))
    why = parts.header(block, "Diagnostic-Code").partition(";")[2].strip() or _first_line(text)
    number = status.partition(" ")[0]
    return Bounce(
        recipient=recipient or _recipient(parts.header(block, "Final-Recipient")),
        says=(why if number in why else f"{number} {why}".strip())[:_LONGEST],
        for_good=action != "delayed" and number.startswith("5"),
        arrived=action in {"delivered", "relayed", "expanded"},
        originals=_originals(leaves, text),
    )


def _blocks(report: parts.Mime) -> Iterator[Message]:
    if report.is_multipart():
        yield from parts.within(report)
    else:  # some programs wrap it, which they must not
        for block in re.split(rb"\r?\n\r?\n", parts.content(report))[: parts.MOST_PARTS]:
            yield message_from_bytes(block, policy=compat32)


def _action(block: Message) -> str:
    return parts.header(block, "Action").lower()


def _recipient(written: str) -> str:
    """`rfc822; ana@cedar.example`"""
    address = written.rpartition(";")[2].strip().strip("<>").lower()
    return address if "@" in address else ""


def _by_its_words(mail: parts.Mime, leaves: list[parts.Mime], failed: list[tuple[str, str]], text: str) -> Bounce:
    status, code = _STATUS.search(text[:20_000]), _REPLY_CODE.search(text[:20_000])
    grade = status[1] if status else code[1] if code else ""
    said = next((line for line in text.splitlines() if (status or code) and (status or code)[0] in line), "")  # type: ignore[index]
    return Bounce(
        recipient=failed[0][1] if failed else "",
        says=(parts.in_a_line(said) or _first_line(text))[:_LONGEST],
        for_good=grade == "5",
        originals=_originals(leaves, text),
    )


def _first_line(text: str) -> str:
    return next((parts.in_a_line(line) for line in text.splitlines() if line.strip()), "It came back.")


def _originals(leaves: list[parts.Mime], text: str) -> tuple[str, ...]:
    """What came back is within it, whole or as its headers; some tell of it only in words."""
    found: list[str] = []
    for part in leaves:
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            head = parts.content(part)[:50_000]
            found += [
                one[1] for one in re.finditer(r"(?im)^Message-ID:\s*<([^<>\s]{1,400})>", parts.decode(head, "utf-8"))
            ]
    found += _OURS.findall(text[:200_000])
    return tuple(dict.fromkeys(found))[:20]

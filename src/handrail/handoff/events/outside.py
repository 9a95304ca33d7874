"""What passes between a handoff and what is outside: its people, and the links that are attached.

One rule: what people outside fill in and attach is told as anybody's is, with them as its source.
"""

from dataclasses import dataclass
from typing import NamedTuple

from handrail.handoff.people import Outsider


class LinkLetter(NamedTuple):
    """Mail to somebody outside. The link itself is a secret, so that {link} stands for it in the body."""

    to: Outsider
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class LinksSent:
    """People outside were sent the links to their own pages by mail."""

    letters: tuple[LinkLetter, ...]


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """Somebody outside, `source`, says that their part of the step is done."""

    step: str
    source: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedAgain:
    """A colleague gave back to those outside what they had handed in."""

    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AttachmentShared:
    """An attachment is shown to people outside, or no longer."""

    step: str
    key: str
    shared: bool = True


@dataclass(frozen=True, kw_only=True)
class AttachmentBroke:
    """An attached link could be reached no longer, or a virus was found in an attached file."""

    step: str
    key: str
    says: str


@dataclass(frozen=True, kw_only=True)
class AttachmentMended:
    """What had been found about an attachment is so no more."""

    step: str
    key: str

"""What is asked of a handoff from outside, through a contact's own page, and what colleagues say to those outside.

One rule: whoever acts from outside holds no role: only what the runbook asks of their contacts is theirs to give.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handrail.handoff.events import Answer as Answer
from handrail.handoff.events import LinkLetter
from handrail.handoff.people import Actor, Outsider


@dataclass(frozen=True, kw_only=True)
class AnswerOutside:
    """Fill in what a form asks outside; None clears a field."""

    contact: Outsider
    step: str
    answers: Mapping[str, Answer | None]
    seen: int | None = None


@dataclass(frozen=True, kw_only=True)
class AttachOutside:
    """Hand over a document that is asked outside: exactly one of `link` and `upload`, under a fresh key."""

    contact: Outsider
    step: str
    key: str
    item: str
    title: str = ""
    link: str | None = None
    upload: str | None = None


@dataclass(frozen=True, kw_only=True)
class DetachOutside:
    """Take away again what was handed over from outside."""

    contact: Outsider
    step: str
    key: str


@dataclass(frozen=True, kw_only=True)
class WaiveOutside:
    """Say that a document does not apply, and why; None takes that back."""

    contact: Outsider
    step: str
    item: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """Say that their part of a step is done, so that a colleague looks at it."""

    contact: Outsider
    step: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AskAgain:
    """Give back to those outside what they handed in, with the reason."""

    by: Actor
    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SendLinks:
    """Send people outside the links to their own pages, by mail."""

    by: Actor
    letters: tuple[LinkLetter, ...]


@dataclass(frozen=True, kw_only=True)
class ShareAttachment:
    """Show an attachment to the people outside who have a page of their own, or no longer."""

    by: Actor
    step: str
    key: str
    shared: bool = True


@dataclass(frozen=True, kw_only=True)
class TellOfAttachment:
    """The desk found that an attached link cannot be reached or that a file has a virus, as `says` tells; or, without
    words, that this is so no more. Nobody's command but its own."""

    step: str
    key: str
    says: str = ""


FromOutside = AnswerOutside | AttachOutside | DetachOutside | WaiveOutside | HandIn
ToOutside = AskAgain | SendLinks | ShareAttachment

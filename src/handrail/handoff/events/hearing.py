"""What was heard from people outside: by mail, or through a link in one."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Replied:
    """Mail came from `contact`, an address, in answer to the message of `step`, or to none that is known. `says` is the
    beginning of what is new in it, `mail` the key of the mail that was kept.

    `instead_of` is who was written to, where somebody else answered: nobody knows whether they could speak for them. An
    `automatic` answer was written by no person.
    """

    contact: str
    name: str
    step: str = ""
    subject: str
    says: str
    mail: str
    instead_of: str = ""
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class Bounced:
    """A message did not arrive at `contact`; `for_good` where none will, and else perhaps a later one."""

    contact: str
    name: str
    step: str = ""
    says: str
    mail: str
    for_good: bool


@dataclass(frozen=True, kw_only=True)
class Unsubscribed:
    """Whoever has the address wants no more messages that send themselves; `step` is the one whose message they had."""

    contact: str
    name: str
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class Resubscribed:
    """They want them again, or somebody found so for them, for this reason."""

    contact: str
    name: str
    reason: str = ""

"""Text that is not a value of its kind."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unfit:
    """Text that is not a value of the kind; `says` tells why and what would be."""

    says: str


def quoted(text: str) -> str:
    """The text as a message names it: in quotation marks, and cut where it is long."""
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"

"""What is printed of a document: its words in one language, and how the company wants them to look.

One rule: a word too long for any line can be broken, and what no font has is told by its name.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handrail.handoff.document import Document
from handrail.handoff.document_languages import is_right_to_left
from handrail.handoff.history import Addendum
from handrail.handoff.people import by_words

_RUN = re.compile(r"\S{28}(?=\S)")
_LEFT_TO_RIGHT = "\u200e"
_BREAK = "\u200b"  # a place at which a line may end, and nothing to see


@dataclass(frozen=True, kw_only=True)
class Look:
    """`logo` is a PNG; `accent` a colour such as #0b5563."""

    company: str = ""
    accent: str = "#0b5563"
    logo: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """`seal` says in a line who froze the document and when, `digest` is its SHA-256, empty of one that nobody froze.
    `words` are what Handrail itself says in the paper's language. With `boxes` what is open is ticked off."""

    tree: Document
    look: Look
    language: str = "en"
    seal: str = ""
    digest: str = ""
    addenda: tuple[Addendum, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    boxes: bool = False
    at: datetime

    def said(self, text: str) -> str:
        return self.words.get(text, text)

    @property
    def is_right_to_left(self) -> bool:
        return is_right_to_left(self.language)


def paper_of(tree: Document, look: Look, at: datetime, **rest: object) -> Paper:
    return Paper(tree=tree, look=look, at=at, **rest)  # type: ignore[arg-type]


def addendum_words(one: Addendum) -> str:
    """`Paula Reyes, 1 February 2027`"""
    return f"{by_words(one.by, one.on_behalf_of) or 'Handrail'}, {one.at.day} {one.at:%B %Y}"


def breakable(text: str) -> str:
    """With places to break very long words at; nothing else is changed."""
    return _RUN.sub(lambda run: run.group() + _BREAK, text)


def marked(text: str) -> str:
    """For a page that runs from right to left: what begins with Latin letters keeps its figures and dots in place."""
    strong = next((one for one in map(unicodedata.bidirectional, text) if one in {"L", "R", "AL"}), "")
    return f"{_LEFT_TO_RIGHT}{text}{_LEFT_TO_RIGHT}" if strong == "L" else text


def plain(text: str) -> str:
    """Without what no page shows: control characters but for line ends, and halves of characters."""
    return "".join(one if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs", "Cn"} else " " for one in text)


def without_emoji(text: str) -> str:
    """An emoji by its name in brackets: `[rocket]`. What only tells how one looks is left out."""
    return "".join(_named(one) for one in text)


def _named(one: str) -> str:
    code = ord(one)
    if 0x1F1E6 <= code <= 0x1F1FF:
        return chr(code - 0x1F1E6 + ord("A"))  # of a flag, the letters of its country
    if code in {0xFE0F, 0xFE0E} or 0x1F3FB <= code <= 0x1F3FF:
        return ""
    if 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or 0x2B00 <= code <= 0x2BFF:
        name = unicodedata.name(one, "").lower()
        return f"[{name}]" if name else "[?]"
    return one

"""How what is known of one customer is compared with what is known of another, and by what names are told apart.

One rule: values are alike where their words are; a long value is known by its beginning and its digest, so that every
database can keep an index of them. Names are compared without case and accents.
"""

import hashlib
import json
import re
import unicodedata

from handrail.runbook.kinds import Written

LONGEST_WORDS = 200
LONGEST_NAME = 300
_BEGINNING = 120
_WORD = re.compile(r"[^\W_]+")


def words(value: Written) -> str:
    """The value in at most `LONGEST_WORDS` characters."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(text) <= LONGEST_WORDS:
        return text
    return f"{text[:_BEGINNING]}…{hashlib.sha256(text.encode()).hexdigest()}"


def folded_words(text: str) -> list[str]:
    """In order: `Électricité de Lyon-Sud` is electricite, de, lyon, sud."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(character for character in decomposed if not unicodedata.combining(character)))


def sorted_as(name: str) -> str:
    """By what a list puts the name in its place: `ÉLAN & Co.` stands with `elan co`."""
    return (" ".join(folded_words(name)) or name.strip())[:LONGEST_NAME]

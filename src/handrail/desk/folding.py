"""Names without what sets them apart only in writing: accents, capitals, signs.

One rule: what is stored to be found or sorted by, and what it is looked for with, are folded here.
"""

import re
import unicodedata

LONGEST_SORT = 80
_LONGEST_WORD = 60
_WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> tuple[str, ...]:
    """The words of the texts, folded, each once: `Électricité de Lyon-Sud` is electricite, de, lyon, sud."""
    return tuple(dict.fromkeys(word[:_LONGEST_WORD] for word in folded_words(" ".join(texts))))


def sort_words(name: str) -> str:
    """What a name is sorted by: its words, folded, in their order; of one without a word, the name itself."""
    return (" ".join(folded_words(name)) or name.strip())[:LONGEST_SORT]


def folded_words(text: str) -> list[str]:
    """In order: `Électricité de Lyon-Sud` is electricite, de, lyon, sud."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(character for character in decomposed if not unicodedata.combining(character)))

"""What is wrong with a file, one of its rows or one of its cells, as a value.

One rule: a problem says what is lost by it (`loses`), so that nobody has to guess what was imported all the same.
Where that is nothing, it is a doubt: the row is imported as it is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Loses = Literal["the file", "the row", "the cell", "nothing"]

LONGEST_QUOTE = 80


@dataclass(frozen=True, kw_only=True)
class Problem:
    """`row` is the line of a CSV file or the row of a spreadsheet, 0 where the file as a whole is meant; `column` the
    header of the column; `code` is stable for machines; `says` and `mend` are sentences for whoever made the file."""

    row: int = 0
    column: str = ""
    value: str = ""
    code: str
    says: str
    mend: str
    loses: Loses

    def __str__(self) -> str:
        return f"{self.says} {self.mend}"


def quoted(text: str) -> str:
    """The text as it can be shown in a sentence: short, on one line, without control characters."""
    shown = printable(text)
    return f"“{shown[:LONGEST_QUOTE]}…”" if len(shown) > LONGEST_QUOTE else f"“{shown}”"


def printable(text: str, longest: int = 1000) -> str:
    """Control characters become spaces (PostgreSQL keeps no NUL in JSON), and what is too long is cut."""
    if len(text) <= longest and text.isprintable() and "  " not in text and text == text.strip():
        return text  # as nearly all are
    plain = "".join(character if character.isprintable() or character == "\u200d" else " " for character in text)
    plain = " ".join(plain.split())
    return f"{plain[:longest]}…" if len(plain) > longest else plain


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end

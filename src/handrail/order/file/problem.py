"""What is wrong with a file of orders, one of its rows or one of its cells.

One rule: whoever made the file can mend it by what is said: where, what, and how.
"""

from dataclasses import dataclass


def printable(text: str, *, keeps_lines: bool = False) -> str:
    """Without what no database keeps and no page shows: control characters and halves of characters become spaces."""
    if text.isprintable() and "  " not in text:
        return text.strip()  # as nearly all are
    kept = "\n" if keeps_lines else ""
    plain = "".join(one if one.isprintable() or one in kept else " " for one in text.replace("\r\n", "\n"))
    return plain.strip() if keeps_lines else " ".join(plain.split())


@dataclass(frozen=True, kw_only=True)
class Problem:
    """`where` is a row in the file's own words (“row 5”), empty where the whole file is meant; `column` is the title of
    the column, `order` the number of the order that waits for it."""

    says: str
    mend: str
    where: str = ""
    column: str = ""
    order: str = ""
    value: str = ""

    def __str__(self) -> str:
        return f"{self.says} {self.mend}"

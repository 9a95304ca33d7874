"""What a reader of one format hands on: rows of texts, before anybody has looked for headers among them.

One rule: a row has the number by which its author knows it.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Records:
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    unit: Literal["line", "row"]
    notes: tuple[str, ...] = ()
    title: str = ""
    others: tuple[str, ...] = ()

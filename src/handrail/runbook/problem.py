"""A fault in a runbook, as a value: where it stands, what is wrong, how to mend it. Nothing here raises."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """A position in a file; `line` and `column` count from 1, 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, kw_only=True)
class Problem:
    """`code` is stable for machines (`unknown-name`), `says` and `mend` are sentences for the author."""

    where: Place
    code: str
    says: str
    mend: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.says} {self.mend} [{self.code}]"

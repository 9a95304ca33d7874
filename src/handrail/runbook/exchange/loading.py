"""Loading what holds decisions, whatever its form: a runbook, a DMN file, a workbook.

One rule: the form is told by the file's name, or by how it begins; a mistake in it is never a traceback.
"""

from typing import Literal

from handrail.runbook.checks import TABLE_CHECKS, check
from handrail.runbook.exchange.dmn import read_dmn
from handrail.runbook.exchange.exchanged import Exchanged
from handrail.runbook.exchange.sheet_reading import read_workbook
from handrail.runbook.loading import load
from handrail.runbook.reading import Reading

Form = Literal["dmn", "xlsx"]


def form_of(content: bytes, file: str) -> Form | None:
    """None for what can only be a runbook."""
    name = file.lower()
    if name.endswith(".dmn") or content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return "dmn"
    return "xlsx" if name.endswith(".xlsx") or content.startswith(b"PK\x03\x04") else None


def holds_tables(content: bytes, file: str) -> bool:
    return form_of(content, file) is not None


def tables_in(content: bytes, file: str) -> Exchanged:
    return read_workbook(content, file) if form_of(content, file) == "xlsx" else read_dmn(content, file)


def load_any(content: bytes, file: str) -> Reading:
    """Like `load`, for every form; of tables alone only what speaks of tables is checked."""
    if not holds_tables(content, file):
        return load(content, file)
    exchanged = tables_in(content, file)
    runbook = exchanged.runbook()
    told = sorted((*exchanged.problems, *check(runbook, TABLE_CHECKS)), key=lambda problem: problem.where)
    faulty = any(problem.severity == "error" for problem in told)
    return Reading(runbook=None if faulty else runbook, problems=tuple(told))

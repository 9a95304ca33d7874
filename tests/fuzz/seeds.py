"""The sound files that are spoiled: runbooks, and their decisions as DMN files and as workbooks.

One rule: every seed is a file that the commands take, so that spoiling it a little reaches far into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from handrail.runbook.exchange.asking import ExchangedInquiry
from handrail.runbook.exchange.dmn_writing import write_dmn
from handrail.runbook.exchange.loading import tables_in
from handrail.runbook.exchange.sheet_writing import write_workbook
from handrail.runbook.inquiry import Inquiry
from handrail.runbook.kinds import Unfit
from handrail.runbook.loading import load
from tests.core.dmn_text import DMN
from tests.core.runbook_text import SMALL

Suffix = Literal[".yaml", ".dmn", ".xlsx"]
SUFFIXES: tuple[Suffix, ...] = (".yaml", ".dmn", ".xlsx")

_ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"```yaml runbook\n(.*?)```", re.DOTALL)
_WORD = re.compile(r"[\w.$-]+")


@dataclass(frozen=True, kw_only=True)
class Seed:
    """`asked` has, for each decision of the file, what it looks at by name, with values that it takes for it."""

    suffix: Suffix
    content: bytes
    asked: Mapping[str, Mapping[str, tuple[str, ...]]]


@cache
def seeds() -> Mapping[Suffix, tuple[Seed, ...]]:
    every = [seed for text in _runbooks() for seed in _seeds_of(text)]
    every.append(_tables(DMN.encode(), ".dmn", DMN))
    return {suffix: tuple(seed for seed in every if seed.suffix == suffix) for suffix in SUFFIXES}


def _runbooks() -> list[str]:
    """The shipped ones, and the short ones that the language manual is told with."""
    chapters = sorted((_ROOT / "tests" / "spec" / "cases").rglob("*.md"))
    short = [text for chapter in chapters for text in _FENCE.findall(chapter.read_text(encoding="utf-8"))]
    shipped = [path.read_text(encoding="utf-8") for path in sorted((_ROOT / "runbooks").glob("*.yaml"))]
    return [SMALL, *short, *shipped]


def _seeds_of(text: str) -> Iterator[Seed]:
    runbook = load(text, "seed.yaml").runbook
    if runbook is None:
        return  # a chapter shows one that is not sound
    asked = {name: _values(Inquiry(runbook, name), text) for name in runbook.decisions}
    yield Seed(suffix=".yaml", content=text.encode(), asked=asked)
    if not asked:
        return
    decisions = tuple(runbook.decisions.values())
    yield _tables(write_dmn(decisions, runbook.name).content, ".dmn", text)
    workbook = write_workbook(decisions)
    assert not isinstance(workbook, Unfit)
    yield _tables(workbook.content, ".xlsx", text)


def _tables(content: bytes, suffix: Suffix, text: str) -> Seed:
    exchanged = tables_in(content, f"seed{suffix}")
    asked = {name: _values(ExchangedInquiry(exchanged, name), text) for name in exchanged.tables}
    return Seed(suffix=suffix, content=content, asked=asked)


def _values(inquiry: Inquiry, text: str) -> Mapping[str, tuple[str, ...]]:
    """The words of the text that are values of what is asked; texts can be any."""
    words = sorted({*_WORD.findall(text), "0", "2500", "2024-08-01", "yes"})
    return {
        name: tuple(word for word in words if not isinstance(inquiry.askable[name].read(word), Unfit))
        for name in inquiry.names
    }

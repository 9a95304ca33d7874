"""The runbook that says something in every field, and changes to its text."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from handrail.runbook.difference import Change, difference
from handrail.runbook.model import Runbook
from handrail.runbook.reading import read

HERE = Path(__file__).parent
EVERYTHING = (HERE / "everything.yaml").read_text(encoding="utf-8")


@cache
def runbook_of(text: str) -> Runbook:
    reading = read(text, "everything.yaml")
    assert reading.runbook is not None, [str(problem) for problem in reading.problems]
    return reading.runbook


@cache
def everything() -> Runbook:
    return runbook_of(EVERYTHING)


def changed(*changes: tuple[str, str]) -> Runbook:
    """The runbook with each of the texts, which must stand in it exactly once, replaced by another."""
    text = EVERYTHING
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in the runbook"
        text = text.replace(before, after)
    return runbook_of(text)


def with_word(before: str, after: str) -> Runbook:
    """The runbook with a name spelt differently, wherever it stands outside of quotes and titles."""
    return runbook_of(re.sub(rf"(?<![\w“-]){re.escape(before)}(?![\w-])", after, EVERYTHING))


@dataclass(frozen=True)
class Case:
    """Lines at - replaced by the lines at +, and all that is then told; `back` is what is told the other way."""

    name: str
    changes: tuple[tuple[str, str], ...]
    told: tuple[str, ...]
    back: tuple[str, ...]


def cases(file: str) -> list[Case]:
    text = (HERE / file).read_text(encoding="utf-8")
    return [_case(part) for part in text.split("\n## ")[1:]]


def _case(part: str) -> Case:
    name, *lines = part.split("\n")
    signed = [(line[:1], line[2:]) for line in lines if line]
    told = tuple(rest for sign, rest in signed if sign == "=")
    back = tuple(rest for sign, rest in signed if sign == "~")
    runs = [
        (sign, "\n".join(rest for _, rest in run))
        for sign, run in groupby((one for one in signed if one[0] in "-+"), key=lambda one: one[0])
    ]
    olds, news = [run for sign, run in runs if sign == "-"], [run for sign, run in runs if sign == "+"]
    return Case(name, tuple(zip(olds, news, strict=True)), told, back)


def told(old: Runbook, new: Runbook) -> tuple[str, ...]:
    return tuple(_line(change) for change in difference(old, new))


def _line(change: Change) -> str:
    """`steps, Accept: Now due …`; a reworded text with what it was and is."""
    said = f"{change.part}, {change.title}: {change.says}"
    return f"{said} {change.old!r} {change.new!r}" if change.sort == "reworded" else said

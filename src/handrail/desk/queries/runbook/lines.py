"""What the page of a runbook is made of: things, and what is to be known of each.

One rule: a place is the id of an element of the page, and what leads there is written with the same function.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from handrail.runbook.kinds import Kind, Records, name_of
from handrail.runbook.model import Condition, Runbook
from handrail.runbook.words import condition_words, kind_words

Sort = Literal[
    "fact", "derived", "role", "contacts", "promise", "decision", "session", "window", "message", "event", "step",
    "form", "milestone", "document",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Detail:
    """A label and what stands behind it, in one line or several; `place` is where more of it is said."""

    label: str
    lines: tuple[str, ...]
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something declared. `body` is a longer text, kept as its author wrote it."""

    place: str
    title: str
    says: str
    details: tuple[Detail, ...]
    body: str = ""


def place_of(sort: Sort, name: str) -> str:
    return f"{sort}-{name}"


def said(label: str, *lines: str, place: str = "") -> Detail:
    return Detail(label=label, lines=lines, place=place)


def only_where(runbook: Runbook, condition: Condition | None) -> Iterator[Detail]:
    if condition is not None:
        yield said("Only where", condition_words(runbook, condition))


def kind_said(kind: Kind) -> Iterator[Detail]:
    """The kind, and of a list its columns by themselves."""
    if not isinstance(kind, Records):
        yield said("Kind", kind_words(kind))
        return
    least = f", at least {kind.at_least} record{'' if kind.at_least == 1 else 's'}" if kind.at_least else ""
    yield said("Kind", f"{name_of(kind)}{least}")
    yield said("Columns", *(f"{_column(name)}: {kind_words(one)}" for name, one in kind.columns.items()))


def _column(name: str) -> str:
    return name.replace("_", " ").capitalize()


def the_role(runbook: Runbook, name: str) -> str:
    return f"the {runbook.roles[name].title}"


def the_step(runbook: Runbook, name: str) -> str:
    return f"“{runbook.steps[name].title}”"

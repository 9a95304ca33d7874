"""Reading a runbook: text → `Runbook`, or every `Problem` in it at once, each with its place and a way to mend it.

One rule: no text makes reading fail. Whatever is written is answered with a runbook or with problems.
"""

import hashlib
from dataclasses import dataclass

from handrail.runbook.model import Runbook
from handrail.runbook.problem import Problem
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import Margin
from handrail.runbook.reading.tree import Entries, Gone, Node
from handrail.runbook.reading.whole import KEYS, runbook_of
from handrail.runbook.reading.yaml_text import decoded, tree_of


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`runbook` is None exactly when one of the problems is an error."""

    runbook: Runbook | None
    problems: tuple[Problem, ...]


def read(text: str | bytes, file: str) -> Reading:
    """What `text` says; `file` is how problems name it."""
    margin = Margin(file)
    runbook = _read(text, margin)
    problems = margin.problems()
    faulty = any(problem.severity == "error" for problem in problems)
    return Reading(runbook=None if faulty else runbook, problems=problems)


def _read(text: str | bytes, margin: Margin) -> Runbook | None:
    plain = decoded(text, margin)
    tree = None if plain is None else tree_of(plain, margin)
    if plain is None or tree is None or not _is_mapping(tree, margin):
        return None
    digest = hashlib.sha256(plain.encode("utf-8")).hexdigest()
    return runbook_of(Block(tree, "the runbook", KEYS, margin), digest)


def _is_mapping(tree: Node, margin: Margin) -> bool:
    if not isinstance(tree, Entries | Gone):
        says = "The file does not hold a mapping."
        margin.error(tree.place, "not-a-mapping", says, "Begin it with “runbook: name-of-the-runbook”, one key a line.")
    return isinstance(tree, Entries)

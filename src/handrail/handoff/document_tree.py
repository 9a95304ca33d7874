"""The handover document as a tree: what the receiving team is told, each line given, not applicable or missing.

One rule: the tree holds words only, so that what was signed can be kept, compared and verified without the program.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Line:
    """`value` for what is given, `reason` for what does not apply, `owed_by` for what is missing; `notes` explain. A
    line without a label is a text of its own. `about` is what the line is drawn from, as `fact mrr`, `answer fill
    notes` or `evidence fill photo`; it is no part of the content."""

    label: str
    state: Literal["given", "not applicable", "missing"]
    value: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    heads: tuple[str, ...] = ()
    link: str = ""
    reason: str = ""
    owed_by: str = ""
    required: bool = True
    notes: tuple[str, ...] = ()
    about: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Part:
    """`level` is 2 where it belongs to the part of level 1 before it."""

    title: str
    lines: tuple[Line, ...]
    says: str = ""
    level: int = 1


@dataclass(frozen=True, kw_only=True)
class Document:
    title: str
    customer: str
    runbook: str
    parts: tuple[Part, ...]
    says: str = ""


def sha256(tree: Document) -> str:
    """The digest of the tree's canonical JSON: keys sorted, no spaces, UTF-8."""
    return hashlib.sha256(canonical_json(tree).encode()).hexdigest()


def canonical_json(tree: Document) -> str:
    """What came later to the tree is left out where it says nothing: digests of before stay what they were."""
    return json.dumps(_plain(tree), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(tree: Document) -> dict[str, Any]:
    plain = asdict(tree)
    for part in plain["parts"]:
        for line in part["lines"]:
            del line["about"]
        _leave_out(part, says="", level=1)
    _leave_out(plain, says="")
    return plain


def _leave_out(plain: dict[str, Any], **defaults: object) -> None:
    for name, default in defaults.items():
        if plain[name] == default:
            del plain[name]


def missing_lines(tree: Document) -> tuple[Line, ...]:
    return tuple(line for part in tree.parts for line in part.lines if line.state == "missing" and line.required)

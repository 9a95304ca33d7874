"""A kind as text, in the words that a runbook declares it with: `{kind: money, currency: USD, at_least: 0}`.

One rule: reading what was written gives the same kind back.
"""

import json
import re

from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Records,
    Several,
    Text,
    YesNo,
    plain,
)
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.kind_words import ALL_WORDS, KIND_KEYS, kind_in
from handrail.runbook.reading.margin import Margin
from handrail.runbook.reading.yaml_text import tree_of

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9 _/.-]*[A-Za-z0-9]|[A-Za-z]|\d+(\.\d+)?", re.ASCII)
_BREAKS = re.compile("[\x7f\x85\u2028\u2029\ufeff]")  # what YAML would take for the end of a line, or refuse


def text_of(kind: Kind) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in entries_of(kind).items())}}}"


def entries_of(kind: Kind) -> dict[str, str]:
    """The keys of the kind's declaration, each with its value as YAML."""
    match kind:
        case Text():
            return {"kind": "text"}
        case Number(at_least=low, at_most=high, whole=whole):
            return {"kind": "number", **({"whole": "yes"} if whole else {}), **_bounds(low, high)}
        case Money(currency=currency, at_least=low, at_most=high):
            return {"kind": "money", "currency": currency, **_bounds(low, high)}
        case Date():
            return {"kind": "date"}
        case Instant():
            return {"kind": "instant"}
        case YesNo():
            return {"kind": "yes/no"}
        case Choice(of=of):
            return {"kind": "choice", "of": f"[{', '.join(yaml_text(word) for word in of)}]"}
        case Link():
            return {"kind": "link"}
        case PersonName():
            return {"kind": "person"}
        case Records(columns=columns, at_least=least):
            declared = ", ".join(f"{name}: {text_of(column)}" for name, column in columns.items())
            return {"kind": "list", "of": f"{{{declared}}}", **({"at_least": str(least)} if least else {})}
        case Several(of=of):
            return entries_of(of)


def _bounds(low: object, high: object) -> dict[str, str]:
    bounds = {"at_least": low, "at_most": high}
    return {key: plain(bound) for key, bound in bounds.items() if bound is not None}  # type: ignore[arg-type]


def kind_of(text: str, what: str, margin: Margin) -> Kind | None:
    """The kind that `text` declares; None where it is none, which is then told. Braces may be left out."""
    if text.strip() and not text.strip().startswith("{"):
        text = f"{{{text}}}" if ":" in text else f"{{kind: {text}}}"
    tree = tree_of(text, margin)
    return None if tree is None else kind_in(Block(tree, what, KIND_KEYS, margin), ALL_WORDS)


def yaml_text(text: str) -> str:
    """The text as a YAML scalar that means it, in quotes unless it is plain."""
    if _BARE.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)

"""What a step writes into another system: `{Handoff date: handoff_date, Status: = Live}`.

One rule: what stands after “= ” is written as it stands; anything else names a fact, an output, an answer or a column.
"""

import re

from handrail.runbook.model import Write
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.names import LONGEST_TITLE
from handrail.runbook.reading.tree import Entries, Entry, Gone, Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_HOW = "Write the name of a fact, output or answer, or a text after “= ”, as in “= Live”."


def writes_in(block: Block, words: Vocabulary) -> tuple[Write, ...]:
    node = block.node("writes")
    if isinstance(node, Entries) and not node.of:
        block.margin.error(node.place, "empty-value", f"{sentence(block.what)} writes nothing.", "Name a field.")
    found = [_write(entry, block, words) for entry in block.entries("writes")]
    return tuple(write for write in found if write is not None)


def _write(entry: Entry, block: Block, words: Vocabulary) -> Write | None:
    field = bounded(entry.key, LONGEST_TITLE, block.margin)
    leaf = entry.value
    if not isinstance(leaf, Leaf) or leaf.is_empty:
        if not isinstance(leaf, Gone):
            says = f"What is to stand in {quoted(field)} is not a text."
            block.margin.error(leaf.place, "expected-text", says, _HOW)
        return None
    text = leaf.text.strip()
    if text.startswith("=") and text.removeprefix("=").strip():
        return Write(field=field, text=bounded(Leaf(text.removeprefix("="), leaf.place), LONGEST_TITLE, block.margin))
    if not _NAME.fullmatch(text):
        says = f"{quoted(text)} is not the name of anything."
        block.margin.error(leaf.place, "bad-write", says, _HOW)
        return None
    return _named(field, leaf, block, words)


def _named(field: str, leaf: Leaf, block: Block, words: Vocabulary) -> Write | None:
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is None or meaning.kind is None:
        return None
    if meaning.ref.source in {"step", "milestone"}:
        says = f"“{meaning.ref.name}” is a {meaning.ref.source}, and has no value to write."
        block.margin.error(leaf.place, "bad-write", says, _HOW)
        return None
    return Write(field=field, ref=meaning.ref, kind=meaning.kind)

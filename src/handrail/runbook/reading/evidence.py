"""The evidence of a step: what must be, or may be, attached to it, and who provides it."""

from typing import Literal, cast

from handrail.runbook.model import Evidence
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import sentence
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.step_keys import EVIDENCE_KEYS, EVIDENCE_KINDS
from handrail.runbook.reading.tree import Entries
from handrail.runbook.reading.vocabulary import Vocabulary

_Kind = Literal["link", "upload", "link or upload"]


def evidence_in(block: Block, kind: str, words: Vocabulary) -> tuple[Evidence, ...]:
    node = block.node("evidence")
    if kind == "document" and isinstance(node, Entries) and not node.of:
        says = f"{sentence(block.what)} is of kind document and lists none."
        block.margin.error(node.place, "empty-value", says, "Name its documents under “evidence”.")
    return tuple(
        Evidence(
            name=name,
            title=about.title("title", title_of(name)),
            kind=cast("_Kind", about.one_of("kind", EVIDENCE_KINDS, "link or upload")),
            required=about.yes_no("required", default=True),
            may_not_apply=about.yes_no("may_not_apply", default=False),
            owed_by=words.role_in(about, "owed_by"),
        )
        for name, about in block.declared("evidence", "evidence", EVIDENCE_KEYS)
    )

"""The facts of a runbook: what is known about the customer, and who must find it out.

One rule: a fact's kind is read first, so that everything else can speak about it; its `when` comes later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handrail.runbook.kinds import Kind, Text
from handrail.runbook.model import Fact
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.keys import CONDITION, SAYS, TITLE, Key, Keys
from handrail.runbook.reading.kind_words import ALL_WORDS, KIND_KEYS, kind_in
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.vocabulary import Vocabulary

KEYS: Keys = {
    "title": TITLE,
    **KIND_KEYS,
    "kind": replace(KIND_KEYS["kind"], needed=True),
    "owed_by": Key(says="The role that must find it out."),
    "when": Key(says="Who needs it: the customers of whom this holds.", shape=CONDITION),
    "says": SAYS,
}


@dataclass(frozen=True, kw_only=True)
class FactSoFar:
    """`kind` is None where it is faulty."""

    block: Block
    kind: Kind | None
    title: str


def declared_facts(top: Block) -> dict[str, FactSoFar]:
    return {name: _declared(name, block) for name, block in top.declared("facts", "fact", KEYS)}


def _declared(name: str, block: Block) -> FactSoFar:
    return FactSoFar(block=block, kind=kind_in(block, ALL_WORDS), title=block.title("title", title_of(name)))


def facts_of(declared: Mapping[str, FactSoFar], words: Vocabulary) -> dict[str, Fact]:
    return {name: _fact(name, so_far, words) for name, so_far in declared.items()}


def _fact(name: str, so_far: FactSoFar, words: Vocabulary) -> Fact:
    block = so_far.block
    return Fact(
        name=name,
        title=so_far.title,
        kind=so_far.kind or Text(),
        owed_by=words.role_in(block, "owed_by"),
        when=condition_in(block, "when", words),
        says=block.text("says"),
        place=block.place,
    )

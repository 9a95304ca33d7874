"""Everything that a runbook's conditions, tables and timings can speak about, by the words an author uses for it.

One rule: what is declared, however faultily, is known. Only what nobody declared is told as unknown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from handrail.runbook.kinds import Kind
from handrail.runbook.model import Ref
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import Margin, listed, quoted
from handrail.runbook.reading.tree import Leaf


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a word stands for; `kind` is None where its declaration is faulty, which has been told."""

    ref: Ref
    kind: Kind | None
    title: str


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """`families` are decisions that cannot stand for one output; `unsure` are names whose parts could not be read.

    `unreadable` are the keys of the runbook under which something may be declared that could not be read.
    """

    meanings: Mapping[str, Meaning]
    families: Mapping[str, tuple[str, ...]]
    unsure: frozenset[str]
    unreadable: frozenset[str]
    roles: Collection[str]
    forms: Collection[str]
    stages: Collection[str]

    def meaning_of(self, leaf: Leaf, margin: Margin) -> Meaning | None:
        word = leaf.text.strip()
        owner, _, part = word.partition(".")
        if word in self.meanings:
            return self.meanings[word]
        if word in self.families:
            says = f"“{word}” has several outputs."
            margin.error(leaf.place, "several-outputs", says, f"Name one of them: {listed(self.families[word])}.")
        elif owner not in self.unsure and not self.unreadable & {"facts", "decisions", "steps"}:
            self._tell_unknown(leaf, owner, part, margin)
        return None

    def _tell_unknown(self, leaf: Leaf, owner: str, part: str, margin: Margin) -> None:
        says = f"No fact, decision or step is called {quoted(leaf.text)}."
        known = self.meanings
        if part and owner in self.forms:
            says = f"{quoted(owner)} is a form; an answer is named by the step in which the form is filled."
        elif part and (owner in self.meanings or owner in self.families):
            says = f"“{owner}” has no part {quoted(part)}."
            known = {word: meaning for word, meaning in known.items() if word.startswith(f"{owner}.")} or known
        margin.unknown(leaf.place, "unknown-name", says, leaf.text.strip(), known)

    def role(self, leaf: Leaf, margin: Margin) -> str:
        return self._one_of(self.roles, "role", leaf, margin)

    def roles_in(self, block: Block, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.role(leaf, block.margin) for leaf in block.texts(key)))

    def role_in(self, block: Block, key: str) -> str | None:
        leaf = block.leaf(key)
        return None if leaf is None else self.role(leaf, block.margin)

    def form(self, leaf: Leaf, margin: Margin) -> str:
        return self._one_of(self.forms, "form", leaf, margin)

    def stage(self, leaf: Leaf, margin: Margin) -> str:
        return self._one_of(self.stages, "stage", leaf, margin)

    def steps_in(self, block: Block, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._one_of(self._steps, "step", leaf, block.margin) for leaf in block.texts(key)))

    @cached_property
    def _steps(self) -> Collection[str]:
        return {word: None for word, meaning in self.meanings.items() if meaning.ref.source == "step"}.keys()

    def _one_of(self, known: Collection[str], what: str, leaf: Leaf, margin: Margin) -> str:
        word = leaf.text.strip()
        if word not in known and f"{what}s" not in self.unreadable:
            says = f"No {what} is called {quoted(word)}."
            margin.unknown(leaf.place, "unknown-name", says, word, known)
        return word

"""Everything that a runbook's conditions, tables and timings can speak about, by the words an author uses for it.

One rule: what is declared, however faultily, is known. Only what nobody declared is told as unknown.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from handrail.runbook.kinds import Kind
from handrail.runbook.model import Ref
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import Margin, listed, quoted
from handrail.runbook.reading.tree import Leaf

# The keys of a runbook under which it is declared what conditions can speak about.
SPOKEN_OF = frozenset({"facts", "derived", "decisions", "steps", "milestones"})


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a word stands for; `kind` is None where its declaration is faulty, which has been told."""

    ref: Ref
    kind: Kind | None
    title: str


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The names of what steps and roles can name, each declared under a key of the runbook's own."""

    roles: Collection[str]
    contacts: Collection[str]
    promises: Collection[str]
    documents: Collection[str]
    forms: Collection[str]
    stages: Collection[str]
    sessions: Collection[str]
    windows: Collection[str]
    messages: Collection[str]
    events: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """`families` are decisions that cannot stand for one output; `unsure` are names whose parts could not be read.

    `columns` are those of the list facts; they can be spoken about only for one record `of` a list. `repeated` are the
    answers that are given once for each record of a list, by their words, with the list. `unreadable` are the keys of
    the runbook under which something may be declared that could not be read.
    """

    meanings: Mapping[str, Meaning]
    columns: Mapping[str, Meaning]
    of: str | None = None
    repeated: Mapping[str, str]
    families: Mapping[str, tuple[str, ...]]
    unsure: frozenset[str]
    unreadable: frozenset[str]
    declared: Declared

    def for_record_of(self, name: str | None) -> "Vocabulary":
        """The same, where one record of that list fact is meant."""
        return replace(self, of=name)

    def meaning_of(self, leaf: Leaf, margin: Margin) -> Meaning | None:
        word = leaf.text.strip()
        owner, _, part = word.partition(".")
        if word in self.meanings:
            return self.meanings[word]
        if word in self.columns:
            return self._column(leaf, owner, margin)
        if word in self.repeated:
            says = f"“{word}” is answered once for each record of “{self.repeated[word]}”: there is no one answer."
            mend = f"Ask for the step, as in “{owner}: done”, which holds when it is done for all of them."
            margin.error(leaf.place, "answer-of-each", says, mend)
        elif word in self.families:
            says = f"“{word}” has several outputs."
            margin.error(leaf.place, "several-outputs", says, f"Name one of them: {listed(self.families[word])}.")
        elif owner not in self.unsure and not self.unreadable & SPOKEN_OF:
            self._tell_unknown(leaf, owner, part, margin)
        return None

    def _column(self, leaf: Leaf, owner: str, margin: Margin) -> Meaning | None:
        if owner == self.of:
            return self.columns[leaf.text.strip()]
        says = f"{quoted(leaf.text)} is a column of the list “{owner}”, and no one record of it is meant here."
        mend = f"Ask for it in a step with “each: {owner}”, or count its records with a derived fact."
        margin.error(leaf.place, "column-elsewhere", says, mend)
        return None

    def _tell_unknown(self, leaf: Leaf, owner: str, part: str, margin: Margin) -> None:
        says = f"No fact, decision, step or milestone is called {quoted(leaf.text)}."
        known: Mapping[str, Meaning] = self.meanings
        if part and owner in self.declared.forms:
            says = f"{quoted(owner)} is a form; an answer is named by the step in which the form is filled."
        elif part and (owner in self.meanings or owner in self.families):
            says = f"“{owner}” has no part {quoted(part)}."
            every = {**known, **self.columns}
            known = {word: meaning for word, meaning in every.items() if word.startswith(f"{owner}.")} or known
        margin.unknown(leaf.place, "unknown-name", says, leaf.text.strip(), known)

    def role(self, leaf: Leaf, margin: Margin) -> str:
        return self._one_of(self.declared.roles, "role", leaf, margin)

    def roles_in(self, block: Block, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.role(leaf, block.margin) for leaf in block.texts(key)))

    def people_in(self, block: Block, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The roles, and the groups of contacts, of a list that may name both."""
        both = dict.fromkeys([*self.declared.roles, *self.declared.contacts])
        leaves = {leaf.text.strip(): leaf for leaf in block.texts(key)}
        for word, leaf in leaves.items():
            if word not in both and not self.unreadable & {"roles", "contacts"}:
                what = "role" if not self.declared.contacts else "role or group of contacts"
                block.margin.unknown(leaf.place, "unknown-name", f"No {what} is called {quoted(word)}.", word, both)
        outside = tuple(word for word in leaves if word in self.declared.contacts)
        return tuple(word for word in leaves if word not in outside), outside

    def attendees_in(self, block: Block, key: str) -> tuple[str, ...]:
        """Roles, and groups of contacts."""
        if "contacts" in self.unreadable:
            return tuple(one for one in (leaf.text.strip() for leaf in block.texts(key)) if one in self.declared.roles)
        known = dict.fromkeys((*self.declared.roles, *self.declared.contacts))
        what = "role or contact" if self.declared.contacts else "role"
        found = (self._one_of(known, what, leaf, block.margin) for leaf in block.texts(key))
        return tuple(dict.fromkeys(found))

    def role_in(self, block: Block, key: str) -> str | None:
        return self._one_in(self.declared.roles, "role", block, key)

    def form(self, leaf: Leaf, margin: Margin) -> str:
        return self._one_of(self.declared.forms, "form", leaf, margin)

    def stage_in(self, block: Block, key: str) -> str | None:
        return self._one_in(self.declared.stages, "stage", block, key)

    def session(self, leaf: Leaf, margin: Margin) -> str:
        return self._one_of(self.declared.sessions, "session", leaf, margin)

    def session_in(self, block: Block, key: str) -> str | None:
        return self._one_in(self.declared.sessions, "session", block, key)

    def message_in(self, block: Block, key: str) -> str | None:
        return self._one_in(self.declared.messages, "message", block, key)

    def document_in(self, block: Block, key: str) -> str | None:
        return self._one_in(self.declared.documents, "document", block, key)

    def event_in(self, block: Block, key: str) -> str | None:
        return self._one_in(self.declared.events, "event", block, key)

    def contacts_in(self, block: Block, key: str) -> str | None:
        leaf = block.leaf(key)
        if leaf is None:
            return None
        word = leaf.text.strip()
        if word not in self.declared.contacts and "contacts" not in self.unreadable:
            says = f"No contacts are called {quoted(word)}."
            block.margin.unknown(leaf.place, "unknown-name", says, word, self.declared.contacts)
        return word

    def windows_in(self, block: Block, key: str) -> tuple[str, ...]:
        """One window, or a list of them."""
        windows = self.declared.windows
        found = (self._one_of(windows, "window", leaf, block.margin) for leaf in block.text_or_texts(key))
        return tuple(dict.fromkeys(found))

    def list_in(self, block: Block, key: str) -> str | None:
        """A fact of kind list."""
        leaf = block.leaf(key)
        if leaf is None:
            return None
        lists = dict.fromkeys(meaning.ref.name for meaning in self.columns.values())
        word = leaf.text.strip()
        meaning = self.meanings.get(word)
        if word in lists or word in self.unsure or (meaning is None and "facts" in self.unreadable):
            return word
        says = f"{quoted(word)} is not a fact of kind list."
        block.margin.unknown(leaf.place, "not-a-list", says, word, lists)
        return None

    def steps_in(self, block: Block, key: str) -> tuple[str, ...]:
        return self.steps(block.texts(key), block.margin)

    def steps(self, leaves: Collection[Leaf], margin: Margin) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._one_of(self._steps, "step", leaf, margin) for leaf in leaves))

    @cached_property
    def decisions(self) -> Collection[str]:
        named = (meaning.ref.name for meaning in self.meanings.values() if meaning.ref.source == "output")
        return dict.fromkeys((*named, *self.unsure)).keys()

    @property
    def steps_named(self) -> Collection[str]:
        return self._steps

    @cached_property
    def _steps(self) -> Collection[str]:
        return {word: None for word, meaning in self.meanings.items() if meaning.ref.source == "step"}.keys()

    def _one_in(self, known: Collection[str], what: str, block: Block, key: str) -> str | None:
        leaf = block.leaf(key)
        return None if leaf is None else self._one_of(known, what, leaf, block.margin)

    def _one_of(self, known: Collection[str], what: str, leaf: Leaf, margin: Margin) -> str:
        word = leaf.text.strip()
        if word not in known and f"{what.partition(' ')[0]}s" not in self.unreadable:
            says = f"No {what} is called {quoted(word)}."
            margin.unknown(leaf.place, "unknown-name", says, word, known)
        return word

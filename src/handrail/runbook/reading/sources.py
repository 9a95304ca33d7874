"""What derived facts can be of: facts, and derived facts that are read already.

One rule: what is named is told as unknown only where nobody declared it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from handrail.runbook.kinds import Kind, Money, Number, Records
from handrail.runbook.model import Ref
from handrail.runbook.reading.facts import FactSoFar
from handrail.runbook.reading.margin import Margin, quoted
from handrail.runbook.reading.tree import Leaf


@dataclass(frozen=True, kw_only=True)
class Source:
    ref: Ref
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Sources:
    """`derived` are the kinds of the derived facts that are read; `names` all that are declared. `all_known` tells
    whether every fact could be read."""

    facts: Mapping[str, FactSoFar]
    derived: Mapping[str, Kind | None]
    names: Collection[str]
    all_known: bool
    margin: Margin

    def fact(self, leaf: Leaf) -> Source | None:
        """None where there is no such fact, which is told, or it is faulty."""
        word = leaf.text.strip()
        if word in self.facts:
            return _source(Ref(source="fact", name=word), self.facts[word].kind)
        if self.all_known and word in self.names:
            says = f"“{word}” is a derived fact, and only facts can stand here."
            self.margin.error(leaf.place, "not-a-fact", says, "Name a fact that is declared under “facts”.")
        elif self.all_known:
            self.margin.unknown(leaf.place, "unknown-name", f"No fact is called {quoted(word)}.", word, self.facts)
        return None

    def fact_or_derived(self, leaf: Leaf) -> Source | None:
        word = leaf.text.strip()
        if word in self.names and word not in self.facts:
            return _source(Ref(source="derived", name=word), self.derived.get(word))
        return self.fact(leaf)

    def records(self, leaf: Leaf) -> tuple[str, Records] | None:
        """A fact of kind list, and its columns."""
        word = leaf.text.strip()
        kind = self.facts[word].kind if word in self.facts else None
        if isinstance(kind, Records):
            return word, kind
        if kind is not None or (word not in self.facts and self.all_known):
            self._tell_no_list(leaf)
        return None

    def _tell_no_list(self, leaf: Leaf) -> None:
        lists = [name for name, so_far in self.facts.items() if isinstance(so_far.kind, Records)]
        says = f"{quoted(leaf.text)} is not a fact of kind list."
        self.margin.unknown(leaf.place, "not-a-list", says, leaf.text.strip(), lists)


def _source(ref: Ref, kind: Kind | None) -> Source | None:
    return None if kind is None else Source(ref=ref, kind=kind)


def without_bounds(kind: Kind) -> Kind:
    match kind:
        case Number(whole=whole):
            return Number(whole=whole)
        case Money(currency=currency):
            return Money(currency=currency)
        case _:
            return kind

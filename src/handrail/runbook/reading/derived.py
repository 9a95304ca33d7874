"""The derived facts of a runbook: what follows from others, by a closed set of ways.

One rule: a derived fact's kind follows from those that it is of, so they are read first; none follows from itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from handrail.runbook.kinds import Kind, Text
from handrail.runbook.model import Agreement, Derivation, Derived
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.derived_keys import GATHERINGS, KEYS, OF_DERIVED, WAYS
from handrail.runbook.reading.facts import FactSoFar
from handrail.runbook.reading.gathered import gathered
from handrail.runbook.reading.margin import Margin, listed, quoted, sentence
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.reckoned import reckoned
from handrail.runbook.reading.sources import Sources
from handrail.runbook.reading.tree import Items, Leaf


@dataclass(frozen=True, kw_only=True)
class DerivedSoFar:
    """`kind` and `how` are None where it is faulty."""

    block: Block
    title: str
    kind: Kind | None
    how: Derivation | None


def declared_derived(top: Block, facts: Mapping[str, FactSoFar]) -> dict[str, DerivedSoFar]:
    blocks = dict(top.declared("derived", "derived fact", KEYS))
    all_known = "facts" not in top or top.is_mapping("facts")
    kinds: dict[str, Kind | None] = {}
    sources = Sources(facts=facts, derived=kinds, names=blocks, all_known=all_known, margin=top.margin)
    found = {}
    for name in _in_order(blocks, top.margin):
        found[name] = _declared(name, blocks[name], sources)
        kinds[name] = found[name].kind
    return {name: found[name] for name in blocks}


def derived_of(declared: Mapping[str, DerivedSoFar]) -> dict[str, Derived]:
    return {
        name: Derived(
            name=name,
            title=so_far.title,
            kind=so_far.kind or Text(),
            how=so_far.how or Agreement(of=()),
            says=so_far.block.text("says"),
            place=so_far.block.place,
        )
        for name, so_far in declared.items()
    }


def _declared(name: str, block: Block, sources: Sources) -> DerivedSoFar:
    way = _way(block)
    found = None
    if way is not None:
        found = gathered(block, way, sources) if way in GATHERINGS else reckoned(block, way, sources)
    kind, how = found or (None, None)
    return DerivedSoFar(block=block, title=block.title("title", title_of(name)), kind=kind, how=how)


def _way(block: Block) -> str | None:
    """The one way in which the fact follows from others; None where there is none or more, which is told."""
    ways = [way for way in WAYS if way in block]
    if not ways and block.is_sound:
        says = f"{sentence(block.what)} does not say what it follows from."
        block.margin.error(block.place, "missing-key", says, f"Add one of these: {listed(WAYS)}.")
    for other in ways[1:]:
        says = f"{sentence(block.what)} follows from others in two ways: {quoted(ways[0])} and {quoted(other)}."
        block.margin.error(block.key_place(other), "key-beside-another", says, "Keep one of the two.")
    return ways[0] if len(ways) == 1 else None


def _in_order(blocks: Mapping[str, Block], margin: Margin) -> list[str]:
    """The names, each after those that it follows from; every circle is told and then opened."""
    follows = {name: [one for one in _operands(block) if one in blocks] for name, block in blocks.items()}
    while not margin.is_full:
        try:
            return list(TopologicalSorter(follows).static_order())
        except CycleError as found:
            circle: list[str] = found.args[1][:0:-1]  # the first is repeated at the end; each goes before the next
            _tell_circle(circle, blocks)
            follows[circle[0]].remove(circle[1 % len(circle)])
    return list(blocks)


def _operands(block: Block) -> Iterator[str]:
    nodes = [block.node(way) for way in OF_DERIVED if way in block]
    leaves = (leaf for node in nodes if isinstance(node, Items) for leaf in node.of)
    return (leaf.text.strip() for leaf in leaves if isinstance(leaf, Leaf))


def _tell_circle(circle: list[str], blocks: Mapping[str, Block]) -> None:
    first = min(range(len(circle)), key=lambda at: blocks[circle[at]].place)
    names = [*circle[first:], *circle[:first]]
    block = blocks[names[0]]
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    says = f"These follow from each other: {listed(f'“{name}” from “{one}”' for name, one in pairs)}."
    if len(names) == 1:
        says = f"“{names[0]}” follows from itself."
    mend = "Take one of them out of what another follows from." if len(names) > 1 else "Name another fact there."
    block.margin.error(block.place, "cycle", says, mend)

"""The decisions of a runbook: DMN tables with the hit policy UNIQUE.

One rule: the outputs are read first, so that everything can speak about them; inputs and rules come later.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handrail.runbook.kinds import Kind, Text
from handrail.runbook.model import Decision, Input, Output, Override
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.kind_words import KIND_KEYS, SCALAR_WORDS, kind_in
from handrail.runbook.reading.margin import did_you_mean, quoted, sentence
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.rules import rules_in
from handrail.runbook.reading.tree import Entries, Items, Leaf
from handrail.runbook.reading.vocabulary import Meaning, Vocabulary

_KEYS = ("title", "hit_policy", "inputs", "outputs", "rules", "override", "says")
_OUTPUT_KEYS = ("title", *KIND_KEYS)
_OTHER_POLICIES = {
    "any", "priority", "first", "rule order", "output order", "collect", "collect sum", "collect min", "collect max",
    "collect count", "a", "p", "f", "r", "o", "c", "c+", "c<", "c>", "c#",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DecisionSoFar:
    """`outputs` have None for a kind that is faulty."""

    block: Block
    title: str
    outputs: Mapping[str, Kind | None]
    titles: Mapping[str, str]


def declared_decisions(top: Block) -> dict[str, DecisionSoFar]:
    return {name: _declared(name, block) for name, block in top.declared("decisions", "decision", _KEYS)}


def _declared(name: str, block: Block) -> DecisionSoFar:
    block.needs("inputs", "outputs", "rules")
    kinds: dict[str, Kind | None] = {}
    titles: dict[str, str] = {}
    for output, about in block.declared("outputs", "output", _OUTPUT_KEYS):
        kinds[output] = kind_in(about, SCALAR_WORDS)
        titles[output] = about.title("title", title_of(output))
    _tell_none(block, "outputs", kinds)
    return DecisionSoFar(block=block, title=block.title("title", title_of(name)), outputs=kinds, titles=titles)


def decisions_of(declared: Mapping[str, DecisionSoFar], words: Vocabulary) -> dict[str, Decision]:
    return {name: _decision(name, so_far, words) for name, so_far in declared.items()}


def _decision(name: str, so_far: DecisionSoFar, words: Vocabulary) -> Decision:
    block = so_far.block
    _tell_hit_policy(block)
    leaves = block.texts("inputs")
    _tell_none(block, "inputs", leaves)
    inputs = {leaf.text.strip(): _input(leaf, words, block) for leaf in leaves}
    _tell_twice(leaves, block)
    sound = {column: meaning.kind if meaning else None for column, meaning in inputs.items()}
    return Decision(
        name=name,
        title=so_far.title,
        inputs=tuple(_column(column, meaning) for column, meaning in inputs.items() if meaning and meaning.kind),
        outputs=tuple(
            Output(name=output, title=so_far.titles[output], kind=kind or Text())
            for output, kind in so_far.outputs.items()
        ),
        rules=rules_in(block, sound, so_far.outputs),
        override=_override(block, words),
        says=block.text("says"),
        place=block.place,
    )


def _tell_none(block: Block, key: str, found: object) -> None:
    if isinstance(block.node(key), Items | Entries) and not found:
        says = f"{sentence(block.what)} has no {key}."
        block.margin.error(block.place_of(key), "empty-table", says, "A decision has inputs, outputs and rules.")


def _tell_hit_policy(block: Block) -> None:
    leaf = block.leaf("hit_policy")
    if leaf is None:
        return
    policy = " ".join(leaf.text.casefold().replace("_", " ").split())
    if policy in _OTHER_POLICIES:
        says = f"The hit policy {quoted(leaf.text)} cannot be used yet."
        mend = "Write “hit_policy: unique”, and rules of which at most one applies to a case."
        block.margin.error(leaf.place, "hit-policy", says, mend)
    elif policy not in {"unique", "u"}:
        says = f"{quoted(leaf.text)} is not a hit policy."
        block.margin.error(leaf.place, "hit-policy", says, did_you_mean(policy, ["unique"]))


def _input(leaf: Leaf, words: Vocabulary, block: Block) -> Meaning | None:
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is None or meaning.ref.source != "step":
        return meaning
    says = f"“{meaning.ref.name}” is a step; a table looks at facts, outputs of decisions and answers."
    block.margin.error(leaf.place, "step-as-input", says, "Ask for the step in a condition, or take the column out.")
    return None


def _column(name: str, meaning: Meaning) -> Input:
    return Input(name=name, title=meaning.title, ref=meaning.ref, kind=meaning.kind or Text())


def _tell_twice(leaves: tuple[Leaf, ...], block: Block) -> None:
    seen: set[str] = set()
    for leaf in leaves:
        if leaf.text.strip() in seen:
            says = f"{quoted(leaf.text)} is an input twice."
            block.margin.error(leaf.place, "duplicate-input", says, "Keep one of the two columns.")
        seen.add(leaf.text.strip())


def _override(block: Block, words: Vocabulary) -> Override | None:
    if block.node("override") is None:
        return None
    about = block.inner("override", f"the override of {block.what}", ("asked_by", "approved_by"))
    about.needs("asked_by", "approved_by")
    return Override(
        asked_by=words.roles_in(about, "asked_by"),
        approved_by=words.role_in(about, "approved_by") or "",
    )

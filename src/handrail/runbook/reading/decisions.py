"""The decisions of a runbook: DMN tables.

One rule: the outputs are read first, so that everything can speak about them; inputs and rules come later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handrail.runbook.kinds import Choice, Kind, Money, Number, Records, Several, Text
from handrail.runbook.model import Aggregator, Decision, HitPolicy, Input, Output, Override, kind_of_answer
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import SAYS, TEXTS, TITLE, Inner, Key, Keys, ListOf, Named, Words
from handrail.runbook.reading.kind_words import COLUMN_KEYS, SCALAR_WORDS, kind_in
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.rules import KEYS as RULE_KEYS
from handrail.runbook.reading.rules import otherwise_in, rules_in
from handrail.runbook.reading.tree import Entries, Items, Leaf
from handrail.runbook.reading.vocabulary import Meaning, Vocabulary

# Every way in which DMN tables and their readers write a hit policy.
_POLICIES: Mapping[str, tuple[HitPolicy, Aggregator | None]] = {
    "unique": ("unique", None), "u": ("unique", None),
    "first": ("first", None), "f": ("first", None),
    "any": ("any", None), "a": ("any", None),
    "priority": ("priority", None), "p": ("priority", None),
    "rule order": ("rule order", None), "r": ("rule order", None),
    "output order": ("output order", None), "o": ("output order", None),
    "collect": ("collect", None), "c": ("collect", None),
    "collect sum": ("collect", "sum"), "c+": ("collect", "sum"),
    "collect min": ("collect", "min"), "c<": ("collect", "min"),
    "collect max": ("collect", "max"), "c>": ("collect", "max"),
    "collect count": ("collect", "count"), "c#": ("collect", "count"),
}  # fmt: skip
# Those that are written out; the letters of DMN are its short forms.
_POLICY_WORDS = tuple(word for word in _POLICIES if len(word) > 2)

_OUTPUT_KEYS: Keys = {"title": TITLE, **COLUMN_KEYS, "kind": replace(COLUMN_KEYS["kind"], needed=True)}
_OVERRIDE_KEYS: Keys = {
    "asked_by": Key(says="The roles that may ask for another answer.", shape=TEXTS, needed=True),
    "approved_by": Key(says="The role that decides on it.", needed=True),
}
KEYS: Keys = {
    "title": TITLE,
    "hit_policy": Key(
        says="Which of the rules that fit give the answer; “unique”, where nothing is said.",
        shape=Words(examples=_POLICY_WORDS),
    ),
    "inputs": Key(says="What the table looks at: facts, outputs of decisions, answers.", shape=TEXTS, needed=True),
    "outputs": Key(says="What the table answers.", shape=Named(of=Inner(keys=_OUTPUT_KEYS)), needed=True),
    "rules": Key(
        says="Its rows: when each input is so, then each output is that.",
        shape=ListOf(of=Inner(keys=RULE_KEYS)),
        needed=True,
    ),
    "otherwise": Key(says="The answer where no rule fits.", shape="row"),
    "override": Key(says="Who may take another answer.", shape=Inner(keys=_OVERRIDE_KEYS)),
    "says": SAYS,
}

Kinds = Mapping[str, Kind | None]


@dataclass(frozen=True, kw_only=True)
class DecisionSoFar:
    """`outputs` have None for a kind that is faulty; `answers` are the kinds that others see."""

    block: Block
    title: str
    policy: HitPolicy
    aggregator: Aggregator | None
    outputs: Kinds
    titles: Mapping[str, str]

    @property
    def answers(self) -> Kinds:
        return {
            name: kind and kind_of_answer(self.policy, self.aggregator, kind) for name, kind in self.outputs.items()
        }


def declared_decisions(top: Block) -> dict[str, DecisionSoFar]:
    return {name: _declared(name, block) for name, block in top.declared("decisions", "decision", KEYS)}


def _declared(name: str, block: Block) -> DecisionSoFar:
    kinds: dict[str, Kind | None] = {}
    titles: dict[str, str] = {}
    for output, about in block.declared("outputs", "output", _OUTPUT_KEYS):
        kinds[output] = kind_in(about, SCALAR_WORDS)
        titles[output] = about.title("title", title_of(output))
    _tell_none(block, "outputs", kinds)
    policy, aggregator = _hit_policy(block)
    _tell_unfit_outputs(block, policy, aggregator, kinds)
    return DecisionSoFar(
        block=block,
        title=block.title("title", title_of(name)),
        policy=policy,
        aggregator=aggregator,
        outputs=kinds,
        titles=titles,
    )


def decisions_of(declared: Mapping[str, DecisionSoFar], words: Vocabulary) -> dict[str, Decision]:
    return {name: _decision(name, so_far, words) for name, so_far in declared.items()}


def _decision(name: str, so_far: DecisionSoFar, words: Vocabulary) -> Decision:
    block = so_far.block
    leaves = block.texts("inputs")
    _tell_none(block, "inputs", leaves)
    inputs = {leaf.text.strip(): _input(leaf, words, block) for leaf in leaves}
    _tell_twice(leaves, block)
    sound = {column: meaning.kind if meaning else None for column, meaning in inputs.items()}
    return Decision(
        name=name,
        title=so_far.title,
        hit_policy=so_far.policy,
        aggregator=so_far.aggregator,
        inputs=tuple(_column(column, meaning) for column, meaning in inputs.items() if meaning and meaning.kind),
        outputs=tuple(
            Output(name=output, title=so_far.titles[output], kind=kind or Text())
            for output, kind in so_far.outputs.items()
        ),
        rules=rules_in(block, sound, so_far.outputs),
        otherwise=otherwise_in(block, so_far.outputs),
        override=_override(block, words),
        says=block.text("says"),
        place=block.place,
    )


def _tell_none(block: Block, key: str, found: object) -> None:
    if isinstance(block.node(key), Items | Entries) and not found:
        says = f"{sentence(block.what)} has no {key}."
        block.margin.error(block.place_of(key), "empty-table", says, "A decision has inputs, outputs and rules.")


def _hit_policy(block: Block) -> tuple[HitPolicy, Aggregator | None]:
    leaf = block.leaf("hit_policy")
    if leaf is None:
        return "unique", None
    policy = " ".join(leaf.text.casefold().replace("_", " ").split())
    if policy not in _POLICIES:
        says = f"{quoted(leaf.text)} is not a hit policy."
        block.margin.unknown(leaf.place, "hit-policy", says, policy, _POLICY_WORDS)
    return _POLICIES.get(policy, ("unique", None))


def _tell_unfit_outputs(block: Block, policy: HitPolicy, aggregator: Aggregator | None, kinds: Kinds) -> None:
    """Whether the outputs are such that the hit policy can work with them."""
    known = [kind for kind in kinds.values() if kind is not None]
    place = block.place_of("hit_policy")
    if policy in {"priority", "output order"} and any(not isinstance(kind, Choice) for kind in known):
        says = f"The hit policy “{policy}” needs outputs of kind choice: the order of the choices is their priority."
        block.margin.error(place, "hit-policy", says, "Declare each output as a choice, the most important one first.")
    if aggregator is not None and len(kinds) > 1:
        says = f"“collect {aggregator}” makes one value, and there are {len(kinds)} outputs."
        block.margin.error(place, "hit-policy", says, "Keep one output, or collect them without the aggregator.")
    if aggregator in {"sum", "min", "max"} and any(not isinstance(kind, Number | Money) for kind in known):
        says = f"“collect {aggregator}” needs an output of kind number or money."
        block.margin.error(place, "hit-policy", says, "Change the output’s kind, or collect without the aggregator.")


def _input(leaf: Leaf, words: Vocabulary, block: Block) -> Meaning | None:
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is not None and isinstance(meaning.kind, Several):
        says = f"“{meaning.ref}” gives a list; a table looks at single values."
        block.margin.error(leaf.place, "list-as-input", says, "Ask for it in a condition, or take the column out.")
        return None
    if meaning is not None and isinstance(meaning.kind, Records):
        says = f"“{meaning.ref}” is a list; a table looks at single values."
        mend = "Ask in a condition whether it is given, or take the column out."
        block.margin.error(leaf.place, "list-as-input", says, mend)
        return None
    if meaning is None or meaning.ref.source not in {"step", "milestone"}:
        return meaning
    what = meaning.ref.source
    says = f"“{meaning.ref.name}” is a {what}; a table looks at facts, outputs of decisions and answers."
    mend = f"Ask for the {what} in a condition, or take the column out."
    block.margin.error(leaf.place, f"{what}-as-input", says, mend)
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
    about = block.inner("override", f"the override of {block.what}", _OVERRIDE_KEYS)
    return Override(
        asked_by=words.roles_in(about, "asked_by"),
        approved_by=words.role_in(about, "approved_by") or "",
    )

"""The words with which an author declares a kind: `{kind: money, currency: USD, at_least: 0}`.

One rule: a faulty declaration is told once and gives None, so that whatever speaks about it is not told again.
"""

import re
from collections.abc import Collection
from decimal import Decimal

from handrail.runbook.kinds import (
    MOST_RECORDS,
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Records,
    Text,
    Unfit,
    YesNo,
    read_scalar,
)
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.keys import (
    TEXTS,
    YES_NO,
    Either,
    Inner,
    Key,
    Keys,
    Named,
    OneOf,
    Words,
    kinds_of,
)
from handrail.runbook.reading.margin import did_you_mean, quoted, sentence
from handrail.runbook.reading.names import LONGEST_TITLE
from handrail.runbook.reading.tree import Entries, Entry, Leaf, Node

SCALAR_WORDS = ("text", "number", "money", "date", "instant", "yes/no", "choice", "link", "person")
ALL_WORDS = (*SCALAR_WORDS, "list")
COLUMN_KEYS: Keys = {
    "kind": Key(says="What kind of value it is.", shape=OneOf(words=SCALAR_WORDS)),
    "of": Key(says="What can be chosen.", shape=TEXTS, of_kinds=("choice",), needed_by=("choice",)),
    "whole": Key(says="Whether the number has no fraction.", shape=YES_NO, of_kinds=("number",)),
    "currency": Key(
        says="The currency, in three capital letters.",
        shape=Words(examples=("USD",)),
        of_kinds=("money",),
        needed_by=("money",),
    ),
    "at_least": Key(says="The least that is allowed.", of_kinds=("number", "money")),
    "at_most": Key(says="The most that is allowed.", of_kinds=("number", "money")),
}
_COLUMN = Either(of=(OneOf(words=SCALAR_WORDS), Inner(keys=COLUMN_KEYS)))
# What declares a kind. Of a list, `of` are its columns, each a kind's word or a declaration of its own.
KIND_KEYS: Keys = {
    **COLUMN_KEYS,
    "kind": Key(says="What kind of value it is.", shape=OneOf(words=ALL_WORDS)),
    "of": Key(
        says="What can be chosen, or the columns of the list.",
        shape=Either(of=(TEXTS, Named(of=_COLUMN))),
        of_kinds=("choice", "list"),
        needed_by=("choice", "list"),
    ),
    "at_least": Key(says="The least that is allowed; of a list, rows.", of_kinds=("number", "money", "list")),
}

_PLAIN: dict[str, Kind] = {
    "text": Text(),
    "date": Date(),
    "instant": Instant(),
    "yes/no": YesNo(),
    "link": Link(),
    "person": PersonName(),
}
_MOST_CHOICES = 200
_CURRENCY = re.compile(r"[A-Z]{3}")


def kind_in(block: Block, words: Collection[str], default: str | None = None) -> Kind | None:
    """The kind that `block` declares, one of `words`; `default` is taken where it names none."""
    leaf = block.leaf("kind")
    if leaf is None and default is None:
        block.needs("kind")
        return None
    word = default or "" if leaf is None else " ".join(leaf.text.split())
    if word not in words:
        _tell_unknown_kind(block, word, words)
        return None
    return _kind_of(block, word) if _keys_fit(block, word) else None


def _tell_unknown_kind(block: Block, word: str, words: Collection[str]) -> None:
    says, mend = f"{quoted(word)} is not a kind that {block.what} can have.", did_you_mean(word, words)
    if word == "whole number":
        mend = "Write “kind: number, whole: yes”."
    elif word == "list":
        says = f"A list cannot be the kind of {block.what}, which is one value."
        mend = "Declare the list as a fact or as a field of a form."
    block.margin.error(block.place_of("kind"), "unknown-kind", says, mend)


def _keys_fit(block: Block, word: str) -> bool:
    strange = [key for key in KIND_KEYS if key in block and word not in kinds_of(KIND_KEYS, key, ALL_WORDS)]
    for key in strange:
        owners = kinds_of(KIND_KEYS, key, ALL_WORDS)
        kinds = f"kind{'s' if len(owners) > 1 else ''} {' and '.join(owners)}"
        says = f"“{key}” says nothing about the kind {word} of {block.what}."
        block.margin.error(block.key_place(key), "unknown-key", says, f"Take it out: it belongs to the {kinds}.")
    return not strange


def _kind_of(block: Block, word: str) -> Kind | None:
    match word:
        case "number":
            return _number(block)
        case "money":
            return _money(block)
        case "choice":
            return _choice(block)
        case "list":
            return _records(block)
        case _:
            return _PLAIN[word]


def _number(block: Block) -> Kind | None:
    whole = block.yes_no("whole", default=False)
    bounds = _bounds(block, Number(whole=whole))
    return bounds and Number(whole=whole, at_least=bounds[0], at_most=bounds[1])


def _money(block: Block) -> Kind | None:
    block.needs("currency")
    leaf = block.leaf("currency")
    if leaf is None:
        return None
    if not _CURRENCY.fullmatch(leaf.text.strip()):
        says = f"{quoted(leaf.text)} is not a currency."
        block.margin.error(
            leaf.place, "unknown-currency", says, "Write its three capital letters (ISO 4217), like USD."
        )
        return None
    currency = leaf.text.strip()
    bounds = _bounds(block, Money(currency=currency))
    return bounds and Money(currency=currency, at_least=bounds[0], at_most=bounds[1])


def _bounds(block: Block, kind: Number | Money) -> tuple[Decimal | None, Decimal | None] | None:
    """The lower and upper bound; None where one of them is faulty."""
    low, high = _bound(block, "at_least", kind), _bound(block, "at_most", kind)
    if isinstance(low, Unfit) or isinstance(high, Unfit):
        return None
    if low is not None and high is not None and low > high:
        says = f"“at_least” of {block.what} is more than its “at_most”: no value would do."
        block.margin.error(block.place_of("at_most"), "empty-range", says, "Write the smaller one at “at_least”.")
        return None
    return low, high


def _bound(block: Block, key: str, kind: Number | Money) -> Decimal | Unfit | None:
    leaf = block.leaf(key)
    if leaf is None:
        return None
    value = read_scalar(kind, leaf.text)
    if isinstance(value, Unfit):
        block.margin.error(leaf.place, "unfit-value", value.says, f"Write a number at “{key}”.")
        return value
    assert isinstance(value, Decimal)  # the kind is a numeric one
    return value


def _choice(block: Block) -> Kind | None:
    block.needs("of")
    leaves = block.texts("of")
    words = tuple(bounded(leaf, LONGEST_TITLE, block.margin) for leaf in leaves)
    for at, leaf in enumerate(leaves):
        if words[at] in words[:at]:
            says = f"{quoted(leaf.text)} is listed twice among the choices of {block.what}."
            block.margin.error(leaf.place, "duplicate-choice", says, "Keep one of the two.")
    if len(words) > _MOST_CHOICES:
        says = f"{sentence(block.what)} has {len(words)} choices; at most {_MOST_CHOICES} are offered."
        block.margin.error(block.place_of("of"), "too-many-choices", says, "Make it a text, or choose in two steps.")
    if words:
        return Choice(of=tuple(dict.fromkeys(words)))
    _tell_no_choices(block)
    return None


def _tell_no_choices(block: Block) -> None:
    if "of" in block and not block.items("of"):
        says = f"{sentence(block.what)} is a choice of nothing."
        block.margin.error(block.place_of("of"), "no-choices", says, "List what can be chosen: “of: [one, another]”.")


def _records(block: Block) -> Kind | None:
    """`{kind: list, of: {name: text, video: link}, at_least: 1}`; a column is a kind's word or its declaration."""
    block.needs("of")
    columns = {entry.key.text: _column(block, entry.key, entry.value) for entry in block.named("of")}
    least = _bound(block, "at_least", Number(whole=True, at_least=Decimal(0), at_most=Decimal(MOST_RECORDS)))
    sound = {name: kind for name, kind in columns.items() if kind is not None}
    if not columns or len(sound) < len(columns) or isinstance(least, Unfit):
        return None
    return Records(columns=sound, at_least=int(least or 0))


def _column(block: Block, key: Leaf, node: Node) -> Kind | None:
    if isinstance(node, Leaf):
        node = Entries({"kind": Entry(Leaf("kind", node.place), node)}, node.place)
    return kind_in(
        Block(node, f"the column {quoted(key.text)} of {block.what}", COLUMN_KEYS, block.margin), SCALAR_WORDS
    )

"""The keys that each mapping of a runbook may have: what is written at each, and what it says, in one sentence.

One rule: the tables are data. Reading follows them, and the schema that editors use is made from them, so that neither
can say what the other does not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text; with `examples` of how it is written."""

    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """One of the words of the language; `or_like` are examples of texts that may stand there instead."""

    words: tuple[str, ...]
    or_like: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListOf:
    of: "Shape"


@dataclass(frozen=True, kw_only=True)
class Inner:
    """A mapping with keys of the language; with `only_one_of`, exactly one of these groups of keys stands in it."""

    keys: "Keys"
    only_one_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Named:
    """A mapping whose keys the author chooses: names, or where `free`, any texts. As a list of names, where
    `or_listed`, each stands for itself and says nothing more; what stands after a name may be empty where nothing is
    needed."""

    of: "Shape"
    free: bool = False
    or_listed: bool = False


@dataclass(frozen=True, kw_only=True)
class Either:
    of: tuple["Shape", ...]


TEXT = Words()

# What has a form of its own, wherever it stands.
Special = Literal["yes or no", "condition", "row", "letters", "needs"]
Shape = Words | OneOf | ListOf | Inner | Named | Either | Special


@dataclass(frozen=True, kw_only=True)
class Key:
    """`needed` in each mapping, or `needed_by` some kinds only, as the key “kind” beside it names them. `of_kinds` are
    the only kinds that it belongs to; empty: every one. `beside` are the keys of which one must stand with it, written
    like that."""

    says: str
    shape: Shape = TEXT
    needed: bool = False
    needed_by: tuple[str, ...] = ()
    of_kinds: tuple[str, ...] = ()
    beside: tuple[tuple[str, Shape], ...] = ()


Keys = Mapping[str, Key]

TEXTS = ListOf(of=TEXT)
YES_NO: Special = "yes or no"
CONDITION: Special = "condition"

TITLE = Key(says="What people read; without it, the name.")
SAYS = Key(says="What people should know about it.")
WHERE = Key(says="Where it is held: a place, or the address of a call.")
FORWARDING = Key(says="Whether an invitation may be handed on; yes, where nothing is said.", shape=YES_NO)


def needed(keys: Keys) -> tuple[str, ...]:
    return tuple(name for name, key in keys.items() if key.needed)


def needed_by(keys: Keys, kind: str) -> tuple[str, ...]:
    """What is needed in a mapping of that kind beyond what is needed in each."""
    return tuple(name for name, key in keys.items() if kind in key.needed_by)


def kinds_of(keys: Keys, name: str, kinds: Collection[str]) -> tuple[str, ...]:
    """The kinds that may have the key, in the order of `kinds`."""
    return tuple(kind for kind in kinds if not keys[name].of_kinds or kind in keys[name].of_kinds)

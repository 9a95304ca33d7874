"""The author's text as a tree of texts, lists and mappings, each with its place; no value is interpreted.

One rule: what cannot be kept is told in the margin and leaves a `Gone` in the tree, so that nothing is told twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handrail.runbook.problem import Place


@dataclass(frozen=True)
class Leaf:
    """A scalar, as text: quoted or not makes no difference. `written` is how it stands in the file, where there are
    braces in it."""

    text: str
    place: Place
    written: str = field(default="", compare=False, repr=False)

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class Items:
    of: tuple["Node", ...]
    place: Place


@dataclass(frozen=True)
class Entry:
    key: Leaf
    value: "Node"


@dataclass(frozen=True)
class Entries:
    of: Mapping[str, Entry]
    place: Place


@dataclass(frozen=True)
class Gone:
    """Something was written here and its problem has been told."""

    place: Place


Node = Leaf | Items | Entries | Gone

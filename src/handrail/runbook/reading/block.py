"""A mapping of the text, read key by key.

One rule: every getter answers with something usable. What is missing, of the wrong shape or unknown has then been told.
"""

from collections.abc import Collection, Iterator

from handrail.runbook.kinds import LONGEST_TEXT
from handrail.runbook.problem import Place
from handrail.runbook.reading.keys import Keys, needed
from handrail.runbook.reading.margin import Margin, listed, quoted, sentence
from handrail.runbook.reading.names import LONGEST_TITLE, is_name, tell_bad_name
from handrail.runbook.reading.tree import Entries, Entry, Gone, Items, Leaf, Node


class Block:
    """`what` names the mapping in problems, as in “the fact “mrr””; `keys` are those that it may have, and must."""

    def __init__(self, node: Node, what: str, keys: Keys, margin: Margin, place: Place | None = None) -> None:
        self.what = what
        self.place = place or node.place
        self.margin = margin
        self.is_sound = isinstance(node, Entries)
        self._entries = node.of if isinstance(node, Entries) else {}
        if not isinstance(node, Entries | Gone):
            self._tell_shape(node, what, "a mapping: keys with values, one a line")
        for key in self._entries:
            if key not in keys:
                says = f"{quoted(key)} is not a key of {what}."
                margin.unknown(self._entries[key].key.place, "unknown-key", says, key, keys)
        self.needs(*needed(keys))

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def node(self, key: str) -> Node | None:
        """What stands at `key`; None where the author left the key out or its problem has been told."""
        entry = self._entries.get(key)
        if entry is None or isinstance(entry.value, Gone):
            return None
        if isinstance(entry.value, Leaf) and entry.value.is_empty:
            self._tell_empty(entry.key)
            return None
        return entry.value

    def is_list_of_texts(self, key: str) -> bool:
        """Whether all that the author lists at `key` can be known."""
        node = self._entries[key].value if key in self._entries else None
        return isinstance(node, Items) and all(isinstance(item, Leaf) for item in node.of)

    def is_mapping(self, key: str) -> bool:
        """Whether all that the author declares at `key` can be known."""
        return key in self._entries and isinstance(self._entries[key].value, Entries)

    def place_of(self, key: str) -> Place:
        entry = self._entries.get(key)
        return entry.value.place if entry else self.place

    def key_place(self, key: str) -> Place:
        entry = self._entries.get(key)
        return entry.key.place if entry else self.place

    def needs(self, *keys: str) -> None:
        """Tell which of the keys are left out."""
        missing = [key for key in keys if key not in self._entries]
        if missing and self.is_sound:
            says = f"{sentence(self.what)} does not say {listed(quoted(key) for key in missing)}."
            mend = f"Add {listed(f'“{key}: …”' for key in missing)}."
            self.margin.error(self.place, "missing-key", says, mend)

    def leaf(self, key: str) -> Leaf | None:
        node = self.node(key)
        if node is None or isinstance(node, Leaf):
            return node
        self._tell_shape(
            node, f"“{key}” of {self.what}", "a text. Put quotes around a text that holds “: ” or brackets"
        )
        return None

    def text(self, key: str, default: str = "", longest: int = LONGEST_TEXT) -> str:
        leaf = self.leaf(key)
        return default if leaf is None else bounded(leaf, longest, self.margin)

    def title(self, key: str, default: str) -> str:
        return self.text(key, default, LONGEST_TITLE)

    def yes_no(self, key: str, *, default: bool) -> bool:
        leaf = self.leaf(key)
        if leaf is None:
            return default
        if leaf.text.strip() not in {"yes", "no"}:
            says = f"{quoted(leaf.text)} is neither yes nor no."
            self.margin.error(leaf.place, "not-yes-or-no", says, f"Write “{key}: yes” or “{key}: no”.")
        return leaf.text.strip() in {"yes", "true"}  # what was meant, so that nothing else is told

    def one_of(self, key: str, of: Collection[str], default: str) -> str:
        leaf = self.leaf(key)
        if leaf is None:
            return default
        word = " ".join(leaf.text.split())
        if word in of:
            return word
        says = f"{quoted(word)} is not what “{key}” of {self.what} can be."
        self.margin.unknown(leaf.place, "unknown-word", says, word, of)
        return default

    def items(self, key: str) -> tuple[Node, ...]:
        node = self.node(key)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self._tell_shape(node, f"“{key}” of {self.what}", "a list: [one, another]")
            return ()
        return tuple(item for item in node.of if not isinstance(item, Gone))

    def is_empty_list(self, key: str) -> bool:
        node = self.node(key) if key in self else None
        return isinstance(node, Items) and not node.of

    def texts(self, key: str) -> tuple[Leaf, ...]:
        """A list of texts; what is not a text in it is told and left out."""
        return tuple(leaf for item in self.items(key) if (leaf := self._text_item(item, key)) is not None)

    def text_or_texts(self, key: str) -> tuple[Leaf, ...]:
        """A text that stands alone, or a list of texts."""
        node = self.node(key)
        return (node,) if isinstance(node, Leaf) else self.texts(key)

    def entries(self, key: str) -> Iterator[Entry]:
        """What a mapping at `key` holds, in order; nothing where it is left out."""
        node = self.node(key)
        if isinstance(node, Entries):
            yield from node.of.values()
        elif node is not None:
            self._tell_shape(node, f"“{key}” of {self.what}", "a mapping: names with what each is, one a line")

    def named(self, key: str) -> Iterator[Entry]:
        """The entries at `key`, whose keys the author chose: they are checked to be names."""
        for entry in self.entries(key):
            if not is_name(entry.key.text):
                tell_bad_name(entry.key, self.margin)
            yield entry

    def declared(self, key: str, what: str, keys: Keys) -> Iterator[tuple[str, "Block"]]:
        """What is declared by name at `key`, each as a block of its own; nothing after a name is an empty one."""
        for entry in self.named(key):
            yield (
                entry.key.text,
                Block(_filled(entry.value), f"the {what} “{entry.key.text}”", keys, self.margin, entry.key.place),
            )

    def declared_or_listed(self, key: str, what: str, keys: Keys) -> Iterator[tuple[str, "Block"]]:
        """Like `declared`; a list of names declares each with nothing more to say."""
        if not isinstance(self.node(key), Items):
            yield from self.declared(key, what, keys)
            return
        for leaf in self.texts(key):
            if not is_name(leaf.text.strip()):
                tell_bad_name(leaf, self.margin)
            yield (
                leaf.text.strip(),
                Block(Entries({}, leaf.place), f"the {what} “{leaf.text.strip()}”", keys, self.margin),
            )

    def inner(self, key: str, what: str, keys: Keys) -> "Block":
        """The mapping at `key`; an empty one where there is none."""
        entry = self._entries.get(key)
        return Block(entry.value if entry else Gone(self.place), what, keys, self.margin)

    def _text_item(self, item: Node, key: str) -> Leaf | None:
        if isinstance(item, Leaf) and not item.is_empty:
            return item
        if isinstance(item, Leaf):
            says = f"An item of “{key}” of {self.what} is empty."
            self.margin.error(item.place, "empty-value", says, "Write what it is, or take it out.")
        else:
            what = f"An item of “{key}” of {self.what}"
            self._tell_shape(item, what, "a text. Put quotes around a text that holds “: ” or brackets")
        return None

    def _tell_empty(self, key: Leaf) -> None:
        says = f"Nothing stands after {quoted(key.text + ':')} of {self.what}."
        self.margin.error(key.place, "empty-value", says, "Write its value, or take the line out.")

    def _tell_shape(self, node: Node, what: str, wanted: str) -> None:
        found = "a text" if isinstance(node, Leaf) else "a list" if isinstance(node, Items) else "a mapping"
        code = "expected-text" if wanted.startswith("a text") else f"expected-{wanted.split(':')[0].split()[1]}"
        self.margin.error(node.place, code, f"{sentence(what)} is {found} here.", f"Write {wanted}.")


def _filled(node: Node) -> Node:
    return Entries({}, node.place) if isinstance(node, Leaf) and node.is_empty else node


def bounded(leaf: Leaf, longest: int, margin: Margin) -> str:
    """The text of a leaf, told where it is too long."""
    text = leaf.text.strip()
    if len(text) > longest:
        says = f"This text has {len(text):,} characters; at most {longest:,} are kept here."
        margin.error(leaf.place, "too-long", says, "Shorten it.")
    return text

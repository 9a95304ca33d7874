"""Text in YAML → a tree with places, or the problems that stand in the way.

One rule: any bytes at all are answered. YAML's events are read, not its objects: anchors, aliases and tags are refused
before anything is expanded, and depth and size are bounded.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from handrail.runbook.problem import Place
from handrail.runbook.reading.margin import Margin, quoted
from handrail.runbook.reading.tree import Entries, Entry, Gone, Items, Leaf, Node
from handrail.runbook.reading.yaml_mistakes import tell_mistake

LARGEST_BYTES = 2_000_000
DEEPEST = 24
MOST_NODES = 200_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_YAML_TAGS = "tag:yaml.org,2002:"
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """The lines as YAML counts them, so that a place's line is the author's."""
    return _BREAK.split(text)


def decoded(text: str | bytes, margin: Margin) -> str | None:
    """The text without a byte order mark; None where it is no readable text, which is then told."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "replace"))
    if size > LARGEST_BYTES:
        says = f"The file is larger than {LARGEST_BYTES:,} bytes, the most that a runbook has."
        _refuse(margin, "too-large", says, "Check that this is the file you meant, and split what it describes.")
        return None
    if isinstance(text, bytes):
        return _decoded_bytes(text, margin)
    return _printable(text.removeprefix("\ufeff"), margin)


def _decoded_bytes(raw: bytes, margin: Margin) -> str | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].decode("utf-8")
        says = f"The byte 0x{raw[fault.start]:02X} is not UTF-8 text{_guessed_encoding(raw)}."
        margin.error(_place_after(before, margin), "not-utf-8", says, "Save the file in UTF-8.")
        return None
    return _printable(text.removeprefix("\ufeff"), margin)


def _guessed_encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "; the file looks like UTF-16"
    return "; the file looks like Windows-1252 or Latin-1" if b"\x00" not in raw else ""


def _printable(text: str, margin: Margin) -> str | None:
    fault = _UNPRINTABLE.search(text)
    if fault is None:
        return text
    says = f"There is a control character here (U+{ord(fault[0]):04X}), which text cannot hold."
    margin.error(_place_after(text[: fault.start()], margin), "control-character", says, "Take the character out.")
    return None


def _place_after(before: str, margin: Margin) -> Place:
    lines = lines_of(before.removeprefix("\ufeff"))
    return Place(file=margin.file, line=len(lines), column=len(lines[-1]) + 1)


def tree_of(text: str, margin: Margin) -> Node | None:
    """The one document that `text` holds; None where there is none, which is then told."""
    growing = _Growing(margin, text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):  # type: ignore[no-untyped-call,unused-ignore]
            if not growing.takes(event):
                return None
    except yaml.YAMLError as mistake:
        tell_mistake(mistake, text, margin)
        return None
    if growing.root is None:
        _refuse(margin, "empty-file", "The file is empty.", "Write the runbook; its first line names it.")
    return growing.root


def _refuse(margin: Margin, code: str, says: str, mend: str) -> None:
    margin.error(Place(file=margin.file), code, says, mend)


@dataclass
class _Open:
    """A list or mapping whose end has not been met; a mapping's keys and values alternate."""

    is_mapping: bool
    place: Place
    children: list[Node] = field(default_factory=list)


class _Growing:
    """The tree as far as the events have told it."""

    def __init__(self, margin: Margin, text: str) -> None:
        self.root: Node | None = None
        self._margin = margin
        self._text = text
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def takes(self, event: yaml.Event) -> bool:
        """Add what the event tells; False where reading cannot go on."""
        place = self._place(event)
        match event:
            case yaml.DocumentStartEvent():
                return self._starts_document(place)
            case yaml.AliasEvent():
                return self._refuses_alias(event, place)
            case yaml.ScalarEvent():
                self._tell_decorations(event, place)
                self._add(self._leaf(event, place))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._tell_decorations(event, place)
                self._open.append(_Open(isinstance(event, yaml.MappingStartEvent), place))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._add(self._closed(self._open.pop()))
        return self._is_within_bounds(place)

    def _place(self, event: yaml.Event) -> Place:
        mark: Any = event.start_mark
        return Place(file=self._margin.file, line=mark.line + 1, column=mark.column + 1)

    def _starts_document(self, place: Place) -> bool:
        self._documents += 1
        if self._documents > 1:
            says = "A second document starts here; a file holds one runbook."
            self._margin.error(
                place, "several-documents", says, "Take the “---” line out, or give it a file of its own."
            )
        return self._documents == 1

    def _refuses_alias(self, event: yaml.AliasEvent, place: Place) -> bool:
        says = f"“*{event.anchor}” is a YAML alias; a runbook says everything where it stands."
        self._margin.error(place, "alias", says, "Write out what the alias stands for, or put quotes around the text.")
        self._add(Gone(place))
        return self._is_within_bounds(place)

    def _tell_decorations(self, event: Any, place: Place) -> None:
        if event.anchor is not None:
            says = f"“&{event.anchor}” is a YAML anchor; a runbook has none."
            self._margin.error(place, "anchor", says, "Take the anchor out, or put quotes around the text.")
        if event.tag is not None:
            says = (
                f"{quoted(event.tag.replace(_YAML_TAGS, '!!'))} is a YAML tag; a runbook has none, every value is text."
            )
            self._margin.error(place, "tag", says, "Take the tag out, or put quotes around the text.")

    def _leaf(self, event: yaml.ScalarEvent, place: Place) -> Node:
        fault = _CONTROL.search(event.value)
        if fault is None:
            return Leaf(event.value, place, self._written(event) if "{" in event.value else "")
        says = f"This text holds a control character (U+{ord(fault[0]):04X})."
        self._margin.error(place, "control-character", says, "Take the character out.")
        return Gone(place)

    def _written(self, event: yaml.ScalarEvent) -> str:
        begins: Any = event.start_mark
        ends: Any = event.end_mark
        return self._text[begins.index : ends.index]

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node

    def _closed(self, done: _Open) -> Node:
        if not done.is_mapping:
            return Items(tuple(done.children), done.place)
        entries: dict[str, Entry] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            self._enter(entries, key, value)
        return Entries(entries, done.place)

    def _enter(self, entries: dict[str, Entry], key: Node, value: Node) -> None:
        if isinstance(key, Leaf) and key.text not in entries:
            entries[key.text] = Entry(key, value)
        elif isinstance(key, Leaf):
            says = f"{quoted(key.text)} is written twice: on line {entries[key.text].key.place.line} and here."
            self._margin.error(key.place, "duplicate-key", says, "Keep one of the two.")
        elif not isinstance(key, Gone):
            says = "A list or mapping stands where a name should be."
            self._margin.error(
                key.place, "key-not-text", says, "Write a name before the colon, or quote the text in brackets."
            )

    def _is_within_bounds(self, place: Place) -> bool:
        if len(self._open) > DEEPEST:
            says = f"Lists and mappings are nested more than {DEEPEST} deep here."
            self._margin.error(place, "too-deep", says, "Check the brackets: no part of a runbook is nested that deep.")
        elif self._nodes > MOST_NODES:
            says = f"The file has more than {MOST_NODES:,} values."
            self._margin.error(place, "too-many-values", says, "Check that this is the file you meant.")
        else:
            return True
        return False

"""The documents of a runbook: their sections, what each shows, and what their texts are called in other languages.

One rule: a section names what is declared, or shows all of it; the order of sections is that of the document.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import cast, get_args

from handrail.runbook.kinds import LONGEST_TEXT
from handrail.runbook.model import DocumentSection, Form, Layout, Ref
from handrail.runbook.model.documents import OPEN_ITEMS, Meetings, OpenItems, Source, Terms
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.keys import (
    CONDITION,
    SAYS,
    TEXT,
    TEXTS,
    TITLE,
    Either,
    Inner,
    Key,
    Keys,
    ListOf,
    Named,
    OneOf,
)
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.tree import Entries, Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

ALL = "all"
_MEETINGS: tuple[Meetings, ...] = get_args(Meetings)
_TERMS: tuple[Terms, ...] = get_args(Terms)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SOME = Either(of=(OneOf(words=(ALL,), or_like=("name",)), TEXTS))

SECTION_KEYS: Keys = {
    "title": Key(says="Its heading.", needed=True),
    "says": SAYS,
    "when": Key(says="It is there where this holds, or cannot be told yet.", shape=CONDITION),
    "text": Key(says="A text that stands in it as it is."),
    "facts": Key(says="Facts and derived facts, by their names; or “all”.", shape=_SOME),
    "decisions": Key(says="What decisions say, and why; or “all”.", shape=_SOME),
    "forms": Key(says="What was answered in forms; or “all”.", shape=_SOME),
    "parts": Key(says="Only these sections of the forms, by their titles.", shape=TEXTS),
    "promises": Key(says="What the customer was promised; or “all”.", shape=_SOME),
    "meetings": Key(says="The meetings that were held, that are to come, or all.", shape=OneOf(words=_MEETINGS)),
    "advice": Key(says="What those said who were asked: “all”.", shape=OneOf(words=(ALL,))),
    "open": Key(
        says="What is still open: steps, questions that nobody has answered, promises not kept; or “all”.",
        shape=Either(of=(OneOf(words=(ALL, *OPEN_ITEMS)), ListOf(of=OneOf(words=OPEN_ITEMS)))),
    ),
    "evidence": Key(says="What is attached to these steps; or “all”.", shape=_SOME),
    "people": Key(says="Who holds these roles; or “all”.", shape=_SOME),
    "contacts": Key(says="Whom one can turn to outside; or “all”.", shape=_SOME),
    "terms": Key(says="The terms that the document uses, or all of them.", shape=OneOf(words=_TERMS)),
}
KEYS: Keys = {
    "title": TITLE,
    "says": SAYS,
    "sections": Key(says="Its parts, in order.", shape=ListOf(of=Inner(keys=SECTION_KEYS)), needed=True),
    "in": Key(
        says="By language (its tag, such as de or pt-BR), what the texts of the document are called in it.",
        shape=Named(of=Named(of=TEXT, free=True), free=True),
    ),
}
_SHOWING = tuple(key for key in SECTION_KEYS if key not in {"title", "says", "when", "parts"})


def declared_documents(top: Block) -> dict[str, Block]:
    return dict(top.declared("documents", "document", KEYS))


def documents_of(declared: Mapping[str, Block], words: Vocabulary, forms: Mapping[str, Form]) -> dict[str, Layout]:
    return {name: _layout(name, block, words, forms) for name, block in declared.items()}


def _layout(name: str, block: Block, words: Vocabulary, forms: Mapping[str, Form]) -> Layout:
    inner = [
        Block(item, f"section {at} of {block.what}", SECTION_KEYS, block.margin)
        for at, item in enumerate(block.items("sections"), start=1)
    ]
    if not inner and "sections" in block:
        says = f"The document “{name}” has no sections, so nothing would stand in it."
        block.margin.error(block.place, "empty-document", says, "List its sections, or take the document out.")
    sections = tuple(_section(one, words, forms) for one in inner)
    _tell_same_titles(inner, sections)
    return Layout(
        name=name,
        title=block.title("title", title_of(name)),
        says=block.text("says"),
        sections=sections,
        languages=dict(_languages(block)),
        place=block.place,
    )


def _tell_same_titles(blocks: list[Block], sections: tuple[DocumentSection, ...]) -> None:
    seen: set[str] = set()
    for block, section in zip(blocks, sections, strict=True):
        if section.title and section.title in seen:
            says = f"Two sections are called {quoted(section.title)}."
            block.margin.error(block.place_of("title"), "name-taken", says, "Give one of the two another title.")
        seen.add(section.title)


def _section(block: Block, words: Vocabulary, forms: Mapping[str, Form]) -> DocumentSection:
    if block.is_sound and not any(key in block for key in _SHOWING):
        says = f"{block.what[:1].upper()}{block.what[1:]} shows nothing."
        block.margin.error(block.place, "empty-section", says, "Name what it shows, such as “facts: all”.")
    named = words.declared
    shown = {
        "decisions": _names(block, "decisions", words.decisions, "decision"),
        "forms": _names(block, "forms", named.forms, "form"),
        "promises": _names(block, "promises", named.promises, "promise"),
        "evidence": _names(block, "evidence", words.steps_named, "step"),
        "people": _names(block, "people", named.roles, "role"),
        "contacts": _names(block, "contacts", named.contacts, "contact"),
    }
    return DocumentSection(
        title=block.title("title", ""),
        says=block.text("says"),
        when=condition_in(block, "when", words),
        text=block.text("text"),
        whole=tuple(_whole(block)),
        facts=tuple(_facts(block, words)),
        parts=tuple(_parts(block, shown["forms"], forms)),
        meetings=cast("Meetings | None", block.one_of("meetings", _MEETINGS, "") or None),
        open=_open(block),
        terms=cast("Terms | None", block.one_of("terms", _TERMS, "") or None),
        place=block.place,
        **shown,
    )


def _whole(block: Block) -> Iterator[Source]:
    for key in ("facts", "decisions", "forms", "promises", "advice", "evidence", "people", "contacts"):
        if key == "advice":
            block.one_of("advice", (ALL,), "")
        if _is_all(block, key):
            yield key


def _is_all(block: Block, key: str) -> bool:
    node = block.node(key) if key in block else None
    return isinstance(node, Leaf) and node.text.strip() == ALL


def _leaves(block: Block, key: str) -> tuple[Leaf, ...]:
    return () if _is_all(block, key) else block.text_or_texts(key)


def _names(block: Block, key: str, known: Collection[str], what: str) -> tuple[str, ...]:
    found = [leaf.text.strip() for leaf in _leaves(block, key)]
    for leaf in _leaves(block, key):
        word = leaf.text.strip()
        if word not in known:
            says = f"No {what} is called {quoted(word)}."
            block.margin.unknown(leaf.place, "unknown-name", says, word, known)
    return tuple(dict.fromkeys(found))


def _facts(block: Block, words: Vocabulary) -> Iterator[Ref]:
    known = {name: one for name, one in words.meanings.items() if one.ref.source in {"fact", "derived"}}
    for leaf in _leaves(block, "facts"):
        word = leaf.text.strip()
        if word in known:
            yield known[word].ref
        elif word not in words.unsure and "facts" not in words.unreadable:
            block.margin.unknown(leaf.place, "unknown-name", f"No fact is called {quoted(word)}.", word, known)


def _parts(block: Block, names: tuple[str, ...], forms: Mapping[str, Form]) -> Iterator[str]:
    """Titles of sections of the forms that are shown."""
    leaves = block.texts("parts")
    if leaves and "forms" not in block:
        says = f"“parts” of {block.what} names sections of forms, and it shows none."
        block.margin.error(block.key_place("parts"), "missing-key", says, "Add “forms: …”, or take it out.")
        return
    shown = [form for name, form in forms.items() if name in names or _is_all(block, "forms")]
    known = dict.fromkeys(section.title for form in shown for section in form.sections)
    for leaf in leaves:
        word = leaf.text.strip()
        if word not in known:
            says = f"No section of these forms is called {quoted(word)}."
            block.margin.unknown(leaf.place, "unknown-name", says, word, known)
        yield word


def _open(block: Block) -> tuple[OpenItems, ...]:
    if _is_all(block, "open"):
        return OPEN_ITEMS
    found = []
    for leaf in block.text_or_texts("open"):
        word = leaf.text.strip()
        if word not in OPEN_ITEMS:
            says = f"{quoted(word)} is not what “open” of {block.what} can be."
            block.margin.unknown(leaf.place, "unknown-word", says, word, (ALL, *OPEN_ITEMS))
        found.append(cast("OpenItems", word))
    return tuple(dict.fromkeys(found))


def _languages(block: Block) -> Iterator[tuple[str, dict[str, str]]]:
    for entry in block.entries("in"):
        tag = entry.key.text.strip()
        if not _TAG.fullmatch(tag):
            says = f"{quoted(tag)} is not the tag of a language."
            block.margin.error(entry.key.place, "unknown-language", says, "Write it like de or pt-BR (BCP 47).")
        if not isinstance(entry.value, Entries):
            says = f"{quoted(tag)} of {block.what} has no texts."
            mend = "Write each text with what it is called in that language, one a line."
            block.margin.error(entry.value.place, "expected-mapping", says, mend)
            continue
        yield tag, dict(_phrases(entry.value, block))


def _phrases(node: Entries, block: Block) -> Iterator[tuple[str, str]]:
    for entry in node.of.values():
        if isinstance(entry.value, Leaf) and not entry.value.is_empty:
            yield bounded(entry.key, LONGEST_TEXT, block.margin), bounded(entry.value, LONGEST_TEXT, block.margin)
        else:
            says = f"Nothing is said for {quoted(entry.key.text)}."
            block.margin.error(entry.key.place, "expected-text", says, "Write what it is called, or take it out.")

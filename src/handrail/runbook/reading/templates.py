"""Texts with places for what is filled in: `Dear {recipient.first_name}, we go live on {go_live}.`

One rule: a place names something that is declared and can be said in words; a brace that is meant as one is doubled.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from handrail.runbook.model import Ref, Template, Variable
from handrail.runbook.model.messages import RECIPIENT_PARTS, ROLE_PARTS
from handrail.runbook.problem import Place
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import SPOKEN_OF, Meaning, Vocabulary

CUSTOMER = "customer"
RECIPIENT = "recipient"

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<word>[^{}]*)\}|[{}]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_HOW = "Write a name in braces, like {customer}; double a brace that is meant as one."


def template_in(block: Block, key: str, words: Vocabulary, longest: int) -> Template:
    leaf = block.leaf(key)
    if leaf is None:
        return Template()
    text = bounded(leaf, longest, block.margin)
    return template_of(replace(leaf, text=text), words, block)


def template_of(leaf: Leaf, words: Vocabulary, block: Block) -> Template:
    return Template(pieces=tuple(_joined(_pieces(leaf, words, block))), text=leaf.text)


def _pieces(leaf: Leaf, words: Vocabulary, block: Block) -> Iterator[str | Variable]:
    at = braces = 0
    for found in _PIECE.finditer(leaf.text):
        yield leaf.text[at : found.start()]
        at, text = found.end(), found[0]
        if text in {"{{", "}}"}:
            yield text[0]
        elif found["word"] is None:
            place = _place(leaf, braces) if text == "{" else leaf.place
            block.margin.error(place, "bad-brace", f"A brace stands alone here: {quoted(leaf.text[at - 1 :])}.", _HOW)
        else:
            word = Leaf(" ".join(found["word"].split()), _place(leaf, braces))
            variable = _variable(word, words, block)
            yield from [] if variable is None else [variable]
        braces += text.count("{")
    yield leaf.text[at:]


def _joined(pieces: Iterator[str | Variable]) -> Iterator[str | Variable]:
    """Texts that follow each other are one."""
    text = ""
    for one in pieces:
        if isinstance(one, str):
            text += one
            continue
        yield from [text] if text else []
        yield one
        text = ""
    yield from [text] if text else []


def _place(leaf: Leaf, braces: int) -> Place:
    """Where the brace stands that has so many before it in the text."""
    at = -1
    for _ in range(braces + 1):
        at = leaf.written.find("{", at + 1)
        if at < 0:
            return leaf.place
    *above, line = _BREAK.split(leaf.written[:at])
    column = len(line) + (1 if above else leaf.place.column)
    return replace(leaf.place, line=leaf.place.line + len(above), column=column)


def _variable(word: Leaf, words: Vocabulary, block: Block) -> Variable | None:
    owner, _, part = word.text.partition(".")
    if word.text == CUSTOMER:
        return Variable(about="customer", written=word.text, place=word.place)
    if owner == RECIPIENT and part in RECIPIENT_PARTS:
        return Variable(about="recipient", part=part, written=word.text, place=word.place)
    if owner in words.declared.roles and (part in ROLE_PARTS or not part):
        return Variable(about="role", name=owner, part=part, written=word.text, place=word.place)
    meaning = words.meanings.get(word.text)
    if meaning is not None:
        return _known(word, meaning, block)
    if word.text in words.columns or word.text in words.repeated or word.text in words.families:
        words.meaning_of(word, block.margin)
    elif owner not in words.unsure and not words.unreadable & (SPOKEN_OF | {"roles"}):
        _tell_unknown(word, words, block)
    return None


def _known(word: Leaf, meaning: Meaning, block: Block) -> Variable | None:
    if meaning.ref.source in {"step", "milestone"}:
        says = f"“{word.text}” is a {meaning.ref.source}: that is nothing to fill in."
        mend = "Name a fact, a derived fact, an output of a decision or an answer of a form."
        block.margin.error(word.place, "unfit-variable", says, mend)
        return None
    if meaning.kind is None:
        return None
    return Variable(about="known", ref=meaning.ref, kind=meaning.kind, written=word.text, place=word.place)


def _tell_unknown(word: Leaf, words: Vocabulary, block: Block) -> None:
    owner = word.text.partition(".")[0]
    known = [CUSTOMER, *(f"{RECIPIENT}.{part}" for part in RECIPIENT_PARTS), *words.declared.roles]
    known += [name for name, one in words.meanings.items() if is_spoken(one.ref)]
    says = f"Nothing is called {quoted(word.text)} that could be filled in."
    if owner in words.declared.contacts:
        says = f"“{owner}” are contacts; of whoever gets the letter there is “{RECIPIENT}.name”."
    elif owner == RECIPIENT:
        known = [one for one in known if one.startswith(f"{RECIPIENT}.")]
    elif owner in words.declared.roles:
        known = [owner, *(f"{owner}.{part}" for part in ROLE_PARTS)]
        says = f"The role “{owner}” has no part {quoted(word.text.partition('.')[2])} that could be filled in."
    if not word.text:
        block.margin.error(word.place, "bad-brace", "Nothing stands in these braces.", _HOW)
    else:
        block.margin.unknown(word.place, "unknown-variable", says, word.text, known)


def is_spoken(ref: Ref) -> bool:
    """Whether it has a value that can be said in words."""
    return ref.source in {"fact", "derived", "output", "answer"}

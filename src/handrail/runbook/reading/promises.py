"""What a customer was promised: which facts hold it.

One rule: each record of a list is a promise, or a text fact holds one; so its keys name columns, or one fact.
"""

from collections.abc import Mapping

from handrail.runbook.kinds import Kind, Text, YesNo
from handrail.runbook.model import Promises, Ref
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import SAYS, TITLE, Key, Keys
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.vocabulary import Meaning, Vocabulary

_OF_RECORDS = ("by", "until", "to", "done")
_COLUMN = "A column of the list"

KEYS: Keys = {
    "title": TITLE,
    "of": Key(says="The list fact with a record for each promise; without it a text fact holds one."),
    "what": Key(says="What was promised: a column of the list, or a text fact.", needed=True),
    "by": Key(says=f"{_COLUMN}: who owes it."),
    "until": Key(says=f"{_COLUMN}: by when."),
    "to": Key(says=f"{_COLUMN}: to whom it was promised."),
    "done": Key(says=f"{_COLUMN}, of kind yes/no: whether it was kept."),
    "says": SAYS,
}


def declared_promises(top: Block) -> dict[str, Block]:
    return dict(top.declared("promises", "promise", KEYS))


def promises_of(declared: Mapping[str, Block], words: Vocabulary) -> dict[str, Promises]:
    return {name: _promises(name, block, words) for name, block in declared.items()}


def _promises(name: str, block: Block, words: Vocabulary) -> Promises:
    of = words.list_in(block, "of")
    for key in _OF_RECORDS if "of" not in block else ():
        if key in block:
            says = f"“{key}” of {block.what} names a column, and it has no list."
            block.margin.error(block.key_place(key), "missing-key", says, "Add “of: …”, or take it out.")
    return Promises(
        name=name,
        title=block.title("title", title_of(name)),
        of=of,
        what=_ref(block, "what", of, words, (Text,)) or Ref(source="fact", name=""),
        by=_ref(block, "by", of, words),
        until=_ref(block, "until", of, words),
        to=_ref(block, "to", of, words),
        done=_ref(block, "done", of, words, (YesNo,)),
        says=block.text("says"),
        place=block.place,
    )


def _ref(block: Block, key: str, of: str | None, words: Vocabulary, kinds: tuple[type[Kind], ...] = ()) -> Ref | None:
    leaf = block.leaf(key)
    if leaf is None:
        return None
    word = leaf.text.strip()
    known, what = _known(of, words)
    meaning = known.get(word)
    if meaning is None:
        if word not in words.unsure and of not in words.unsure and "facts" not in words.unreadable:
            block.margin.unknown(leaf.place, "unknown-name", f"No {what} is called {quoted(word)}.", word, known)
    elif kinds and meaning.kind is not None and not isinstance(meaning.kind, kinds):
        is_text = kinds == (Text,)
        says = f"{quoted(word)} is not {'a text' if is_text else 'yes or no'}: it is a {what}."
        mend = f"Name one of kind {'text' if is_text else 'yes/no'}."
        block.margin.error(leaf.place, "not-a-text" if is_text else "not-yes-or-no", says, mend)
    return Ref(source="fact", name=word) if of is None else Ref(source="item", name=of, part=word)


def _known(of: str | None, words: Vocabulary) -> tuple[Mapping[str, Meaning], str]:
    if of is not None:
        columns = {one.ref.part: one for one in words.columns.values() if one.ref.name == of}
        return columns, f"column of the list “{of}”"
    return {name: one for name, one in words.meanings.items() if one.ref.source == "fact"}, "fact"

"""Whom the customer's handoff can turn to outside the company: which facts say who they are.

One rule: a contact is one person, or with `of` one for each record of a list; so its keys name facts, or columns.
"""

from collections.abc import Mapping
from typing import cast, get_args

from handrail.runbook.kinds import Text
from handrail.runbook.model import Contacts, Ref
from handrail.runbook.model.contacts import Side
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import SAYS, TEXT, TITLE, Either, Key, Keys, ListOf, OneOf
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.names import is_name, tell_bad_name, title_of
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

_SIDES: tuple[Side, ...] = get_args(Side)

KEYS: Keys = {
    "title": TITLE,
    "of": Key(says="The list fact with a record for each of them; without it there is one, and facts say who that is."),
    "name": Key(
        says="What they are called: a fact or column, or several that are read one after the other.",
        shape=Either(of=(TEXT, ListOf(of=TEXT))),
        needed=True,
    ),
    "email": Key(says="Their e-mail address.", needed=True),
    "phone": Key(says="Their phone number."),
    "language": Key(says="Their language, by its tag, such as de or pt-BR."),
    "zone": Key(says="Their time zone, by its name in the IANA database, such as Europe/Paris."),
    "calendar": Key(says="The working calendar that they work by; without it, the runbook’s."),
    "side": Key(says="Whose people they are: “customer”, where nothing is said.", shape=OneOf(words=_SIDES)),
    "says": SAYS,
}


def declared_contacts(top: Block) -> dict[str, Block]:
    return dict(top.declared("contacts", "contact", KEYS))


def contacts_of(declared: Mapping[str, Block], words: Vocabulary) -> dict[str, Contacts]:
    return {name: _contacts(name, block, words) for name, block in declared.items()}


def _contacts(name: str, block: Block, words: Vocabulary) -> Contacts:
    of = words.list_in(block, "of")
    if name in words.declared.roles:
        says = f"“{name}” is also the name of a role."
        block.margin.error(block.place, "name-taken", says, "Give one of the two another name.")

    def one(key: str) -> Ref | None:
        leaf = block.leaf(key)
        return None if leaf is None else _text(leaf, of, words, block)

    return Contacts(
        name=name,
        title=block.title("title", title_of(name)),
        of=of,
        called=tuple(_text(leaf, of, words, block) for leaf in block.text_or_texts("name")),
        email=one("email") or Ref(source="fact", name=""),
        phone=one("phone"),
        language=one("language"),
        zone=one("zone"),
        calendar=_calendar(block),
        side=cast("Side", block.one_of("side", _SIDES, "customer")),
        says=block.text("says"),
        place=block.place,
    )


def _text(leaf: Leaf, of: str | None, words: Vocabulary, block: Block) -> Ref:
    """The text fact, or the text column of the list, that the author names."""
    word = leaf.text.strip()
    if of is not None:
        known = {one.ref.part: one for one in words.columns.values() if one.ref.name == of}
        what = f"column of the list “{of}”"
    else:
        known = {name: one for name, one in words.meanings.items() if one.ref.source == "fact"}
        what = "fact"
    meaning = known.get(word)
    if meaning is None:
        if word not in words.unsure and of not in words.unsure and "facts" not in words.unreadable:
            block.margin.unknown(leaf.place, "unknown-name", f"No {what} is called {quoted(word)}.", word, known)
    elif meaning.kind is not None and not isinstance(meaning.kind, Text):
        says = f"{quoted(word)} is not a text: it is a {what}."
        block.margin.error(leaf.place, "not-a-text", says, "Name one of kind text.")
    return Ref(source="fact", name=word) if of is None else Ref(source="item", name=of, part=word)


def _calendar(block: Block) -> str:
    leaf = block.leaf("calendar")
    if leaf is None:
        return "runbook"
    if not is_name(leaf.text.strip()):
        tell_bad_name(leaf, block.margin)
    return leaf.text.strip()

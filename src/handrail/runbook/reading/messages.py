"""The messages of a runbook: what people are told, in the words in which it is sent.

One rule: a message has somebody whom it is for; and what it says in one language it says in all of them.
"""

import re
from collections.abc import Iterator, Mapping

from handrail.runbook.addresses import is_address
from handrail.runbook.kinds import LONGEST_TEXT
from handrail.runbook.model import Message, Wording
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.enclosures import enclosures_in
from handrail.runbook.reading.keys import SAYS, TEXTS, TITLE, Inner, Key, Keys, Named, Words
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.names import LONGEST_TITLE, is_name, tell_bad_name, title_of
from handrail.runbook.reading.steps import StepSoFar
from handrail.runbook.reading.templates import template_in
from handrail.runbook.reading.vocabulary import Vocabulary

WORDING_KEYS: Keys = {
    "subject": Key(says="What it is about, in one line.", needed=True),
    "body": Key(says="What is sent, in Markdown; what stands in braces is filled in.", needed=True),
}
KEYS: Keys = {
    "title": TITLE,
    "to": Key(says="The roles that are told, and the contacts.", shape=TEXTS, needed=True),
    **WORDING_KEYS,
    "in": Key(
        says="The same in other languages, by their tags; each gets it in their own.",
        shape=Named(of=Inner(keys=WORDING_KEYS), free=True),
    ),
    "from": Key(says="The role from whose holder it comes; without it, from whoever sends it."),
    "on_behalf_of": Key(says="The role on behalf of whose holder it is sent."),
    "bcc": Key(
        says="An address that gets a copy of each, such as that of the CRM.", shape=Words(examples=("crm@example.com",))
    ),
    "once": Key(
        says="Messages of the same name here are the same to contacts: each gets one of them. Without it, its own name."
    ),
    "attach": Key(
        says="What goes with it: evidence of steps, as attached last. Whoever had the message gets it anew with that.",
        shape=TEXTS,
    ),
    "says": SAYS,
}

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def declared_messages(top: Block) -> dict[str, Block]:
    return dict(top.declared("messages", "message", KEYS))


def messages_of(declared: Mapping[str, Block], steps: Mapping[str, StepSoFar], words: Vocabulary) -> dict[str, Message]:
    return {name: _message(name, block, steps, words) for name, block in declared.items()}


def _message(name: str, block: Block, steps: Mapping[str, StepSoFar], words: Vocabulary) -> Message:
    if block.is_empty_list("to"):
        says = f"{sentence(block.what)} is for nobody."
        block.margin.error(
            block.place_of("to"), "empty-value", says, "List the roles that are told: “to: [one, another]”."
        )
    roles, contacts = words.people_in(block, "to")
    return Message(
        name=name,
        title=block.title("title", title_of(name)),
        to=roles,
        contacts=contacts,
        wordings=(_wording("", block, words), *_in_other_languages(block, words)),
        sender=words.role_in(block, "from"),
        behalf=words.role_in(block, "on_behalf_of"),
        bcc=_bcc(block),
        once=_once(block),
        encloses=enclosures_in(block, steps, words),
        says=block.text("says"),
        place=block.place,
    )


def _wording(language: str, block: Block, words: Vocabulary) -> Wording:
    return Wording(
        language=language,
        subject=template_in(block, "subject", words, LONGEST_TITLE),
        body=template_in(block, "body", words, LONGEST_TEXT),
        place=block.place,
    )


def _in_other_languages(block: Block, words: Vocabulary) -> Iterator[Wording]:
    seen: set[str] = set()
    for entry in block.entries("in"):
        tag = entry.key.text.strip()
        if _TAG.fullmatch(tag) is None:
            says = f"{quoted(tag)} is not the tag of a language."
            block.margin.error(entry.key.place, "bad-language", says, "Write it like de or pt-BR.")
        elif tag.lower() in seen:
            says = f"{quoted(tag)} is written twice."
            block.margin.error(entry.key.place, "name-taken", says, "Keep one of the two.")
        seen.add(tag.lower())
        what = f"{block.what} in {quoted(tag)}"
        yield _wording(tag, Block(entry.value, what, WORDING_KEYS, block.margin, entry.key.place), words)


def _bcc(block: Block) -> str:
    leaf = block.leaf("bcc")
    if leaf is None:
        return ""
    if not is_address(leaf.text.strip()):
        says = f"{quoted(leaf.text)} is not an e-mail address."
        block.margin.error(leaf.place, "bad-address", says, "Write one address, like crm@example.com.")
    return leaf.text.strip()


def _once(block: Block) -> str:
    leaf = block.leaf("once")
    if leaf is None:
        return ""
    if not is_name(leaf.text.strip()):
        tell_bad_name(leaf, block.margin)
    return leaf.text.strip()

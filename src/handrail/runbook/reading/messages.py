"""The messages of a runbook: what people are told, in the words in which it is sent.

One rule: a message has somebody whom it is for.
"""

from collections.abc import Mapping

from handrail.runbook.model import Message
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import SAYS, TEXTS, TITLE, Key, Keys
from handrail.runbook.reading.margin import sentence
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.vocabulary import Vocabulary

KEYS: Keys = {
    "title": TITLE,
    "to": Key(says="The roles that are told.", shape=TEXTS, needed=True),
    "subject": Key(says="What it is about, in one line.", needed=True),
    "body": Key(says="What is sent, as it stands.", needed=True),
    "says": SAYS,
}


def declared_messages(top: Block) -> dict[str, Block]:
    return dict(top.declared("messages", "message", KEYS))


def messages_of(declared: Mapping[str, Block], words: Vocabulary) -> dict[str, Message]:
    return {name: _message(name, block, words) for name, block in declared.items()}


def _message(name: str, block: Block, words: Vocabulary) -> Message:
    if block.is_empty_list("to"):
        says = f"{sentence(block.what)} is for nobody."
        block.margin.error(
            block.place_of("to"), "empty-value", says, "List the roles that are told: “to: [one, another]”."
        )
    return Message(
        name=name,
        title=block.title("title", title_of(name)),
        to=words.roles_in(block, "to"),
        subject=block.title("subject", ""),
        body=block.text("body"),
        says=block.text("says"),
        place=block.place,
    )

"""The events of a runbook: what can come to pass outside, again and again, and who may report it."""

from collections.abc import Mapping

from handrail.runbook.model import Happening
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import SAYS, TEXTS, TITLE, Key, Keys
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.vocabulary import Vocabulary

KEYS: Keys = {
    "title": TITLE,
    "reported_by": Key(says="The roles that may report it, beside CS Operations.", shape=TEXTS),
    "says": SAYS,
}


def declared_events(top: Block) -> dict[str, Block]:
    return dict(top.declared("events", "event", KEYS))


def events_of(declared: Mapping[str, Block], words: Vocabulary) -> dict[str, Happening]:
    return {
        name: Happening(
            name=name,
            title=block.title("title", title_of(name)),
            reported_by=words.roles_in(block, "reported_by"),
            says=block.text("says"),
            place=block.place,
        )
        for name, block in declared.items()
    }

"""The milestones of a runbook: what is worth telling once it is reached."""

from collections.abc import Mapping

from handrail.runbook.model import All, Milestone
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.keys import CONDITION, SAYS, TITLE, Key, Keys
from handrail.runbook.reading.names import title_of
from handrail.runbook.reading.vocabulary import Vocabulary

KEYS: Keys = {
    "title": TITLE,
    "when": Key(says="It is reached when this first holds.", shape=CONDITION, needed=True),
    "says": SAYS,
}


def declared_milestones(top: Block) -> dict[str, Block]:
    return dict(top.declared("milestones", "milestone", KEYS))


def milestones_of(declared: Mapping[str, Block], words: Vocabulary) -> dict[str, Milestone]:
    return {
        name: Milestone(
            name=name,
            title=block.title("title", title_of(name)),
            when=condition_in(block, "when", words) or All(tests=()),
            says=block.text("says"),
            place=block.place,
        )
        for name, block in declared.items()
    }

"""What goes with a message: pieces of evidence, each named by its step, as in `send-order.order`.

One rule: what is named is one document. A step that is done for each record of a list has one for each, and none that
is meant.
"""

from collections.abc import Iterator, Mapping

from handrail.runbook.model import Enclosure
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.steps import StepSoFar
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

_KEY = "attach"


def enclosures_in(block: Block, steps: Mapping[str, StepSoFar], words: Vocabulary) -> tuple[Enclosure, ...]:
    if block.is_empty_list(_KEY):
        says = f"“{_KEY}” of {block.what} lists nothing."
        block.margin.error(block.place_of(_KEY), "empty-value", says, "List at least one, or take it out.")
    leaves = {leaf.text.strip(): leaf for leaf in block.texts(_KEY)}
    return tuple(one for leaf in leaves.values() for one in _enclosure(leaf, block, steps, words))


def _enclosure(leaf: Leaf, block: Block, steps: Mapping[str, StepSoFar], words: Vocabulary) -> Iterator[Enclosure]:
    word = leaf.text.strip()
    known = [f"{name}.{item}" for name, one in steps.items() for item in one.evidence]
    step, _, item = word.partition(".")
    if word in known and steps[step].each is not None:
        says = f"{quoted(word)} is attached once for each record of a list: there is no one document."
        block.margin.error(leaf.place, "evidence-of-each", says, "Name evidence of a step that is done once.")
    elif word in known:
        yield Enclosure(step=step, item=item, place=leaf.place)
    elif "steps" not in words.unreadable:
        says = f"No evidence of a step is called {quoted(word)}."
        block.margin.unknown(leaf.place, "unknown-name", says, word, known)

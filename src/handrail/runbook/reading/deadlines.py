"""Until when a step must be done: `due`, a warning before, and whom to turn to after.

One rule: whatever counts from when the step is due, the step says when that is.
"""

from collections.abc import Collection

from handrail.runbook.model import Escalation, Timing
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.step_keys import ESCALATION_KEYS
from handrail.runbook.reading.timings import DUE, OPENED, Own, timing_in
from handrail.runbook.reading.vocabulary import Vocabulary


def due_in(block: Block, words: Vocabulary) -> Timing | None:
    return timing_in(block, "due", words, (OPENED,))


def warning_in(block: Block, words: Vocabulary) -> Timing | None:
    return timing_in(block, "warn", words, own_moments(block))


def escalations_in(block: Block, words: Vocabulary) -> tuple[Escalation, ...]:
    blocks = [
        Block(node, f"an escalation of {block.what}", ESCALATION_KEYS, block.margin) for node in block.items("escalate")
    ]
    found = [(words.role_in(about, "to"), timing_in(about, "on", words, own_moments(block))) for about in blocks]
    return tuple(Escalation(to=to, at=at) for to, at in found if to is not None and at is not None)


def own_moments(block: Block) -> Collection[Own]:
    """The moments of the step itself that what follows can be counted from."""
    return (OPENED, DUE) if "due" in block or "during" in block else (OPENED,)

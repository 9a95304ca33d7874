"""Until when a step must be done: `due`, a warning before, reminders, and whom to turn to after.

One rule: whatever counts from when the step is due, the step says when that is.
"""

import re
from collections.abc import Collection

from handrail.runbook.model import Escalation, Lapse, Reminder, Timing
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.lapses import lapse_of
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.step_keys import ESCALATION_KEYS, MANAGER
from handrail.runbook.reading.timings import DUE, OPENED, Own, timing_in, timing_of
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary


def due_in(block: Block, words: Vocabulary) -> Timing | None:
    return timing_in(block, "due", words, (OPENED,))


def warning_in(block: Block, words: Vocabulary) -> Timing | None:
    return timing_in(block, "warn", words, own_moments(block))


_REMIND = re.compile(r"(?:(?P<first>.+), then )?every (?P<every>.+)")
_HOW_TO_REMIND = "Write it like “every 8 working hours”, or like “2 working days before due, then every working day”"


def reminder_in(block: Block, words: Vocabulary) -> Reminder | None:
    leaf = block.leaf("remind")
    if leaf is None:
        return None
    found = _REMIND.fullmatch(" ".join(leaf.text.split()))
    if found is None:
        block.margin.error(
            leaf.place, "bad-timing", f"{quoted(leaf.text)} does not say how often.", f"{_HOW_TO_REMIND}."
        )
        return None
    every = _every(leaf, found["every"], block)
    if found["first"] is None:
        return Reminder(every=every) if every else None
    first = timing_of(Leaf(found["first"], leaf.place), words, block, own_moments(block))
    return Reminder(first=first, every=every) if first and every else None


def _every(leaf: Leaf, text: str, block: Block) -> Lapse | None:
    """`2 working days`; of one, `working day`."""
    return lapse_of(leaf, text if text[:1].isdigit() else f"1 {text}", _HOW_TO_REMIND, block)


def escalations_in(block: Block, words: Vocabulary) -> tuple[Escalation, ...]:
    blocks = [
        Block(node, f"an escalation of {block.what}", ESCALATION_KEYS, block.margin) for node in block.items("escalate")
    ]
    found = [_escalation(about, timing_in(about, "on", words, own_moments(block)), words) for about in blocks]
    return tuple(one for one in found if one is not None)


def _escalation(about: Block, at: Timing | None, words: Vocabulary) -> Escalation | None:
    """A role that is itself called “manager” is meant where there is one."""
    leaf = about.leaf("to")
    if leaf is not None and leaf.text.strip() == MANAGER and MANAGER not in words.declared.roles:
        return Escalation(at=at) if at else None
    to = words.role_in(about, "to")
    return Escalation(to=to, at=at) if to is not None and at is not None else None


def own_moments(block: Block) -> Collection[Own]:
    """The moments of the step itself that what follows can be counted from."""
    return (OPENED, DUE) if "due" in block or "during" in block else (OPENED,)

"""Lapses of time: `5 working days`, `48 hours`.

One rule: a lapse is written with a whole number and one of the units of time; ten years is the longest.
"""

import re
from typing import cast

from handrail.runbook.model import DAYS, Lapse, Unit
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.tree import Leaf

MOST_DAYS = 3660
MOST_HOURS = 24 * MOST_DAYS

_LAPSE = re.compile(r"(?P<amount>[0-9]{1,9}) (?P<unit>(?:working |calendar )days?|(?:working )?hours?)")
_HOW = "Write it like “5 working days”, “30 calendar days”, “4 working hours” or “48 hours”"


def lapse_in(block: Block, key: str) -> Lapse | None:
    leaf = block.leaf(key)
    return None if leaf is None else lapse_of(leaf, leaf.text, _HOW, block)


def lapse_after(block: Block, key: str) -> Lapse | None:
    """`after 2 working days`."""
    leaf = block.leaf(key)
    return (
        None
        if leaf is None
        else lapse_of(leaf, _without(leaf.text, "after"), "Write it like “after 2 working days”", block)
    )


def lapse_of(leaf: Leaf, text: str, how: str, block: Block) -> Lapse | None:
    """What `text`, the part of the leaf that tells the time, says."""
    found = _LAPSE.fullmatch(" ".join(text.split()))
    unit = unit_of(found["unit"]) if found else DAYS[0]
    if found is None or not 1 <= int(found["amount"]) <= most_of(unit):
        says = f"{quoted(leaf.text)} does not say how long."
        block.margin.error(leaf.place, "bad-timing", says, f"{how}, at least 1 and at most {most_of(unit):,}.")
        return None
    return Lapse(amount=int(found["amount"]), unit=unit)


def unit_of(words: str) -> Unit:
    """`working day` and `working days` are the same."""
    return cast("Unit", words if words.endswith("s") else f"{words}s")


def most_of(unit: Unit) -> int:
    """Ten years of it."""
    return MOST_DAYS if unit in DAYS else MOST_HOURS


def _without(text: str, word: str) -> str:
    first, _, rest = text.strip().partition(" ")
    return rest if first == word else ""

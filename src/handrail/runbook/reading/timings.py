"""Timings: `5 working days before go_live`, `support.days calendar days after go_live`.

One rule: a timing counts whole days from a day that is known or will be.
"""

import re

from handrail.runbook.kinds import Date, Number
from handrail.runbook.model import Anchor, Ref, Timing
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

START = "start"
MOST_DAYS = 3660

_TIMING = re.compile(r"(?P<amount>\S+) (?P<unit>working|calendar) days? (?P<side>before|after) (?P<anchor>\S+)")
_HOW = (
    "Write it like “5 working days before go_live”: a whole number or a decision's output, working days or calendar "
    "days, before or after, then a date fact, a step or “start”."
)


def timing_in(block: Block, key: str, words: Vocabulary) -> Timing | None:
    leaf = block.leaf(key)
    if leaf is None:
        return None
    text = " ".join(leaf.text.split())
    found = _TIMING.fullmatch(text)
    if found is None:
        block.margin.error(leaf.place, "bad-timing", f"{quoted(text)} is not a timing.", _HOW)
        return None
    amount = _amount(Leaf(found["amount"], leaf.place), words, block)
    anchor = _anchor(Leaf(found["anchor"], leaf.place), words, block)
    if amount is None or anchor is None:
        return None
    return Timing(
        amount=amount,
        unit="working days" if found["unit"] == "working" else "calendar days",
        side="before" if found["side"] == "before" else "after",
        anchor=anchor,
        text=text,
    )


def _amount(leaf: Leaf, words: Vocabulary, block: Block) -> int | Ref | None:
    if re.fullmatch(r"[0-9]{1,9}", leaf.text):
        return _days(leaf, block)
    if not re.match(r"[a-z]", leaf.text):
        says = f"{quoted(leaf.text)} is not a number of days."
        block.margin.error(leaf.place, "bad-timing", says, "Write a whole number, or the name of a decision's output.")
        return None
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is None or meaning.kind is None:
        return None
    if meaning.ref.source == "output" and isinstance(meaning.kind, Number) and meaning.kind.whole:
        return meaning.ref
    says = f"{quoted(leaf.text)} is not a number of days: only a decision's output of whole numbers can be."
    block.margin.error(
        leaf.place, "bad-timing", says, "Declare the output as “{kind: number, whole: yes}”, or write a number."
    )
    return None


def _days(leaf: Leaf, block: Block) -> int:
    days = int(leaf.text)
    if days > MOST_DAYS:
        says = f"{days:,} days are more than Handrail counts."
        block.margin.error(leaf.place, "bad-timing", says, f"Write at most {MOST_DAYS:,}, which is ten years.")
    return min(days, MOST_DAYS)


def _anchor(leaf: Leaf, words: Vocabulary, block: Block) -> Anchor | None:
    if leaf.text == START:
        return Anchor(source="start")
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is None or meaning.kind is None:
        return None
    if meaning.ref.source == "step":
        return Anchor(source="step", name=meaning.ref.name)
    if meaning.ref.source == "fact" and isinstance(meaning.kind, Date):
        return Anchor(source="fact", name=meaning.ref.name)
    says = f"{quoted(leaf.text)} is not a day to count from."
    block.margin.error(leaf.place, "not-a-day", says, "Count from a fact of kind date, from a step, or from “start”.")
    return None

"""From when a step can be done: what it needs, `opens`, `during`, and what a wait waits for.

One rule: a step says only once when it opens, and when it is due.
"""

import re
from dataclasses import dataclass
from typing import Literal

from handrail.runbook.model import Condition, Timing, Unit
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.keys import TEXTS, Key, Keys
from handrail.runbook.reading.margin import counted, quoted, sentence
from handrail.runbook.reading.step_keys import OPENS_KEYS, UNTIL_KEYS
from handrail.runbook.reading.timings import amount_of, anchor_of, timing_in
from handrail.runbook.reading.tree import Entries, Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

_AT_LEAST = re.compile(r"at least (?P<number>[0-9]{1,9}) of")
_HOW_NEEDS = "Write “needs: [one, another]”, “needs: {any of: […]}” or “needs: {at least 2 of: […]}”."
_DURING = re.compile(
    r"(?P<first>\S+) to (?P<last>\S+) (?P<unit>working|calendar) days? (?P<side>before|after) (?P<anchor>\S+)"
)
_HOW_DURING = "Write it like “15 to 10 working days before go_live” or “5 to 10 calendar days after start”."


@dataclass(frozen=True, kw_only=True)
class Beginning:
    when: Condition | None = None
    on: Timing | None = None
    within: tuple[str, ...] = ()
    not_within: tuple[str, ...] = ()
    event: str | None = None


# ------------------------------------------------------------------------------------------------------------ needs


def needs_in(block: Block, words: Vocabulary) -> tuple[tuple[str, ...], int | None]:
    """The steps, and how many of them must be done; None is all."""
    node = block.node("needs")
    if not isinstance(node, Entries):
        return words.steps_in(block, "needs"), None
    keys = list(node.of)
    number = _number(keys[0]) if len(keys) == 1 else None
    if number is None:
        says = f"“needs” of {block.what} does not say how many of which steps."
        block.margin.error(node.place, "bad-needs", says, _HOW_NEEDS)
        return (), None
    about = block.inner("needs", f"“needs” of {block.what}", {keys[0]: Key(says="The steps.", shape=TEXTS)})
    steps = words.steps_in(about, keys[0])
    if about.is_list_of_texts(keys[0]) and not 1 <= number <= len(steps):
        says = f"{sentence(about.what)} asks for {number} of {counted(len(steps), 'step')}."
        block.margin.error(about.key_place(keys[0]), "bad-needs", says, "Ask for at least 1, and list as many or more.")
    return steps, number


def _number(text: str) -> int | None:
    if text == "any of":
        return 1
    found = _AT_LEAST.fullmatch(" ".join(text.split()))
    return int(found["number"]) if found else None


# ----------------------------------------------------------------------------------------------------- opens, until


def beginning_of(block: Block, words: Vocabulary) -> Beginning:
    """What “opens” says, or of a wait, “until”."""
    if block.node("until") is not None:
        return _until(block.inner("until", f"“until” of {block.what}", UNTIL_KEYS), words)
    if block.node("opens") is None:
        return Beginning()
    about = block.inner("opens", f"“opens” of {block.what}", OPENS_KEYS)
    _tell_nothing(about, OPENS_KEYS, "Write “when: {…}”, “on: …” or both, or take it out.")
    return Beginning(
        when=condition_in(about, "when", words),
        on=timing_in(about, "on", words),
        within=words.windows_in(about, "in"),
        not_within=words.windows_in(about, "not in"),
    )


def _until(about: Block, words: Vocabulary) -> Beginning:
    _tell_nothing(about, UNTIL_KEYS, "Write “when: {…}”, “on: …” or “event: …”.")
    return Beginning(
        when=condition_in(about, "when", words),
        on=timing_in(about, "on", words),
        event=words.event_in(about, "event"),
    )


def _tell_nothing(about: Block, keys: Keys, mend: str) -> None:
    if about.is_sound and not any(key in about for key in keys):
        about.margin.error(about.place, "empty-value", f"{sentence(about.what)} says nothing.", mend)


# ----------------------------------------------------------------------------------------------------------- during


def range_in(block: Block, words: Vocabulary) -> tuple[Timing | None, Timing | None]:
    """The first and last day of “during”: when the step opens, and when it is due."""
    leaf = block.leaf("during")
    if leaf is None:
        return None, None
    _tell_said_twice(block)
    text = " ".join(leaf.text.split())
    found = _DURING.fullmatch(text)
    if found is None:
        says = f"{quoted(text)} is not a range of days."
        block.margin.error(leaf.place, "bad-timing", says, _HOW_DURING)
        return None, None
    first, last = _end(found, "first", leaf, words, block), _end(found, "last", leaf, words, block)
    if first is None or last is None:
        return None, None
    _tell_backwards(first, last, leaf, block)
    return first, last


def _tell_said_twice(block: Block) -> None:
    opens = block.node("opens")
    for key, is_said in (("due", "due" in block), ("opens", isinstance(opens, Entries) and "on" in opens.of)):
        if is_said:
            what = "when it is due" if key == "due" else "on which day it opens"
            says = f"“during” of {block.what} says {what}, and so does “{key}”."
            block.margin.error(block.key_place(key), "key-beside-another", says, "Keep one of the two.")


def _end(found: re.Match[str], end: str, leaf: Leaf, words: Vocabulary, block: Block) -> Timing | None:
    unit: Unit = "working days" if found["unit"] == "working" else "calendar days"
    side: Literal["before", "after"] = "before" if found["side"] == "before" else "after"
    amount = amount_of(Leaf(found[end], leaf.place), unit, words, block)
    anchor = anchor_of(Leaf(found["anchor"], leaf.place), words, block)
    if amount is None or anchor is None:
        return None
    days = unit.removesuffix("s") if amount == 1 else unit
    return Timing(amount=amount, unit=unit, side=side, anchor=anchor, text=f"{amount} {days} {side} {anchor}")


def _tell_backwards(first: Timing, last: Timing, leaf: Leaf, block: Block) -> None:
    if not isinstance(first.amount, int) or not isinstance(last.amount, int):
        return
    fewer = last.amount - first.amount if first.side == "before" else first.amount - last.amount
    if fewer > 0:
        says = f"The range {quoted(leaf.text)} ends before it begins."
        block.margin.error(leaf.place, "empty-range", says, "Write the earlier day first.")

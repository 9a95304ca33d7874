"""The meetings of a step: how many, until when, and who comes.

One rule: where the author lists no role, those come who do the step, answer for it or are asked.
"""

import re

from handrail.runbook.model import Quota, Ref, Step
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.deadlines import own_moments
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.step_keys import QUOTA_KEYS
from handrail.runbook.reading.timings import DUE, anchor_of, output_of
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

MOST_MEETINGS = 100
LONGEST_MEETING = 24 * 60
_LASTS = re.compile(r"(?P<number>[0-9]{1,4}) (?P<unit>minute|hour)s?")


def quota_in(block: Block, words: Vocabulary) -> Quota | None:
    if block.node("quota") is None:
        return None
    about = block.inner("quota", f"“quota” of {block.what}", QUOTA_KEYS)
    before = about.leaf("before")
    own = [moment for moment in own_moments(block) if moment == DUE]
    anchor = anchor_of(Leaf(before.text.strip(), before.place), words, about, own) if before else None
    if before and "until" in about and "at_least" not in about:
        says = f"Nothing is counted for “before”: with “until” alone {block.what} asks for no number of meetings."
        about.margin.error(about.key_place("before"), "missing-key", says, "Add “at_least: …”, or take “before” out.")
    return Quota(at_least=_at_least(about, words), before=anchor, until=condition_in(about, "until", words))


def _at_least(about: Block, words: Vocabulary) -> int | Ref:
    leaf = about.leaf("at_least")
    text = leaf.text.strip() if leaf else ""
    if leaf is None:
        return 0 if "until" in about else 1
    if re.match(r"[a-z]", text):
        return output_of(leaf, "number of meetings", "unfit-value", words, about) or 1
    if re.fullmatch(r"[0-9]{1,9}", text) and 1 <= int(text) <= MOST_MEETINGS:
        return int(text)
    says = f"{quoted(text)} is not a number of meetings."
    mend = f"Write a whole number, from 1 to {MOST_MEETINGS}, or the name of a decision's output."
    about.margin.error(leaf.place, "unfit-value", says, mend)
    return 1


def attendees_in(block: Block, step: Step, words: Vocabulary) -> tuple[str, ...]:
    """The roles that come."""
    if step.kind != "meeting":
        return ()
    named = [one for one in words.attendees_in(block, "attendees") if one not in words.declared.contacts]
    return tuple(named) or tuple(role for role, letters in step.raci.items() if letters & {"R", "A", "C"})


def guests_in(block: Block, words: Vocabulary) -> tuple[str, ...]:
    """The contacts that come; who is named and unknown has been told."""
    named = (leaf.text.strip() for leaf in block.texts("attendees"))
    return tuple(dict.fromkeys(one for one in named if one in words.declared.contacts))


def minutes_in(block: Block) -> int | None:
    leaf = block.leaf("lasts")
    if leaf is None:
        return None
    found = _LASTS.fullmatch(" ".join(leaf.text.split()))
    minutes = int(found["number"]) * (60 if found["unit"] == "hour" else 1) if found else 0
    if 1 <= minutes <= LONGEST_MEETING:
        return minutes
    says = f"{quoted(leaf.text)} does not say how long a meeting is."
    block.margin.error(leaf.place, "unfit-value", says, "Write it like “15 minutes” or “2 hours”, at most 24 hours.")
    return None

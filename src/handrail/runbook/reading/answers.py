"""How an approval or acceptance is answered: by how many, what a no opens again, what silence means, disagreement.

One rule: silence never answers unless the runbook says so.
"""

import re
from typing import Literal, cast

from handrail.runbook.model import Disagreement, Silence
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.lapses import lapse_after, lapse_of
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.step_keys import DISAGREEMENT_KEYS, REOPENING_KEYS
from handrail.runbook.reading.vocabulary import Vocabulary

_Answer = Literal["approves", "rejects", "accepts", "refuses"]
_ANSWERS: dict[str, tuple[_Answer, _Answer]] = {
    "approval": ("approves", "rejects"),
    "acceptance": ("accepts", "refuses"),
}
_SILENCE = re.compile(r"(?P<answer>\S+) after (?P<lapse>.+)")


def approvals_in(block: Block) -> Literal["all"] | int:
    """How many approvals it takes: `any` is one of them."""
    leaf = block.leaf("approvals")
    text = leaf.text.strip() if leaf else "any"
    if text in {"any", "all"}:
        return "all" if text == "all" else 1
    if leaf and text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= len(list(block.entries("raci"))):
        return int(text)
    if leaf:
        says = f"{quoted(text)} does not say how many approvals it takes."
        mend = "Write “any”, “all”, or a number of them, at most as many as there are roles in “raci”."
        block.margin.error(leaf.place, "bad-approvals", says, mend)
    return 1


def apart_from_in(block: Block, step: str, words: Vocabulary) -> tuple[str, ...]:
    """The steps that whoever does this one must not have done."""
    if block.is_empty_list("apart_from"):
        says = f"“apart_from” of {block.what} lists no step."
        block.margin.error(
            block.place_of("apart_from"), "empty-value", sentence(says), "List at least one, or take it out."
        )
    found = words.steps_in(block, "apart_from")
    if step in found:
        says = f"{sentence(block.what)} is kept apart from itself: nobody could ever do it."
        block.margin.error(block.place_of("apart_from"), "apart-from-itself", says, "Name other steps.")
    return found


def reopening_in(block: Block, kind: str, words: Vocabulary) -> tuple[tuple[str, ...], bool]:
    """The steps that a no opens again, and whether their evidence must be fresh."""
    key = "on_reject" if kind == "approval" else "on_refuse"
    if block.node(key) is None:
        return (), False
    about = block.inner(key, f"“{key}” of {block.what}", REOPENING_KEYS)
    return words.steps_in(about, "reopen"), about.yes_no("fresh_evidence", default=False)


def silence_in(block: Block, kind: str) -> Silence | None:
    leaf = block.leaf("silence")
    if leaf is None or kind not in _ANSWERS:
        return None
    answers = _ANSWERS[kind]
    found = _SILENCE.fullmatch(" ".join(leaf.text.split()))
    how = f"Write it like “{answers[0]} after 5 working days” or “{answers[1]} after 48 hours”"
    if found is None or found["answer"] not in answers:
        says = f"{quoted(leaf.text)} does not say what silence means."
        block.margin.error(leaf.place, "bad-silence", says, f"{how}.")
        return None
    after = lapse_of(leaf, found["lapse"], how, block)
    return Silence(answer=cast("_Answer", found["answer"]), after=after) if after else None


def disagreement_in(block: Block, words: Vocabulary) -> Disagreement | None:
    if block.node("disagreement") is None:
        return None
    about = block.inner("disagreement", f"“disagreement” of {block.what}", DISAGREEMENT_KEYS)
    for key in ("by", "ladder"):
        if about.is_empty_list(key):
            says = f"“{key}” of {about.what} lists nobody."
            block.margin.error(about.place_of(key), "empty-value", sentence(says), "List at least one role.")
    return Disagreement(
        by=words.roles_in(about, "by"),
        ladder=words.roles_in(about, "ladder"),
        climbs_after=lapse_after(about, "climbs"),
    )

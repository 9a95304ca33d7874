"""The outcomes of a task: `{hand on: {}, extend: {again: after 30 calendar days, reopen: […], reason: yes}}`.

One rule: an outcome is named in the words that people choose it by; it is none of the states that every step has.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, cast

from handrail.runbook.model import STEP_STATES, Outcome
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import SAYS, TEXTS, YES_NO, Key, Keys, Words
from handrail.runbook.reading.lapses import MOST_DAYS
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.names import LONGEST_TITLE
from handrail.runbook.reading.vocabulary import Vocabulary

KEYS: Keys = {
    "again": Key(says="It is to be done once more, so much later.", shape=Words(examples=("after 30 calendar days",))),
    "reopen": Key(says="Steps to be done again with it.", shape=TEXTS),
    "reason": Key(says="Whether whoever chooses it must say why.", shape=YES_NO),
    "says": SAYS,
}
_AGAIN = re.compile(r"after (?P<amount>[0-9]{1,4}) (?P<unit>working|calendar) days?")

Unit = Literal["working days", "calendar days"]


def outcomes_declared(block: Block) -> Iterator[tuple[str, Block]]:
    for entry in block.entries("outcomes"):
        name = " ".join(entry.key.text.split())
        if not name or len(name) > LONGEST_TITLE or any(sign in name for sign in '",()'):
            says = f"{quoted(name)} cannot be the name of an outcome."
            mend = f"Use up to {LONGEST_TITLE} characters, without quotation marks, commas and brackets."
            block.margin.error(entry.key.place, "bad-name", says, mend)
        elif name in STEP_STATES.of:
            says = f"{quoted(name)} is a state that every step can have."
            block.margin.error(entry.key.place, "bad-name", says, "Give the outcome a name of its own.")
        else:
            yield name, Block(entry.value, f"the outcome “{name}”", KEYS, block.margin)


def outcomes_of(declared: Mapping[str, Block], words: Vocabulary) -> tuple[Outcome, ...]:
    return tuple(_outcome(name, about, words) for name, about in declared.items())


def _outcome(name: str, about: Block, words: Vocabulary) -> Outcome:
    amount, unit = _again(about)
    return Outcome(
        name=name,
        again_after=amount,
        unit=unit,
        reopens=words.steps_in(about, "reopen"),
        asks_reason=about.yes_no("reason", default=False),
        says=about.text("says"),
    )


def _again(about: Block) -> tuple[int | None, Unit]:
    leaf = about.leaf("again")
    if leaf is None:
        return None, "calendar days"
    found = _AGAIN.fullmatch(" ".join(leaf.text.split()))
    if found is None or not 1 <= int(found["amount"]) <= MOST_DAYS:
        says = f"{quoted(leaf.text)} does not say when to do it again."
        mend = f"Write it like “after 30 calendar days” or “after 5 working days”, at most {MOST_DAYS:,}."
        about.margin.error(leaf.place, "bad-timing", says, mend)
        return None, "calendar days"
    return int(found["amount"]), cast("Unit", f"{found['unit']} days")

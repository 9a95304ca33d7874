"""Whether a message sends itself, and when it then goes to each.

One rule: when it goes says something only of a message that may send itself.
"""

from dataclasses import dataclass
from datetime import time

from handrail.runbook.model import Condition, Going
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.lapses import lapse_in
from handrail.runbook.reading.margin import did_you_mean, quoted, sentence
from handrail.runbook.reading.sessions import WEEKDAYS, time_in
from handrail.runbook.reading.step_keys import AUTOMATICALLY, GOES_KEYS, SENT, SENT_KEYS
from handrail.runbook.reading.tree import Entries
from handrail.runbook.reading.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Sending:
    """As in a `Step`."""

    automatic: bool = False
    when: Condition | None = None
    goes: Going | None = None


def sending_in(block: Block, words: Vocabulary) -> Sending:
    when = _automatic_when(block, words)
    automatic = when is None and block.one_of("sent", SENT, SENT[0]) == SENT[1] if _is_word(block) else False
    if "goes" in block and not automatic and when is None and _is_word(block):
        says = f"{sentence(block.what)} is sent by a person, and so nothing says when it goes."
        mend = "Write “sent: automatically”, or take “goes” out."
        block.margin.error(block.key_place("goes"), "missing-key", says, mend)
    return Sending(automatic=automatic, when=when, goes=_goes(block))


def _is_word(block: Block) -> bool:
    return not isinstance(block.node("sent") if "sent" in block else None, Entries)


def _automatic_when(block: Block, words: Vocabulary) -> Condition | None:
    if _is_word(block):
        return None
    return condition_in(block.inner("sent", f"“sent” of {block.what}", SENT_KEYS), AUTOMATICALLY, words)


def _goes(block: Block) -> Going | None:
    if block.node("goes") is None:
        return None
    about = block.inner("goes", f"“goes” of {block.what}", GOES_KEYS)
    starts, ends = time_in(about, "from"), time_in(about, "to")
    if starts is not None and ends is not None and starts >= ends:
        says = f"{sentence(about.what)} ends before it begins."
        about.margin.error(about.place_of("to"), "empty-range", says, "Write the earlier time at “from”.")
    return Going(after=lapse_in(about, "after"), weekdays=_weekdays(about), starts=starts, ends=_not_midnight(ends))


def _not_midnight(ends: time | None) -> time | None:
    return None if ends == time.min else ends


def _weekdays(block: Block) -> tuple[int, ...]:
    found = set()
    for leaf in block.text_or_texts("on"):
        word = leaf.text.strip()
        if word in WEEKDAYS:
            found.add(WEEKDAYS.index(word))
        else:
            says = f"{quoted(word)} is not a day of the week."
            block.margin.error(leaf.place, "unknown-word", says, did_you_mean(word.capitalize(), WEEKDAYS))
    return tuple(sorted(found))

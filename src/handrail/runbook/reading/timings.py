"""Timings: `5 working days before go_live`, `48 hours after kick-off`, `last board-meeting before go_live`.

One rule: days are counted from a day, hours from an instant; each is known or will be.
"""

import re
from collections.abc import Collection
from typing import Literal

from handrail.runbook.kinds import Date, Instant, Number
from handrail.runbook.model import DAYS, Anchor, Ref, Timing, Unit
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.keys import Words
from handrail.runbook.reading.lapses import most_of, unit_of
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

START = "start"
Own = Literal["opened", "due"]
OPENED: Own = "opened"
DUE: Own = "due"
OWN: tuple[Own, ...] = (OPENED, DUE)
_OWN_WORDS = {OPENED: "when the step itself opened", DUE: "when the step itself is due"}
_OWN_MENDS = {
    OPENED: "Count from it in “due”, “warn”, “remind” or “escalate” of a step.",
    DUE: "Say with “due” when the step is due, and count from it in “warn”, “remind” or “escalate”.",
}

TIMING = Words(examples=("5 working days before go_live", "48 hours after start", "last board-meeting before go_live"))

_COUNTED = re.compile(
    r"(?P<amount>\S+) (?P<unit>(?:working |calendar )days?|(?:working )?hours?) (?P<side>before|after) "
    r"(?P<anchor>\S+?)(?P<inclusive>, inclusive)?"
)
_IN_SESSION = re.compile(r"(?:last (?P<before>\S+) before|first (?P<after>\S+) after) (?P<anchor>\S+)")
_HOW = (
    "Write it like “5 working days before go_live”: a whole number or a decision's output, working days, calendar "
    "days, working hours or hours, before or after, then a date or instant fact, a step or “start”; or like “last "
    "board-meeting before go_live”, with a session."
)


def timing_in(block: Block, key: str, words: Vocabulary, own: Collection[Own] = ()) -> Timing | None:
    """`own` are the moments of the step itself that may be counted from."""
    leaf = block.leaf(key)
    return None if leaf is None else timing_of(leaf, words, block, own)


def timing_of(leaf: Leaf, words: Vocabulary, block: Block, own: Collection[Own] = ()) -> Timing | None:
    text = " ".join(leaf.text.split())
    if (found := _IN_SESSION.fullmatch(text)) is not None:
        return _in_session(found, Leaf(text, leaf.place), words, block, own)
    if (found := _COUNTED.fullmatch(text)) is not None:
        return _counted(found, Leaf(text, leaf.place), words, block, own)
    block.margin.error(leaf.place, "bad-timing", f"{quoted(text)} is not a timing.", _HOW)
    return None


def _in_session(
    found: re.Match[str], leaf: Leaf, words: Vocabulary, block: Block, own: Collection[Own]
) -> Timing | None:
    session = words.session(Leaf(found["before"] or found["after"], leaf.place), block.margin)
    anchor = anchor_of(Leaf(found["anchor"], leaf.place), words, block, own)
    if anchor is None:
        return None
    side: Literal["before", "after"] = "before" if found["before"] else "after"
    return Timing(amount=0, unit=DAYS[0], side=side, anchor=anchor, session=session, text=leaf.text)


def _counted(found: re.Match[str], leaf: Leaf, words: Vocabulary, block: Block, own: Collection[Own]) -> Timing | None:
    unit = unit_of(found["unit"])
    amount = amount_of(Leaf(found["amount"], leaf.place), unit, words, block)
    anchor = anchor_of(Leaf(found["anchor"], leaf.place), words, block, own)
    if amount is None or anchor is None:
        return None
    timing = Timing(
        amount=amount,
        unit=unit,
        side="before" if found["side"] == "before" else "after",
        anchor=anchor,
        inclusive=bool(found["inclusive"]),
        text=leaf.text,
    )
    return timing if _hours_fit(timing, leaf, words, block) else None


def _hours_fit(timing: Timing, leaf: Leaf, words: Vocabulary, block: Block) -> bool:
    """Whether hours are counted from an instant, each as it is."""
    if not timing.in_hours:
        return True
    anchor = timing.anchor
    if anchor.source == "fact" and not isinstance(words.meanings[anchor.name].kind, Instant):
        says = f"“{anchor.name}” is a date, and {timing.unit} are counted from an instant."
        block.margin.error(leaf.place, "hours-from-a-day", says, "Count in days, or make it a fact of kind instant.")
        return False
    if timing.inclusive:
        says = "“inclusive” counts the first day too, and hours have none."
        block.margin.error(leaf.place, "bad-timing", says, "Take “inclusive” out, or count in days.")
        return False
    return True


def amount_of(leaf: Leaf, unit: Unit, words: Vocabulary, block: Block) -> int | Ref | None:
    what = "days" if unit in DAYS else "hours"
    if re.fullmatch(r"[0-9]{1,9}", leaf.text):
        return _whole(leaf, unit, what, block)
    if not re.match(r"[a-z]", leaf.text):
        says = f"{quoted(leaf.text)} is not a number of {what}."
        block.margin.error(leaf.place, "bad-timing", says, "Write a whole number, or the name of a decision's output.")
        return None
    return output_of(leaf, f"number of {what}", "bad-timing", words, block)


def output_of(leaf: Leaf, what: str, code: str, words: Vocabulary, block: Block) -> Ref | None:
    """The output of a decision that is a whole number; anything else is told under `code`."""
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is None or meaning.kind is None:
        return None
    if meaning.ref.source == "output" and isinstance(meaning.kind, Number) and meaning.kind.whole:
        return meaning.ref
    says = f"{quoted(leaf.text)} is not a {what}: only a decision's output of whole numbers can be."
    block.margin.error(leaf.place, code, says, "Declare the output as “{kind: number, whole: yes}”, or write a number.")
    return None


def _whole(leaf: Leaf, unit: Unit, what: str, block: Block) -> int:
    amount = int(leaf.text)
    if amount > most_of(unit):
        says = f"{amount:,} {what} are more than Handrail counts."
        block.margin.error(leaf.place, "bad-timing", says, f"Write at most {most_of(unit):,}, which is ten years.")
    return min(amount, most_of(unit))


def anchor_of(leaf: Leaf, words: Vocabulary, block: Block, own: Collection[Own] = ()) -> Anchor | None:
    if leaf.text == START:
        return Anchor(source="start")
    for source in OWN:
        if leaf.text == source:
            return _own(source, leaf, block, own)
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is None or meaning.kind is None:
        return None
    if meaning.ref.source == "step":
        return Anchor(source="step", name=meaning.ref.name)
    if meaning.ref.source == "fact" and isinstance(meaning.kind, Date | Instant):
        return Anchor(source="fact", name=meaning.ref.name)
    says = f"{quoted(leaf.text)} is not a day to count from."
    mend = "Count from a fact of kind date or instant, from a step, or from “start”."
    block.margin.error(leaf.place, "not-a-day", says, mend)
    return None


def _own(source: Own, leaf: Leaf, block: Block, own: Collection[Own]) -> Anchor | None:
    if source in own:
        return Anchor(source=source)
    says = f"“{source}” is not known here: it is {_OWN_WORDS[source]}."
    block.margin.error(leaf.place, "not-a-day", says, _OWN_MENDS[source])
    return None

"""The roles of a runbook: the seats that people fill, and how.

One rule: whoever a seat is filled from, a role, a fact or a decision, has been declared.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from handrail.runbook.kinds import Choice, PersonName, Text
from handrail.runbook.model import Fill, Ref, Role
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.keys import CONDITION, SAYS, TITLE, Key, Keys, OneOf
from handrail.runbook.reading.margin import quoted, sentence
from handrail.runbook.reading.names import LONGEST_TITLE, is_name, tell_bad_name, title_of
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary

_FILLS: tuple[Fill, ...] = ("by hand", "account owner", "least load", "anybody of the team")
_BY_TEAM_LEAD = "chosen by the team lead"
_WORDS = (*_FILLS, _BY_TEAM_LEAD)
_FILLS_LIKE = ("chosen by lead", "from account_manager")
_FROM_A_TEAM = ("least load", "anybody of the team", _BY_TEAM_LEAD)
_CALENDARS = ("runbook", "team", "holder")
_NAMED = re.compile(r"(?P<fill>chosen by|from) (?P<name>\S+)")

KEYS: Keys = {
    "title": TITLE,
    "team": Key(says="The key of the team whose people may fill it."),
    "calendar": Key(
        says="The calendar on which its steps are counted, or the key of one; “runbook”, where nothing is said.",
        shape=OneOf(words=_CALENDARS, or_like=("berlin-office",)),
    ),
    "also": Key(says="Another name for the same seat."),
    "fill": Key(
        says="How the seat is filled; “by hand”, where nothing is said.",
        shape=OneOf(words=_WORDS, or_like=_FILLS_LIKE),
    ),
    "when": Key(says="Who needs it: the customers of whom this holds.", shape=CONDITION),
    "says": SAYS,
}


@dataclass(frozen=True, kw_only=True)
class _Filling:
    fill: Fill = "by hand"
    chosen_by: str | None = None
    filled_from: Ref | None = None


def roles_of(declared: Mapping[str, Block], words: Vocabulary) -> dict[str, Role]:
    return {name: _role(name, block, words) for name, block in declared.items()}


def declared_roles(top: Block) -> dict[str, Block]:
    return dict(top.declared("roles", "role", KEYS))


def _role(name: str, block: Block, words: Vocabulary) -> Role:
    filling = _filling(block, words)
    return Role(
        name=name,
        title=block.title("title", title_of(name)),
        team=_key(block, "team"),
        calendar=_calendar(block),
        also=block.text("also", longest=LONGEST_TITLE),
        fill=filling.fill,
        chosen_by=filling.chosen_by,
        filled_from=filling.filled_from,
        when=condition_in(block, "when", words),
        says=block.text("says"),
        place=block.place,
    )


def _calendar(block: Block) -> str:
    calendar = _key(block, "calendar") or "runbook"
    if calendar == "team" and "team" not in block:
        says = f"{sentence(block.what)} counts on the calendar of a team, and no team is named."
        block.margin.error(block.place_of("calendar"), "missing-key", says, "Add “team: …”.")
    return calendar


def _key(block: Block, key: str) -> str:
    leaf = block.leaf(key)
    if leaf is None:
        return ""
    if not is_name(leaf.text.strip()):
        tell_bad_name(leaf, block.margin)
    return leaf.text.strip()


def _filling(block: Block, words: Vocabulary) -> _Filling:
    leaf = block.leaf("fill")
    found = _NAMED.fullmatch(" ".join(leaf.text.split())) if leaf else None
    if leaf is None or found is None:
        return _Filling(fill=_worded(block))
    name = Leaf(found["name"], leaf.place)
    if found["fill"] == "from":
        return _Filling(fill="from", filled_from=_person(name, words, block))
    return _Filling(fill="chosen", chosen_by=words.role(name, block.margin))


def _worded(block: Block) -> Fill:
    words = block.one_of("fill", (*_WORDS, *_FILLS_LIKE), "by hand")
    if words in _FROM_A_TEAM and "team" not in block:
        how = "chosen by the lead of" if words == _BY_TEAM_LEAD else "filled from"
        says = f"{sentence(block.what)} is {how} a team, and no team is named."
        block.margin.error(block.place_of("fill"), "missing-key", says, "Add “team: …”.")
    return "chosen" if words == _BY_TEAM_LEAD else cast("Fill", words)


def _person(leaf: Leaf, words: Vocabulary, block: Block) -> Ref | None:
    """What names a person: a fact, or the output of a decision."""
    meaning = words.meaning_of(leaf, block.margin)
    if meaning is None or meaning.kind is None:
        return None
    kinds = {"fact": (PersonName, Text), "output": (PersonName, Text, Choice)}.get(meaning.ref.source, ())
    if isinstance(meaning.kind, kinds):
        return meaning.ref
    says = f"{quoted(leaf.text)} does not name a person."
    mend = "Name a fact of kind person or text, or an output of kind person, text or choice."
    block.margin.error(leaf.place, "not-a-person", says, mend)
    return None

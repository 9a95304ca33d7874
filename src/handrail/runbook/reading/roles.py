"""The roles of a runbook: the seats that people fill."""

from collections.abc import Mapping
from typing import cast

from handrail.runbook.model import Fill, Role
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.names import LONGEST_TITLE, is_name, tell_bad_name, title_of
from handrail.runbook.reading.vocabulary import Vocabulary

_KEYS = ("title", "team", "also", "fill", "when", "says")
_FILLS = ("by hand", "account owner")


def roles_of(declared: Mapping[str, Block], words: Vocabulary) -> dict[str, Role]:
    return {name: _role(name, block, words) for name, block in declared.items()}


def declared_roles(top: Block) -> dict[str, Block]:
    return dict(top.declared("roles", "role", _KEYS))


def _role(name: str, block: Block, words: Vocabulary) -> Role:
    return Role(
        name=name,
        title=block.title("title", title_of(name)),
        team=_team(block),
        also=block.text("also", longest=LONGEST_TITLE),
        fill=cast("Fill", block.one_of("fill", _FILLS, "by hand")),
        when=condition_in(block, "when", words),
        says=block.text("says"),
        place=block.place,
    )


def _team(block: Block) -> str:
    leaf = block.leaf("team")
    if leaf is None:
        return ""
    if not is_name(leaf.text.strip()):
        tell_bad_name(leaf, block.margin)
    return leaf.text.strip()

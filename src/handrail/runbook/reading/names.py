"""Names, as authors choose them, and the titles that people read where no other is given.

One rule: a name means one thing.
"""

import re

from handrail.runbook.reading.margin import Margin, quoted, sentence
from handrail.runbook.reading.tree import Leaf

LONGEST_NAME = 60
LONGEST_TITLE = 200

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_LABEL = re.compile(r"[^\W_](?:[^\W]|[ ,.'’()/&–-])*")


def is_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and _NAME.fullmatch(text) is not None


def is_label(text: str) -> bool:
    """A name that is shown as it stands, so it may have spaces: that of a stage or an end."""
    return len(text) <= LONGEST_NAME and _LABEL.fullmatch(text) is not None


def tell_bad_name(leaf: Leaf, margin: Margin) -> None:
    proposal = _proposed(leaf.text)
    mend = f"Write it like {proposal}" if proposal else "Choose another name"
    says = f"{quoted(leaf.text)} cannot be a name."
    rule = f"{mend}: small letters, digits, - and _, a letter first, at most {LONGEST_NAME} characters."
    margin.error(leaf.place, "bad-name", says, rule)


def tell_bad_label(leaf: Leaf, margin: Margin) -> None:
    says = f"{quoted(leaf.text)} cannot be a name."
    mend = f"Use letters, digits, spaces and - , . ' ( ) / &, beginning with a letter or digit, at most {LONGEST_NAME}."
    margin.error(leaf.place, "bad-name", says, mend)


def _proposed(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "_", text.lower()).strip("_-").lstrip("0123456789_-")[:LONGEST_NAME]


def title_of(name: str) -> str:
    """`go_live` → Go live."""
    return sentence(name.replace("-", " ").replace("_", " ").strip())

"""How a derived fact is written: one way in which it follows from others, and what may stand beside that.

One rule: each way, and whatever it is taken over, has its own keys; they are listed here and nowhere else.
"""

from collections.abc import Mapping
from typing import Literal

from handrail.runbook.reading.keys import (
    SAYS,
    TEXT,
    TEXTS,
    TITLE,
    Either,
    Key,
    Keys,
    ListOf,
    Named,
    OneOf,
    Shape,
    Words,
)

CUSTOMERS, PHASES = "customers", "phases"

# What a gathering is taken over.
Over = Literal["records", "columns", "facts", "customers", "phases"]

_LIST_OR_FACTS = Either(of=(Words(examples=("products", CUSTOMERS, PHASES)), TEXTS))
_COLUMN = Words(examples=("products.price",))
_TWO = ListOf(of=TEXT)

# A derived fact has exactly one of these.
WAYS: Keys = {
    "count": Key(says="How many: records of a list, facts, customers or phases.", shape=_LIST_OR_FACTS),
    "sum": Key(says="The sum of a column of a list.", shape=_COLUMN),
    "min": Key(says="The least in a column of a list.", shape=_COLUMN),
    "max": Key(says="The most in a column of a list.", shape=_COLUMN),
    "any": Key(says="Whether any is so: records of a list, facts, customers or phases.", shape=_LIST_OR_FACTS),
    "all": Key(says="Whether all are so: records of a list, or facts.", shape=_LIST_OR_FACTS),
    "none": Key(says="Whether none is so: records of a list, facts, customers or phases.", shape=_LIST_OR_FACTS),
    "difference": Key(says="The first less the second.", shape=_TWO),
    "ratio": Key(says="The first divided by the second.", shape=_TWO),
    "days": Key(says="The days from the first date to the second.", shape=_TWO),
    "working_days": Key(says="The working days from the first date to the second.", shape=_TWO),
    "agree": Key(says="Whether the facts have one and the same value.", shape=_TWO),
}
# The ways that can be taken over each, and the keys that may stand beside them.
WAYS_OVER: Mapping[Over, tuple[str, ...]] = {
    "records": ("count", "any", "all", "none"),
    "columns": ("sum", "min", "max"),
    "facts": ("count", "any", "all", "none"),
    "customers": ("count", "any", "none"),
    "phases": ("count", "any", "none"),
}
BESIDE: Mapping[Over, tuple[str, ...]] = {
    "records": ("where",),
    "columns": ("where",),
    "facts": ("that_are",),
    "customers": ("like", "live", "where"),
    "phases": ("that_are",),
}
_WRITTEN: Mapping[Over, Shape] = {
    "records": TEXT,
    "columns": TEXT,
    "facts": TEXTS,
    "customers": OneOf(words=(CUSTOMERS,)),
    "phases": OneOf(words=(PHASES,)),
}


def _beside(key: str) -> tuple[tuple[str, Shape], ...]:
    """The ways that the key may stand with, and what they are then taken over."""
    return tuple((way, _WRITTEN[over]) for over, keys in BESIDE.items() if key in keys for way in WAYS_OVER[over])


KEYS: Keys = {
    "title": TITLE,
    **WAYS,
    "where": Key(
        says="Which of them count: what each of their columns or facts must be.",
        shape=Named(of=TEXT, free=True),
        beside=_beside("where"),
    ),
    "that_are": Key(
        says="What they must be.",
        shape=OneOf(words=("running", "over"), or_like=("yes", ">= 5")),
        beside=_beside("that_are"),
    ),
    "like": Key(
        says="The facts in which the other customers agree with this one.", shape=TEXTS, beside=_beside("like")
    ),
    "live": Key(says="A date fact: only customers for whom the day has come.", beside=_beside("live")),
    "says": SAYS,
}

GATHERINGS = ("count", "sum", "min", "max", "any", "all", "none")
# The ways that may be taken of derived facts too.
OF_DERIVED = ("difference", "ratio")

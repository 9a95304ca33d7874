"""Columns that compare one piece of data with another: `[low..high]` where low and high are data.

One rule: a cell stays data. What the comparison comes to (below, equal, above) is a value that is found beforehand and
goes into the table as a column of its own; so all that is proved about tables is proved about these too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from handrail.runbook.exchange.feel import Between, Compared, Name, UnaryTests
from handrail.runbook.exchange.moments import ordered
from handrail.runbook.exchange.types import FeelType
from handrail.runbook.kinds import ORDERED, Choice, Instant, Unfit, Value, write_scalar

How = Literal["order", "sameness", "membership"]

WORDS: Mapping[How, tuple[str, ...]] = {
    "order": ("below", "equal", "above"),
    "sameness": ("same", "different"),
    "membership": ("among them", "none of them"),
}
_SIGNS: Mapping[How, Mapping[str, tuple[str, ...]]] = {
    "order": {
        "<": ("below",), "<=": ("below", "equal"), "=": ("equal",), "!=": ("below", "above"),
        ">=": ("equal", "above"), ">": ("above",),
    },
    "sameness": {"=": ("same",), "!=": ("different",)},
    "membership": {"=": ("among them",), "!=": ("none of them",)},
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`left` and `right` are paths of data; `name` is the column’s."""

    left: str
    right: str
    how: How
    type: FeelType

    @property
    def name(self) -> str:
        return f"{self.left} compared with {self.right}"

    @property
    def kind(self) -> Choice:
        return Choice(of=WORDS[self.how])

    def outcome(self, left: Value | None, right: Value | None) -> str | None:
        """What the comparison comes to; None where one is missing or the two have no order."""
        if left is None or right is None:
            return None
        if self.how == "membership":
            return WORDS["membership"][0 if isinstance(right, tuple) and left in right else 1]
        if self.how == "sameness":
            return WORDS["sameness"][0 if left == right else 1]
        return _order(self._comparable(left), self._comparable(right))

    def _comparable(self, value: Value) -> Any:
        """A value with what it is; only what is the same has an order."""
        if not self.type.moment:
            return type(value), value
        return None if isinstance(value, tuple) else ordered(self.type.moment, write_scalar(value))


def _order(left: Any, right: Any) -> str | None:
    if left is None or right is None or left[0] != right[0]:
        return None
    return "equal" if left[1] == right[1] else "below" if left[1] < right[1] else "above"


# What a cell asks of comparisons, by the path compared with: the signs that must hold.
Asked = tuple[tuple[str, str], ...]


def taken_apart(tests: UnaryTests) -> tuple[UnaryTests, Asked] | Unfit:
    """The tests of values alone, and those of other data; both must hold."""
    if not any(_names(test) for test in tests.tests):
        return tests, ()
    if len(tests.tests) > 1:
        return Unfit("Other data stands among alternatives; a cell compares with one.")
    match tests.tests[0]:
        case Compared(sign, Name(path)):
            return UnaryTests(), ((path, _opposite(sign) if tests.negated else sign),)
        case Between(low, low_closed, high, high_closed) if not tests.negated:
            parts = [
                Compared(">=" if low_closed else ">", low),
                Compared("<=" if high_closed else "<", high),
            ]
            own = tuple(part for part in parts if not isinstance(part.operand, Name))
            asked = tuple((part.operand.path, part.sign) for part in parts if isinstance(part.operand, Name))
            return UnaryTests(own), asked
        case _:
            return Unfit("“not(…)” stands around a range of other data; write what the value may be.")


def _names(test: Compared | Between) -> list[Name]:
    operands = (test.operand,) if isinstance(test, Compared) else (test.low, test.high)
    return [operand for operand in operands if isinstance(operand, Name)]


def _opposite(sign: str) -> str:
    return {"<": ">=", "<=": ">", "=": "!=", "!=": "=", ">=": "<", ">": "<="}[sign]


def comparison_of(left: str, left_type: FeelType, right: str, right_type: FeelType) -> Comparison | Unfit:
    """How the two can be compared."""
    types = [one for one in (left_type, right_type) if not one.is_unsaid]
    known = types[0] if types else left_type
    if right_type.is_list and not left_type.is_list:
        return Comparison(left=left, right=right, how="membership", type=known)
    if any(one.is_list or one.components for one in types):
        return Unfit(f"“{left}” and “{right}” are lists or structures, which are not compared.")
    if len({_family(one) for one in types}) > 1:
        return Unfit(f"“{left}” and “{right}” are of different types.")
    if not types:
        return Unfit(f"Nothing says of which type “{left}” and “{right}” are.")
    orderly = known.moment or isinstance(known.kind, ORDERED)
    return Comparison(left=left, right=right, how="order" if orderly else "sameness", type=known)


def _family(one: FeelType) -> str:
    if isinstance(one.kind, Choice):
        return "Text"
    if isinstance(one.kind, Instant):
        return "date and time"
    return one.moment or type(one.kind).__name__


def words_for(comparison: Comparison, signs: list[str]) -> tuple[str, ...] | Unfit:
    """The outcomes for which all the signs hold."""
    known = _SIGNS[comparison.how]
    if any(sign not in known for sign in signs):
        return Unfit(f"“{comparison.left}” has no order: it is the same as “{comparison.right}” or not.")
    words = [word for word in WORDS[comparison.how] if all(word in known[sign] for sign in signs)]
    return tuple(words) or Unfit(f"No value of “{comparison.left}” fits this cell.")

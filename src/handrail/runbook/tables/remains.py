"""What remains of a table once the values of its discrete columns are known: its answers by the ordered ones.

One rule: what remains is small or is not kept; deciding then goes by the masks instead.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Any

from handrail.runbook.tables.columns import Column

# An ordered column: its name, the ends that still matter, and how to find which of the stretches between them a value
# lies in.
Line = tuple[str, Sequence[Any], Callable[[Sequence[Any], Any], int]]

# The lines, and the answers: tuples within tuples, one level for each line, by the stretches of the case. An answer is
# None where there is none.
Remains = tuple[tuple[Line, ...], Any]

_MOST_ANSWERS = 1_000


def remains(columns: Iterable[Column], fitting: int, answer: Callable[[int], object]) -> Remains | None:
    """`fitting` are the rules that the discrete columns leave; None where too many answers would have to be kept."""
    narrowed = [_narrowed(column, fitting) for column in columns]
    if prod(len(masks) for _, masks in narrowed) > _MOST_ANSWERS:
        return None
    return tuple(line for line, _ in narrowed), _answers([masks for _, masks in narrowed], fitting, answer)


def _answers(levels: Sequence[Sequence[int]], fitting: int, answer: Callable[[int], object]) -> object:
    if not levels:
        return answer(fitting)
    return tuple(_answers(levels[1:], fitting & mask, answer) for mask in levels[0])


def _narrowed(column: Column, fitting: int) -> tuple[Line, list[int]]:
    """The ends at which one of the fitting rules begins or ends, and the masks of the stretches between them.

    An end mostly belongs to what lies on one and the same side of it, as in `[0..5)` and `[5..9)`: that side is one
    stretch with it, and a single search finds the stretch. Otherwise an end is a stretch of its own.
    """
    masks = [mask & fitting for mask in column.masks[: column.missing]]
    below, on, above = masks[0::2], masks[1::2], masks[2::2]
    kept = [at for at, point in enumerate(on) if not below[at] == point == above[at]]
    ends = tuple(column.ends[at] for at in kept)
    if all(on[at] == above[at] for at in kept):
        return (column.input.name, ends, bisect_right), [masks[0], *(above[at] for at in kept)]
    if all(below[at] == on[at] for at in kept):
        return (column.input.name, ends, bisect_left), [masks[0], *(above[at] for at in kept)]
    return (column.input.name, ends, _piece_between), [masks[0], *(mask for at in kept for mask in (on[at], above[at]))]


def _piece_between(ends: Sequence[Any], value: Any) -> int:
    return bisect_left(ends, value) + bisect_right(ends, value)

"""What remains of a table once the values of its discrete columns are known: a grid over the ordered ones.

One rule: a grid is small or is not made; deciding then goes by the masks instead.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from handrail.runbook.tables.columns import Column

# For each ordered column its name, the ends that still matter and its weight; the answers by place, None where there is
# none. The place of a case is the sum of its pieces, each times the weight of its column.
Remains = tuple[tuple[tuple[str, Sequence[Any], int], ...], tuple[Any, ...]]

_MOST_PIECES = 1_000


def remains(columns: Iterable[Column], fitting: int, answer: Callable[[int], object]) -> Remains | None:
    """`fitting` are the rules that the discrete columns leave; None where the grid would be too large to keep."""
    lines: list[tuple[str, Sequence[Any], int]] = []
    masks = [fitting]
    for column in columns:
        ends, pieces = _narrowed(column, fitting)
        lines.append((column.input.name, ends, len(masks)))
        masks = [piece & before for piece in pieces for before in masks]
        if len(masks) > _MOST_PIECES:
            return None
    return tuple(lines), tuple(answer(mask) for mask in masks)


def _narrowed(column: Column, fitting: int) -> tuple[list[Any], list[int]]:
    """The ends at which one of the fitting rules begins or ends, and the masks of the pieces between them."""
    masks = [mask & fitting for mask in column.masks[: column.missing]]
    kept = [at for at in range(len(column.ends)) if not masks[2 * at] == masks[2 * at + 1] == masks[2 * at + 2]]
    pieces = [masks[0], *(masks[2 * at + beside] for at in kept for beside in (1, 2))]
    return [column.ends[at] for at in kept], pieces

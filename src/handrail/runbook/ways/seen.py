"""What may be of something given, and of a cell over it.

One rule: a customer has one value of it, which is not for people to choose; unless nobody is asked for it.
"""

from typing import NamedTuple

from handrail.runbook.cells import Cell
from handrail.runbook.ways.lines import Line
from handrail.runbook.ways.truth import CHOSEN, Truth


class Seen(NamedTuple):
    """The pieces that something given may be in; `free` where nobody is asked for it, and so anybody may choose."""

    pieces: int
    free: bool = False


def of_line(line: Line, cell: Cell, seen: Seen) -> Truth:
    if not line.is_cut:
        return CHOSEN
    holds, fails = line.of(cell)
    pieces = seen.pieces
    if seen.free:
        return Truth(bool(holds), bool(fails), bool(holds), bool(fails), True)
    return Truth(
        may_hold=bool(pieces & holds),
        may_fail=bool(pieces & fails),
        will_hold=not pieces & ~holds,
        will_fail=not pieces & ~fails,
        settled=not pieces & ~(holds | fails),
    )

"""What can be said of a condition over many cases at once.

One rule: what may be is never left out, and what will be is never made up; in between it is not known yet.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Truth(NamedTuple):
    """`may_hold`: in some of the cases people can bring it to hold; `will_hold`: in every one of them. Both can be true
    of a condition and of its contrary, where people have the choice. `settled`: it is known in every case whether it
    holds."""

    may_hold: bool
    may_fail: bool
    will_hold: bool
    will_fail: bool
    settled: bool

    @property
    def in_doubt(self) -> bool:
        """Whether more would be known of it if the cases were fewer."""
        return self.may_hold != self.will_hold or self.may_fail != self.will_fail or not self.settled


ALWAYS = Truth(True, False, True, False, True)
CHOSEN = Truth(True, True, True, True, True)


def all_of(truths: Iterable[Truth]) -> Truth:
    may_hold = will_hold = settled = True
    may_fail = will_fail = False
    for one in truths:
        may_hold &= one.may_hold
        will_hold &= one.will_hold
        settled &= one.settled
        may_fail |= one.may_fail
        will_fail |= one.will_fail
    return Truth(may_hold, may_fail, will_hold, will_fail, settled)


def contrary(truth: Truth) -> Truth:
    return Truth(truth.may_fail, truth.may_hold, truth.will_fail, truth.will_hold, truth.settled)


def any_of(truths: Iterable[Truth]) -> Truth:
    return contrary(all_of(contrary(one) for one in truths))
